// Both ends of HTTP over a connection in memory: what one says, the other hears.
#include <gtest/gtest.h>

#include "base/try.h"
#include "http/client_connection.h"
#include "http/server_connection.h"
#include "http/testing_limits.h"
#include "runtime/run_to_end.h"
#include "runtime/simulated_network.h"

namespace weir::http {
namespace {

using std::chrono::seconds;

// A server that is fed bytes by hand, under a clock that is moved by hand.
class Fed {
 public:
  // Runs `test` until it has ended, moving the clock when nothing else happens.
  void run(Task<void> test) {
    TaskGroup tasks(loop);
    tasks.spawn(std::move(test));
    while (tasks.size() > 0) {
      loop.tick();
      if (tasks.size() == 0) break;
      ASSERT_NE(loop.timers().next(), TimePoint::max()) << "the test waits for ever";
      clock.advance_to(loop.timers().next());
    }
  }
  Task<void> send(std::string_view bytes) { (void)co_await peer.write({bytes}, soon()); }
  Task<std::string> answer() {
    std::string all;
    std::array<char, 4096> buffer;
    while (true) {
      auto n = co_await peer.read(buffer, soon());
      if (!n || *n == 0) co_return all;
      all.append(buffer.data(), *n);
    }
  }
  Until soon() const { return {loop.now() + std::chrono::hours(1)}; }

  ManualClock clock;
  Loop loop{clock};
  ByteBudget budget{10_MiB};
  std::pair<Socket, Socket> ends = runtime::simulated_connection(loop);
  Socket& peer = ends.first;
  ServerConnection server{std::move(ends.second), loop, kLimits, budget};
};

std::string without_date(std::string text) {
  auto at = text.find("date: ");
  if (at != std::string::npos) text.erase(at, text.find("\r\n", at) + 2 - at);
  return text;
}

HeaderLines plain() {
  HeaderLines lines;
  lines.add("content-type", "text/plain");
  return lines;
}

TEST(ServerConnection, answers_requests_that_were_sent_ahead_one_after_the_other) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send(
        "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nhost: h\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ((co_await fed.server.read_body(nullptr))->text, "abc");
    EXPECT_TRUE(co_await fed.server.respond(200, plain(), "one"));
    EXPECT_TRUE(fed.server.may_go_on());
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ(fed.server.head().path, "/b");
    EXPECT_TRUE(co_await fed.server.respond(200, plain(), "two"));
    fed.server.socket().close();
    EXPECT_EQ(without_date(without_date(co_await fed.answer())),
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\none"
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\ntwo");
  };
  fed.run(test());
}

TEST(ServerConnection, a_chunked_body_is_whole_and_what_follows_it_is_the_next_request) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    co_await fed.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /next HTTP/1.1\r\nhost: h\r\n\r\n");
    EXPECT_EQ((co_await fed.server.read_body(nullptr))->text, "abcde");
    EXPECT_EQ(fed.server.head().path, "/a") << "the head stays while the request is answered";
    EXPECT_TRUE(co_await fed.server.respond(200, plain(), ""));
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ(fed.server.head().path, "/next");
  };
  fed.run(test());
}

TEST(ServerConnection, a_head_that_never_ends_is_given_up_after_its_time) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.1\r\nho");
    auto head = co_await fed.server.read_head(nullptr);
    EXPECT_EQ(head.error(), ServerConnection::Ended::rejected);
    EXPECT_EQ(fed.server.rejection().status, 408);
    EXPECT_EQ(fed.clock.elapsed(), seconds(10));
  };
  fed.run(test());
}

TEST(ServerConnection, an_idle_connection_is_closed_without_a_word) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    auto head = co_await fed.server.read_head(nullptr);
    EXPECT_EQ(head.error(), ServerConnection::Ended::closed);
    EXPECT_EQ(fed.clock.elapsed(), seconds(75));
  };
  fed.run(test());
}

TEST(ServerConnection, a_body_over_the_limit_is_refused_before_it_is_read) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 1048577\r\n\r\n");
    auto head = co_await fed.server.read_head(nullptr);
    EXPECT_EQ(head.error(), ServerConnection::Ended::rejected);
    EXPECT_EQ(fed.server.rejection().status, 413);
  };
  fed.run(test());
}

TEST(ServerConnection, a_body_that_nobody_wanted_is_no_request) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send(
        "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nhost: h\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_TRUE(co_await fed.server.respond(404, plain(), "no"));
    EXPECT_TRUE(fed.server.may_go_on());
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ(fed.server.head().path, "/b");
    co_await fed.send("POST /c HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.respond(200, plain(), ""));
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_TRUE(co_await fed.server.respond(404, plain(), "no"));
    EXPECT_FALSE(fed.server.may_go_on()) << "the body is still to come";
  };
  fed.run(test());
}

