#include "telemetry/log.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace weir::telemetry
