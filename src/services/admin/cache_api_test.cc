#include "admin/cache_api.h"

#include <gtest/gtest.h>

namespace weir::admin {
namespace {

using What = PurgeTarget::What;

TEST(PurgeOrder, names_what_is_to_go) {
  auto order = read_purge_order(R"({"tags":["prices","fr"],"models":["gpt-4o"],"dry_run":true})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->mode, PurgeMode::dry_run);
  ASSERT_EQ(order->targets.size(), 3U);
  EXPECT_EQ(order->targets[0].what, What::model);
  EXPECT_EQ(order->targets[0].name, "gpt-4o");
  EXPECT_EQ(order->targets[1].name, "prices");
}

TEST(PurgeOrder, takes_keys_as_answers_tell_them) {
  auto order = read_purge_order(fmt::format(R"({{"keys":["{}"]}})", std::string(64, 'a')));
  ASSERT_TRUE(order);
  EXPECT_EQ(to_hex(order->targets[0].key), std::string(64, 'a'));
}

// What the problem says of each member, as "field: message".
std::string complaints(std::string_view body) {
  auto order = read_purge_order(body);
  if (order) return "none";
  std::string text;
  for (const auto& error : order.error().errors) text += fmt::format("{}: {}\n", error.field, error.message);
  return text.empty() ? order.error().detail : text;
}

TEST(PurgeOrder, tells_each_member_that_is_wrong) {
  EXPECT_EQ(complaints(R"({"all":1,"tags":"x","keys":["zz",""],"pattern":"*","colour":2,"dry_run":"yes"})"),
            "all: may only be true\n"
            "colour: there is no such member\n"
            "dry_run: must be true or false\n"
            "keys[0]: must be a key as x-weir-cache-key tells it: 64 hexadecimal digits\n"
            "keys[1]: must be a string that is not empty\n"
            "pattern: is not built yet; leave it out\n"
            "tags: must be a list of strings\n");
}

TEST(PurgeOrder, purges_nothing_where_nothing_is_named) {
  for (std::string_view body : {"{}", R"({"tags":[]})", R"({"dry_run":true})"}) {
    EXPECT_EQ(complaints(body),
              ": names nothing to purge: give all, keys, tags, models, classes or namespaces\n");
  }
  for (std::string_view body : {"", "[]", "null", "{", "{\"all\":true"}) {
    EXPECT_EQ(complaints(body), "The body must be a JSON object, such as {\"all\": true}.");
  }
}

TEST(Problem, is_written_as_rfc_9457_has_it) {
  EXPECT_EQ(to_json(Problem{.status = 400, .code = "c", .detail = "d \"q\"", .errors = {{"f", "m"}}}),
            R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"d \"q\"","code":"c",)"
            R"("errors":[{"field":"f","message":"m"}]})");
}

}  // namespace
}  // namespace weir::admin
