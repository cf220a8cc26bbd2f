// What a Socket does its work with; for the files of this room only.
//
// A transport never blocks: it tries, and when it can't go on, it waits for news (`on_progress`) and tries
// again.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "runtime/io_error.h"
#include "runtime/loop.h"
#include "runtime/operation.h"

namespace weir::runtime {

// The parts of a write that are still to be sent.
class UnsentParts {
 public:
  static constexpr std::size_t kMost = 8;
  explicit UnsentParts(std::span<const std::string_view> parts);
  std::span<const std::string_view> parts() const {
    return std::span(parts_).subspan(first_, count_ - first_);
  }
  bool done() const { return first_ == count_; }
  void advance(std::size_t sent);

 private:
  std::array<std::string_view, kMost> parts_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

class Transport : public Pollable {
 public:
  explicit Transport(Loop& loop) : loop_(loop) {}

  // Nothing while it would block. 0 bytes: the end.
  virtual std::optional<Io<std::size_t>> try_read(std::span<char> into) = 0;
  // Nothing while it would block; the parts that were sent are taken out of `parts` in any case.
  virtual std::optional<Io<void>> try_write(UnsentParts& parts) = 0;
  virtual void shutdown_write() = 0;
  virtual void reset() = 0;
  virtual std::string_view protocol() const { return {}; }

  Loop& loop() const { return loop_; }
  bool peer_gone() const { return peer_gone_; }
  bool readable() const { return readable_; }

  PendingOperation* reader = nullptr;
  PendingOperation* writer = nullptr;
  Cancellation* on_hangup = nullptr;

 protected:
  void set_readable(bool readable) { readable_ = readable; }
  void note_peer_gone();
  // Lets the waiting operations try again.
  void progress();

 private:
  Loop& loop_;
  bool readable_ = true;
  bool peer_gone_ = false;
};

}  // namespace weir::runtime
