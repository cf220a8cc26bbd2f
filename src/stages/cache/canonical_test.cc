#include "cache/canonical.h"

#include <gtest/gtest.h>

namespace weir::cache {
namespace {

constexpr std::array kTable{
    KeyField{"stream", KeyField::Part::out, ""},
    KeyField{"model", KeyField::Part::apart, ""},
    KeyField{"metadata.user_id", KeyField::Part::out, ""},
};

// The form, or nothing where there is none.
std::optional<std::string> form(std::string_view text) {
  PaddedString body(text);
  std::string out;
  if (!append_canonical(body.view(), kTable, out)) return std::nullopt;
  return out;
}

// Of one value, in a body that is otherwise the same.
std::optional<std::string> form_of(std::string_view value) {
  return form(fmt::format(R"({{"x":{}}})", value));
}

TEST(CanonicalForm, neither_order_nor_white_space_nor_escapes_matter) {
  auto plain = form(R"({"a":[1,{"b":"é/\n","c":null}],"d":true})");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain, form(" {\t\"d\" :true,\r\n\"a\":[ 1 , {\"c\":null,\"b\":\"\\u00e9\\/\\u000A\"} ] } "));
  EXPECT_EQ(plain, form(R"({"\u0064":true,"\u0061":[1,{"b":"\u00E9/\n","c":null}]})"));
}

TEST(CanonicalForm, numbers_stand_by_value) {
  for (std::string_view one : {"1.0", "1e0", "10e-1", "0.1e1", "1.000"})
    EXPECT_EQ(form_of("1"), form_of(one)) << one;
  for (std::string_view zero : {"-0", "0.0", "-0.0", "0e5"}) EXPECT_EQ(form_of("0"), form_of(zero)) << zero;
  EXPECT_EQ(form_of("0.5"), form_of("5e-1"));
  EXPECT_EQ(form_of("-3"), form_of("-3.0"));
  EXPECT_EQ(form_of("1e3"), form_of("1000"));
  EXPECT_EQ(form_of("18446744073709551615"), form_of("18446744073709551615"));
}

TEST(CanonicalForm, integers_that_no_double_holds_stay_exact) {
  EXPECT_NE(form_of("9007199254740993"), form_of("9007199254740992"));
  EXPECT_EQ(form_of("9007199254740992"), form_of("9007199254740992.0"));
  EXPECT_NE(form_of("18446744073709551615"), form_of("18446744073709551614"));
  EXPECT_NE(form_of("-9223372036854775808"), form_of("9223372036854775808"));
  EXPECT_EQ(form_of("-9223372036854775808"), form_of("-9223372036854775808.0"));
  EXPECT_NE(form_of("18446744073709551615"), form_of("-1")) << "their bits are the same";
  EXPECT_TRUE(form_of("1e300"));
}

TEST(CanonicalForm, what_looks_alike_but_is_not_the_same_has_another_form) {
  const std::vector<std::string_view> all{"null",
                                          "true",
                                          "false",
                                          "0",
                                          "1",
                                          "-1",
                                          "0.1",
                                          R"("")",
                                          R"("1")",
                                          R"("null")",
                                          "[]",
                                          "{}",
                                          "[[]]",
                                          "[{}]",
                                          "[[],[]]",
                                          R"([""])",
                                          R"(["a","b"])",
                                          R"(["b","a"])",
                                          R"(["ab"])",
                                          R"(["ab",""])",
                                          R"(["a","b",""])",
                                          R"({"a":"b"})",
                                          R"({"a":["b"]})",
                                          R"({"b":"a"})",
                                          R"({"ab":""})",
                                          R"({"a":"b","c":"d"})",
                                          R"({"a":{"b":"c"}})",
                                          R"([{"a":"b"}])",
                                          "[1,2]",
                                          "[12]",
                                          "[[1],2]",
                                          "[[1,2]]",
                                          R"("e")",
                                          R"("\u0000")",
                                          R"({"a":1,"a":2})",
                                          R"({"a":2,"a":1})",
                                          R"({"a":2})",
                                          R"("A")"};
  std::map<std::string, std::string_view> forms;
  for (auto value : all) {
    auto written = form_of(value);
    ASSERT_TRUE(written) << value;
    auto [other, is_new] = forms.emplace(*written, value);
    EXPECT_TRUE(is_new) << value << " has the form of " << other->second;
  }
}

TEST(CanonicalForm, members_of_one_name_keep_their_order_among_others) {
  std::string apart, mixed, swapped;
  for (int i = 0; i < 40; ++i) {
    apart += fmt::format(R"("a":{},)", i);
    mixed += fmt::format(R"("b":{},"a":{},)", i, i);
    swapped += fmt::format(R"("b":{},"a":{},)", i, i ^ 1);
  }
  for (int i = 0; i < 40; ++i) apart += fmt::format(R"("b":{},)", i);
  auto written = [](const std::string& members) { return form("{" + members + R"("z":0})"); };
  EXPECT_EQ(written(apart), written(mixed));
  EXPECT_NE(written(apart), written(swapped));
}

TEST(CanonicalForm, fields_that_are_out_do_not_count_and_all_others_do) {
  auto bare = form(R"({"x":1})");
  EXPECT_EQ(bare, form(R"({"stream":true,"x":1,"model":"m"})"));
  EXPECT_EQ(bare, form(R"({"str\u0065am":{"a":[1]},"x":1})"));
  EXPECT_NE(bare, form(R"({"x":1,"Stream":true})"));
  EXPECT_NE(form(R"({"x":{"stream":true}})"), form(R"({"x":{"stream":false}})")) << "only at the top";
}

TEST(CanonicalForm, a_field_of_a_field_can_be_out) {
  EXPECT_EQ(form(R"({"metadata":{"user_id":"a","b":1}})"), form(R"({"metadata":{"b":1,"user_id":"c"}})"));
  EXPECT_NE(form(R"({"metadata":{"b":1}})"), form(R"({"metadata":{"b":2}})"));
  EXPECT_NE(form(R"({"metadata":{"x":{"user_id":1}}})"), form(R"({"metadata":{"x":{"user_id":2}}})"));
  EXPECT_NE(form(R"({"other":{"user_id":1}})"), form(R"({"other":{"user_id":2}})"));
  EXPECT_NE(form(R"({"metadata":["user_id"]})"), form(R"({"metadata":"user_id"})"));
}

TEST(CanonicalForm, what_cannot_be_read_has_none) {
  for (std::string_view broken : {"", "[]", "5", "{", R"({"a":})", R"({"a":1} x)", "{\"a\":\"\xFF\"}"}) {
    EXPECT_FALSE(form(broken)) << broken;
  }
  for (std::string_view value : {"18446744073709551616", "-9223372036854775809", "1e400", R"("\ud800")"}) {
    EXPECT_FALSE(form_of(value)) << value;
  }
}

TEST(CanonicalForm, a_document_may_be_nested_as_deep_as_a_request_may) {
  auto nested = [](std::size_t depth) { return form_of(std::string(depth, '[') + std::string(depth, ']')); };
  EXPECT_TRUE(nested(511));
  EXPECT_FALSE(nested(1024));
  EXPECT_TRUE(nested(3)) << "after one that failed";
}

TEST(CanonicalForm, large_bodies_and_small_ones_can_take_turns) {
  std::string large = fmt::format(R"({{"x":"{}"}})", std::string(700'000, 'a'));
  auto small = form_of("[1,2,3]");
  EXPECT_EQ(form(large)->size(), 700'000 + 1 + 9 + 1 + 9 + 1);
  EXPECT_EQ(form_of("[1,2,3]"), small);
}

}  // namespace
}  // namespace weir::cache
