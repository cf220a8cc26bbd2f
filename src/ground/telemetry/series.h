// Figures by the values of their labels.
#pragma once

#include <array>
#include <atomic>
#include <string_view>
#include <unordered_map>

#include "telemetry/names.h"

namespace weir::telemetry {

// A Figure (of Counters and Histograms) for each combination of label values that was met. One thread writes,
// any reads, and neither waits for the other: a series is never moved or removed.
//
// The values are known by their addresses, which is what makes finding a series cheap. So they must live as
// long as the table, and a series may be there twice where the same text has two addresses: readers sum up.
template <std::size_t kLabels, class Figure>
class Series {
 public:
  using Key = std::array<std::string_view, kLabels>;
  // Configurations bound the series there can be; what comes past this is counted as "other".
  static constexpr std::size_t kMost = 2'000;

  // The writer's. Allocates for a new series only.
  Figure& of(const Key& key) {
    if (auto known = series_.find(key); known != series_.end()) return known->second.figure;
    return series_.size() < kMost ? add(key) : add(others());
  }

  // Shows each key and figure, oldest last.
  template <class Show>
  void each(Show show) const {
    for (const Node* at = newest_.load(std::memory_order_acquire); at != nullptr; at = at->older) {
      show(*at->key, at->figure);
    }
  }

 private:
  struct Node {
    Figure figure;
    const Key* key = nullptr;
    const Node* older = nullptr;
  };
  struct ByAddress {
    std::size_t operator()(const Key& key) const {
      std::uint64_t hash = 0;
      for (auto text : key) {
        hash = (hash ^ reinterpret_cast<std::uintptr_t>(text.data()) ^ text.size()) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 32;
      }
      return hash;
    }
    bool operator()(const Key& left, const Key& right) const {
      return std::ranges::equal(left, right, [](std::string_view one, std::string_view other) {
        return one.data() == other.data() && one.size() == other.size();
      });
    }
  };

  static Key others() {
    Key key;
    key.fill(kOther);
    return key;
  }

  Figure& add(const Key& key) {
    auto [entry, added] = series_.try_emplace(key);
    Node& node = entry->second;
    if (added) {
      node.key = &entry->first;
      node.older = newest_.load(std::memory_order_relaxed);
      newest_.store(&node, std::memory_order_release);
    }
    return node.figure;
  }

  std::unordered_map<Key, Node, ByAddress, ByAddress> series_;
  std::atomic<const Node*> newest_ = nullptr;
};

}  // namespace weir::telemetry
