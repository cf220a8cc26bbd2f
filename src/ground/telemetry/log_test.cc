#include "telemetry/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/descriptor.h"

namespace weir::telemetry {
namespace {

constexpr std::string_view kTime = "2026-01-02T03:04:05.006Z";

TEST(LogLine, is_readable_as_text) {
  EXPECT_EQ(
      format_log_line(LogOptions::Format::text, LogLevel::warning, kTime, "provider_failed",
                      {{"provider", "openai"}, {"detail", "connection refused"}}),
      R"(2026-01-02T03:04:05.006Z warning provider_failed provider=openai detail="connection refused")");
}

TEST(LogLine, is_one_json_object_whatever_its_values_hold) {
  EXPECT_EQ(
      format_log_line(LogOptions::Format::json, LogLevel::error, kTime, "odd", {{"value", "a\"b\\c\nd\x01"}}),
      R"({"time":"2026-01-02T03:04:05.006Z","level":"error","event":"odd","value":"a\"b\\c\nd\u0001"})");
}

TEST(LogLine, stays_one_line_of_text_whatever_its_values_hold) {
  auto line =
      format_log_line(LogOptions::Format::text, LogLevel::info, kTime, "odd", {{"value", "a\nforged line"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

// What is written to standard error meanwhile.
template <class Act>
std::string written_by(Act act) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  runtime::Descriptor reader(ends[0]);
  runtime::Descriptor before(dup(STDERR_FILENO));
  dup2(ends[1], STDERR_FILENO);
  runtime::Descriptor(ends[1]).close();
  act();
  dup2(before.number(), STDERR_FILENO);
  std::string text(4096, '\0');
  text.resize(
      static_cast<std::size_t>(std::max<ssize_t>(0, read(reader.number(), text.data(), text.size()))));
  return text;
}

TEST(Logging, leaves_out_what_is_less_important_than_the_level_which_may_change) {
  auto text = written_by([] {
    Logging logging({.format = LogOptions::Format::text, .level = LogLevel::warning});
    log_info("one");
    log_warning("two");
    set_log_level(LogLevel::info);
    log_info("three");
    EXPECT_TRUE(log_lines("four\nfive\n", 2));
    EXPECT_EQ(log_lines_dropped(), 0U);
  });
  std::string without_times;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    std::string line = text.substr(at, text.find('\n', at) - at);
    without_times += line.substr(line.rfind(' ') + 1) + "\n";
  }
  EXPECT_EQ(without_times, "two\nthree\nfour\nfive\n");
}

TEST(Logging, lines_that_come_before_or_after_it_are_dropped) {
  auto text = written_by([] {
    log_error("early");
    {
      Logging logging({});
    }
    EXPECT_FALSE(log_lines("late\n", 1));
    set_log_level(LogLevel::debug);
    EXPECT_EQ(log_lines_dropped(), 0U);
    Logging logging({});
    log_error("between");
  });
  EXPECT_NE(text.find("between"), std::string::npos);
  EXPECT_EQ(text.find("early"), std::string::npos);
}

}  // namespace
}  // namespace weir::telemetry
