// Writes whole lines to a descriptor from a thread of its own (bg-log), so that whoever has a line never
// waits for a slow terminal or a full pipe.
//
//   LineWriter writer({.descriptor = STDERR_FILENO, .tell_dropped = …});
//   writer.append("one\ntwo\n", 2);
//
// What is waiting is bounded; what does not fit is dropped, counted, and told in a line where it would have
// stood. A descriptor that can't be written to (its reader has left, its disk is full) loses lines and never
// ends the process. Waiting lines go out together: one write for all that came during the last one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/units.h"

namespace weir::telemetry {

class LineWriter {
 public:
  struct Options {
    int descriptor;  // the caller's; never closed here
    // Makes the line, with its end, that tells how many were dropped.
    std::function<std::string(std::uint64_t lines)> tell_dropped;
    Bytes most_waiting = 4_MiB;  // appended and not yet written
    // How long the destructor waits for what is waiting to be written.
    Duration last_words = std::chrono::seconds(2);
  };
  explicit LineWriter(Options options);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  ~LineWriter();

  // Any thread, without ever waiting for the descriptor. All of the `count` lines, each with its end, or none
  // of them: false if they were dropped.
  bool append(std::string_view lines, std::uint64_t count);
  // Lines that did not fit or could not be written. Any thread.
  std::uint64_t dropped() const;

 private:
  // What is written at once.
  struct Block {
    std::string text;
    std::uint64_t tells = 0;  // how many dropped lines its last line tells of
  };

  void run();
  // False at the end.
  bool take(Block& block);
  void write_all(const Block& block);
  void lose(const Block& block, std::size_t written);
  // Whether the write failed only for now; waits until that is over.
  bool may_go_on(int error) const;
  void break_off(std::unique_lock<std::mutex>& lock);

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::size_t being_written_ = 0;  // bytes of a block
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;  // of the dropped
  bool cut_ = false;        // what was written last was no whole line
  bool ending_ = false;
  bool given_up_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace weir::telemetry
