// The same behaviour over a real connection, an encrypted one and a simulated one.
#include "runtime/socket.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/try.h"
#include "runtime/acceptor.h"
#include "runtime/dialer.h"
#include "runtime/run_to_end.h"
#include "runtime/simulated_network.h"

namespace weir::runtime {
namespace {

using std::chrono::seconds;

enum class Kind : std::uint8_t { tcp, tls, simulated };

// A certificate for localhost that is its own authority, made once by the openssl command.
const std::string& certificate_folder() {
  static const std::string folder = [] {
    std::string made = std::filesystem::temp_directory_path() / fmt::format("weir-certificate-{}", getpid());
    std::filesystem::create_directories(made);
    std::string command = fmt::format(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
        "subjectAltName=DNS:localhost "
        "-keyout {0}/key.pem -out {0}/certificate.pem 2>/dev/null",
        made);
    EXPECT_EQ(std::system(command.c_str()), 0) << "the openssl command is needed";
    setenv("SSL_CERT_FILE", (made + "/certificate.pem").c_str(), 1);
    return made;
  }();
  return folder;
}

// Two connected sockets on one loop.
class Connection {
 public:
  explicit Connection(Kind kind) {
    if (kind == Kind::simulated) {
      std::tie(client, server) = simulated_connection(loop);
    } else {
      auto outcome = connect_over_network(kind == Kind::tls, "localhost");
      if (!outcome) ADD_FAILURE() << name_of(outcome.error().kind) << ": " << outcome.error().detail;
    }
  }
  Connection() = default;

  Io<void> connect_over_network(bool encrypted, const std::string& name) {
    auto acceptor = TRY(Acceptor::listen(loop, "localhost", 0));
    TlsContext server_tls = TRY(
        TlsContext::for_server(certificate_folder() + "/certificate.pem", certificate_folder() + "/key.pem"));
    TlsContext client_tls = TRY(TlsContext::for_clients());
    auto accept_one = [&]() -> Task<void> {
      auto accepted = co_await acceptor.accept(soon());
      if (!accepted) co_return;
      server = std::move(accepted->socket);
      if (!encrypted) co_return;
      auto secured = co_await accept_tls(std::move(server), server_tls, soon());
      if (secured) server = *std::move(secured);
    };
    auto both = [&]() -> Task<Io<void>> {
      TaskGroup accepting(loop);
      accepting.spawn(accept_one());
      NetworkDialer dialer(loop, resolver, client_tls);
      client = CO_TRY(co_await dialer.dial({name, acceptor.port(), encrypted}, soon()));
      co_await accepting.wait_until_empty(soon());
      co_return Io<void>{};
    };
    return run_to_end(loop, both());
  }

  Until soon() const { return {loop.now() + seconds(20)}; }

