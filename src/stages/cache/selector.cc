#include "cache/selector.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace weir::cache {
namespace {

enum class Kind : std::uint8_t { tenant = 2, key, tag, model, cache_class, cache_namespace };

// Spreads every bit over all others (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators").
Mark mixed(Mark bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

Mark mark_of(Kind kind, std::uint64_t hash) {
  // The numbers below 8 mean something else.
  return std::max<Mark>(mixed(hash + static_cast<Mark>(kind) * 0x9e3779b97f4a7c15), 8);
}

Mark mark_of(Kind kind, std::string_view word) { return mark_of(kind, std::hash<std::string_view>{}(word)); }

Mark mark_if_any(Kind kind, std::string_view word) { return word.empty() ? 0 : mark_of(kind, word); }

Mark mark_of(const Digest& key) { return mark_of(Kind::key, DigestHash{}(key)); }

}  // namespace

Covered Covered::by(const Facts& facts) {
  Covered covered{mark_of(Kind::tenant, facts.tenant.value),
                  mark_of(facts.key),
                  mark_if_any(Kind::model, facts.model),
                  mark_if_any(Kind::cache_class, facts.cache_class),
                  mark_if_any(Kind::cache_namespace, facts.cache_namespace),
                  {}};
  covered.tags.reserve(facts.tags.size());
  for (const std::string& tag : facts.tags) covered.tags.push_back(mark_of(Kind::tag, tag));
  return covered;
}

Selector Selector::everything() { return {kEverything, kAnyTenant}; }
Selector Selector::key(const Digest& canonical) { return {mark_of(canonical), kAnyTenant}; }
Selector Selector::tag(std::string_view tag) { return {mark_of(Kind::tag, tag), kAnyTenant}; }
Selector Selector::model(std::string_view model) { return {mark_of(Kind::model, model), kAnyTenant}; }
Selector Selector::cache_class(std::string_view cache_class) {
  return {mark_of(Kind::cache_class, cache_class), kAnyTenant};
}
Selector Selector::cache_namespace(std::string_view cache_namespace) {
  return {mark_of(Kind::cache_namespace, cache_namespace), kAnyTenant};
}
Selector Selector::of(const TenantId& tenant) const { return {fact_, mark_of(Kind::tenant, tenant.value)}; }

bool Selector::takes_all() const { return fact_ == kEverything && tenant_ == kAnyTenant; }

bool Selector::covers(const Covered& covered) const {
  if (tenant_ != kAnyTenant && tenant_ != covered.tenant) return false;
  return fact_ == kEverything || fact_ == covered.key || fact_ == covered.model ||
         fact_ == covered.cache_class || fact_ == covered.cache_namespace ||
         std::ranges::find(covered.tags, fact_) != covered.tags.end();
}

Mark Selector::combined(Mark fact, Mark tenant) { return mixed(fact + mixed(tenant)); }

}  // namespace weir::cache
