// What a purge can name, and what an answer is known by to a purge.
//
// Words are kept as marks: 64 bits of hash. A collision of two marks can only make a purge take more than was
// asked for, never less, so it costs a call and is never wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/digest.h"
#include "model/ids.h"

namespace weir::cache {

using Mark = std::uint64_t;

// In words what Covered keeps in marks. The key is the canonical one; an empty class or namespace is none.
struct Facts {
  const TenantId& tenant;
  const Digest& key;
  std::string_view model;
  std::string_view cache_class;
  std::string_view cache_namespace;
  std::span<const std::string> tags;
};

// What an entry or a flight is known by to a purge. A mark of 0 is none.
struct Covered {
  Mark tenant = 0;
  Mark key = 0;
  Mark model = 0;
  Mark cache_class = 0;
  Mark cache_namespace = 0;
  std::vector<Mark> tags;

  static Covered by(const Facts& facts);
};

// What to purge: one fact of answers, of one tenant or of all.
//
//   generations.purge(Selector::tag("prices").of(tenant));
class Selector {
 public:
  static Selector everything();
  static Selector key(const Digest& canonical);
  static Selector tag(std::string_view tag);
  static Selector model(std::string_view model);
  static Selector cache_class(std::string_view cache_class);
  static Selector cache_namespace(std::string_view cache_namespace);
  // The same, but only what belongs to `tenant`.
  Selector of(const TenantId& tenant) const;

  bool covers(const Covered& covered) const;
  // All there is, of all tenants.
  bool takes_all() const;
  // Stands for the whole selector.
  Mark mark() const { return combined(fact_, tenant_); }

  // Whether `matches(mark)` holds for any selector that covers `covered`; takes_all() is not among them.
  template <class Matches>
  static bool any_covering(const Covered& covered, Matches matches);

 private:
  static constexpr Mark kAnyTenant = 0;
  static constexpr Mark kEverything = 1;
  Selector(Mark fact, Mark tenant) : fact_(fact), tenant_(tenant) {}
  static Mark combined(Mark fact, Mark tenant);

  Mark fact_;
  Mark tenant_;
};

template <class Matches>
bool Selector::any_covering(const Covered& covered, Matches matches) {
  auto of_one_or_all = [&](Mark fact) {
    return fact != 0 && (matches(combined(fact, covered.tenant)) || matches(combined(fact, kAnyTenant)));
  };
  if (matches(combined(kEverything, covered.tenant))) return true;
  if (of_one_or_all(covered.key) || of_one_or_all(covered.model)) return true;
  if (of_one_or_all(covered.cache_class) || of_one_or_all(covered.cache_namespace)) return true;
  return std::ranges::any_of(covered.tags, of_one_or_all);
}

}  // namespace weir::cache
