#include "terminal/table.h"

#include <gtest/gtest.h>

#include "config/testing_environment.h"

namespace weir::terminal {
namespace {

Table providers() {
  Table table({{"PROVIDER"}, {"KEYS", Align::right}, {"WHERE"}});
  table.add({"openai", "12", "https://api.openai.com/v1"});
  table.add({"größe", "1", "here"});
  return table;
}

TEST(Table, columns_are_aligned_by_what_is_seen) {
  EXPECT_EQ(providers().to_text({}),
            "PROVIDER  KEYS  WHERE\n"
            "openai      12  https://api.openai.com/v1\n"
            "größe        1  here\n");
}

TEST(Table, the_widest_column_is_shortened_until_all_fit) {
  EXPECT_EQ(providers().to_text({.columns = 30}),
            "PROVIDER  KEYS  WHERE\n"
            "openai      12  https://api.o…\n"
            "größe        1  here\n");
}

TEST(Table, a_screen_that_is_too_narrow_for_anything_still_shows_the_beginnings) {
  EXPECT_EQ(providers().to_text({.columns = 1}),
            "PRO…  KEYS  WHE…\n"
            "ope…    12  htt…\n"
            "grö…     1  here\n");
}

TEST(Table, colours_take_no_room) {
  Table table({{"A"}, {"B"}});
  table.add({{"bad", Ink::bad}, "x"});
  EXPECT_EQ(table.to_text({.colours = Colours::sixteen}),
            "\x1b[1mA\x1b[0m    \x1b[1mB\x1b[0m\n"
            "\x1b[31mbad\x1b[0m  x\n");
}

TEST(Table, what_others_wrote_can_not_add_lines_or_colours) {
  Table table({{"A"}});
  table.add({"x\n\x1b[31my"});
  EXPECT_EQ(table.to_text({}), "A\nx??[31my\n");
}

TEST(Screen, colours_are_for_terminals_that_want_them) {
  auto with = [](std::map<std::string, std::string> variables) {
    config::TestingEnvironment given{.variables = std::move(variables), .files = {}};
    return colours_on_terminal(given.environment());
  };
  EXPECT_EQ(with({}), Colours::sixteen);
  EXPECT_EQ(with({{"NO_COLOR", ""}, {"TERM", "xterm"}}), Colours::sixteen);
  EXPECT_EQ(with({{"NO_COLOR", "1"}}), Colours::none);
  EXPECT_EQ(with({{"TERM", "dumb"}}), Colours::none);
}

}  // namespace
}  // namespace weir::terminal
