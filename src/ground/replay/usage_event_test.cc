#include "replay/usage_event.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::replay {
namespace {

const std::string kText =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n";
const std::string kUsage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
const std::string kDone = "data: [DONE]\n\n";

std::string_view found_in(std::string_view events, std::string_view path = "/v1/chat/completions") {
  return find_usage_event(*wire::find_relayed_path(path), events);
}

TEST(UsageEvent, is_found_with_its_blank_line_wherever_it_stands) {
  EXPECT_EQ(found_in(kText + kUsage + kDone), kUsage);
  EXPECT_EQ(found_in(kUsage), kUsage);
  EXPECT_EQ(found_in(kUsage + kText, "/v1/completions"), kUsage);
}

TEST(UsageEvent, is_found_with_any_line_ends_and_white_space) {
  const std::string crlf = ": a comment\r\nid: 1\r\ndata: { \"choices\" :\t[ ] , \"usage\" : {} }\r\n\r\n";
  EXPECT_EQ(found_in("data: x\r\n\r\n" + crlf + "data: [DONE]\r\n\r\n"), crlf);
  const std::string cr = "data: {\"choices\":[],\"usage\":{}}\r\r";
  EXPECT_EQ(found_in("data: x\r\r" + cr + "data: [DONE]\r\r"), cr);
}

TEST(UsageEvent, is_not_one_that_says_something_else) {
  EXPECT_EQ(found_in(kText + kDone), "");
  EXPECT_EQ(found_in("data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n"), "");
  EXPECT_EQ(found_in("data: {\"choices\":[],\"usage\":null}\n\n"), "");
  EXPECT_EQ(
      found_in("data: {\"choices\":[{\"delta\":{\"content\":\"\\\"choices\\\":[]\"}}],\"usage\":{}}\n\n"),
      "");
  EXPECT_EQ(found_in("data: {\"choices\":[{\"x\":{\"choices\":[]}}],\"usage\":{}}\n\n"), "");
}

TEST(UsageEvent, is_found_after_an_event_without_choices_that_is_another) {
  EXPECT_EQ(found_in("data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n" + kText + kUsage), kUsage);
}

TEST(UsageEvent, is_none_before_it_has_come_as_a_whole) {
  EXPECT_EQ(found_in(kText + kUsage.substr(0, kUsage.size() - 1)), "");
}

TEST(UsageEvent, is_a_thing_of_chunks_with_choices) {
  EXPECT_EQ(found_in(kUsage, "/v1/responses"), "");
  EXPECT_EQ(found_in(kUsage, "/v1/messages"), "");
}

}  // namespace
}  // namespace weir::replay
