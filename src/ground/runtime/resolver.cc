#include "runtime/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>

#include "base/try.h"

namespace weir::runtime {
namespace {

// An IPv4 or IPv6 address written out needs no look-up.
std::optional<SocketAddress> literal_address(const std::string& host, std::uint16_t port) {
  SocketAddress address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    return address;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    return address;
  }
  return std::nullopt;
}

Io<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  int outcome = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (outcome != 0) return failed(IoError::Kind::unresolved, gai_strerror(outcome));
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    addresses.push_back(address);
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

Task<Io<std::vector<SocketAddress>>> Resolver::resolve(std::string host, std::uint16_t port, Until until) {
  if (auto literal = literal_address(host, port)) co_return std::vector{*literal};
  std::string name = fmt::format("{}:{}", host, port);
  auto& kept = questions_[name];
  bool stale = kept && kept->answer && loop_.now() - kept->answered > (*kept->answer ? kKeep : kKeepFailure);
  if (!kept || stale) {
    kept = std::make_shared<Question>();
    ask(host, port, kept);
  }
  auto question = kept;
  while (!question->answer) {
    Wake why = co_await question->waiters.wait(loop_, until);
    if (why == Wake::timed_out) co_return failed(IoError::Kind::timed_out, "looking up its name");
    if (why == Wake::cancelled) co_return failed(IoError::Kind::cancelled);
  }
  co_return *question->answer;
}

void Resolver::ask(const std::string& host, std::uint16_t port, const std::shared_ptr<Question>& question) {
  auto answer = [this, question](Answer found) {
    question->answer = std::move(found);
    question->answered = loop_.now();
    question->waiters.wake_all();
  };
  bool taken = pool_.submit([this, host, port, answer] {
    auto found = look_up(host, port);
    loop_.post([answer, found = std::move(found)] { answer(found); });
  });
  if (!taken) answer(failed(IoError::Kind::unresolved, "too many look-ups wait"));
}

}  // namespace weir::runtime
