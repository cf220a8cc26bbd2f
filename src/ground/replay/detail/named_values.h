// Values by name, in the order in which the names first came.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::replay {

template <class T>
class NamedValues {
 public:
  struct Entry {
    std::string name;
    T value;
  };

  // The value of this name, made empty where there is none yet. Valid until the next name comes.
  T& operator[](std::string_view name) {
    std::size_t place = place_of(name);
    if (place == entries_.size()) {
      if (place >= kScanned) later_.emplace(name, place);
      entries_.push_back({std::string(name), T{}});
    }
    return entries_[place].value;
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::size_t place_of(std::string_view name) const {
    for (std::size_t place = 0; place < entries_.size() && place < kScanned; ++place) {
      if (entries_[place].name == name) return place;
    }
    auto later = later_.find(name);
    return later == later_.end() ? entries_.size() : later->second;
  }

  // As many as an answer has, as a rule. Names come from outside, so more must not cost more each.
  static constexpr std::size_t kScanned = 16;

  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> later_;
};

}  // namespace weir::replay
