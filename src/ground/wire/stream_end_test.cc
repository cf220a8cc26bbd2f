#include "wire/stream_end.h"

#include <gtest/gtest.h>

namespace weir::wire {
namespace {

bool ends_with(std::string_view events) {
  StreamEnd end;
  end.note(events);
  return end.reached();
}

std::string_view error_in(std::string_view events) {
  StreamEnd end;
  end.note(events);
  return end.error();
}

TEST(StreamEnd, knows_the_last_event_of_each_dialect) {
  EXPECT_TRUE(ends_with("data: {}\n\ndata: [DONE]\n\n"));
  EXPECT_TRUE(ends_with("event: message_stop\ndata: {}\n\n"));
  EXPECT_TRUE(ends_with("event: response.completed\r\ndata: {}\r\n\r\n"));
  EXPECT_FALSE(ends_with("data: {\"text\":\"data: [DONE]\"}\n\n"));
  EXPECT_FALSE(ends_with("data: {}\n\n"));
  StreamEnd end;
  end.note("data: [DONE]\n\n");
  end.note("");
  EXPECT_TRUE(end.reached());
}

TEST(StreamEnd, tells_the_error_that_was_the_end) {
  constexpr std::string_view kError = R"({"error":{"type":"server_error"}})";
  auto openai = fmt::format("data: {{}}\n\ndata: {}\n\n", kError);
  EXPECT_EQ(error_in(openai), kError);
  EXPECT_EQ(error_in(openai + "data: [DONE]\n\n"), kError) << "as vLLM has it";
  EXPECT_EQ(error_in("event: error\ndata: {\"type\":\"error\"}\n\n"), R"({"type":"error"})");
  EXPECT_EQ(error_in("event: response.failed\ndata: {\"type\":\"response.failed\"}\n\n"),
            R"({"type":"response.failed"})");
  EXPECT_EQ(error_in("data: {}\n\ndata: [DONE]\n\n"), "");
  EXPECT_EQ(error_in(openai + "data: {}\n\n"), "") << "it went on";
}

}  // namespace
}  // namespace weir::wire