TEST(ServerConnection, bodies_that_are_too_much_together_are_refused_and_the_memory_comes_back) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    BudgetShare others(fed.budget);
    EXPECT_TRUE(others.grow_to((10_MiB).count));
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\nabc");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    auto body = co_await fed.server.read_body(nullptr);
    EXPECT_EQ(body.error().status, 503);
    others.release();
    EXPECT_EQ(fed.budget.taken(), 0_B);
  };
  fed.run(test());
}

TEST(ServerConnection, a_large_body_of_known_length_is_read_into_one_memory) {
  Fed fed;
  const std::string sent(200'000, 'x');
  auto test = [&]() -> Task<void> {
    TaskGroup client(fed.loop);
    const std::string request = "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 200000\r\n\r\n" + sent;
    client.spawn(fed.send(request));
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    const Bytes spare = LentMemory::spare();
    EXPECT_EQ((co_await fed.server.read_body(nullptr))->text, sent);
    EXPECT_LE(LentMemory::spare(), spare) << "a smaller memory was left for a larger one";
    EXPECT_LE(fed.budget.taken(), 256_KiB);
  };
  fed.run(test());
}

TEST(ServerConnection, a_body_that_is_only_announced_takes_no_more_than_a_small_one) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 1000000\r\n\r\nabc");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ((co_await fed.server.read_body(nullptr)).error().status, 408);
    EXPECT_LE(fed.budget.taken(), 16_KiB);
  };
  fed.run(test());
}

