#include "terminal/parse.h"

#include <gtest/gtest.h>

#include "config/testing_environment.h"
#include "terminal/testing_program.h"

namespace weir::terminal {
namespace {

using Words = std::vector<std::string>;

class Parsing : public testing::Test {
 protected:
  Line good(Words words, std::map<std::string, std::string> variables = {}) {
    config::TestingEnvironment given{.variables = std::move(variables), .files = {}};
    auto line = parse(program, std::move(words), given.environment());
    EXPECT_TRUE(line) << line.error().sentence;
    return line ? *std::move(line) : Line{.called = {"", nullptr}};
  }
  std::string wrong(Words words) {
    config::TestingEnvironment nothing;
    auto line = parse(program, std::move(words), nothing.environment());
    return line ? "nothing is wrong" : line.error().sentence;
  }

  const Command program = testing_program();
};

TEST_F(Parsing, a_command_gets_what_it_was_given_in_any_order_and_either_spelling) {
  for (const Words& words : {Words{"cake", "bake", "pie", "--heat", "200", "--quietly"},
                             Words{"cake", "bake", "--quietly", "--heat=200", "pie"}}) {
    Line line = good(words);
    EXPECT_EQ(line.called.path, "bakery cake bake");
    EXPECT_EQ(line.arguments.value("CAKE"), "pie");
    EXPECT_EQ(line.arguments.value("--heat"), "200");
    EXPECT_TRUE(line.arguments.has("--quietly"));
  }
}

TEST_F(Parsing, a_line_goes_before_a_variable_and_a_variable_before_the_standard) {
  auto heat = [&](Words words, const std::string& variable) {
    return *good(std::move(words), {{"HEAT", variable}}).arguments.value("--heat");
  };
  EXPECT_EQ(heat({"cake", "bake", "pie", "--heat", "200"}, "90"), "200");
  EXPECT_EQ(heat({"cake", "bake", "pie"}, "90"), "90");
  EXPECT_EQ(heat({"cake", "bake", "pie"}, ""), "180");
  EXPECT_FALSE(good({"cake", "bake", "pie"}).arguments.has("--heat")) << "a standard is not given";
}

TEST_F(Parsing, an_option_that_may_be_repeated_keeps_all_of_it) {
  Line line = good({"cake", "bake", "--topping", "cream", "pie", "--topping=sugar"});
  EXPECT_EQ(line.arguments.values("--topping"), (Words{"cream", "sugar"}));
  EXPECT_EQ(line.arguments.value("CAKE"), "pie");
}

TEST_F(Parsing, a_value_may_be_a_command_or_begin_with_a_dash) {
  EXPECT_EQ(good({"cake", "bake", "open"}).arguments.value("CAKE"), "open");
  EXPECT_EQ(good({"cake", "bake", "--heat=-5", "pie"}).arguments.value("--heat"), "-5");
  EXPECT_EQ(good({"cake", "bake", "--", "--pie"}).arguments.value("CAKE"), "--pie");
  EXPECT_EQ(good({"cake", "bake", "[::1]"}).arguments.value("CAKE"), "[::1]");
}

TEST_F(Parsing, an_argument_that_may_be_left_out_is_one_of_its_words_or_missing) {
  EXPECT_FALSE(good({"open"}).arguments.has("HOW"));
  EXPECT_EQ(good({"open", "wide"}).arguments.value("HOW"), "wide");
  EXPECT_NE(wrong({"open", "wid"}).find("(did you mean wide?)"), std::string::npos);
  EXPECT_NE(wrong({"open", "wide", "ajar"}).find("\"ajar\" is one argument too many"), std::string::npos);
}

TEST_F(Parsing, a_group_that_does_something_does_it_where_no_command_is_named) {
  Line line = good({"cake", "--old"});
  EXPECT_EQ(line.called.path, "bakery cake");
  EXPECT_TRUE(line.arguments.has("--old"));
  EXPECT_EQ(good({"cake", "bake", "pie"}).called.path, "bakery cake bake");
  EXPECT_EQ(wrong({"cake", "--old", "bake", "pie"}),
            "bakery cake: --old must stand behind \"bake\"; bakery cake --help says more");
}

TEST_F(Parsing, help_is_for_the_command_it_stands_behind_whatever_else_is_missing) {
  EXPECT_EQ(good({"--help"}).called.path, "bakery");
  Line line = good({"cake", "bake", "-h"});
  EXPECT_EQ(line.wish, Wish::help);
  EXPECT_EQ(line.called.path, "bakery cake bake");
  EXPECT_EQ(good({"cake", "bake", "--bogus", "--help"}).called.path, "bakery cake bake");
  EXPECT_EQ(good({"--version"}).wish, Wish::version);
}

TEST_F(Parsing, what_is_wrong_is_one_sentence_with_the_nearest_name) {
  EXPECT_EQ(wrong({}), "bakery: name a command (open, cake); bakery --help says more");
  EXPECT_EQ(wrong({"opem"}),
            "bakery: there is no command \"opem\" (did you mean open?); bakery --help says more");
  EXPECT_EQ(wrong({"cake", "fry"}),
            "bakery cake: there is no command \"fry\" (there are bake); bakery cake --help says more");
  EXPECT_EQ(wrong({"cake", "--sugar", "bake", "pie"}),
            "bakery cake: there is no option \"--sugar\"; bakery cake --help says more");
  EXPECT_NE(wrong({"cake", "bake", "pie", "--haet=1"}).find("\"--haet\" (did you mean --heat?)"),
            std::string::npos);
  EXPECT_NE(wrong({"cake", "bake", "pie", "--heat"}).find("--heat needs a value"), std::string::npos);
  EXPECT_NE(wrong({"cake", "bake"}).find("CAKE is missing"), std::string::npos);
  EXPECT_NE(wrong({"cake", "bake", "pie", "tart"}).find("\"tart\" is one argument too many"),
            std::string::npos);
  EXPECT_NE(wrong({"cake", "bake", "pie", "--heat", "1", "--heat", "2"}).find("more than once"),
            std::string::npos);
  EXPECT_NE(wrong({"cake", "bake", "pie", "--quietly=no"}).find("--quietly takes no value"),
            std::string::npos);
  EXPECT_NE(wrong({"cake", "bake", "pie", "--topping", "suger"}).find("(did you mean sugar?)"),
            std::string::npos);
}

}  // namespace
}  // namespace weir::terminal
