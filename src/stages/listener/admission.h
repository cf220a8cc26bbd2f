// How many connections there may be.
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "runtime/acceptor.h"

namespace weir::listener {

// Counts connections over all loops: in all, and of each address but loopback's. Any thread; taken once a
// connection, not once a request.
class Admission {
 public:
  Admission(std::size_t most, std::size_t most_of_one_address)
      : most_(most), most_of_one_address_(most_of_one_address) {}

  [[nodiscard]] bool enter(const PeerAddress& peer);
  void leave(const PeerAddress& peer);
  std::size_t open() const;

 private:
  struct AddressHash {
    std::size_t operator()(const PeerAddress& address) const {
      return std::hash<std::string_view>{}(
          {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
    }
  };

  std::size_t most_;
  std::size_t most_of_one_address_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::unordered_map<PeerAddress, std::size_t, AddressHash> by_address_;
};

}  // namespace weir::listener
