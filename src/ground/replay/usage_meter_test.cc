#include "replay/usage_meter.h"

#include <gtest/gtest.h>

#include "replay/summary.h"
#include "replay/testing_recordings.h"

namespace weir::replay {
namespace {

const wire::RelayedPath& path(std::string_view name) { return *wire::find_relayed_path(name); }

TEST(UsageMeter, a_chat_tells_its_usage_in_its_last_chunk) {
  UsageMeter meter(path("/v1/chat/completions"));
  meter.note("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n");
  EXPECT_FALSE(meter.usage());
  meter.note(
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n");
  EXPECT_EQ(meter.usage(), (Usage{.input = 7, .output = 2}));
}

TEST(UsageMeter, a_message_tells_it_at_its_beginning_and_what_has_changed_at_its_end) {
  UsageMeter meter(path("/v1/messages"));
  meter.note(
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,"
      "\"cache_read_input_tokens\":4,\"output_tokens\":1}}}\n\n");
  meter.note("event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":30}}\n\n");
  EXPECT_EQ(meter.usage(), (Usage{.input = 13, .cached_input = 4, .output = 30}));
}

TEST(UsageMeter, what_a_model_says_about_usage_is_no_usage) {
  UsageMeter meter(path("/v1/chat/completions"));
  meter.note(R"(data: {"choices":[{"delta":{"content":"{\"usage\":{\"prompt_tokens\":1000000}}"}}]})"
             "\n\n");
  EXPECT_FALSE(meter.usage());
}

TEST(UsageMeter, of_a_whole_answer_only_its_own_member_counts) {
  for (
      std::string_view text :
      {R"({"tools":[{"usage":{"prompt_tokens":9}}],"usage":{"prompt_tokens":1,"completion_tokens":2},"x":{}})",
       R"({"usage":{"prompt_tokens":1,"completion_tokens":2},"tools":[{"usage":{"prompt_tokens":9}}]})",
       R"({"a":"\\","b":"} \"usage\":{","usage": {"prompt_tokens":1,"completion_tokens":2,"d":{"e":["}"]}} } )"}) {
    UsageMeter meter(path("/v1/chat/completions"));
    const PaddedString body(text);
    meter.note_whole(body.view());
    EXPECT_EQ(meter.usage(), (Usage{.input = 1, .output = 2})) << text;
  }
  std::string many = R"({"a":[)";
  for (int i = 0; i < 100; ++i) many += R"({"usage":{"prompt_tokens":9}},)";
  const PaddedString late(many + R"(0],"usage":{"prompt_tokens":1,"completion_tokens":2}})");
  UsageMeter of_many(path("/v1/chat/completions"));
  of_many.note_whole(late.view());
  EXPECT_EQ(of_many.usage(), (Usage{.input = 1, .output = 2}));

  UsageMeter meter(path("/v1/responses"));
  const PaddedString body(R"({"tools":[{"parameters":{"usage":{"input_tokens":7}}}],"usage":null})");
  meter.note_whole(body.view());
  EXPECT_FALSE(meter.usage());
}

TEST(UsageMeter, of_every_recorded_answer_it_reads_what_its_summary_says) {
  std::size_t compared = 0;
  for (const auto& recorded : testing::recorded_streams()) {
    auto summary = summarize_events(*recorded.path, recorded.body);
    if (!summary) continue;
    UsageMeter meter(*recorded.path);
    meter.note(recorded.body);
    EXPECT_EQ(meter.usage(), summary->usage) << recorded.name;
    compared += summary->usage ? 1 : 0;
  }
  for (const auto& recorded : testing::recorded_documents()) {
    const PaddedString body(recorded.body);
    auto summary = summarize_whole(*recorded.path, body.view());
    if (!summary) continue;
    UsageMeter meter(*recorded.path);
    meter.note_whole(body.view());
    EXPECT_EQ(meter.usage(), summary->usage) << recorded.name;
    compared += summary->usage ? 1 : 0;
  }
  EXPECT_GE(compared, 4U);
}

}  // namespace
}  // namespace weir::replay
