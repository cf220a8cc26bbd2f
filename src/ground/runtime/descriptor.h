// File descriptors: one that closes itself, and the table that holds them all.
#pragma once

#include <cstddef>
#include <utility>

namespace weir::runtime {

// Owns a file descriptor; -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

// Raises the soft limit of open files to the hard one and grows the kernel's descriptor table once, to
// `wanted` or the limit, whichever is less; returns that number. Call it before the first thread exists:
// where threads share the table, each later growth stops a thread for 6 to 14 ms in synchronize_rcu.
std::size_t prepare_descriptor_table(std::size_t wanted);

}  // namespace weir::runtime
