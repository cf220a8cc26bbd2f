// Each fault as the other side sees it; and after each the next call works.
#include "mock/testing_world.h"
#include "mock/text.h"

namespace weir::mock {
namespace {

constexpr std::string_view kPath = "/v1/chat/completions";
constexpr std::string_view kWhole = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kStream =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kClaude =
    R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";

// The first call has the fault.
std::string first_call(std::string_view fault) {
  return fmt::format("{}rules: [ {{ when: {{ call: {{ nth: 1 }} }}, fault: {{ {} }} }} ]", kAtOnce, fault);
}

std::size_t words_in(const Reply& reply) {
  return count_words(joined(reply.events(), "/choices/0/delta/content"));
}

class Faulty : public World {
 public:
  explicit Faulty(std::string_view fault) : World(first_call(fault)) {}
  ~Faulty() { EXPECT_EQ(ask(kPath, kWhole).status, 200) << "the next call works"; }
};

TEST(MockFaults, status_comes_in_the_dialect_of_the_path_with_retry_after) {
  Faulty openai("kind: status, status: 429, retry_after: 1500ms");
  auto reply = openai.ask(kPath, kStream);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.headers["retry-after"], "2");
  EXPECT_EQ(reply.json()["error"]["code"], "rate_limit_exceeded");
  Faulty anthropic("kind: status, status: 529");
  EXPECT_EQ(anthropic.ask("/v1/messages", kClaude).json()["error"]["type"], "overloaded_error");
  EXPECT_EQ(anthropic.mock.ledger().by_status.at("529"), 1U);
  EXPECT_EQ(anthropic.mock.ledger().completed, 1U);
  EXPECT_EQ(anthropic.mock.ledger().input_tokens, 0U);
}

TEST(MockFaults, a_status_after_the_head_is_an_error_among_a_stream_s_events) {
  for (std::string_view at : {"after_head", "middle"}) {
    Faulty world(fmt::format("kind: status, status: 503, at: {}", at));
    auto reply = world.ask(kPath, kStream);
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.whole);
    EXPECT_EQ(words_in(reply) > 0, at == "middle");
    EXPECT_EQ(nlohmann::json::parse(reply.events().back().data)["error"]["code"], "server_is_overloaded");
    Faulty unstreamed(fmt::format("kind: status, status: 503, at: {}", at));
    EXPECT_EQ(unstreamed.ask(kPath, kWhole).status, 503);
  }
}

TEST(MockFaults, refuse_ends_the_connection_before_anything) {
  Faulty world("kind: refuse");
  std::string end;
  EXPECT_EQ(world.raw_answer(World::request("POST", kPath, kWhole), &end), "");
  EXPECT_EQ(world.mock.ledger().by_path.at("none").calls, 1U);
}

TEST(MockFaults, refuse_is_a_refused_dial_without_a_network) {
  World world(first_call("kind: refuse"));
  InProcessDialer dialer(world.loop, world.service);
  auto dial = [](InProcessDialer& with, std::vector<std::string>& outcomes) -> Task<void> {
    for (int i = 0; i < 2; ++i) {
      auto socket = co_await with.dial({}, {TimePoint::max()});
      outcomes.emplace_back(socket ? "connected" : runtime::name_of(socket.error().kind));
    }
  };
  std::vector<std::string> outcomes;
  TaskGroup tasks(world.loop);
  tasks.spawn(dial(dialer, outcomes));
  world.loop.tick();
  EXPECT_EQ(outcomes, (std::vector<std::string>{"connection refused", "connected"}));
}

TEST(MockFaults, reset_breaks_the_connection_wherever_it_is) {
  for (std::string_view at : {"connect", "before_head", "after_head", "middle", "end"}) {
    for (std::string_view body : {kWhole, kStream}) {
      Faulty world(fmt::format("kind: reset, at: {}", at));
      auto reply = world.ask(kPath, body);
      ASSERT_TRUE(reply.error) << at;
      EXPECT_EQ(reply.error->io.kind, IoError::Kind::reset) << at;
      EXPECT_FALSE(reply.whole);
    }
  }
}

