#include "wire/stream_error.h"

#include <gtest/gtest.h>

namespace weir::wire {
namespace {

TEST(StreamError, a_stream_that_begins_with_an_error_is_known_in_both_dialects) {
  constexpr std::string_view kOverloaded =
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
  auto anthropic = fmt::format("event: error\ndata: {}\n\n", kOverloaded);
  EXPECT_EQ(error_at_beginning(anthropic), kOverloaded);
  EXPECT_EQ(error_at_beginning("data: {\"error\":{\"type\":\"server_error\"}}\r\n\r\n"),
            R"({"error":{"type":"server_error"}})");
}

TEST(StreamError, an_answer_is_none_whatever_is_in_it) {
  EXPECT_EQ(error_at_beginning("data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"error\\\":1}\"}}]}\n\n"),
            "");
  EXPECT_EQ(error_at_beginning("event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
                               "event: error\ndata: {\"type\":\"error\"}\n\n"),
            "");
  EXPECT_EQ(error_at_beginning(": a comment\n\n"), "");
  EXPECT_EQ(error_at_beginning(""), "");
}

}  // namespace
}  // namespace weir::wire
