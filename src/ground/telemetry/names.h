// Names that stand in metrics, log lines and traces.
//
// They are views into what is kept as long as the process lives, so that a figure or a line may name what a
// reload has taken away. Only configured names are kept here, never what a caller sent.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace weir::telemetry {

// What is not configured.
inline constexpr std::string_view kOther = "other";

// The process's; any thread.
class Names {
 public:
  // Past so many names, which no configuration has, every new one is kOther.
  static constexpr std::size_t kMost = 16'384;

  std::string_view keep(std::string_view name) {
    std::lock_guard lock(mutex_);
    if (auto known = names_.find(name); known != names_.end()) return *known;
    if (names_.size() >= kMost) return kOther;
    return *names_.emplace(name).first;
  }

 private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace weir::telemetry
