// The API's documents as people read them.

#include <gtest/gtest.h>

#include "terminal/admin_client.h"
#include "terminal/cache_report.h"
#include "terminal/status_report.h"

namespace weir::terminal {
namespace {

constexpr std::string_view kStats =
    R"({"data":[{"layer":"memory","requests":{"hit":1200,"miss":100,"stale":7,"joined":100,"bypass":3},)"
    R"("evictions":{"capacity":1,"expired":2,"purged":3,"replaced":4},"entries":12345,"bytes":1258291,)"
    R"("capacity_bytes":268435456,"saved_nanos":3149000}]})";

TEST(CacheStats, figures_are_grouped_and_have_units) {
  EXPECT_EQ(cache_stats_report(kStats, {}),
            "SINCE THE START                      memory\n"
            "hits                                  1,200\n"
            "joined a call                           100\n"
            "misses                                  100\n"
            "  of them expired                         7\n"
            "not looked for                            3\n"
            "answered without a call               92.9%\n"
            "saved                               $0.0031\n"
            "evicted for room                          1\n"
            "expired                                   2\n"
            "purged                                    3\n"
            "replaced                                  4\n"
            "answers now                          12,345\n"
            "memory now               1.2 MiB of 256 MiB\n");
}

TEST(CacheStats, a_document_of_another_kind_is_no_report) {
  for (auto document : {"", "[]", "7", R"({"data":7})", R"({"error":{}})"}) {
    EXPECT_FALSE(cache_stats_report(document, {})) << document;
    EXPECT_FALSE(status_report(document, "http://a", {}, {})) << document;
    EXPECT_FALSE(purge_report(document, {})) << document;
  }
}

TEST(CacheStats, members_that_are_missing_or_strange_count_as_nothing) {
  EXPECT_TRUE(cache_stats_report(R"({"data":[{"layer":7,"requests":[],"bytes":-1},8,null]})", {}));
}

TEST(Purge, what_was_named_is_ordered_as_the_api_takes_it) {
  Arguments arguments;
  EXPECT_FALSE(purge_order(arguments));
  arguments.set("--dry-run", {""});
  EXPECT_FALSE(purge_order(arguments)) << "nothing is named yet";
  arguments.set("--tag", {"a", "b\"c"});
  arguments.set("--namespace", {"n"});
  EXPECT_EQ(purge_order(arguments), R"({"dry_run":true,"namespaces":["n"],"tags":["a","b\"c"]})");
}

TEST(Purge, the_answer_is_a_sentence) {
  Arguments arguments;
  EXPECT_EQ(purge_report(R"({"matched":1})", arguments), "Purged 1 answer.\n");
  arguments.set("--dry-run", {""});
  EXPECT_EQ(purge_report(R"({"matched":1234})", arguments), "Would purge 1,234 answers.\n");
}

TEST(Status, what_is_degraded_stands_in_a_table) {
  using namespace std::chrono;
  constexpr std::string_view kDocument =
      R"({"status":"ready","degraded":[{"part":"provider openai","reason":"refused","since":"2026-01-02T03:04:05Z"}]})";
  WallTime now = sys_days(2026y / January / 2) + hours(3) + minutes(9);
  EXPECT_EQ(status_report(kDocument, "http://a", now, {}),
            "weir at http://a is ready, but not everything works.\n"
            "\n"
            "DEGRADED         SINCE                 FOR    WHY\n"
            "provider openai  2026-01-02T03:04:05Z  4 min  refused\n");
}

TEST(Status, the_level_and_each_deployment_that_is_left_alone_have_a_line_that_is_not_cut) {
  using namespace std::chrono;
  constexpr std::string_view kDocument =
      R"({"status":"ready","degraded":[)"
      R"({"part":"deployment openai/gpt-4o-mini-2024-07-18, key main","since":"2026-01-02T03:04:05Z",)"
      R"("reason":"its breaker is open until 2026-01-02T03:04:35Z: 7 of 10 attempts failed"},)"
      R"({"part":"level","reason":"set by hand: cheaper models are asked","since":"2026-01-02T03:04:00Z"}]})";
  WallTime now = sys_days(2026y / January / 2) + hours(3) + minutes(4) + seconds(10);
  EXPECT_EQ(status_report(kDocument, "http://a", now, {}),
            "weir at http://a is ready, but not everything works.\n"
            "\n"
            "deployment openai/gpt-4o-mini-2024-07-18, key main for 5 s: its breaker is open until "
            "2026-01-02T03:04:35Z: 7 of 10 attempts failed\n"
            "level for 10 s: set by hand: cheaper models are asked\n");
}

TEST(Status, a_time_that_is_none_is_shown_without_how_long) {
  auto text = status_report(R"({"status":"ready","degraded":[{"part":"p","since":"lately"}]})", "u", {}, {});
  EXPECT_EQ(
      text,
      "weir at u is ready, but not everything works.\n\nDEGRADED  SINCE   FOR  WHY\np         lately\n");
}

TEST(Refusal, is_told_in_the_words_of_whoever_refused) {
  EXPECT_EQ(refusal_of({.status = 400,
                        .body = R"({"detail":"No.","errors":[{"field":"keys[0]","message":"is none"}]})"}),
            "No.\n  keys[0]: is none");
  EXPECT_EQ(refusal_of({.status = 503, .body = R"({"error":{"message":"Draining."}})"}), "Draining.");
  EXPECT_EQ(refusal_of({.status = 500, .body = "7"}), "it was refused with status 500");
  EXPECT_TRUE(refusal_of({.status = 401, .body = R"({"detail":"No key."})"}).contains("WEIR_MASTER_KEY"));
}

}  // namespace
}  // namespace weir::terminal
