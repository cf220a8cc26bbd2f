#include "app/cache_control.h"

namespace weir::app {
namespace {

using admin::PurgeTarget;
using cache::Selector;

Selector selector_of(const PurgeTarget& target) {
  switch (target.what) {
    case PurgeTarget::What::everything:
      return Selector::everything();
    case PurgeTarget::What::key:
      return Selector::key(target.key);
    case PurgeTarget::What::tag:
      return Selector::tag(target.name);
    case PurgeTarget::What::model:
      return Selector::model(target.name);
    case PurgeTarget::What::cache_class:
      return Selector::cache_class(target.name);
    case PurgeTarget::What::cache_namespace:
      break;
  }
  return Selector::cache_namespace(target.name);
}

}  // namespace

Task<admin::Purged> CacheControl::purge(std::vector<PurgeTarget> targets, admin::PurgeMode mode) {
  // Between two slices others get their turn; nothing waits for this.
  constexpr Duration kBreath = std::chrono::milliseconds(1);
  using Purpose = cache::Sweep::Purpose;
  bool really = mode == admin::PurgeMode::purge;
  admin::Purged purged;
  for (const auto& target : targets) {
    auto selector = selector_of(target);
    if (really) cache_.purge(selector);
    cache::Sweep sweep(cache_.memory(), selector, really ? Purpose::remove : Purpose::count);
    while (sweep.step(loop_.now())) co_await runtime::pause(loop_, kBreath);
    purged.matched += sweep.matched();
  }
  purged.generation = cache_.generation().number;
  co_return purged;
}

std::vector<admin::CacheFigures> CacheControl::figures() const {
  auto counts = cache_.memory().counts();
  using cache::Reason;
  admin::CacheFigures figures{.layer = "memory",
                              .stale = counts.of(cache::Lookup::stale),
                              .evicted_for_room = counts.of(Reason::capacity),
                              .expired = counts.of(Reason::expired),
                              .purged = counts.of(Reason::purged),
                              .replaced = counts.of(Reason::replaced),
                              .entries = counts.entries,
                              .bytes = counts.bytes,
                              .capacity_bytes = memory_.limit().count};
  each_loop_([&](const LoopFigures& loop) {
    const auto& calls = loop.calls;
    figures.hit += calls.calls(CacheResult::hit);
    figures.miss += calls.calls(CacheResult::miss);
    figures.joined += calls.calls(CacheResult::joined);
    figures.bypass += calls.calls(CacheResult::bypass);
    figures.saved_nanos += calls.saved_nanos(CacheResult::hit);
  });
  return {figures};
}

}  // namespace weir::app
