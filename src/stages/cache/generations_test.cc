#include "cache/generations.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::cache {
namespace {

const TenantId kOne{"one"};
const TenantId kOther{"other"};
const Digest kKey{{1, 2, 3}};

Covered answer(const TenantId& tenant, std::vector<std::string> tags = {"prices", "daily"}) {
  return Covered::by({tenant, kKey, "gpt-4o-mini", "chat", "spring", tags});
}

TEST(Purging, nothing_dies_when_nothing_is_purged) {
  Generations generations;
  EXPECT_TRUE(generations.judge(answer(kOne), generations.now()));
}

TEST(Purging, everything_takes_what_was_begun_before_and_nothing_after) {
  Generations generations;
  Generation before = generations.now();
  generations.purge(Selector::everything());
  EXPECT_FALSE(generations.judge(answer(kOne), before));
  EXPECT_TRUE(generations.judge(answer(kOne), generations.now()));
}

TEST(Purging, each_selector_takes_what_it_names) {
  for (Selector selector : {Selector::key(kKey), Selector::tag("daily"), Selector::model("gpt-4o-mini"),
                            Selector::cache_class("chat"), Selector::cache_namespace("spring"),
                            Selector::everything().of(kOne)}) {
    Generations generations;
    generations.purge(selector);
    EXPECT_FALSE(generations.judge(answer(kOne), {}));
    EXPECT_TRUE(selector.covers(answer(kOne)));
  }
}

TEST(Purging, each_selector_leaves_what_it_does_not_name) {
  for (Selector selector :
       {Selector::key(Digest{{9}}), Selector::tag("weekly"), Selector::model("chat"),
        Selector::cache_class("gpt-4o-mini"), Selector::cache_namespace("daily"), Selector::tag("spring"),
        Selector::tag("daily").of(kOther), Selector::everything().of(kOther)}) {
    Generations generations;
    generations.purge(selector);
    EXPECT_TRUE(generations.judge(answer(kOne), {}));
    EXPECT_FALSE(selector.covers(answer(kOne)));
  }
}

TEST(Purging, an_answer_without_class_or_namespace_is_not_taken_by_an_empty_name) {
  Generations generations;
  generations.purge(Selector::cache_class(""));
  generations.purge(Selector::cache_namespace(""));
  EXPECT_TRUE(generations.judge(Covered::by({kOne, kKey, "gpt-4o-mini", "", "", {}}), {}));
}

TEST(Purging, of_one_tenant_leaves_the_others) {
  Generations generations;
  generations.purge(Selector::tag("prices").of(kOne));
  EXPECT_FALSE(generations.judge(answer(kOne), {}));
  EXPECT_TRUE(generations.judge(answer(kOther), {}));
}

TEST(Purging, what_is_known_to_be_alive_needs_no_second_look) {
  Generations generations;
  generations.purge(Selector::tag("else"));
  auto alive_at = generations.judge(answer(kOne), {});
  ASSERT_TRUE(alive_at);
  EXPECT_EQ(*alive_at, generations.now());
}

TEST(Purging, too_many_selectors_purge_everything_once_and_begin_anew) {
  Generations generations;
  for (std::size_t i = 0; i < Generations::kMaxSelectors; ++i) {
    generations.purge(Selector::tag(std::to_string(i)));
  }
  ASSERT_TRUE(generations.judge(answer(kOne), {}));
  generations.purge(Selector::tag("0"));  // known already, so it takes no place
  ASSERT_TRUE(generations.judge(answer(kOne), {}));
  generations.purge(Selector::tag("one more"));
  EXPECT_FALSE(generations.judge(answer(kOne), {}));
  Generation begun = generations.now();
  generations.purge(Selector::tag("0"));
  EXPECT_TRUE(generations.judge(answer(kOne), begun));
}

// Every purge there ever was, and the question asked of each.
TEST(Purging, agrees_with_a_list_of_all_purges) {
  Random random(1);
  Generations generations;
  std::vector<Selector> purges;
  auto word = [&] { return std::to_string(random.below(5)); };
  auto tenant = [&] { return TenantId{word()}; };
  auto selector = [&]() -> Selector {
    switch (random.below(12)) {
      case 0:
        return random.below(30) == 0 ? Selector::everything() : Selector::everything().of(tenant());
      case 1:
        return Selector::key(Digest{{static_cast<std::uint8_t>(random.below(5))}});
      case 2:
        return Selector::tag(word());
      case 3:
        return Selector::model(word());
      case 4:
        return Selector::cache_class(word());
      case 5:
        return Selector::cache_namespace(word());
      default:
        return Selector::tag(word()).of(tenant());
    }
  };
  int dead = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random.below(10) == 0) {
      purges.push_back(selector());
      EXPECT_EQ(generations.purge(purges.back()).number, purges.size());
    }
    std::vector<std::string> tags{word(), word()};
    TenantId whose = tenant();
    Digest key{{static_cast<std::uint8_t>(random.below(5))}};
    Covered covered = Covered::by({whose, key, word(), word(), word(), tags});
    std::uint64_t back = std::min<std::uint64_t>(random.below(20), purges.size());
    Generation begun{purges.size() - back};
    bool taken = std::any_of(purges.end() - static_cast<std::ptrdiff_t>(back), purges.end(),
                             [&](const Selector& purge) { return purge.covers(covered); });
    ASSERT_EQ(generations.judge(covered, begun).has_value(), !taken) << "at " << i;
    dead += taken ? 1 : 0;
  }
  EXPECT_GT(dead, 2'000);
  EXPECT_LT(dead, 18'000);
}

}  // namespace
}  // namespace weir::cache
