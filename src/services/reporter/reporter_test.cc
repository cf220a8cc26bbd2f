#include "reporter/reporter.h"

#include <gtest/gtest.h>

#include "http/server_connection.h"
#include "reporter/testing_records.h"
#include "runtime/acceptor.h"
#include "runtime/run_to_end.h"

namespace weir::reporter {
namespace {

using telemetry::LogLevel;
using telemetry::LogOptions;

// What was logged, and a way to wait for it.
class Log {
 public:
  bool write(std::string_view lines, std::uint64_t count) {
    std::lock_guard lock(mutex_);
    EXPECT_EQ(std::ranges::count(lines, '\n'), static_cast<std::int64_t>(count));
    blocks_.emplace_back(lines);
    lines_ += count;
    changed_.notify_all();
    return true;
  }
  void wait_for(std::uint64_t lines) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return lines_ >= lines; });
  }
  std::vector<std::string> blocks() {
    std::lock_guard lock(mutex_);
    return blocks_;
  }
  std::string text() {
    std::string all;
    for (const auto& block : blocks()) all += block;
    return all;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> blocks_;
  std::uint64_t lines_ = 0;
};

struct World {
  SystemClock clock;
  telemetry::Degradations degradations;
  Log log;
  std::optional<Reporter> reporter{
      std::in_place, clock, degradations,
      Reporter::Options{.version = "0.1.0",
                        .write_lines = [this](std::string_view lines, std::uint64_t count) {
                          return log.write(lines, count);
                        }}};
};

CallRecord untraced() {
  CallRecord call = a_call();
  call.trace = {};
  return call;
}

TEST(Reporter, calls_of_every_loop_get_a_line_and_attempts_get_none) {
  World world;
  auto& one = world.reporter->add_loop();
  auto& two = world.reporter->add_loop();
  world.reporter->start();
  one.put(untraced());
  one.put(an_attempt());
  world.log.wait_for(1);
  two.put(untraced());
  world.log.wait_for(2);
  world.reporter.reset();
  std::string line;
  CallLines(LogOptions::Format::text).append(line, untraced());
  EXPECT_EQ(world.log.text(), line + line);
}

TEST(Reporter, lines_come_in_blocks_of_at_most_16_kib) {
  constexpr int kCalls = 500;
  World world;
  auto& outbox = world.reporter->add_loop();
  for (int i = 0; i < kCalls; ++i) outbox.put(untraced());
  world.reporter->start();
  world.reporter.reset();
  auto blocks = world.log.blocks();
  std::string all = world.log.text();
  EXPECT_EQ(std::ranges::count(all, '\n'), kCalls);
  EXPECT_EQ(blocks.size(), all.size() / Reporter::kBlock + 1);
  for (const auto& block : blocks) EXPECT_LE(block.size(), Reporter::kBlock);
}

TEST(Reporter, what_was_put_before_the_end_is_logged) {
  World world;
  auto& outbox = world.reporter->add_loop();
  world.reporter->start();
  for (int i = 0; i < 100; ++i) outbox.put(untraced());
  world.reporter.reset();
  std::string all = world.log.text();
  EXPECT_EQ(std::ranges::count(all, '\n'), 100);
}

TEST(Reporter, what_an_outbox_cannot_hold_is_counted) {
  World world;
  auto& outbox = world.reporter->add_loop();
  for (int i = 0; i < 4100; ++i) outbox.put(untraced());
  EXPECT_EQ(world.reporter->figures().reports_dropped, 4U);
}

TEST(Reporter, format_and_level_may_change_while_it_runs) {
  World world;
  auto& outbox = world.reporter->add_loop();
  CallRecord failed = untraced();
  failed.outcome = Outcome::weir_error;
  auto report = [&](const CallLogging& logging, std::uint64_t lines_so_far) {
    world.reporter->apply(logging, {});
    outbox.put(untraced());
    outbox.put(failed);
    world.log.wait_for(lines_so_far);
  };
  world.reporter->apply({.log = {LogOptions::Format::json, LogLevel::info}}, {});
  world.reporter->start();
  report({.log = {LogOptions::Format::json, LogLevel::info}}, 2);
  report({.log = {LogOptions::Format::text, LogLevel::warning}}, 3);
  report({.calls = false}, 3);
  world.reporter.reset();
  std::string all = world.log.text();
  EXPECT_EQ(std::ranges::count(all, '\n'), 3);
  EXPECT_EQ(all.front(), '{');
  EXPECT_NE(all.find(" warning call weir_error "), std::string::npos);
}

// A collector on the real network, for one request.
class Collector {
 public:
  Collector() : thread_([this] { runtime::run_to_end(loop_, serve()); }) {}
  ~Collector() { thread_.join(); }
  config::TraceSettings settings() const {
    config::TraceSettings settings;
    settings.endpoint = config::BaseUrl::parse(fmt::format("http://127.0.0.1:{}", acceptor_.port())).value();
    return settings;
  }

 private:
  Task<void> serve() {
    auto accepted = co_await acceptor_.accept({TimePoint::max()});
    http::ServerConnection connection(std::move(accepted->socket), loop_, limits_, budget_);
    EXPECT_TRUE(co_await connection.read_head(nullptr));
    EXPECT_TRUE(co_await connection.read_body(nullptr));
    EXPECT_TRUE(co_await connection.respond(200, {}, "{}"));
  }

  SystemClock clock_;
  Loop loop_{clock_};
  runtime::Acceptor acceptor_ = runtime::Acceptor::listen(loop_, "127.0.0.1", 0).value();
  http::ServerLimits limits_{.head = {},
                             .body = 1_MiB,
                             .head_timeout = std::chrono::seconds(10),
                             .body_timeout = std::chrono::seconds(10),
                             .idle_timeout = std::chrono::seconds(10)};
  http::ByteBudget budget_{1_MiB};
  std::thread thread_;
};

TEST(Reporter, sampled_calls_and_attempts_go_to_the_collector_at_the_end_at_the_latest) {
  Collector collector;
  World world;
  auto& outbox = world.reporter->add_loop();
  world.reporter->apply({}, collector.settings());
  world.reporter->start();
  outbox.put(a_call());
  outbox.put(an_attempt());
  outbox.put(untraced());
  world.log.wait_for(2);
  world.reporter->stop();
  EXPECT_EQ(world.reporter->figures().spans_sent, 5U);
  EXPECT_EQ(world.reporter->figures().spans_dropped, 0U);
}

}  // namespace
}  // namespace weir::reporter
