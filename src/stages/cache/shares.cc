#include "cache/shares.h"

#include "cache/costs.h"

namespace weir::cache {

std::uint64_t Shares::cost(const TenantId& tenant) {
  constexpr std::size_t kShortString = 15;  // as much as libstdc++ keeps within the string itself
  std::size_t length = tenant.value.size();
  std::uint64_t name = length > kShortString ? with_malloc(length + 1) : 0;
  return node_cost<decltype(holdings_)>() + 2 * sizeof(Holding*) + name;
}

Shares::Added Shares::add(const TenantId& tenant, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  auto [at, began] = holdings_.try_emplace(tenant.value);
  Holding& holding = at->second;
  if (began) {
    holding.id = HolderId{next_id_++};
    holding.name = &at->first;
    heap_.push_back(nullptr);
    put(heap_.size() - 1, &holding);
    bytes_.add(cost(tenant));
  }
  holding.bytes += bytes;
  sift_up(holding.place);
  return {holding, began};
}

std::uint64_t Shares::subtract(Holding& holding, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  holding.bytes -= bytes;
  sift_down(holding.place);
  if (holding.bytes > 0) return 0;
  std::size_t place = holding.place;
  Holding* last = heap_.back();
  heap_.pop_back();
  if (last != &holding) {
    put(place, last);
    sift_up(place);
    sift_down(last->place);
  }
  std::uint64_t freed = cost({*holding.name});
  bytes_.subtract(freed);
  holdings_.erase(holdings_.find(*holding.name));
  return freed;
}

std::optional<HolderId> Shares::most() const {
  std::lock_guard lock(mutex_);
  if (heap_.empty()) return {};
  return heap_.front()->id;
}

std::uint64_t Shares::held_by(const TenantId& tenant) const {
  std::lock_guard lock(mutex_);
  auto at = holdings_.find(tenant.value);
  return at == holdings_.end() ? 0 : at->second.bytes;
}

std::size_t Shares::holders() const {
  std::lock_guard lock(mutex_);
  return heap_.size();
}

void Shares::put(std::size_t place, Holding* holding) {
  heap_[place] = holding;
  holding->place = place;
}

void Shares::sift_up(std::size_t place) {
  Holding* moving = heap_[place];
  while (place > 0) {
    std::size_t parent = (place - 1) / 2;
    if (heap_[parent]->bytes >= moving->bytes) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, moving);
}

void Shares::sift_down(std::size_t place) {
  Holding* moving = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->bytes > heap_[child]->bytes) ++child;
    if (heap_[child]->bytes <= moving->bytes) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, moving);
}

}  // namespace weir::cache
