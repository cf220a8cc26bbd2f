#include "config/substitution.h"

#include <gtest/gtest.h>

#include "config/testing_environment.h"

namespace weir::config {
namespace {

std::string replaced(std::string_view written, const TestingEnvironment& world) {
  auto environment = world.environment();
  auto out = Substitution(environment).apply(written);
  return out ? *out : "error: " + out.error();
}

TEST(Substitution, replaces_variables_files_and_double_dollars) {
  TestingEnvironment world{.variables = {{"HOST", "example.com"}, {"EMPTY", ""}},
                           .files = {{"/run/key", "s3cret\n"}, {"/run/dos", "a\r\n"}, {"/run/two", "a\n\n"}}};
  EXPECT_EQ(replaced("plain", world), "plain");
  EXPECT_EQ(replaced("https://${HOST}/v1", world), "https://example.com/v1");
  EXPECT_EQ(replaced("${HOST}${HOST}", world), "example.comexample.com");
  EXPECT_EQ(replaced("${NONE:-fall back}", world), "fall back");
  EXPECT_EQ(replaced("${EMPTY:-x}", world), "x");
  EXPECT_EQ(replaced("${EMPTY}", world), "");
  EXPECT_EQ(replaced("${NONE:-}", world), "");
  EXPECT_EQ(replaced("${HOST:-x}", world), "example.com");
  EXPECT_EQ(replaced("${file:/run/key}", world), "s3cret");
  EXPECT_EQ(replaced("${file:/run/dos}", world), "a");
  EXPECT_EQ(replaced("${file:/run/two}", world), "a\n");
  EXPECT_EQ(replaced("$$5 and $${HOST}", world), "$5 and ${HOST}");
}

TEST(Substitution, does_not_look_into_what_it_put_in) {
  TestingEnvironment world{.variables = {{"A", "${B} $$"}}, .files = {}};
  EXPECT_EQ(replaced("${A}", world), "${B} $$");
}

TEST(Substitution, says_what_is_missing) {
  TestingEnvironment world;
  EXPECT_EQ(replaced("${NONE}", world),
            "error: the environment variable NONE is not set; set it, or write ${NONE:-default}");
  EXPECT_EQ(replaced("${file:/none}", world), "error: cannot read \"/none\": No such file or directory");
  for (std::string_view text : {"$", "a $ b", "$HOME", "${HOME", "${"}) {
    EXPECT_EQ(replaced(text, world), "error: a `$` stands alone; write $$ for a dollar sign, or ${NAME}")
        << text;
  }
  for (std::string_view text : {"${}", "${1A}", "${A B}", "${:-x}", "${env:A}"}) {
    EXPECT_EQ(
        replaced(text, world),
        "error: ${…} must hold the name of an environment variable, as in ${OPENAI_API_KEY}, or file:PATH")
        << text;
  }
}

TEST(Substitution, a_file_that_repeats_a_large_variable_cannot_fill_the_memory) {
  TestingEnvironment world{.variables = {{"BIG", std::string(300'000, 'x')}}, .files = {}};
  EXPECT_EQ(replaced("${BIG}${BIG}${BIG}", world).size(), 900'000);
  EXPECT_EQ(replaced("${BIG}${BIG}${BIG}${BIG}", world),
            "error: what ${…} stands for grows past 1 MiB in this file");
}

}  // namespace
}  // namespace weir::config
