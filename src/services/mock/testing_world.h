// For this room's tests: a mock and its clients in memory, under a clock that moves when nothing else can.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/client_connection.h"
#include "http/sse.h"
#include "mock/dialer.h"
#include "mock/mock.h"
#include "mock/service.h"
#include "runtime/simulated_network.h"
#include "runtime/task_group.h"

namespace weir::mock {

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  bool whole = false;  // the body came to its proper end
  std::optional<http::ClientError> error = {};
  Duration took{};

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::vector<http::Event> events() const {
    std::vector<http::Event> events;
    EXPECT_TRUE(http::EventReader().read(body, events));
    return events;
  }
};

inline constexpr std::string_view kAtOnce =
    "default: { time_to_first_token: 0ms, tokens_per_second: 0, output_tokens: 5 }\n";

class World {
 public:
  explicit World(std::string_view script = kAtOnce) : mock(parsed(script)) {}

  static Script parsed(std::string_view text) {
    auto script = parse_script(text);
    EXPECT_TRUE(script) << script.error();
    return script ? *std::move(script) : Script{};
  }

  Reply ask(std::string_view path, std::string_view body, std::string_view more_headers = {}) {
    return send("POST", path, body, more_headers);
  }
  Reply get(std::string_view path, std::string_view more_headers = {}) {
    return send("GET", path, {}, more_headers);
  }

  // On a connection of its own.
  Reply send(std::string_view method, std::string_view path, std::string_view body,
             std::string_view more_headers) {
    Reply reply;
    TaskGroup tasks(loop);
    tasks.spawn(exchange(request(method, path, body, more_headers), reply));
    run_until([&] { return tasks.size() == 0; });
    return reply;
  }

  static std::string request(std::string_view method, std::string_view path, std::string_view body,
                             std::string_view more_headers = {}) {
    std::string_view type = more_headers.find("content-type") == std::string_view::npos
                                ? "content-type: application/json\r\n"
                                : "";
    return fmt::format("{} {} HTTP/1.1\r\nhost: mock\r\n{}{}content-length: {}\r\n\r\n{}", method, path, type,
                       more_headers, body.size(), body);
  }

  Socket connect() {
    auto [ours, theirs] = runtime::simulated_connection(loop);
    served.spawn(service.serve(std::move(theirs), stop));
    return std::move(ours);
  }

  // What has come within `patience`, byte for byte; `broken` if the connection then was reset.
  std::string raw_answer(std::string_view request_text, std::string* end = nullptr,
                         Duration patience = std::chrono::minutes(1)) {
    std::string got;
    TaskGroup tasks(loop);
    tasks.spawn(read_all(std::string(request_text), got, end, patience));
    run_until([&] { return tasks.size() == 0; });
    return got;
  }

  // False if nothing is left that could ever happen.
  bool run_until(const std::function<bool()>& done) {
    while (true) {
      loop.tick();
      if (done()) return true;
      TimePoint next = loop.timers().next();
      if (next == TimePoint::max()) return false;
      clock.advance_to(next);
    }
  }
  void run_for(Duration duration) {
    TimePoint end = clock.now() + duration;
    for (loop.tick(); loop.timers().next() <= end; loop.tick()) clock.advance_to(loop.timers().next());
    clock.advance_to(end);
    loop.tick();
  }

  ManualClock clock;
  Loop loop{clock};
  Mock mock;
  http::ServerLimits limits{.head = {},
                            .body = 32_MiB,
                            .head_timeout = std::chrono::seconds(10),
                            .body_timeout = std::chrono::seconds(60),
                            .idle_timeout = std::chrono::hours(1)};
  http::ByteBudget budget{1_GiB};
  Service service{loop, mock, limits, budget};
  Cancellation stop;
  TaskGroup served{loop};

 private:
  Task<void> exchange(std::string text, Reply& reply) {
    TimePoint began = loop.now();
    http::ClientConnection connection(connect());
    Until patience{loop.now() + std::chrono::hours(10)};
    std::string_view whole_request = text;
    auto sent = co_await connection.send(std::span(&whole_request, 1), patience);
    auto head = co_await connection.read_head(text.substr(0, text.find(' ')), patience);
    if (!head) {
      reply.error = head.error();
      co_return;
    }
    reply.status = (*head)->status;
    for (const auto& header : (*head)->headers) reply.headers.emplace(header.name, header.value);
    while (!reply.whole && !reply.error) {
      auto piece = co_await connection.read_piece(patience);
      if (!piece) {
        reply.error = piece.error();
      } else {
        reply.body += piece->bytes.text;
        reply.whole = piece->last;
      }
    }
    reply.took = loop.now() - began;
  }

  Task<void> read_all(std::string text, std::string& got, std::string* end, Duration patience) {
    Socket socket = connect();
    Until until{loop.now() + patience};
    co_await socket.write({text}, until);
    std::array<char, 4096> buffer;
    while (true) {
      auto n = co_await socket.read(buffer, until);
      if (n && *n > 0) {
        got.append(buffer.data(), *n);
        continue;
      }
      if (end != nullptr) *end = n ? "end" : std::string(runtime::name_of(n.error().kind));
      co_return;
    }
  }
};

// The texts at `pointer` in the events' data, put together.
inline std::string joined(const std::vector<http::Event>& events, const std::string& pointer) {
  std::string text;
  for (const auto& event : events) {
    auto data = nlohmann::json::parse(event.data, nullptr, false);
    nlohmann::json::json_pointer at(pointer);
    if (data.is_object() && data.contains(at) && data[at].is_string()) text += data[at].get<std::string>();
  }
  return text;
}

inline std::vector<std::string> types_of(const std::vector<http::Event>& events) {
  std::vector<std::string> types;
  for (const auto& event : events) {
    if (types.empty() || types.back() != event.event) types.push_back(event.event);
  }
  return types;
}

}  // namespace weir::mock
