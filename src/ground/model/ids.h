// Names of things as types, so that a tenant is never taken for a model.
#pragma once

#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace weir {

// Whose call this is. Nothing of one tenant ever serves another.
struct TenantId {
  std::string value;
  auto operator<=>(const TenantId&) const = default;
};

// What an answer depends on besides its request: the kind of provider, its address, and what it calls the
// model. A fingerprint, good within this process.
struct DeploymentId {
  std::uint64_t value = 0;
  bool operator==(const DeploymentId&) const = default;
};

// "req_" and a ULID (github.com/ulid/spec): sorts by time, unique without asking anybody.
class RequestId {
 public:
  // None: a place that one will be put in.
  RequestId() : text_{} {}
  RequestId(WallTime when, Random& random);
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 30> text_;
};

}  // namespace weir
