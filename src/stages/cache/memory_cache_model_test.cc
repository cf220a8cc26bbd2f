// The memory cache against a plain map: whatever is done to both, in any order, both know the same.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "cache/memory_cache.h"
#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using recording::Mode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_entries::answer_of;
using testing_entries::digest_of;
using testing_entries::key_of;
using testing_entries::tenant;

constexpr std::uint64_t kTenants = 5;
constexpr std::uint64_t kPrompts = 20;

// What an entry is in the plain map: purges are carried out at once.
struct Known {
  std::string text;
  TimePoint expires{};
  TimePoint ends{};  // it may be stale until then
  Covered covered;
  bool purged = false;
  bool met = false;  // when it had expired
};

// Whether the cache may have lost what the map still has.
enum class Room { ample, scarce };

class World {
 public:
  World(std::uint64_t seed, Room room)
      : random_(seed), room_(room), budget_(room == Room::ample ? 1_GiB : 96_KiB) {}
  ~World() {
    flights_.clear();
    cache_.reset();
    EXPECT_EQ(budget_.taken().count, 0U) << "something was not given back";
  }

  void step() {
    std::uint64_t dice = random_.below(1000);
    if (dice < 350) return find();
    if (dice < 450) return find_stale();
    if (dice < 650) return begin();
    if (dice < 860) return land();
    if (dice < 900) return remove();
    if (dice < 910) return purge();
    if (dice < 950) return clock_.advance(milliseconds(random_.below(2'000)));
    if (dice < 951) return clock_.advance(seconds(random_.below(1'000)));
    if (dice < 970) return cache_->advance(clock_.now());
    if (dice < 972) return sweep();
    if (dice < 990) return alias();
    check_bytes();
    check_stale();
  }
  std::uint64_t hits() const { return cache_->counts().of(Lookup::hit); }
  std::uint64_t stale_hits() const { return stale_hits_; }
  Counts counts() const { return cache_->counts(); }

 private:
  using Place = std::tuple<std::uint64_t, std::uint64_t, Mode>;  // tenant, prompt, mode
  struct Flight {
    Place place;
    Entry entry;
    Known known;
  };

  Place draw() {
    return {random_.below(kTenants), random_.below(kPrompts),
            random_.below(2) == 0 ? Mode::whole : Mode::events};
  }
  static EntryKey key_at(const Place& place) {
    return key_of(tenant(std::get<0>(place)), std::get<1>(place), std::get<2>(place));
  }
  std::string word(std::uint64_t kinds) { return std::to_string(random_.below(kinds)); }

  void find() {
    Place place = draw();
    Found found = cache_->find(key_at(place), clock_.now());
    auto at = known_.find(place);
    if (at == known_.end()) {
      ASSERT_FALSE(found);
      ASSERT_EQ(found.error(), Miss::absent);
      return;
    }
    Known& known = at->second;
    bool expired = known.expires <= clock_.now();
    bool stale = expired && known.ends > clock_.now() && !known.purged;
    if (found) {
      ASSERT_FALSE(expired);
      ASSERT_FALSE(known.purged);
      ASSERT_TRUE(testing_entries::begins_with(*found, known.text));
      ASSERT_EQ(found->expires, known.expires);
      return;
    }
    if (found.error() == Miss::expired) ASSERT_TRUE(expired && !std::exchange(known.met, true));
    if (found.error() == Miss::purged) ASSERT_TRUE(known.purged);
    if (room_ == Room::ample) ASSERT_TRUE(expired || known.purged) << "lost";
    if (room_ == Room::ample && stale) ASSERT_TRUE(known.met) << "it was met now or before";
    if (!stale) known_.erase(at);
  }

  void find_stale() {
    Place place = draw();
    auto found = cache_->find_stale(key_at(place), clock_.now());
    auto at = known_.find(place);
    bool there = at != known_.end() && at->second.ends > clock_.now() && !at->second.purged;
    if (found) {
      ASSERT_TRUE(there);
      ASSERT_TRUE(testing_entries::begins_with(*found, at->second.text));
      ASSERT_EQ(found->expires, at->second.expires);
      if (found->expires <= clock_.now()) ++stale_hits_;
      return;
    }
    if (room_ == Room::ample) ASSERT_FALSE(there) << "lost";
    if (at != known_.end()) known_.erase(at);
  }

  void begin() {
    if (flights_.size() == 20) return;
    Place place = draw();
    Known known;
    known.text = "answer " + std::to_string(++answers_) + ";";
    known.expires = clock_.now() + lifetime();
    known.ends = known.expires + (random_.below(3) == 0 ? Duration::zero() : 10 * lifetime());
    Entry entry{key_at(place),
                tenant(std::get<0>(place)),
                {},
                generations_.now(),
                known.expires,
                answer_of(budget_, known.text, random_.below(3000)),
                known.ends - known.expires};
    if (!entry.answer) return;
    std::vector<std::string> tags{word(4), word(4)};
    known.covered = Covered::by({entry.tenant, entry.key.canonical, word(3), word(3), word(3), tags});
    entry.covered = known.covered;
    flights_.push_back({place, std::move(entry), known});
  }
  Duration lifetime() {
    if (random_.below(20) == 0) return Duration::zero();
    return milliseconds(random_.below(random_.below(5) == 0 ? 4'000'000 : 120'000));
  }

  void land() {
    if (flights_.empty()) return;
    std::swap(flights_[random_.below(flights_.size())], flights_.back());
    Flight flight = std::move(flights_.back());
    flights_.pop_back();
    Kept kept = cache_->keep(std::move(flight.entry));
    if (room_ == Room::ample) ASSERT_NE(kept, Kept::no_room);
    if (kept == Kept::no_room) return;
    ASSERT_EQ(kept == Kept::dead, flight.known.purged);
    if (kept == Kept::kept) known_[flight.place] = flight.known;
  }

  void remove() {
    Place place = draw();
    bool removed = cache_->remove(key_at(place));
    if (removed) ASSERT_TRUE(known_.contains(place));
    known_.erase(place);
  }

  void purge() {
    Selector selector = drawn_selector();
    if (random_.below(2) == 0) selector = selector.of(tenant(random_.below(kTenants)));
    if (room_ == Room::ample) check_dry_run(selector);
    generations_.purge(selector);
    for (auto& [place, known] : known_) known.purged |= selector.covers(known.covered);
    for (auto& flight : flights_) flight.known.purged |= selector.covers(flight.known.covered);
  }
  Selector drawn_selector() {
    switch (random_.below(8)) {
      case 0:
        return Selector::everything();
      case 1:
        return Selector::model(word(3));
      case 2:
        return Selector::cache_class(word(3));
      case 3:
        return Selector::cache_namespace(word(3));
      case 4:
        return Selector::tag(word(4));
      default:
        return Selector::key(key_at(draw()).canonical);
    }
  }
  void check_dry_run(const Selector& selector) {
    std::uint64_t alive = 0;
    for (const auto& [place, known] : known_) {
      if (!known.purged && known.ends > clock_.now() && selector.covers(known.covered)) ++alive;
    }
    Sweep counting(*cache_, selector, Sweep::Purpose::count);
    while (counting.step(clock_.now())) {
    }
    ASSERT_EQ(counting.matched(), alive);
  }

  void sweep() {
    Sweep sweep(*cache_, Selector::everything(), Sweep::Purpose::remove);
    while (sweep.step(clock_.now())) {
    }
    std::erase_if(known_, [](const auto& entry) { return entry.second.purged; });
    ASSERT_LE(cache_->counts().entries, known_.size());
  }

  void alias() {
    std::uint64_t raw = random_.below(100);
    Digest digest = digest_of(tenant(77), raw);
    auto found = cache_->find_alias(digest);
    if (aliases_.contains(raw) && (room_ == Room::ample || found)) ASSERT_EQ(found, aliases_[raw]);
    if (!aliases_.contains(raw)) ASSERT_FALSE(found);
    aliases_[raw] = digest_of(tenant(78), aliases_noted_++);
    cache_->note_alias(digest, aliases_[raw]);
    if (room_ == Room::scarce) aliases_.erase(cache_->find_alias(digest) ? kPrompts * 1000 : raw);
  }

  void check_bytes() {
    std::uint64_t in_flight = 0;
    for (const auto& flight : flights_) in_flight += flight.entry.answer->cost();
    ASSERT_EQ(budget_.taken().count, cache_->counts().bytes + in_flight);
    ASSERT_LE(budget_.taken(), budget_.limit());
    std::uint64_t held = 0;
    for (std::uint64_t i = 0; i < kTenants; ++i) held += cache_->held_by(tenant(i)).count;
    ASSERT_LE(held, cache_->counts().bytes);
  }

  // What had expired a second ago has been noticed by now.
  void check_stale() {
    TimePoint before = clock_.now();
    clock_.advance(seconds(1));
    cache_->advance(clock_.now());
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    for (const auto& [place, known] : known_) {
      if (known.expires <= clock_.now()) ++most;
      if (known.expires <= before && known.ends > clock_.now() && !known.purged) ++least;
    }
    if (room_ == Room::ample) ASSERT_GE(cache_->counts().stale, least);
    ASSERT_LE(cache_->counts().stale, most);
  }

  Random random_;
  Room room_;
  ManualClock clock_;
  recording::MemoryBudget budget_;
  Generations generations_;
  std::unique_ptr<MemoryCache> cache_ = std::make_unique<MemoryCache>(budget_, generations_, clock_.now());
  std::map<Place, Known> known_;
  std::map<std::uint64_t, Digest> aliases_;
  std::uint64_t aliases_noted_ = 0;
  std::vector<Flight> flights_;
  std::uint64_t answers_ = 0;
  std::uint64_t stale_hits_ = 0;
};

struct Play {
  std::uint64_t seed = 1;
  int steps = 100'000;  // in each of two worlds
};

Play drawn_play() {
  Play play;
  const char* seed = std::getenv("WEIR_SEED");
  if (seed != nullptr) play.seed = std::strtoull(seed, nullptr, 10);
  if (std::getenv("WEIR_DEEP") != nullptr) play.steps = 5'000'000;
  std::printf("WEIR_SEED=%llu, %d steps\n", static_cast<unsigned long long>(play.seed), play.steps);
  return play;
}

TEST(MemoryCacheModel, knows_what_a_plain_map_knows_where_there_is_room) {
  Play play = drawn_play();
  World world(play.seed, Room::ample);
  for (int i = 0; i < play.steps && !testing::Test::HasFatalFailure(); ++i) world.step();
  EXPECT_GT(world.hits(), static_cast<std::uint64_t>(play.steps) / 50);
  EXPECT_GT(world.stale_hits(), static_cast<std::uint64_t>(play.steps) / 400);
  EXPECT_EQ(world.counts().of(Reason::capacity), 0U);
}

TEST(MemoryCacheModel, forgets_but_is_never_wrong_where_there_is_none) {
  Play play = drawn_play();
  World world(play.seed, Room::scarce);
  for (int i = 0; i < play.steps && !testing::Test::HasFatalFailure(); ++i) world.step();
  EXPECT_GT(world.hits(), static_cast<std::uint64_t>(play.steps) / 50);
  EXPECT_GT(world.stale_hits(), static_cast<std::uint64_t>(play.steps) / 2000);
  EXPECT_GT(world.counts().of(Reason::capacity), static_cast<std::uint64_t>(play.steps) / 50);
}

}  // namespace
}  // namespace weir::cache