  SystemClock clock;
  Loop loop{clock};
  WorkPool pool{1};
  Resolver resolver{loop, pool};
  Socket client;
  Socket server;
};

Task<std::string> read_to_end(Socket& socket, Until until) {
  std::string all;
  std::array<char, 10'000> buffer;
  while (true) {
    auto n = co_await socket.read(buffer, until);
    if (!n || *n == 0) co_return all;
    all.append(buffer.data(), *n);
  }
}

class Sockets : public testing::TestWithParam<Kind> {};
std::string name_of_kind(const testing::TestParamInfo<Kind>& kind) {
  return kind.param == Kind::tcp ? "tcp" : kind.param == Kind::tls ? "tls" : "simulated";
}
INSTANTIATE_TEST_SUITE_P(all, Sockets, testing::Values(Kind::tcp, Kind::tls, Kind::simulated), name_of_kind);

TEST_P(Sockets, parts_written_together_arrive_whole_and_in_order_then_the_end) {
  Connection pair(GetParam());
  auto test = [&]() -> Task<void> {
    EXPECT_TRUE(co_await pair.client.write({"head ", "", "body"}, pair.soon()));
    pair.client.shutdown_write();
    EXPECT_EQ(co_await read_to_end(pair.server, pair.soon()), "head body");
  };
  run_to_end(pair.loop, test());
}

TEST_P(Sockets, megabytes_go_through_while_the_reader_is_slow_to_start) {
  Connection pair(GetParam());
  std::string large(5'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  auto write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await pair.client.write({large}, pair.soon()));
    pair.client.shutdown_write();
  };
  auto test = [&]() -> Task<void> {
    TaskGroup writing(pair.loop);
    writing.spawn(write());
    EXPECT_EQ(writing.size(), 1U) << "the write should wait for its reader";
    EXPECT_EQ(co_await read_to_end(pair.server, pair.soon()), large);
  };
  run_to_end(pair.loop, test());
}

TEST_P(Sockets, a_read_ends_at_its_deadline) {
  Connection pair(GetParam());
  auto test = [&]() -> Task<void> {
    std::array<char, 10> buffer;
    auto n = co_await pair.server.read(buffer, {pair.loop.now() + std::chrono::milliseconds(5)});
    EXPECT_EQ(n.error().kind, IoError::Kind::timed_out);
  };
  run_to_end(pair.loop, test());
}

TEST_P(Sockets, whoever_waits_for_something_else_learns_at_once_that_the_client_has_left) {
  Connection pair(GetParam());
  auto test = [&]() -> Task<void> {
    Cancellation call;
    auto watch = pair.server.cancel_on_hangup(call);
    EXPECT_FALSE(call.cancelled());
    pair.client.close();
    bool slept_to_the_end = co_await pause(pair.loop, seconds(20), &call);
    EXPECT_FALSE(slept_to_the_end);
    EXPECT_EQ(call.reason(), StopReason::client_gone);
  };
  run_to_end(pair.loop, test());
}

TEST_P(Sockets, a_broken_connection_is_an_error_not_an_end) {
  Connection pair(GetParam());
  auto test = [&]() -> Task<void> {
    std::array<char, 10> buffer;
    pair.client.reset();
    auto n = co_await pair.server.read(buffer, pair.soon());
    EXPECT_FALSE(n.has_value());
  };
  run_to_end(pair.loop, test());
}

TEST(EncryptedSockets, an_encrypted_connection_to_a_server_of_another_name_is_refused_with_the_reason) {
  Connection pair;
  auto outcome = pair.connect_over_network(true, "127.0.0.1");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, IoError::Kind::tls);
  EXPECT_NE(outcome.error().detail.find("mismatch"), std::string::npos) << outcome.error().detail;
}

TEST(Dialer, nobody_listening_is_refused_and_an_unknown_name_is_unresolved) {
  Connection pair;
  certificate_folder();
  auto tls = TlsContext::for_clients();
  NetworkDialer dialer(pair.loop, pair.resolver, *tls);
  auto refused = run_to_end(pair.loop, dialer.dial({"127.0.0.1", 1, false}, pair.soon()));
  EXPECT_EQ(refused.error().kind, IoError::Kind::refused);
  auto unresolved = run_to_end(pair.loop, dialer.dial({"no-such-host.invalid", 1, false}, pair.soon()));
  EXPECT_EQ(unresolved.error().kind, IoError::Kind::unresolved);
}

TEST(Acceptor, a_port_that_somebody_else_listens_on_is_not_free) {
  Connection pair;
  auto first = Acceptor::listen(pair.loop, "127.0.0.1", 0);
  auto taken = Acceptor::check_free("127.0.0.1", first->port());
  ASSERT_FALSE(taken.has_value());
  EXPECT_NE(taken.error().detail.find("in use"), std::string::npos) << taken.error().detail;
  EXPECT_TRUE(Acceptor::listen(pair.loop, "127.0.0.1", first->port())) << "another loop of ours may share it";
}

TEST(Acceptor, a_missing_certificate_is_told_without_its_path) {
  auto context = TlsContext::for_server("/nowhere/certificate.pem", "/nowhere/key.pem");
  ASSERT_FALSE(context.has_value());
  EXPECT_EQ(context.error().detail, "can't use the certificate: No such file or directory");
}

}  // namespace
}  // namespace weir::runtime
