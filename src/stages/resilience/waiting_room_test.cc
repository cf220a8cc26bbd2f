#include "resilience/waiting_room.h"

#include <gtest/gtest.h>

#include "resilience/endpoint.h"
#include "runtime/task_group.h"

namespace weir::resilience {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One loop under a clock that stands still, and calls that come and wait.
struct World {
  explicit World(const config::ProviderQueue& settings = {}) : room(settings) {}

  // Comes, and says how its wait ended.
  Task<void> come(std::string name, Until until) {
    WaitingRoom::Place place(room, loop);
    bool called = co_await place.wait(until);
    told += name + (called ? " called, " : " left, ");
  }
  void comes(std::string name, Cancellation* cancellation = nullptr) {
    calls.spawn(come(std::move(name), {loop.now() + seconds(60), cancellation}));
  }
  std::string tick(Duration passes = {}) {
    clock.advance(passes);
    loop.tick();
    return std::exchange(told, {});
  }

  ManualClock clock;
  Loop loop{clock};
  WaitingRoom room;
  std::string told;
  TaskGroup calls{loop};
};

TEST(WaitingRoom, those_who_came_first_are_called_first) {
  World world;
  world.comes("a");
  world.comes("b");
  EXPECT_EQ(world.room.waiting(), 2U);
  EXPECT_EQ(world.tick(), "");
  world.room.one_left();
  EXPECT_EQ(world.tick(), "a called, ");
  world.room.one_left();
  world.room.one_left();
  EXPECT_EQ(world.tick(), "b called, ");
  EXPECT_EQ(world.room.waiting(), 0U);
}

TEST(WaitingRoom, two_who_leave_call_two) {
  World world;
  world.comes("a");
  world.comes("b");
  world.room.one_left();
  world.room.one_left();
  EXPECT_EQ(world.tick(), "a called, b called, ");
}

TEST(WaitingRoom, whoever_comes_into_a_full_room_does_not_wait) {
  World world({.calls = 2, .wait = seconds(2)});
  world.comes("a");
  world.comes("b");
  world.comes("c");
  EXPECT_EQ(world.tick(), "c left, ");
  world.room.apply({.calls = 3, .wait = seconds(2)});
  world.comes("d");
  EXPECT_EQ(world.tick(), "");
}

TEST(WaitingRoom, without_a_queue_nobody_waits) {
  World world({.calls = 0});
  world.comes("a");
  EXPECT_EQ(world.tick(), "a left, ");
}

TEST(WaitingRoom, nobody_waits_longer_than_the_room_allows) {
  World world({.calls = 256, .wait = seconds(2)});
  world.comes("a");
  EXPECT_EQ(world.tick(milliseconds(1'990)), "");
  EXPECT_EQ(world.tick(milliseconds(20)), "a left, ");
  EXPECT_EQ(world.room.waiting(), 0U);
}

TEST(WaitingRoom, whoever_leaves_when_called_hands_the_call_on) {
  World world;
  Cancellation gone;
  world.comes("a", &gone);
  world.comes("b");
  gone.cancel(StopReason::client_gone);
  world.room.one_left();  // a has been told to leave, and has not yet got up
  EXPECT_EQ(world.tick(), "a left, b called, ");
}

TEST(WaitingRoom, a_call_for_one_whose_task_is_destroyed_is_handed_on) {
  World world;
  auto doomed = std::make_unique<TaskGroup>(world.loop);
  doomed->spawn(world.come("a", {world.loop.now() + seconds(1)}));
  world.comes("b");
  world.room.one_left();
  doomed.reset();
  EXPECT_EQ(world.tick(), "b called, ");
}

// Waits until `open` is true, as those do who wait for one of several endpoints.
Task<void> wait_for(World& world, const bool& open, std::string name) {
  std::optional<WaitingRoom::Place> place;
  while (!open) {
    if (!place) {
      place.emplace(world.room, world.loop);
    } else if (!co_await place->wait({world.loop.now() + seconds(60)})) {
      world.told += name + " left, ";
      co_return;
    }
  }
  world.told += name + " entered, ";
}

TEST(WaitingRoom, a_call_of_no_use_to_one_is_passed_on_and_its_place_is_kept) {
  World world;
  bool first = false;
  bool second = false;
  world.calls.spawn(wait_for(world, first, "a"));
  world.calls.spawn(wait_for(world, second, "b"));
  world.calls.spawn(wait_for(world, first, "c"));
  second = true;
  world.room.one_left();
  EXPECT_EQ(world.tick(), "b entered, ");
  first = true;
  world.room.one_left();
  EXPECT_EQ(world.tick(), "a entered, ") << "it came before c";
}

TEST(WaitingRoom, a_call_between_looking_and_waiting_is_not_lost) {
  World world;
  bool open = false;
  auto looks_then_waits = [](World& its, bool& free) -> Task<void> {
    WaitingRoom::Place place(its.room, its.loop);
    EXPECT_FALSE(free);
    free = true;
    its.room.one_left();
    bool called = co_await place.wait({its.loop.now() + seconds(60)});
    its.told += called ? "called" : "left";
  };
  world.calls.spawn(looks_then_waits(world, open));
  EXPECT_EQ(world.tick(), "called");
}

// A provider that takes one call at once, and calls that take turns.
struct Turns {
  Turns() {
    auto first = endpoint.enter(world.loop.now());
    first->note({.outcome = Observation::Outcome::overloaded}, world.loop.now());
  }
  Task<std::optional<Endpoint::Permit>> enter() {
    std::optional<WaitingRoom::Place> place;
    while (true) {
      if (auto permit = endpoint.enter(world.loop.now())) co_return permit;
      if (!place) {
        place.emplace(*room, world.loop);
      } else if (!co_await place->wait({world.loop.now() + seconds(60)})) {
        co_return std::nullopt;
      }
    }
  }
  void answer(int times) {
    for (int i = 0; i < times; ++i) {
      TimePoint now = world.loop.now();
      endpoint.enter(now)->note({.outcome = Observation::Outcome::answered, .head = milliseconds(100)}, now);
    }
  }
  Task<void> call(std::string name, Duration takes) {
    auto permit = co_await enter();
    world.told += name + (permit ? " asks, " : " refused, ");
    co_await runtime::pause(world.loop, takes);
  }

  std::shared_ptr<WaitingRoom> room = std::make_shared<WaitingRoom>(config::ProviderQueue{});
  Endpoint endpoint{{.deployment = "house/llama", .provider = "house", .key_name = ""}, {}, room};
  World world;
};

TEST(WaitingRoom, calls_for_a_busy_endpoint_take_turns) {
  Turns turns;
  for (std::string name : {"a", "b", "c"}) turns.world.calls.spawn(turns.call(name, milliseconds(100)));
  EXPECT_EQ(turns.world.tick(), "a asks, ");
  EXPECT_EQ(turns.world.tick(milliseconds(101)), "b asks, ");
  EXPECT_EQ(turns.world.tick(milliseconds(101)), "c asks, ");
  EXPECT_EQ(turns.world.tick(milliseconds(101)), "");
  EXPECT_EQ(turns.room->waiting(), 0U);
}

TEST(WaitingRoom, those_who_wait_all_go_on_when_the_limit_is_gone) {
  Turns turns;
  turns.endpoint.force(Forced::open);
  for (std::string name : {"a", "b"}) turns.world.calls.spawn(turns.call(name, milliseconds(100)));
  EXPECT_EQ(turns.world.tick(), "");
  turns.endpoint.force(Forced::closed);
  EXPECT_EQ(turns.world.tick(), "a asks, ") << "one at once";
  EXPECT_EQ(turns.world.tick(milliseconds(101)), "b asks, ");
  EXPECT_EQ(turns.world.tick(milliseconds(101)), "");

  turns.answer(10);  // one after the other: a limit of one holds nobody back
  turns.endpoint.force(Forced::open);
  for (std::string name : {"c", "d", "e"}) turns.world.calls.spawn(turns.call(name, milliseconds(100)));
  turns.endpoint.force(Forced::no);
  EXPECT_EQ(turns.world.tick(), "c asks, d asks, e asks, ");
}

}  // namespace
}  // namespace weir::resilience
