#include "recording/recording.h"

#include <thread>

#include "recording/testing_world.h"
#include "runtime/task_group.h"

namespace weir::recording {
namespace {

TEST(Recording, a_reader_gets_what_has_come_and_then_the_end) {
  World world;
  auto recording = world.open(Sharing::lone);
  auto reader = *recording->join(world.loop);
  EXPECT_EQ(reader.look_for_head(), What::nothing);
  recording->begin(events());
  EXPECT_EQ(reader.look_for_head(), What::some);
  EXPECT_EQ(reader.take().what, What::nothing);
  EXPECT_TRUE(recording->append("one "));
  EXPECT_TRUE(recording->append("two "));
  EXPECT_EQ(text_of(reader), "one two ");
  EXPECT_TRUE(recording->append("three"));
  recording->finish();
  auto news = reader.take();
  EXPECT_EQ(news.what, What::last);
  EXPECT_EQ(news.parts[0], "three");
}

TEST(Recording, what_a_lone_reader_has_read_is_given_back) {
  World world;
  auto recording = world.open(Sharing::lone);
  auto reader = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append(std::string(50'000, 'x')));
  EXPECT_GT(world.taken(), 50'000_B);
  EXPECT_EQ(text_of(reader).size(), 50'000U);
  EXPECT_TRUE(recording->append("y"));
  EXPECT_EQ(text_of(reader), "y");
  EXPECT_LT(world.taken(), 1000_B);
  EXPECT_FALSE(recording->join(world.loop)) << "nobody else may join";
}

TEST(Recording, who_joins_late_gets_all_of_it_from_the_beginning) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto first = *recording->join(world.loop);
  recording->begin(events());
  std::string so_far;
  std::vector<Reader> late;
  for (int i = 0; i < 40; ++i) {
    std::string event = fmt::format("data: {}\n\n", i);
    EXPECT_TRUE(recording->append(event));
    so_far += event;
    late.push_back(*recording->join(world.loop));
    EXPECT_EQ(text_of(late.back()), so_far);
  }
  recording->finish();
  auto last = *recording->join(world.loop);
  EXPECT_EQ(text_of(last), so_far);
  EXPECT_EQ(text_of(first), so_far);
}

TEST(Recording, nobody_left_cancels_the_call_and_closes_the_door) {
  World world;
  auto recording = world.open(Sharing::shared);
  Cancellation stop;
  recording->cancel_when_deserted(stop);
  {
    auto opener = *recording->join(world.loop);
    auto follower = *recording->join(world.loop);
    {
      auto leaves = std::move(opener);
    }
    EXPECT_FALSE(stop.cancelled()) << "the opener leaving changes nothing for the rest";
  }
  EXPECT_EQ(stop.reason(), StopReason::not_needed);
  EXPECT_FALSE(recording->join(world.loop));
}

TEST(Recording, an_answer_that_is_wanted_without_readers_goes_on) {
  World world;
  auto recording = world.open(Sharing::shared);
  recording->begin(events());
  {
    auto opener = *recording->join(world.loop);
  }
  EXPECT_TRUE(recording->append(std::string(5000, 'x')));
  EXPECT_FALSE(recording->far_ahead());
  auto late = *recording->join(world.loop);
  EXPECT_EQ(text_of(late).size(), 5000U);
}

TEST(Recording, what_nobody_can_get_any_more_is_not_held) {
  World world;
  for (auto sharing : {Sharing::lone, Sharing::shared}) {
    auto recording = world.open(sharing);
    recording->begin(events());
    {
      auto opener = *recording->join(world.loop);
    }
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(recording->append(std::string(5000, 'x')));
    EXPECT_LT(world.taken(), 20_KiB);
  }
}

TEST(Recording, a_failure_is_told_after_what_came_before_it) {
  World world;
  auto recording = world.open(Sharing::lone);
  auto reader = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_TRUE(recording->append("half"));
  recording->fail({.kind = Failure::Kind::provider_failed, .message = "gone"});
  auto news = reader.take();
  EXPECT_EQ(news.what, What::some);
  EXPECT_EQ(news.parts[0], "half");
  EXPECT_EQ(reader.take().what, What::failed);
  EXPECT_EQ(reader.failure().message, "gone");
}

TEST(Recording, the_usage_event_is_left_out_for_who_did_not_ask) {
  World world;
  auto recording = world.open(Sharing::shared);
  auto asked = *recording->join(world.loop);
  auto did_not = *recording->join(world.loop);
  did_not.skip_usage_event();
  recording->begin(events());
  EXPECT_TRUE(recording->append("text "));
  EXPECT_TRUE(recording->append("usage ", Content::usage_event));
  EXPECT_TRUE(recording->append("done"));
  recording->finish();
  EXPECT_EQ(text_of(asked), "text usage done");
  EXPECT_EQ(text_of(did_not), "text done");
}

TEST(Recording, a_whole_answer_is_told_only_when_it_is_whole) {
  World world;
  auto recording = world.open(Sharing::shared, Mode::whole);
  auto reader = *recording->join(world.loop);
  recording->begin({.status = 200, .form = AnswerHead::Form::whole});
  EXPECT_TRUE(recording->append("{}"));
  EXPECT_EQ(reader.take().what, What::nothing);
  auto kept = recording->copy({.mode = Mode::whole}, "content-type: application/json\r\n");
  recording->finish(kept);
  EXPECT_EQ(reader.take().what, What::last);
  EXPECT_EQ(reader.kept()->body().text, "{}");
  EXPECT_EQ(reader.kept()->head_lines(), "content-type: application/json\r\n");
}

TEST(Recording, without_memory_nothing_is_appended) {
  World world;
  MemoryBudget little(1_KiB);
  Ref recording(new Recording(world.loop, {world.memory, little}, world.limits, Sharing::lone, Mode::events));
  auto reader = *recording->join(world.loop);
  recording->begin(events());
  EXPECT_FALSE(recording->append(std::string(2000, 'x')));
  EXPECT_TRUE(recording->append("x"));
}

TEST(Recording, where_there_is_no_memory_to_share_it_its_readers_get_it_all_the_same) {
  World world;
  MemoryBudget full(1_KiB);
  Ref recording(
      new Recording(world.loop, {full, world.lone_memory}, world.limits, Sharing::shared, Mode::events));
  auto reader = *recording->join(world.loop);
  recording->begin(events());
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(recording->append(std::string(3000, 'x')));
    EXPECT_EQ(text_of(reader).size(), 3000U);
  }
  EXPECT_FALSE(recording->join(world.loop)) << "but nobody else does";
  EXPECT_FALSE(recording->complete_so_far()) << "and it is not kept";
  EXPECT_LT(world.taken(), 20_KiB);
}

TEST(Recording, all_its_memory_is_given_back) {
  World world;
  {
    auto recording = world.open(Sharing::shared);
    auto reader = *recording->join(world.loop);
    recording->begin(events());
    EXPECT_TRUE(recording->append(std::string(5000, 'x')));
    auto kept = recording->copy({}, "");
    text_of(reader);
    recording->finish(kept);
  }
  EXPECT_EQ(world.taken(), 0_B);
}

TEST(Recording, a_failed_one_has_one_successor_and_that_has_none) {
  World world;
  auto failed = world.open(Sharing::shared);
  int made = 0;
  auto make = [&] { return ++made, world.open(Sharing::shared); };
  auto first = failed->successor(make);
  auto second = failed->successor(make);
  EXPECT_EQ(first.get(), second.get());
  EXPECT_EQ(made, 1);
  EXPECT_FALSE(first->successor(make));
}

// Readers on another thread get all of it, in order, while it grows.
TEST(Recording, readers_on_other_loops_are_told_of_each_piece) {
  SystemClock clock;
  Loop home(clock);
  Loop other(clock);
  MemoryBudget memory(64_MiB);
  Ref recording(new Recording(home, {memory, memory}, {}, Sharing::shared, Mode::events));
  std::string expected;
  for (int i = 0; i < 2000; ++i) expected += fmt::format("data: {}\n\n", i);

  auto read = [](Ref<Recording> from, Loop& loop, std::string& got, std::size_t& left) -> Task<void> {
    auto reader = *from->join(loop);
    while (true) {
      auto news = reader.take();
      for (auto part : news.parts) got += part;
      if (news.what == What::last || news.what == What::failed) break;
      if (news.what == What::nothing) co_await reader.wait({TimePoint::max()});
    }
    if (--left == 0) loop.stop();
  };
  auto write = [](Ref<Recording> into, std::size_t& left) -> Task<void> {
    into->begin(events());
    for (int i = 0; i < 2000; ++i) {
      EXPECT_TRUE(into->append(fmt::format("data: {}\n\n", i)));
      if (into->far_ahead()) co_await into->wait_for_readers({TimePoint::max()});
    }
    into->finish();
    --left;
  };
  constexpr std::size_t kReaders = 5;
  std::array<std::string, 2 * kReaders> got;
  std::size_t left_here = kReaders + 1;
  std::size_t left_there = kReaders;
  TaskGroup there(other);
  for (std::size_t i = 0; i < kReaders; ++i) there.spawn(read(recording, other, got[i], left_there));
  std::thread thread([&] { other.run(); });
  {
    TaskGroup here(home);
    here.spawn(write(recording, left_here));
    for (std::size_t i = kReaders; i < 2 * kReaders; ++i)
      here.spawn(read(recording, home, got[i], left_here));
    if (left_here > 0) home.run();
  }
  thread.join();
  for (const auto& text : got) EXPECT_EQ(text, expected);
}

}  // namespace
}  // namespace weir::recording
