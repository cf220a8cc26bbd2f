#include "recording/flights.h"

#include "recording/testing_world.h"

namespace weir::recording {
namespace {

struct Note {
  int purge = 0;
};

struct Airport {
  World world;
  Flights<Note> flights;
  Digest key{};
  int purges = 0;
  int opened = 0;
  bool landed = false;

  std::optional<Flights<Note>::Boarded> board() {
    return flights.board(
        key, world.loop, {purges}, [&](const Note& note) { return note.purge == purges; },
        [&] { return landed; }, [&] { return ++opened, world.open(Sharing::shared); });
  }
};

TEST(Flights, the_first_opens_and_the_others_join) {
  Airport airport;
  auto first = airport.board();
  auto second = airport.board();
  EXPECT_TRUE(first->opened);
  EXPECT_FALSE(second->opened);
  EXPECT_EQ(airport.opened, 1);
}

TEST(Flights, a_call_after_a_purge_joins_no_flight_from_before_it) {
  Airport airport;
  auto before = airport.board();
  ++airport.purges;
  auto after = airport.board();
  EXPECT_TRUE(after->opened);
  airport.flights.end(airport.key, before->reader.recording());
  EXPECT_EQ(airport.flights.size(), 1U) << "the older flight's end leaves the newer one";
  EXPECT_FALSE(airport.board()->opened);
}

TEST(Flights, nobody_opens_one_whose_answer_has_come_meanwhile) {
  Airport airport;
  airport.landed = true;
  EXPECT_FALSE(airport.board());
  EXPECT_EQ(airport.flights.size(), 0U);
}

TEST(Flights, one_that_everybody_left_is_replaced) {
  Airport airport;
  Cancellation stop;
  {
    auto leaves = airport.board();
    leaves->reader.recording().cancel_when_deserted(stop);
  }
  EXPECT_TRUE(stop.cancelled());
  EXPECT_TRUE(airport.board()->opened);
}

}  // namespace
}  // namespace weir::recording
