#include "telemetry/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "runtime/work_pool.h"

namespace weir::telemetry {
namespace {

// After a burst its memory goes back.
constexpr std::size_t kKeptMemory = 256 * 1024;

// A reader who has left is an error of the write (EPIPE) here, and no signal.
void hold_broken_pipe_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

LineWriter::LineWriter(Options options) : options_(std::move(options)), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, options_.last_words, [&] { return ended_; })) break_off(lock);
  }
  thread_.join();
}

// Only a signal ends a write that hangs, and it may come just before the write begins: so it is sent until
// the thread has seen it. SIGURG means nothing to anybody else here, and does nothing by default.
void LineWriter::break_off(std::unique_lock<std::mutex>& lock) {
  struct sigaction interrupting = {};
  struct sigaction before = {};
  interrupting.sa_handler = [](int) {};  // and no SA_RESTART: the write ends with EINTR
  sigaction(SIGURG, &interrupting, &before);
  given_up_ = true;
  do {
    pthread_kill(thread_.native_handle(), SIGURG);
  } while (!changed_.wait_for(lock, std::chrono::milliseconds(5), [&] { return ended_; }));
  sigaction(SIGURG, &before, nullptr);
}

bool LineWriter::append(std::string_view lines, std::uint64_t count) {
  std::lock_guard lock(mutex_);
  if (waiting_.size() + being_written_ + lines.size() > options_.most_waiting.count) {
    dropped_ += count;
    return false;
  }
  if (waiting_.empty()) changed_.notify_all();
  waiting_ += lines;
  return true;
}

std::uint64_t LineWriter::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

void LineWriter::run() {
  runtime::name_this_thread("bg-log");
  hold_broken_pipe_signals();
  for (Block block; take(block);) write_all(block);
  std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool LineWriter::take(Block& block) {
  block.text.clear();
  block.tells = 0;
  if (block.text.capacity() > kKeptMemory) block.text = {};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
  if (waiting_.empty() || given_up_) return false;
  std::swap(block.text, waiting_);
  if (std::exchange(cut_, false)) block.text.insert(0, 1, '\n');
  // They were dropped because these were waiting, and so would have stood behind them.
  if (dropped_ > told_) {
    block.tells = dropped_ - std::exchange(told_, dropped_);
    block.text += options_.tell_dropped(block.tells);
  }
  being_written_ = block.text.size();
  return true;
}

void LineWriter::write_all(const Block& block) {
  for (std::size_t written = 0; written < block.text.size();) {
    ssize_t n = ::write(options_.descriptor, block.text.data() + written, block.text.size() - written);
    bool goes_on = n >= 0 || may_go_on(errno);
    if (n > 0) written += static_cast<std::size_t>(n);
    std::lock_guard lock(mutex_);
    being_written_ = block.text.size() - written;
    if (!goes_on || given_up_) return lose(block, written);
  }
}

// Under the lock. What its last line would have told is still to be told.
void LineWriter::lose(const Block& block, std::size_t written) {
  std::string_view rest = std::string_view(block.text).substr(written);
  auto lines = static_cast<std::uint64_t>(std::ranges::count(rest, '\n'));
  if (block.tells > 0 && lines > 0) {
    --lines;
    told_ -= block.tells;
  }
  dropped_ += lines;
  cut_ = written > 0 && block.text[written - 1] != '\n';
  being_written_ = 0;
}

bool LineWriter::may_go_on(int error) const {
  if (error == EINTR) return true;
  if (error != EAGAIN) return false;
  // Somebody who has the same terminal or pipe has made it non-blocking.
  pollfd writable{.fd = options_.descriptor, .events = POLLOUT, .revents = 0};
  poll(&writable, 1, -1);
  return true;
}

}  // namespace weir::telemetry
