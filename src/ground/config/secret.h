// A value that must not be seen: keys and passwords. It prints as `***` wherever it is printed.
#pragma once

#include <ostream>
#include <string>
#include <utility>

#include <fmt/core.h>

namespace weir::config {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  // The value itself: for sending it to whom it belongs, or for comparing it with what a caller sent.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  // To see whether a reloaded configuration differs. Not in constant time: never for a caller's key.
  friend bool operator==(const Secret&, const Secret&) = default;

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  std::string value_;
};

}  // namespace weir::config

template <>
struct fmt::formatter<weir::config::Secret> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const weir::config::Secret&, Context& context) const {
    return fmt::formatter<fmt::string_view>::format("***", context);
  }
};
