#include "mock/ledger.h"

#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::string_view kChat = "/v1/chat/completions";
constexpr std::string_view kSlow =
    "default: { time_to_first_token: 100ms, tokens_per_second: 10, output_tokens: 20 }";

std::string chat(std::string_view model, std::string_view stream = "false") {
  return fmt::format(
      R"({{"model":"{}","stream":{},"messages":[{{"role":"user","content":"one two three"}}]}})", model,
      stream);
}

TEST(MockCost, is_rounded_half_up_to_nano_dollars) {
  EXPECT_EQ(cost_nanos({2'500'000, 10'000'000}, 3, 5), 57'500U);
  EXPECT_EQ(cost_nanos({1, 0}, 499, 0), 0U);
  EXPECT_EQ(cost_nanos({1, 0}, 500, 0), 1U);
  EXPECT_EQ(cost_nanos({100'000'000'000, 0}, 32'000'000, 0), 3'200'000'000'000'000U);
}

TEST(MockLedger, sums_calls_tokens_and_cost_by_model_path_and_status) {
  World world(std::string(kAtOnce) +
              "prices: { default: { input: 2.5, output: 10 }, cheap: { input: 1, output: 1 } }");
  world.ask(kChat, chat("dear"));
  world.ask(kChat, chat("cheap", "true"));
  world.ask(kChat, "{");
  world.get("/v1/models");
  auto ledger = world.get("/_mock/ledger").json();
  EXPECT_EQ(ledger["calls"], 3);
  EXPECT_EQ(ledger["completed"], 3);
  EXPECT_EQ(ledger["cancelled"], 0);
  EXPECT_EQ(ledger["input_tokens"], 6);
  EXPECT_EQ(ledger["output_tokens"], 10);
  EXPECT_EQ(ledger["cost_nanos"], 57'500 + 8'000);
  EXPECT_EQ(ledger["by_model"]["cheap"]["cost_nanos"], 8'000);
  EXPECT_EQ(ledger["by_model"]["none"]["calls"], 1);
  EXPECT_EQ(ledger["by_path"][std::string(kChat)]["calls"], 3);
  EXPECT_EQ(ledger["by_status"], json({{"200", 2}, {"400", 1}}));
}

TEST(MockLedger, a_caller_that_leaves_a_stream_pays_for_what_went_out) {
  World world(kSlow);
  world.raw_answer(World::request("POST", kChat, chat("m", "true")), nullptr, milliseconds(550));
  world.run_for(milliseconds(1));
  EXPECT_EQ(world.served.size(), 0U);
  EXPECT_EQ(world.mock.ledger().cancelled, 1U);
  EXPECT_EQ(world.mock.ledger().completed, 0U);
  EXPECT_EQ(world.mock.ledger().input_tokens, 3U);
  EXPECT_EQ(world.mock.ledger().output_tokens, 5U);
}

TEST(MockLedger, a_caller_that_leaves_before_a_whole_answer_pays_for_the_words_whose_time_had_come) {
  World world(kSlow);
  world.raw_answer(World::request("POST", kChat, chat("m")), nullptr, milliseconds(550));
  world.run_for(milliseconds(1));
  EXPECT_EQ(world.mock.ledger().cancelled, 1U);
  EXPECT_EQ(world.mock.ledger().output_tokens, 5U);
}

TEST(MockLedger, a_call_under_way_is_a_call_already) {
  World world(kSlow);
  TaskGroup tasks(world.loop);
  Socket socket = world.connect();
  auto write = [](Socket& to, std::string text) -> Task<void> {
    co_await to.write({text}, {TimePoint::max()});
  };
  tasks.spawn(write(socket, World::request("POST", kChat, chat("m"))));
  world.run_for(milliseconds(10));
  EXPECT_EQ(world.mock.ledger().calls, 1U);
  EXPECT_EQ(world.mock.ledger().by_model.at("m").calls, 1U);
  EXPECT_EQ(world.mock.ledger().completed, 0U);
}

TEST(MockLedger, counts_models_beyond_a_thousand_as_other) {
  World world;
  for (int i = 0; i < 1010; ++i) world.ask(kChat, chat(fmt::format("m{}", i)));
  auto ledger = world.mock.ledger();
  EXPECT_EQ(ledger.by_model.size(), 1001U);
  EXPECT_EQ(ledger.by_model.at("other").completed, 10U);
}

}  // namespace
}  // namespace weir::mock
