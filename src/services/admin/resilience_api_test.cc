#include "admin/resilience_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir::admin {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr WallTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + std::chrono::hours(12)};

// Two deployments, the first with two keys; does what it is told.
class Gateway final : public ResiliencePort {
 public:
  std::vector<EndpointFigures> endpoints() const override { return all; }
  void tell_breakers(std::string_view deployment, const std::optional<std::string>& key_name,
                     BreakerOrder order) override {
    for (auto& each : all) {
      if (each.deployment == deployment && (!key_name || each.key_name == *key_name)) each.told = order;
    }
  }
  LevelFigures level() const override {
    return {
        .level = wanted ? "cheaper" : "full", .by_hand = wanted.has_value(), .since = kNoon, .load = 0.25};
  }
  std::vector<std::string_view> levels() const override { return {"full", "cheaper"}; }
  void set_level(std::optional<std::string_view> name) override { wanted = name; }

  std::vector<EndpointFigures> all{
      {.deployment = "openai/gpt-4o", .provider = "openai", .key_name = "main", .models = {"gpt"}},
      {.deployment = "openai/gpt-4o", .provider = "openai", .key_name = "spare", .models = {"gpt"}},
      {.deployment = "house/llama", .provider = "house", .key_name = "", .models = {"gpt"}}};
  std::optional<std::string> wanted;
};

class Api : public testing::Test {
 protected:
  json change(std::string_view body) {
    auto answer = api.change_breakers(body);
    return answer ? json::parse(*answer)["data"] : json::parse(to_json(answer.error()));
  }
  std::vector<BreakerOrder> told() const {
    std::vector<BreakerOrder> orders;
    for (const auto& each : gateway.all) orders.push_back(each.told);
    return orders;
  }

  Gateway gateway;
  ResilienceApi api{gateway};
};

TEST_F(Api, a_deployment_is_told_with_all_that_is_known_of_it) {
  gateway.all = {{.deployment = "openai/gpt-4o",
                  .provider = "openai",
                  .key_name = "main",
                  .models = {"gpt", "openai/*"},
                  .state = BreakerState::open,
                  .until = kNoon,
                  .openings_in_a_row = 2,
                  .results = 10,
                  .failed = 7,
                  .slow = 1,
                  .under_way = 3,
                  .limit = 20,
                  .latency = milliseconds(12) + std::chrono::microseconds(345),
                  .quota_left = 0.5,
                  .rests_until = kNoon}};
  EXPECT_EQ(api.deployments("").value(),
            R"({"data":[{"deployment":"openai/gpt-4o","provider":"openai","key_name":"main",)"
            R"("models":["gpt","openai/*"],"breaker":{"state":"open","forced":null,)"
            R"("until":"2026-01-02T12:00:00Z","openings_in_a_row":2,"results":10,"failed":7,"slow":1},)"
            R"("under_way":3,"limit":20,"latency_ms":12.345,"quota_left":0.5,)"
            R"("rests_until":"2026-01-02T12:00:00Z"}],"next_cursor":null})");
}

TEST_F(Api, what_is_not_known_is_null) {
  auto last = json::parse(api.deployments("").value())["data"].back();
  for (const auto* name : {"key_name", "limit", "latency_ms", "quota_left", "rests_until"}) {
    EXPECT_TRUE(last.at(name).is_null()) << name;
  }
  EXPECT_TRUE(last["breaker"].at("until").is_null());
}

TEST_F(Api, a_deployment_is_steered_with_all_its_keys_or_with_one) {
  using enum BreakerOrder;
  auto both = change(R"({"deployment":"openai/gpt-4o","state":"open"})");
  EXPECT_EQ(both.size(), 2U);
  EXPECT_EQ(told(), (std::vector{open, open, automatic}));
  auto one = change(R"({"deployment":"openai/gpt-4o","key_name":"spare","state":"closed"})");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0]["breaker"]["forced"], "closed");
  EXPECT_EQ(told(), (std::vector{open, closed, automatic}));
  change(R"({"deployment":"openai/gpt-4o","state":"auto"})");
  EXPECT_EQ(told(), (std::vector{automatic, automatic, automatic}));
}

TEST_F(Api, a_name_that_is_none_is_answered_with_the_nearest) {
  auto problem = change(R"({"deployment":"openai/gpt4o","state":"open"})");
  EXPECT_EQ(problem["status"], 404);
  EXPECT_EQ(problem["code"], "no_such_deployment");
  EXPECT_EQ(problem["errors"][0]["message"], "did you mean openai/gpt-4o?");
  problem = change(R"({"deployment":"openai/gpt-4o","key_name":"spar","state":"open"})");
  EXPECT_EQ(problem["code"], "no_such_key");
  EXPECT_EQ(problem["errors"][0]["message"], "did you mean spare?");
  problem = change(R"({"deployment":"x","state":"open"})");
  EXPECT_EQ(problem["errors"][0]["message"], "is not configured");
  EXPECT_EQ(told(), std::vector(3, BreakerOrder::automatic));
}

TEST_F(Api, each_member_that_is_wrong_is_named_and_nothing_is_changed) {
  EXPECT_EQ(change(R"({"key_name":7,"state":"opn","colour":1})")["errors"],
            json::parse(R"([{"field":"deployment","message":"is missing"},)"
                        R"({"field":"key_name","message":"must be a string that is not empty"},)"
                        R"({"field":"state","message":"did you mean open?"},)"
                        R"({"field":"colour","message":"there is no such member"}])"));
  for (auto body : {"", "[]", "7", "{"}) {
    EXPECT_EQ(change(body)["detail"],
              R"(The body must be a JSON object, such as {"deployment": "openai/gpt-4o", "state": "open"}.)");
  }
}

TEST_F(Api, the_level_is_one_of_the_names_or_auto) {
  EXPECT_EQ(api.change_level(R"({"level":"cheaper"})").value(),
            R"({"level":"cheaper","by_hand":true,"since":"2026-01-02T12:00:00Z","load":0.25,"why":""})");
  EXPECT_EQ(gateway.wanted, "cheaper");
  auto wrong = api.change_level(R"({"level":"nothing"})");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().errors[0].message, "is full, cheaper, auto");
  EXPECT_EQ(gateway.wanted, "cheaper");
  EXPECT_TRUE(api.change_level(R"({"level":"auto"})"));
  EXPECT_EQ(gateway.wanted, std::nullopt);
}

TEST_F(Api, a_list_that_is_asked_for_in_parts_is_refused_rather_than_given_whole) {
  ASSERT_FALSE(api.deployments("limit=1"));
  EXPECT_EQ(api.deployments("limit=1").error().status, 400);
}

}  // namespace
}  // namespace weir::admin
