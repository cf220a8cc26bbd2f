#include "listener/sessions.h"

#include "wire/errors.h"

namespace weir::listener {
namespace {

// Connections over the limit that are told so, at once; beyond it they are only closed.
constexpr std::size_t kMostTurnedAway = 256;

std::string busy_answer() {
  Failure failure{.kind = Failure::Kind::overloaded,
                  .message = "Too many connections are open; try again in a second."};
  std::string body = wire::error_body(Dialect::openai, failure, "");
  return fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\nconnection: "
      "close\r\n"
      "content-length: {}\r\n\r\n{}",
      body.size(), body);
}

}  // namespace

http::ServerLimits limits_of(const config::RequestLimits& settings) {
  return {.head = {.head = settings.head, .headers = settings.headers},
          .body = settings.body,
          .head_timeout = settings.head_timeout,
          .body_timeout = settings.body_timeout,
          .idle_timeout = settings.idle_timeout};
}

Shared::Shared(const config::ListenerSettings& settings, std::size_t most_connections)
    : call_memory(settings.request.buffered), admission(most_connections, settings.connections_per_address) {}

// One connection, while it is served.
struct Sessions::Session : ListHook {
  Cancellation stop;
};

Sessions::Sessions(Loop& loop, Shared& shared, Terms terms, Handler& handler,
                   const telemetry::Lifecycle& lifecycle)
    : loop_(loop),
      shared_(shared),
      terms_(std::move(terms)),
      handler_(handler),
      lifecycle_(lifecycle),
      tasks_(loop) {}

Task<void> Sessions::serve(runtime::Accepted accepted) {
  counters_.accepted.add();
  if (!shared_.admission.enter(accepted.peer)) {
    counters_.turned_away.add();
    co_await turn_away(std::move(accepted.socket));
    co_return;
  }
  Session session;
  sessions_.push_back(session);
  counters_.open.add();
  if (auto tls = terms_.tls) {
    Until handshake{loop_.now() + terms_.limits.head_timeout, &session.stop};
    auto encrypted = co_await runtime::accept_tls(std::move(accepted.socket), *tls, handshake);
    accepted.socket = encrypted ? *std::move(encrypted) : Socket();
  }
  if (accepted.socket) {
    http::ServerConnection connection(std::move(accepted.socket), loop_, terms_.limits, shared_.call_memory);
    co_await serve_requests(session, connection);
  }
  counters_.open.subtract();
  shared_.admission.leave(accepted.peer);
}

Task<void> Sessions::serve_requests(Session& session, http::ServerConnection& connection) {
  do {
    auto head = co_await connection.read_head(&session.stop);
    if (!head && head.error() == http::ServerConnection::Ended::rejected) {
      counters_.rejected.add();
      co_await handler_.refuse(connection);
      break;
    }
    if (!head) break;
    if (lifecycle_.draining()) connection.close_after_answer();
    ++calls_;
    co_await handler_.answer(connection, session.stop);
    if (--calls_ == 0) idle_.wake_all();
  } while (connection.may_go_on());
  co_await connection.linger();
}

Task<void> Sessions::turn_away(Socket socket) {
  static const std::string answer = busy_answer();
  if (being_turned_away_ >= kMostTurnedAway) co_return;
  ++being_turned_away_;
  Until soon{loop_.now() + std::chrono::seconds(1)};
  if (co_await socket.write({answer}, soon)) {
    socket.shutdown_write();
    // Closing with unread bytes would make the kernel throw our answer away.
    std::array<char, 4096> discarded;
    while (true) {
      auto n = co_await socket.read(discarded, soon);
      if (!n || *n == 0) break;
    }
  }
  --being_turned_away_;
}

Task<void> Sessions::finish_calls(Duration patience) {
  TimePoint deadline = loop_.now() + patience;
  while (calls_ > 0) {
    if (co_await idle_.wait(loop_, {deadline}) != runtime::Wake::ready) break;
  }
}

Task<void> Sessions::end() {
  constexpr Duration kLastWords = std::chrono::seconds(2);
  sessions_.for_each([](ListHook& hook) { static_cast<Session&>(hook).stop.cancel(StopReason::draining); });
  co_await tasks_.wait_until_empty({loop_.now() + kLastWords});
}

}  // namespace weir::listener
