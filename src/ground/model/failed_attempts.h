// The attempts of a call that came to nothing, for those who look why it took more than one.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "model/failure.h"

namespace weir {

// One after which something else was tried. Its texts live as long as the process.
struct FailedAttempt {
  std::string_view deployment;
  std::string_view key_name;                  // empty: none was needed
  std::optional<Failure::Kind> failure = {};  // nothing: the provider answered, and refused the request
  std::uint16_t status = 0;                   // the provider's; 0: no answer
  Duration took{};
};

// The first few of them: plain values, for a record of the call. How many there were the record says itself.
class FailedAttempts {
 public:
  static constexpr std::size_t kMost = 4;

  void add(const FailedAttempt& failed) {
    if (count_ < kMost) all_[count_++] = failed;
  }
  std::span<const FailedAttempt> all() const { return std::span(all_).first(count_); }

 private:
  std::array<FailedAttempt, kMost> all_;
  std::uint8_t count_ = 0;
};

// A word for what happened, as in errors: "provider_timeout".
inline std::string_view code_of(const FailedAttempt& failed) {
  return failed.failure ? class_of(*failed.failure).code : "refused";
}

}  // namespace weir
