#include "replay/canned.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/padded.h"
#include "replay/modes.h"
#include "replay/summary.h"

namespace weir::replay {
namespace {

constexpr std::string_view kText = "We are \"down\".\nPlease call.";

std::optional<std::string> canned(std::string_view path) {
  Random random(1);
  return canned_answer(*wire::find_relayed_path(path), "gpt", kText, RequestId(WallTime{}, random),
                       WallTime{});
}

TEST(Canned, is_a_proper_answer_in_each_dialect_and_mode) {
  for (std::string_view path : {"/v1/chat/completions", "/v1/messages", "/v1/responses"}) {
    auto whole = canned(path);
    ASSERT_TRUE(whole) << path;
    PaddedString padded(*whole);
    const auto& relayed = *wire::find_relayed_path(path);
    auto summary = summarize_whole(relayed, padded.view());
    ASSERT_TRUE(summary) << path << *whole;
    EXPECT_EQ(summary->stop, Summary::Stop::finished);
    auto events = as_events(relayed, padded.view(), UsageEvent::unwanted);
    ASSERT_TRUE(events) << path;
    EXPECT_TRUE(summarize_events(relayed, *events)) << *events;
    EXPECT_NE(events->find(R"(We are \"down\".\nPlease call.)"), std::string::npos) << *events;
  }
  EXPECT_EQ(nlohmann::json::parse(*canned("/v1/chat/completions"))["choices"][0]["message"]["content"],
            kText);
}

TEST(Canned, what_is_no_text_has_none) { EXPECT_FALSE(canned("/v1/embeddings")); }

}  // namespace
}  // namespace weir::replay
