// A connection over the network that waits for its next request.
#include <gtest/gtest.h>

#include "http/server_connection.h"
#include "http/testing_limits.h"
#include "runtime/acceptor.h"
#include "runtime/dialer.h"
#include "runtime/run_to_end.h"

namespace weir::http {
namespace {

using std::chrono::seconds;

constexpr Until kWhenever{TimePoint::max()};

// Both ends over loopback, under a clock that is moved by hand.
class Connected {
 public:
  Connected() {
    auto acceptor = runtime::Acceptor::listen(loop, "127.0.0.1", 0);
    auto connect = [&]() -> Task<void> {
      runtime::NetworkDialer dialer(loop, resolver, tls);
      auto dialed = co_await dialer.dial({.host = "127.0.0.1", .port = acceptor->port()}, kWhenever);
      caller = *std::move(dialed);
      auto accepted = co_await acceptor->accept(kWhenever);
      server.emplace(std::move(accepted->socket), loop, kLimits, budget);
    };
    runtime::run_to_end(loop, connect());
  }

  ManualClock clock;
  Loop loop{clock};
  runtime::WorkPool pool{1};
  runtime::Resolver resolver{loop, pool};
  runtime::TlsContext tls = *runtime::TlsContext::for_clients();
  ByteBudget budget{1_MiB};
  Socket caller;
  std::optional<ServerConnection> server;
};

TEST(KeptConnection, may_be_idle_as_long_after_a_large_body_as_after_any) {
  Connected ends;
  bool asked_again = false;
  auto answer = [&]() -> Task<void> {
    EXPECT_TRUE(co_await ends.server->read_head(nullptr));
    EXPECT_TRUE(co_await ends.server->read_body(nullptr));
    EXPECT_TRUE(co_await ends.server->respond(200, {}, ""));
    asked_again = (co_await ends.server->read_head(nullptr)).has_value();
  };
  auto ask = [&]() -> Task<void> {
    TaskGroup answering(ends.loop);
    answering.spawn(answer());
    const std::string body(100'000, 'x');
    EXPECT_TRUE(co_await ends.caller.write(
        {"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\n", body}, kWhenever));
    std::array<char, 4096> answered;
    EXPECT_TRUE(co_await ends.caller.read(answered, kWhenever));
    ends.clock.advance(kLimits.head_timeout * 2);
    co_await runtime::pause(ends.loop, seconds(1));  // a turn of the loop, at the new time
    EXPECT_TRUE(co_await ends.caller.write({"GET /b HTTP/1.1\r\nhost: h\r\n\r\n"}, kWhenever));
    co_await answering.wait_until_empty(kWhenever);
  };
  runtime::run_to_end(ends.loop, ask());
  EXPECT_TRUE(asked_again);
}

}  // namespace
}  // namespace weir::http
