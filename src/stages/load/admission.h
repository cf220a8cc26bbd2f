// How many calls are under way at once, and whose: what weir has no place for it refuses at once, so that the
// calls it has go on, and no tenant's rush costs another its places.
//
//   auto place = admission.enter(tenant);   // nothing: 503 `overloaded`; nobody is waited for
//   … the call …                            // its place goes with it
//
// Of `most` places
// - the first half is anybody's;
// - past it a tenant enters only while it holds less than its share: all places but the reserve, divided by
// the
//   tenants that hold any (the one who asks included);
// - the last sixteenth, the reserve, is for those that hold less than a sixteenth of their share.
//
// Nobody is locked out. Without the reserve one tenant could hold every place, and take each again that it
// leaves before others ask: it is alone as long as nobody else gets in. With it others get in; from then on
// there is more than one share, the first tenant is over its own and enters no more, and what it leaves is
// theirs. Should the reserve be full too, the next place that anybody leaves is for tenants that hold little.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/ids.h"

namespace weir::load {

// Why a call was not let in.
enum class Refusal : std::uint8_t {
  full,   // its tenant holds less than its share, but there was no place that it may have
  share,  // its tenant holds its share
};
inline constexpr std::size_t kRefusals = 2;
std::string_view name_of(Refusal refusal);

// For all loops together; any thread. Tenants are spread over sixteen locks, each held for a look-up and
// never with another. Remembers the tenants that hold places, and no others.
class Admission {
  struct Shard;
  using Holding = std::pair<const std::string, std::uint32_t>;  // a tenant, and how many places it has

 public:
  // Of one call; leaves at its end. Must not outlive its admission.
  class Place {
   public:
    Place(Place&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)),
          shard_(other.shard_),
          holding_(other.holding_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->leave(*shard_, *holding_);
    }

   private:
    friend class Admission;
    Place(Admission& admission, Shard& shard, Holding& holding)
        : admission_(&admission), shard_(&shard), holding_(&holding) {}
    Admission* admission_;
    Shard* shard_;
    Holding* holding_;
  };

  // `most` is at least 1.
  explicit Admission(std::uint32_t most) : most_(most), reserve_((most + kSmallPart - 1) / kSmallPart) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Allocates nothing for a tenant that holds a place, and mostly nothing for one that takes its first.
  [[nodiscard]] std::optional<Place> enter(const TenantId& tenant);

  // The share of the places that is taken.
  double used() const { return static_cast<double>(taken()) / most_; }
  std::uint32_t most() const { return most_; }
  std::uint32_t taken() const { return taken_.load(std::memory_order_relaxed); }
  // Those that hold places.
  std::uint32_t tenants() const { return tenants_.load(std::memory_order_relaxed); }
  // Calls, since the start.
  std::uint64_t refused(Refusal why) const {
    return refused_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t kSmallPart = 16;  // of all places, and of a share
  static constexpr std::size_t kShards = 16;

  struct alignas(64) Shard {
    Holding& begin(const TenantId& tenant);

    std::mutex mutex;  // guards all below
    std::unordered_map<std::string, std::uint32_t> holdings;
    decltype(holdings)::node_type spare;  // who came to hold nothing last: for who begins next
  };

  std::optional<Refusal> take(std::uint32_t held, std::uint32_t tenants);
  std::optional<Refusal> why_not(std::uint32_t taken, std::uint32_t held, std::uint32_t tenants) const;
  void leave(Shard& shard, Holding& holding);

  const std::uint32_t most_;
  const std::uint32_t reserve_;
  std::array<Shard, kShards> shards_;
  alignas(64) std::atomic<std::uint32_t> taken_ = 0;
  std::atomic<std::uint32_t> tenants_ = 0;
  std::array<std::atomic<std::uint64_t>, kRefusals> refused_{};
};

}  // namespace weir::load