TEST(MockFaults, hang_says_nothing_more_until_the_other_side_leaves) {
  for (std::string_view at : {"connect", "before_head", "after_head", "middle", "end"}) {
    Faulty world(fmt::format("kind: hang, at: {}", at));
    std::string end;
    auto got = world.raw_answer(World::request("POST", kPath, kStream), &end);
    EXPECT_EQ(end, "timed out") << at;
    EXPECT_EQ(got.empty(), at == "connect" || at == "before_head") << at;
    world.run_for(std::chrono::milliseconds(1));
    EXPECT_EQ(world.served.size(), 0U) << "it notices that the other side has left";
    if (at != "connect") EXPECT_EQ(world.mock.ledger().cancelled, 1U) << at;
  }
}

TEST(MockFaults, truncate_ends_the_connection_early) {
  for (std::string_view body : {kWhole, kStream}) {
    for (std::string_view at : {"after_head", "middle", "end"}) {
      Faulty world(fmt::format("kind: truncate, at: {}", at));
      auto reply = world.ask(kPath, body);
      EXPECT_EQ(reply.status, 200) << at;
      ASSERT_TRUE(reply.error) << at;
      EXPECT_EQ(reply.error->io.kind, IoError::Kind::closed) << at;
      EXPECT_EQ(reply.body.empty(), at == "after_head") << at;
    }
  }
  Faulty world("kind: truncate, at: before_head");
  EXPECT_EQ(world.ask(kPath, kWhole).error->io.kind, IoError::Kind::closed);
}

TEST(MockFaults, a_truncated_stream_is_charged_for_the_words_that_went_out) {
  Faulty world("kind: truncate, at: middle");
  auto reply = world.ask(kPath, kStream);
  EXPECT_EQ(words_in(reply), 2U);
  EXPECT_EQ(world.mock.ledger().output_tokens, 2U);
  EXPECT_EQ(world.mock.ledger().completed, 0U);
  EXPECT_EQ(world.mock.ledger().cancelled, 0U);
}

TEST(MockFaults, malformed_is_whole_http_without_good_json) {
  Faulty whole("kind: malformed");
  auto reply = whole.ask(kPath, kWhole);
  EXPECT_TRUE(reply.whole);
  EXPECT_FALSE(reply.body.empty());
  EXPECT_TRUE(reply.json().is_discarded());
  Faulty stream("kind: malformed");
  auto streamed = stream.ask(kPath, kStream);
  EXPECT_TRUE(streamed.whole);
  EXPECT_TRUE(nlohmann::json::parse(streamed.events().back().data, nullptr, false).is_discarded());
}

TEST(MockFaults, drip_is_the_whole_answer_a_byte_at_a_time) {
  for (std::string_view body : {kWhole, kStream}) {
    World plain;
    Faulty world("kind: drip, delay: 10ms");
    auto reply = world.ask(kPath, body);
    EXPECT_TRUE(reply.whole);
    EXPECT_EQ(reply.body, plain.ask(kPath, body).body);
    EXPECT_GE(reply.took, std::chrono::milliseconds(10) * reply.body.size());
    EXPECT_EQ(world.mock.ledger().completed, 1U);
    EXPECT_EQ(world.mock.ledger().output_tokens, 5U);
  }
}

TEST(MockFaults, oversized_is_as_long_as_the_script_says) {
  for (std::string_view body : {kWhole, kStream}) {
    Faulty world("kind: oversized, size: 3MiB");
    auto reply = world.ask(kPath, body);
    EXPECT_TRUE(reply.whole);
    EXPECT_GT(reply.body.size(), 3U << 20);
  }
  World world(first_call("kind: oversized, size: 3MiB, at: before_head"));
  EXPECT_GT(world.raw_answer(World::request("POST", kPath, kWhole)).size(), 3U << 20);
}

TEST(MockFaults, garbage_is_no_http) {
  Faulty head("kind: garbage");
  auto reply = head.ask(kPath, kWhole);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->kind, http::ClientError::Kind::malformed);
  Faulty body("kind: garbage, at: middle");
  auto streamed = body.ask(kPath, kStream);
  EXPECT_EQ(streamed.status, 200);
  ASSERT_TRUE(streamed.error);
  EXPECT_EQ(streamed.error->kind, http::ClientError::Kind::malformed);
}

}  // namespace
}  // namespace weir::mock
