// --help, the man page and the completions, made from a small program.

#include <gtest/gtest.h>

#include "terminal/completion.h"
#include "terminal/help.h"
#include "terminal/manual.h"
#include "terminal/testing_program.h"

namespace weir::terminal {
namespace {

class Documents : public testing::Test {
 protected:
  const Command program = testing_program();
  const std::vector<Called> commands = every_command(program);
};

TEST_F(Documents, help_says_all_that_was_declared) {
  EXPECT_EQ(help_of(commands.back(), {}),
            "Bake a cake.\n"
            "\n"
            "Usage:\n"
            "  bakery cake bake CAKE [options]\n"
            "\n"
            ".Heat and time are the baker's own; see \"cakes\\pies\".\n"
            "\n"
            "Arguments:\n"
            "  CAKE  What to bake\n"
            "\n"
            "Options:\n"
            "  --heat DEGREES  How hot; in degrees Celsius (default: 180)\n"
            "  --topping T     What goes on top; may be given more than once\n"
            "  --quietly       Say nothing\n"
            "  -h, --help      Say what this command does, and how\n"
            "\n"
            "Environment:\n"
            "  HEAT  Stands for --heat when that isn't given\n"
            "\n"
            "Exit codes:\n"
            "  0  It is done\n"
            "\n"
            "Examples:\n"
            "  bakery cake bake pie --heat 200\n"
            "      A hot one.\n");
}

TEST_F(Documents, help_of_a_group_lists_its_commands) {
  std::string text = help_of(commands.front(), {});
  EXPECT_NE(text.find("Commands:\n  open  Open the door\n  cake  Make cakes\n"), text.npos) << text;
  EXPECT_NE(text.find("  --version   "), text.npos) << text;
}

TEST_F(Documents, usage_shows_what_may_be_left_out_in_brackets) {
  EXPECT_EQ(usage_of(commands[0]), "bakery COMMAND [options]");
  EXPECT_EQ(usage_of(commands[1]), "bakery open [HOW] [options]");
  EXPECT_EQ(usage_of(commands[2]), "bakery cake [COMMAND] [options]");
  std::string page = manual_of(program, {.version = "1", .date = "2026-01-02"});
  EXPECT_TRUE(page.contains("\\fBbakery cake\\fR [COMMAND] [options]\n")) << page;
  EXPECT_TRUE(completion_of(program, "zsh").contains("'1::HOW:(wide ajar)'"));
}

TEST_F(Documents, nothing_in_the_manual_is_taken_for_a_request_or_an_escape) {
  std::string page = manual_of(program, {.version = "1.2.3", .date = "2026-01-02"});
  EXPECT_NE(page.find(".TH \"BAKERY\" 1 \"2026-01-02\" \"bakery 1.2.3\""), page.npos) << page;
  EXPECT_NE(page.find("\n\\&.Heat and time are the baker\\(aqs own; see \\(dqcakes\\epies\\(dq.\n"),
            page.npos)
      << page;
  EXPECT_NE(page.find("\\fB\\-\\-heat\\fR \\fIDEGREES\\fR\n"), page.npos) << page;
}

TEST_F(Documents, each_shell_has_a_script_of_its_own) {
  for (auto shell : kShells) {
    std::string script = completion_of(program, shell);
    EXPECT_TRUE(script.contains(fmt::format("{} completion for bakery", shell))) << script;
    EXPECT_TRUE(script.contains("'bakery cake bake'")) << script;
  }
}

TEST_F(Documents, a_quote_in_a_sentence_does_not_end_the_script) {
  EXPECT_EQ(single_quoted("the baker's"), R"('the baker'\''s')");
}

}  // namespace
}  // namespace weir::terminal
