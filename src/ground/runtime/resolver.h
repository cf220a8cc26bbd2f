// Names to addresses, without ever blocking a loop.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/io_error.h"
#include "runtime/task.h"
#include "runtime/waiter.h"
#include "runtime/work_pool.h"

namespace weir::runtime {

// An address to connect to.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Asks the system's resolver (getaddrinfo(3): hosts file, DNS) on a WorkPool. Answers are kept for 30 s and
// failures for 1 s; one question about a name is asked once however many wait for it. One loop's; the pool is
// shared and must be destroyed before the loop is.
class Resolver {
 public:
  static constexpr Duration kKeep = std::chrono::seconds(30);
  static constexpr Duration kKeepFailure = std::chrono::seconds(1);

  Resolver(Loop& loop, WorkPool& pool) : loop_(loop), pool_(pool) {}

  // At least one address, in the system's order of preference. Fails with unresolved, timed_out or cancelled.
  Task<Io<std::vector<SocketAddress>>> resolve(std::string host, std::uint16_t port, Until until);

 private:
  using Answer = Io<std::vector<SocketAddress>>;
  struct Question {
    std::optional<Answer> answer;
    TimePoint answered;
    WaitQueue waiters;
  };

  void ask(const std::string& host, std::uint16_t port, const std::shared_ptr<Question>& question);

  Loop& loop_;
  WorkPool& pool_;
  // Bounded by the providers that are configured: no client can make weir look a name up. Shared with the
  // look-up under way, which may outlive whoever waited for it.
  std::unordered_map<std::string, std::shared_ptr<Question>> questions_;
};

}  // namespace weir::runtime
