#include "config/yaml_tree.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "config/testing_environment.h"

#include <random>

namespace weir::config {
namespace {

using std::literals::operator""sv;

// "LINE:COL: why not", or "" for a text that is read.
std::string why_not(std::string_view text) {
  auto tree = parse_yaml(text);
  if (tree) return "";
  return fmt::format("{}:{}: {}", tree.error().place.line, tree.error().place.column, tree.error().text);
}

TEST(ParseYaml, keeps_the_order_and_the_places) {
  auto tree = parse_yaml("b: 1\na:\n  - x\n  - \"y: z\"\n");
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->children.size(), 2);
  EXPECT_EQ(tree->children[0].key, "b");
  EXPECT_EQ(tree->children[0].place.column, 4);
  const auto& list = tree->children[1];
  EXPECT_EQ(list.kind, YamlNode::Kind::list);
  EXPECT_EQ(list.place.line, 2);
  EXPECT_EQ(list.place.column, 1);
  EXPECT_EQ(list.children[1].text, "y: z");
  EXPECT_EQ(list.children[1].place.line, 4);
}

TEST(ParseYaml, broken_syntax_is_told_with_its_place) {
  EXPECT_EQ(why_not("a: [1, 2\nb: 3\n"), "2:2: end of sequence flow not found");
  EXPECT_EQ(why_not("a: 1\n b: 2\n"), "2:3: illegal map value");
}

TEST(ParseYaml, a_quote_that_is_never_closed_does_not_swallow_the_file) {
  for (std::string_view text : {"a: \"open", "a: \"open\n", "a: \"open\nb: 2\n\n", "a: 'open\r\n \t\n  "}) {
    EXPECT_TRUE(why_not(text).ends_with("illegal EOF in scalar")) << why_not(text);
  }
}

TEST(ParseYaml, a_control_character_is_told_with_its_place) {
  EXPECT_EQ(why_not("a: 1\nb: 2\x04\nc: 3\n"), "2:5: a control character, number 4; remove it");
  EXPECT_EQ(why_not("\0"sv), "1:1: a control character, number 0; remove it");
}

TEST(ParseYaml, what_a_configuration_has_no_use_for_is_refused) {
  EXPECT_EQ(why_not("a: &x 1\nb: *x\n"), "2:4: aliases (*name) are not supported; write the value out");
  EXPECT_EQ(why_not("a: !ENV x\n"), "1:4: tags (!name) are not supported; remove it");
  EXPECT_EQ(why_not("a: 1\n---\nb: 2\n"), "2:1: a second document (---) begins; write one");
  EXPECT_EQ(why_not("[a, b]: 1\n"), "1:1: a name must be plain text");
  EXPECT_EQ(why_not("~: 1\n"), "1:1: a name must be plain text");
}

TEST(ParseYaml, large_and_deep_texts_are_refused) {
  EXPECT_EQ(why_not(std::string((1 << 20) + 1, ' ')), "0:0: larger than 1 MiB");
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "- ";
  EXPECT_EQ(why_not(deep), "1:201: more than 100 levels deep");
  EXPECT_NE(why_not(std::string(1 << 20, '[')), "");
  EXPECT_NE(why_not(std::string(1 << 20, '{')), "");
  std::string many;
  for (int i = 0; i < 150'000; ++i) many += "- a\n";
  EXPECT_EQ(why_not(many), "100000:3: more than 100,000 values");
}

TEST(ParseYaml, a_bomb_of_aliases_is_refused_before_it_grows) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  EXPECT_EQ(why_not(bomb), "2:10: aliases (*name) are not supported; write the value out");
}

TEST(ParseYaml, no_bytes_make_it_throw) {
  constexpr auto kLetters = "ab:-[]{},&*!|>'\"%@`#?~ \t\n\r\\$\x00\x7f\xff\xc3\xa9<0"sv;
  std::mt19937 random(7);
  TestingEnvironment world;
  auto environment = world.environment();
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = kLetters[random() % kLetters.size()];
    EXPECT_NO_THROW({ auto ignored = load(text, "f", environment); }) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace weir::config
