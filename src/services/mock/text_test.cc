#include "mock/text.h"

#include <gtest/gtest.h>

#include "mock/fitting_json.h"

namespace weir::mock {
namespace {

TEST(MockText, the_same_digest_says_the_same_in_as_many_words) {
  EXPECT_EQ(Text::invented(7, 30).whole(), Text::invented(7, 30).whole());
  EXPECT_NE(Text::invented(7, 30).whole(), Text::invented(8, 30).whole());
  EXPECT_EQ(count_words(Text::invented(7, 30).whole()), 30U);
  EXPECT_EQ(Text::invented(7, 0).whole(), "");
}

TEST(MockText, pieces_put_together_are_the_whole) {
  auto text = Text::invented(1, 25);
  std::string together;
  for (std::size_t i = 0; i < 25; i += 4) text.append(together, i, 4);
  EXPECT_EQ(together, text.whole());
}

TEST(MockText, given_words_stay_as_they_are_but_for_white_space) {
  auto text = Text::given("  one\ntwo \t three ");
  EXPECT_EQ(text.whole(), "one two three");
  text.cut(2);
  EXPECT_EQ(text.whole(), "one two");
}

nlohmann::json fitted(std::string_view schema) {
  return nlohmann::json::parse(fitting_json(nlohmann::json::parse(schema)));
}

TEST(FittingJson, has_what_the_schema_requires_and_nothing_else) {
  auto made = fitted(R"({"type":"object","properties":{
    "city":{"type":"string"},"unit":{"enum":["celsius","kelvin"]},"days":{"type":"integer","minimum":3},
    "exact":{"type":["boolean","null"]},"places":{"type":"array","items":{"type":"number"}},
    "not_needed":{"type":"string"}},
    "required":["city","unit","days","exact","places"]})");
  EXPECT_EQ(made, nlohmann::json::parse(
                      R"({"city":"clear water","unit":"celsius","days":3,"exact":true,"places":[1.5]})"));
}

TEST(FittingJson, follows_references_within_the_schema_even_endless_ones) {
  EXPECT_EQ(fitted(R"({"$defs":{"name":{"const":"weir"}},"type":"object",
                       "properties":{"name":{"$ref":"#/$defs/name"}},"required":["name"]})")["name"],
            "weir");
  auto endless = fitting_json(nlohmann::json::parse(
      R"({"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"required":["a","b"]})"));
  EXPECT_LT(endless.size(), 100'000U);
}

TEST(FittingJson, is_an_empty_object_for_what_is_no_schema) {
  EXPECT_EQ(fitted("null"), nlohmann::json::object());
  EXPECT_EQ(fitted("[1]"), nlohmann::json::object());
}

}  // namespace
}  // namespace weir::mock
