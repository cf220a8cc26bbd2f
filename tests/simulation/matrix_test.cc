// The table of tests/faults/matrix.py, in a world in memory: two deployments, and each fault at the first of
// them or at both, asked in both dialects, streamed and not.
#include <gtest/gtest.h>

#include "simulation.h"

namespace weir::simulation {
namespace {

using Kind = IoError::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What a caller gets who has only what is broken.
enum class What : std::uint8_t {
  status,   // and another deployment would be asked
  event,    // of an error, after a stream has begun
  passed,   // as it came
  no_such,  // it can't happen
};

struct Outcome {
  What what;
  int status;
  std::string_view code;  // empty: the provider's own words
};

struct Row {
  std::string_view name;
  std::string_view fault;  // in the provider's script; empty: connecting fails
  Kind how;                // it does, or a reset is seen
  Outcome whole;
  Outcome stream;
  std::uint64_t attempts;  // with the fault at both deployments, where others are asked
};

const auto kRows = std::to_array<Row>({
#include "matrix.inc"
});

struct Way {
  std::string_view path;
  bool streamed;
};
constexpr std::array kWays{
    Way{"/v1/chat/completions", false},
    Way{"/v1/chat/completions", true},
    Way{"/v1/messages", false},
    Way{"/v1/messages", true},
};

constexpr std::string_view kFirst = "first/sim-1";
constexpr std::string_view kSecond = "second/sim-2";
constexpr milliseconds kLongest = seconds(1);  // of an attempt, by its deadlines

config::Settings two_deployments() {
  config::Settings settings;
  for (auto name : {"first", "second"}) {
    auto& provider = settings.providers[name];
    provider.kind = config::ProviderKind::simulated;
    provider.connections.idle = 0;  // a fault of a connection needs a new one
    provider.timeouts = {.connect = seconds(1),
                         .first_byte = milliseconds(800),
                         .between_events = milliseconds(600),
                         .total = kLongest};
  }
  auto& model = settings.models["m"];
  model.deployments = {{"first", "sim-1"}, {"second", "sim-2"}};
  model.strategy = config::Strategy::priority;
  return settings;
}

// One call, in a world of its own.
struct Played {
  Played(const Row& row, const Way& way, std::initializer_list<const char*> broken) {
    for (const auto* name : broken) {
      auto& provider = world.provider(name);
      // Events come apart: one that comes in one piece with what is broken may be lost with it.
      if (!row.fault.empty())
        provider.set_script(
            fmt::format("default: {{ time_to_first_token: 0ms, tokens_per_second: 40, "
                        "output_tokens: 6 }}\nrules: [ {{ fault: {{ {} }} }} ]",
                        row.fault));
      if (row.fault.empty()) provider.fail_connecting(row.how);
      provider.break_as(row.how);
    }
    call = world.ask(fmt::format(R"({{"model":"m","max_tokens":50,"stream":{},"messages":[{{"role":"user",)"
                                 R"("content":"hi"}}]}})",
                                 way.streamed),
                     way.path);
    EXPECT_TRUE(world.run_until([&] { return call->ended(); }));
    took = world.elapsed();
    EXPECT_TRUE(call->whole());
    EXPECT_TRUE(world.run_until([&] { return world.upstream_connections() == 0; })) << "one is left behind";
  }
  std::uint64_t asked(const std::string& name) { return world.provider(name).mock().ledger().calls; }

  Simulation world{1, two_deployments()};
  std::unique_ptr<Asking> call;
  Duration took{};
};

void expect_answer_of(const Asking& call, std::string_view deployment, std::string_view attempts) {
  EXPECT_EQ(call.status(), 200) << call.received();
  EXPECT_EQ(call.header("x-weir-deployment"), deployment);
  EXPECT_EQ(call.header("x-weir-attempts"), attempts);
}

// Where something has gone on, and where that was all right.
void expect_first_answer(Played& played, const Outcome& outcome) {
  expect_answer_of(*played.call, kFirst, "1");
  EXPECT_EQ(played.asked("first"), 1U);
  EXPECT_EQ(played.asked("second"), 0U);
  std::string code = fmt::format(R"("code":"{}")", outcome.code);
  bool told = played.call->received().find(code) != std::string::npos;
  EXPECT_EQ(told, outcome.what == What::event) << played.call->received();
}

void expect_second_answer(Played& played, const Row& row) {
  expect_answer_of(*played.call, kSecond, "2");
  EXPECT_EQ(played.asked("first"), row.fault.empty() ? 0U : 1U);
  EXPECT_EQ(played.asked("second"), 1U);
  EXPECT_EQ(played.call->received().find("error"), std::string::npos);
}

void expect_error(Played& played, const Row& row, const Outcome& outcome) {
  const auto& call = *played.call;
  EXPECT_EQ(call.status(), outcome.status) << call.received();
  EXPECT_EQ(call.header("x-should-retry"), "false");
  EXPECT_NE(call.received().find(outcome.code), std::string::npos) << call.received();
  auto asked = row.fault.empty() ? 0 : row.attempts;
  EXPECT_EQ(played.asked("first"), (asked + 1) / 2);
  EXPECT_EQ(played.asked("second"), asked / 2);
}

TEST(Matrix, a_fault_at_the_first_deployment_comes_to_what_the_table_says) {
  for (const auto& row : kRows) {
    for (const auto& way : kWays) {
      SCOPED_TRACE(fmt::format("{}: {}{}", row.name, way.path, way.streamed ? ", streamed" : ""));
      const auto& outcome = way.streamed ? row.stream : row.whole;
      if (outcome.what == What::no_such) continue;
      Played played(row, way, {"first"});
      if (outcome.what != What::status) {
        expect_first_answer(played, outcome);
        continue;
      }
      expect_second_answer(played, row);
      EXPECT_LE(played.took, 2 * kLongest);
    }
  }
}

TEST(Matrix, a_fault_at_both_deployments_comes_to_what_the_table_says) {
  constexpr auto kBetweenAttempts = seconds(2);
  for (const auto& row : kRows) {
    for (const auto& way : kWays) {
      SCOPED_TRACE(fmt::format("{}: {}{}", row.name, way.path, way.streamed ? ", streamed" : ""));
      const auto& outcome = way.streamed ? row.stream : row.whole;
      if (outcome.what == What::no_such) continue;
      Played played(row, way, {"first", "second"});
      if (outcome.what != What::status) {
        expect_first_answer(played, outcome);
        continue;
      }
      expect_error(played, row, outcome);
      EXPECT_LE(played.took, row.attempts * kLongest + kBetweenAttempts);
    }
  }
}

}  // namespace
}  // namespace weir::simulation