TEST(ServerConnection, what_follows_a_large_body_is_the_next_request) {
  Fed fed;
  const std::string sent(100'000, 'x');
  auto test = [&]() -> Task<void> {
    TaskGroup client(fed.loop);
    const std::string requests = "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\n" + sent +
                                 "GET /next HTTP/1.1\r\nhost: h\r\n\r\n";
    client.spawn(fed.send(requests));
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ((co_await fed.server.read_body(nullptr))->text, sent);
    EXPECT_TRUE(co_await fed.server.respond(200, plain(), ""));
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ(fed.server.head().method, "GET");
    EXPECT_EQ(fed.server.head().path, "/next");
  };
  fed.run(test());
}

TEST(ServerConnection, a_body_that_was_taken_outlives_its_connection) {
  std::optional<Body> body;
  ByteBudget budget(1_MiB);
  ManualClock clock;
  {
    Loop loop(clock);
    auto [peer, socket] = runtime::simulated_connection(loop);
    ServerConnection server(std::move(socket), loop, kLimits, budget);
    auto test = [&]() -> Task<void> {
      const std::string request =
          "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 40000\r\n\r\n" + std::string(40'000, 'x');
      EXPECT_TRUE(co_await peer.write({request}, {TimePoint::max()}));
      EXPECT_TRUE(co_await server.read_head(nullptr));
      EXPECT_TRUE(co_await server.read_body(nullptr));
      body.emplace(server.take_body());
    };
    runtime::TaskGroup tasks(loop);
    tasks.spawn(test());
    while (tasks.size() > 0) loop.tick();
  }
  EXPECT_EQ(body->bytes().text, std::string(40'000, 'x'));
  EXPECT_GE(budget.taken(), 40'000_B);
  body.reset();
  EXPECT_EQ(budget.taken(), 0_B);
}

TEST(ServerConnection, a_caller_of_http_1_0_gets_a_stream_that_ends_with_the_connection) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    fed.server.start(200, plain());
    EXPECT_FALSE(fed.server.committed());
    EXPECT_TRUE(co_await fed.server.send("one "));
    EXPECT_TRUE(co_await fed.server.finish("two"));
    EXPECT_FALSE(fed.server.may_go_on());
    fed.server.socket().close();
    EXPECT_EQ(without_date(co_await fed.answer()),
              "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\none two");
  };
  fed.run(test());
}

TEST(ServerConnection, an_answer_that_is_aborted_is_seen_to_break_off) {
  Fed fed;
  auto test = [&]() -> Task<void> {
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    fed.server.start(200, plain());
    EXPECT_TRUE(co_await fed.server.send("half of"));
    fed.server.abort();
    EXPECT_FALSE(fed.server.may_go_on());
    co_await fed.server.linger();
    EXPECT_EQ((co_await fed.answer()).find("0\r\n\r\n"), std::string::npos);
  };
  fed.run(test());
}

TEST(ServerConnection, whoever_waits_for_100_continue_gets_it_before_the_body) {
  Fed fed;
  auto body = [&]() -> Task<void> {
    std::array<char, 25> interim;
    auto n = co_await fed.peer.read(interim, fed.soon());
    EXPECT_EQ(std::string_view(interim.data(), *n), "HTTP/1.1 100 Continue\r\n\r\n");
    co_await fed.send("hello");
  };
  auto test = [&]() -> Task<void> {
    TaskGroup client(fed.loop);
    client.spawn(body());
    co_await fed.send("POST /a HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
    EXPECT_TRUE(co_await fed.server.read_head(nullptr));
    EXPECT_EQ((co_await fed.server.read_body(nullptr))->text, "hello");
  };
  fed.run(test());
}

// What a client makes of an answer's bytes, cut at every byte.
struct Heard {
  int status = 0;
  std::string body;
  std::string error;
  bool reusable = false;
};

Heard hear(std::string_view bytes, std::size_t at_a_time) {
  ManualClock clock;
  Loop loop(clock);
  auto [ours, theirs] = runtime::simulated_connection(loop);
  Heard heard;
  ClientConnection client(std::move(ours));
  auto speak = [&]() -> Task<void> {
    for (std::size_t at = 0; at < bytes.size(); at += at_a_time) {
      (void)co_await theirs.write({bytes.substr(at, at_a_time)}, {loop.now() + seconds(9)});
      co_await runtime::pause(loop, std::chrono::milliseconds(1));
    }
    if (heard.status == 0 || heard.error.empty()) theirs.shutdown_write();
  };
  auto listen = [&]() -> Task<void> {
    Until until{loop.now() + std::chrono::hours(1)};
    std::string_view request = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
    (void)co_await client.send(std::span(&request, 1), until);
    auto head = co_await client.read_head("GET", until);
    if (!head) heard.error = head.error().detail + std::string(name_of(head.error().io.kind));
    if (!head) co_return;
    heard.status = (*head)->status;
    while (true) {
      auto piece = co_await client.read_piece(until);
      if (!piece) heard.error = piece.error().detail + std::string(name_of(piece.error().io.kind));
      if (!piece) co_return;
      heard.body += piece->bytes.text;
      if (piece->last) break;
    }
    heard.reusable = client.reusable();
  };
  TaskGroup tasks(loop);
  tasks.spawn(listen());
  tasks.spawn(speak());
  for (int turn = 0; turn < 100'000 && tasks.size() > 0; ++turn) {
    loop.tick();
    if (loop.timers().next() != TimePoint::max()) clock.advance_to(loop.timers().next());
  }
  return heard;
}

class Answers : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(cut, Answers, testing::Values(1, 2, 7, 100'000));

TEST_P(Answers, of_any_framing_are_read_whole_however_they_are_cut) {
  auto length = hear("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", GetParam());
  EXPECT_EQ(length.body, "hello") << length.error;
  auto chunked =
      hear("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
           GetParam());
  EXPECT_EQ(chunked.body, "hello") << chunked.error;
  auto until_close = hear("HTTP/1.1 200 OK\r\n\r\nhello", GetParam());
  EXPECT_EQ(until_close.body, "hello") << until_close.error;
  EXPECT_FALSE(until_close.reusable);
}

TEST_P(Answers, that_come_after_interim_ones_are_the_ones_that_count) {
  auto heard =
      hear("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
           GetParam());
  EXPECT_EQ(heard.status, 404) << heard.error;
}

TEST_P(Answers, that_break_off_are_errors) {
  EXPECT_NE(hear("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", GetParam()).error, "");
  EXPECT_NE(hear("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n", GetParam()).error, "");
  EXPECT_NE(hear("HTTP/1.1 200 O", GetParam()).error, "");
  EXPECT_NE(hear("garbage\r\n\r\n", GetParam()).error, "");
}

TEST(ClientConnection, what_is_held_back_comes_again_in_front_of_the_next_piece) {
  ManualClock clock;
  Loop loop(clock);
  auto [ours, theirs] = runtime::simulated_connection(loop);
  ClientConnection client(std::move(ours));
  auto test = [&]() -> Task<void> {
    Until until{loop.now() + seconds(1)};
    std::string_view request = "x";
    EXPECT_TRUE(co_await client.send(std::span(&request, 1), until));
    EXPECT_TRUE(co_await theirs.write({"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"}, until));
    EXPECT_TRUE(co_await client.read_head("POST", until));
    EXPECT_EQ((co_await client.read_piece(until))->bytes.text, "abc");
    client.hold_back(2);
    EXPECT_EQ((co_await client.read_piece(until)).error().io.kind, IoError::Kind::timed_out);
    Until later{loop.now() + seconds(1)};
    EXPECT_TRUE(co_await theirs.write({"def"}, later));
    EXPECT_EQ((co_await client.read_piece(later))->bytes.text, "bcdef");
    EXPECT_TRUE(co_await theirs.write({"ghi"}, later));
    auto last = co_await client.read_piece(later);
    EXPECT_EQ(last->bytes.text, "ghi");
    EXPECT_TRUE(last->last);
    EXPECT_TRUE(client.reusable());
  };
  TaskGroup tasks(loop);
  tasks.spawn(test());
  while (tasks.size() > 0) {
    loop.tick();
    if (tasks.size() > 0) clock.advance_to(loop.timers().next());
  }
}

}  // namespace
}  // namespace weir::http
