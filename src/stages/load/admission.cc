#include "load/admission.h"

#include <algorithm>
#include <functional>

namespace weir::load {

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::full:
      return "full";
    case Refusal::share:
      return "share";
  }
  return "";
}

std::optional<Admission::Place> Admission::enter(const TenantId& tenant) {
  Shard& shard = shards_[std::hash<std::string>{}(tenant.value) % kShards];
  std::lock_guard lock(shard.mutex);
  auto found = shard.holdings.find(tenant.value);
  const bool is_new = found == shard.holdings.end();
  if (auto refusal = take(is_new ? 0 : found->second, tenants() + (is_new ? 1 : 0))) {
    refused_[static_cast<std::size_t>(*refusal)].fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  if (is_new) tenants_.fetch_add(1, std::memory_order_relaxed);
  Holding& holding = is_new ? shard.begin(tenant) : *found;
  ++holding.second;
  return Place(*this, shard, holding);
}

// What the tenant holds is certain, for its shard is locked, and so is the number of places; how many tenants
// there are may be a moment old.
std::optional<Refusal> Admission::take(std::uint32_t held, std::uint32_t tenants) {
  std::uint32_t taken = taken_.load(std::memory_order_relaxed);
  do {
    if (auto refusal = why_not(taken, held, tenants)) return refusal;
  } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
  return std::nullopt;
}

std::optional<Refusal> Admission::why_not(std::uint32_t taken, std::uint32_t held,
                                          std::uint32_t tenants) const {
  if (taken < most_ - most_ / 2) return std::nullopt;
  const std::uint32_t share = std::max((most_ - reserve_) / tenants, 1U);
  if (held >= share) return Refusal::share;
  const std::uint32_t left = most_ - taken;
  if (left > reserve_) return std::nullopt;
  const bool holds_little = held < std::max(share / kSmallPart, 1U);
  return left > 0 && holds_little ? std::nullopt : std::optional(Refusal::full);
}

void Admission::leave(Shard& shard, Holding& holding) {
  std::lock_guard lock(shard.mutex);
  if (--holding.second == 0) {
    shard.spare = shard.holdings.extract(holding.first);
    tenants_.fetch_sub(1, std::memory_order_relaxed);
  }
  taken_.fetch_sub(1, std::memory_order_relaxed);
}

Admission::Holding& Admission::Shard::begin(const TenantId& tenant) {
  if (spare.empty()) return *holdings.try_emplace(tenant.value).first;
  spare.key() = tenant.value;
  return *holdings.insert(std::move(spare)).position;
}

}  // namespace weir::load
