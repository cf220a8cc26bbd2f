// How far a provider is read ahead of those who read its answer, and for whom it waits.
#include "recording/testing_world.h"
#include "runtime/task_group.h"

namespace weir::recording {
namespace {

TEST(Recording, the_provider_is_read_no_further_while_too_much_is_unread) {
  World world;
  auto recording = world.open(Sharing::lone);
  auto reader = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append(std::string(100, 'x')));
  EXPECT_FALSE(recording->far_ahead());
  EXPECT_TRUE(recording->append("x"));
  EXPECT_TRUE(recording->far_ahead());
  bool goes_on = false;
  TaskGroup writer(world.loop);
  auto wait = [](Recording& recording_to_fill, bool& done) -> Task<void> {
    co_await recording_to_fill.wait_for_readers({TimePoint::max()});
    done = true;
  };
  writer.spawn(wait(*recording, goes_on));
  world.loop.tick();
  EXPECT_FALSE(goes_on);
  EXPECT_EQ(text_of(reader).size(), 101U);
  world.loop.tick();
  EXPECT_TRUE(goes_on);
}

TEST(Recording, the_fastest_reader_sets_the_pace) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto fast = *recording->join(world.loop);
  auto slow = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append(std::string(1001, 'x')));
  EXPECT_TRUE(recording->far_ahead());
  text_of(fast);
  EXPECT_FALSE(recording->far_ahead());
}

TEST(Recording, one_that_is_too_large_is_closed_to_joiners_and_ends_readers_that_are_far_behind) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto fast = *recording->join(world.loop);
  auto slow = *recording->join(world.loop);
  recording->begin(events());
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(recording->append(std::string(1000, 'x')));
    text_of(fast);
  }
  EXPECT_TRUE(recording->complete_so_far());
  EXPECT_TRUE(recording->join(world.loop));
  EXPECT_TRUE(recording->append(std::string(5000, 'x')));
  EXPECT_FALSE(recording->complete_so_far());
  EXPECT_FALSE(recording->join(world.loop));
  EXPECT_EQ(slow.take().what, What::failed);
  EXPECT_EQ(slow.failure().kind, Failure::Kind::reader_too_slow);
  EXPECT_EQ(text_of(fast).size(), 5000U);
  EXPECT_LT(world.taken(), 16_KiB) << "what lies too far back is given back";
}

TEST(Recording, one_that_is_too_large_waits_for_those_who_still_read_and_not_for_those_who_stopped) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto fast = *recording->join(world.loop);
  auto slow = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append(std::string(10'001, 'x')));
  text_of(fast);
  EXPECT_TRUE(recording->far_ahead()) << "the slow one has only just come";
  text_of(slow);
  EXPECT_FALSE(recording->far_ahead());
  EXPECT_TRUE(recording->append(std::string(2000, 'x')));
  text_of(fast);
  EXPECT_TRUE(recording->far_ahead());
  world.clock.advance(world.limits.patience + std::chrono::milliseconds(1));
  world.loop.tick();
  EXPECT_FALSE(recording->far_ahead()) << "the slow one has stopped";
  EXPECT_TRUE(recording->append(std::string(2000, 'x')));
  text_of(fast);
  EXPECT_FALSE(recording->far_ahead()) << "and is not waited for a second time";
  text_of(slow);
  EXPECT_TRUE(recording->append(std::string(2000, 'x')));
  text_of(fast);
  EXPECT_TRUE(recording->far_ahead()) << "but it read on";
}

TEST(Recording, after_a_pause_of_the_provider_those_who_have_read_all_are_waited_for) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto fast = *recording->join(world.loop);
  auto slow = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append(std::string(10'001, 'x')));
  text_of(fast);
  text_of(slow);
  world.clock.advance(2 * world.limits.patience);
  world.loop.tick();
  EXPECT_TRUE(recording->append(std::string(2000, 'x')));
  text_of(fast);
  EXPECT_TRUE(recording->far_ahead());
}

}  // namespace
}  // namespace weir::recording
