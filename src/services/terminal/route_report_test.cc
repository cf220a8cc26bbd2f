#include "terminal/route_report.h"

#include <gtest/gtest.h>

namespace weir::terminal {
namespace {

constexpr std::string_view kDeployments =
    R"({"data":[{"deployment":"house/llama","key_name":null,"breaker":{"state":"closed","forced":null},)"
    R"("under_way":0,"limit":null,"latency_ms":null,"quota_left":null,"rests_until":null},)"
    R"({"deployment":"openai/gpt-4o","key_name":"main","breaker":{"state":"open","forced":null,)"
    R"("until":"2026-01-02T12:00:30Z","results":10,"failed":7,"slow":0},)"
    R"("under_way":3,"limit":20,"latency_ms":812.4,"quota_left":0.25,"rests_until":null},)"
    R"({"deployment":"openai/gpt-4o","key_name":"spare","breaker":{"state":"closed","forced":null},)"
    R"("under_way":1,"rests_until":"2026-01-02T12:00:05Z"},)"
    R"({"deployment":"x/y","key_name":"k","breaker":{"state":"half_open","forced":null},"under_way":0},)"
    R"({"deployment":"x/z","key_name":"k","breaker":{"state":"open","forced":"open"},"under_way":0}],)"
    R"("next_cursor":null})";

TEST(Route, deployments_stand_in_a_table_with_what_is_known_of_them) {
  EXPECT_EQ(route_report(kDeployments, {.columns = 100}),
            "DEPLOYMENT     KEY    BREAKER    UNDER WAY  LATENCY  QUOTA  NOTE\n"
            "house/llama           closed             0\n"
            "openai/gpt-4o  main   open            3/20   812 ms    25%  until 12:00:30Z; 7 of 10 failed, 0 "
            "slow\n"
            "openai/gpt-4o  spare  closed             1                  rests until 12:00:05Z\n"
            "x/y            k      half open          0\n"
            "x/z            k      open               0                  by hand\n");
}

TEST(Route, a_breaker_that_is_not_closed_is_red) {
  auto text = route_report(kDeployments, {.columns = 100, .colours = Colours::sixteen}).value();
  Screen colourful{.colours = Colours::sixteen};
  EXPECT_TRUE(text.contains(colourful.inked(Ink::bad, "half open"))) << text;
  EXPECT_TRUE(text.contains(colourful.inked(Ink::good, "closed"))) << text;
}

TEST(Route, a_document_of_another_kind_is_no_report) {
  for (auto document : {"", "[]", "7", R"({"data":7})", R"({"level":7,"load":0})"}) {
    EXPECT_FALSE(route_report(document, {})) << document;
    EXPECT_FALSE(level_report(document, {}, {})) << document;
  }
  EXPECT_TRUE(route_report(R"({"data":[7,null,{"deployment":3,"breaker":[],"latency_ms":"x"}]})", {}));
  EXPECT_EQ(route_report(R"({"data":[]})", {}), "There are no deployments.\n");
}

TEST(Route, a_change_is_written_as_the_api_takes_it) {
  Arguments arguments;
  arguments.set("DEPLOYMENT", {"openai/\"4o\""});
  EXPECT_EQ(breaker_change(arguments, "open"), R"({"deployment":"openai/\"4o\"","state":"open"})");
  arguments.set("--key", {"main"});
  EXPECT_EQ(breaker_change(arguments, "auto"),
            R"({"deployment":"openai/\"4o\"","key_name":"main","state":"auto"})");
}

TEST(Level, is_told_with_since_when_and_why) {
  using namespace std::chrono;
  WallTime now = sys_days(2026y / January / 2) + hours(3) + minutes(9);
  EXPECT_EQ(level_report(R"({"level":"cheaper","by_hand":false,"since":"2026-01-02T03:04:05Z","load":0.917,)"
                         R"("why":"the load came to 91%: cheaper models are asked"})",
                         now, {}),
            "level cheaper for 4 min, since 2026-01-02T03:04:05Z: the load came to 91%: cheaper models are "
            "asked\nload 92%\n");
  EXPECT_EQ(level_change("cache_only"), R"({"level":"cache_only"})");
}

}  // namespace
}  // namespace weir::terminal
