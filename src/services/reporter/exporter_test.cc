// The exporter and a collector in memory, under a clock that moves when nothing else can.
#include "reporter/exporter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/server_connection.h"
#include "reporter/testing_records.h"
#include "runtime/simulated_network.h"

namespace weir::reporter {
namespace {

using std::chrono::seconds;

constexpr std::string_view kSecret = "canary-collector-key";

// Answers each request with the next status; later ones with 200.
class Collector final : public runtime::Dialer {
 public:
  enum class Way { answers, refuses, hangs, closes, talks_nonsense };

  explicit Collector(Loop& loop) : loop_(loop), serving_(loop) {}

  Task<Io<Socket>> dial(const runtime::Destination& to, Until) override {
    ++connections;
    dialed = to;
    if (way == Way::refuses) co_return runtime::failed(IoError::Kind::refused);
    auto [near, far] = runtime::simulated_connection(loop_);
    serving_.spawn(serve(std::move(far)));
    co_return std::move(near);
  }

  Way way = Way::answers;
  std::vector<int> statuses;  // the last one first
  std::vector<nlohmann::json> requests;
  std::map<std::string, std::string> headers;  // of the latest request
  std::string path;
  int connections = 0;
  std::optional<runtime::Destination> dialed;

 private:
  Task<void> serve(Socket socket) {
    http::ServerConnection connection(std::move(socket), loop_, limits_, budget_);
    while (co_await connection.read_head(nullptr)) {
      auto body = co_await connection.read_body(nullptr);
      requests.push_back(nlohmann::json::parse(body->text));
      path = connection.head().path;
      headers.clear();
      for (const auto& header : connection.head().headers) headers.emplace(header.name, header.value);
      if (way == Way::closes) co_return;
      if (way == Way::hangs) co_await runtime::pause(loop_, std::chrono::hours(1));
      if (way == Way::talks_nonsense) {
        (void)co_await connection.socket().write({"220 ready when you are\r\n\r\n"}, {TimePoint::max()});
        co_return;
      }
      int status = 200;
      if (!statuses.empty()) {
        status = statuses.back();
        statuses.pop_back();
      }
      (void)co_await connection.respond(status, {}, "{}");
    }
  }

  Loop& loop_;
  http::ServerLimits limits_{.head = {},
                             .body = 32_MiB,
                             .head_timeout = seconds(10),
                             .body_timeout = seconds(60),
                             .idle_timeout = std::chrono::hours(10)};
  http::ByteBudget budget_{1_GiB};
  TaskGroup serving_;
};

class Exporting : public testing::Test {
 protected:
  Exporting() {
    exporter.configure(settings);
    running.spawn(exporter.run());
  }

  static config::TraceSettings to(std::string_view url) {
    config::TraceSettings settings;
    settings.endpoint = config::BaseUrl::parse(url).value();
    settings.headers.emplace("x-api-key", config::Secret(std::string(kSecret)));
    return settings;
  }

  void queue_calls(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) queue.put(an_attempt());
    exporter.wake();
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
  // Sends one span and waits until it was taken or dropped.
  void send_one() {
    auto over = counters.sent.value() + counters.lost.value() + 1;
    queue_calls(1);
    EXPECT_TRUE(run_until([&] { return counters.sent.value() + counters.lost.value() == over; }));
  }
  std::string degraded() const {
    auto all = degradations.list();
    return all.empty() ? "" : all[0].part + ": " + all[0].reason;
  }
  static std::size_t spans_in(const nlohmann::json& request) {
    return request["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
  }

  config::TraceSettings settings = to("http://collector:4318/v1/traces");
  ManualClock clock;
  Loop loop{clock};
  Collector collector{loop};
  ExportCounters counters;
  SpanQueue queue{counters.not_queued};
  telemetry::Degradations degradations;
  Exporter exporter{loop, collector, queue, counters, degradations, "0.1.0"};
  TaskGroup running{loop};
};

TEST_F(Exporting, spans_are_sent_together_five_seconds_after_the_first) {
  queue_calls(1);
  loop.tick();
  clock.advance(seconds(4));
  queue_calls(2);
  loop.tick();
  EXPECT_TRUE(collector.requests.empty());
  EXPECT_TRUE(run_until([&] { return counters.sent.value() == 3; }));
  EXPECT_EQ(clock.elapsed(), seconds(5));
  EXPECT_EQ(collector.requests.size(), 1U);
  EXPECT_EQ(collector.path, "/v1/traces");
  EXPECT_EQ(collector.dialed->host, "collector");
  EXPECT_FALSE(collector.dialed->encrypted);
  EXPECT_EQ(collector.headers["host"], "collector:4318");
  EXPECT_EQ(collector.headers["content-type"], "application/json");
  EXPECT_EQ(collector.headers["x-api-key"], kSecret);
}

TEST_F(Exporting, a_full_batch_goes_at_once_and_the_connection_is_used_again) {
  queue_calls(1100);
  loop.tick();
  EXPECT_EQ(clock.elapsed(), seconds(0));
  EXPECT_EQ(counters.sent.value(), 1024U);
  EXPECT_TRUE(run_until([&] { return counters.sent.value() == 1100; }));
  ASSERT_EQ(collector.requests.size(), 3U);
  EXPECT_EQ(spans_in(collector.requests[0]), 512U);
  EXPECT_EQ(spans_in(collector.requests[2]), 76U);
  EXPECT_EQ(collector.connections, 1);
}

TEST_F(Exporting, a_request_has_ten_seconds_and_is_not_made_again) {
  collector.way = Collector::Way::hangs;
  send_one();
  EXPECT_EQ(clock.elapsed(), seconds(5) + seconds(10));
  EXPECT_EQ(counters.lost.value(), 1U);
  EXPECT_EQ(counters.failures.value(), 1U);
  EXPECT_EQ(collector.requests.size(), 1U);
}

TEST_F(Exporting, a_collector_that_hangs_costs_spans_and_never_more_memory) {
  collector.way = Collector::Way::hangs;
  queue_calls(20'000);
  EXPECT_EQ(queue.spans(), SpanQueue::kMostSpans);
  EXPECT_EQ(counters.not_queued.value(), 20'000 - SpanQueue::kMostSpans);
  EXPECT_TRUE(run_until([&] { return counters.lost.value() == SpanQueue::kMostSpans; }));
  EXPECT_EQ(queue.spans(), 0U);
}

TEST_F(Exporting, what_cannot_be_taken_right_now_is_sent_once_more_after_a_second) {
  for (int status : {429, 502, 503, 504}) {
    collector.statuses = {status};
    send_one();
    EXPECT_EQ(counters.lost.value(), 0U) << status;
  }
  EXPECT_EQ(clock.elapsed(), 4 * (seconds(5) + seconds(1)));
  collector.statuses = {503, 503};
  send_one();
  EXPECT_EQ(counters.lost.value(), 1U);
  EXPECT_EQ(collector.requests.size(), 10U);
}

TEST_F(Exporting, a_connection_that_broke_is_opened_once_more) {
  collector.way = Collector::Way::closes;
  send_one();
  EXPECT_EQ(collector.connections, 2);
  EXPECT_EQ(counters.lost.value(), 1U);
  collector.way = Collector::Way::refuses;
  send_one();
  EXPECT_EQ(collector.connections, 4);
  collector.way = Collector::Way::answers;
  send_one();
  EXPECT_EQ(counters.sent.value(), 1U);
}

TEST_F(Exporting, what_is_refused_for_good_is_not_sent_again) {
  for (int status : {400, 401, 404, 500}) {
    collector.statuses = {status};
    send_one();
  }
  collector.way = Collector::Way::talks_nonsense;
  send_one();
  EXPECT_EQ(counters.lost.value(), 5U);
  EXPECT_EQ(counters.failures.value(), 5U);
  EXPECT_EQ(collector.requests.size(), 5U);
}

TEST_F(Exporting, three_failures_in_a_row_are_a_degradation_until_the_next_success) {
  collector.statuses = {500, 500, 500, 200, 500, 500};
  send_one();
  send_one();
  send_one();
  EXPECT_EQ(degraded(), "") << "a success was between them";
  send_one();
  send_one();
  EXPECT_EQ(degraded(), "");
  send_one();
  EXPECT_EQ(degraded(), "traces: the collector answers with status 500");
  send_one();
  EXPECT_EQ(degraded(), "");
}

TEST_F(Exporting, no_failure_names_a_secret) {
  for (auto way : {Collector::Way::refuses, Collector::Way::hangs, Collector::Way::closes,
                   Collector::Way::talks_nonsense}) {
    collector.way = way;
    for (int i = 0; i < 3; ++i) send_one();
    EXPECT_EQ(degraded().find("traces: the collector "), 0U);
    EXPECT_EQ(degraded().find("4318"), std::string::npos) << "its address may have come by ${NAME}";
    EXPECT_EQ(degraded().find(kSecret), std::string::npos);
    EXPECT_EQ(degraded().find("220"), std::string::npos) << "what a collector says is its own";
  }
}

TEST_F(Exporting, what_is_queued_is_sent_at_the_end) {
  queue_calls(600);
  loop.tick();
  exporter.end();
  EXPECT_TRUE(run_until([&] { return running.size() == 0; }));
  EXPECT_EQ(counters.sent.value(), 600U);
  EXPECT_EQ(clock.elapsed(), seconds(0));
}

TEST_F(Exporting, a_hanging_collector_is_waited_for_two_seconds_at_the_end) {
  collector.way = Collector::Way::hangs;
  queue_calls(600);
  loop.tick();
  exporter.end();
  EXPECT_TRUE(run_until([&] { return running.size() == 0; }));
  EXPECT_EQ(clock.elapsed(), seconds(2));
  EXPECT_EQ(counters.lost.value(), 600U);
  EXPECT_EQ(queue.spans(), 0U);
}

TEST_F(Exporting, another_endpoint_is_used_from_the_next_request_on) {
  send_one();
  exporter.configure(to("https://[::1]/"));
  send_one();
  EXPECT_EQ(collector.connections, 2);
  EXPECT_EQ(collector.dialed->host, "::1");
  EXPECT_EQ(collector.dialed->port, 443);
  EXPECT_TRUE(collector.dialed->encrypted);
  EXPECT_EQ(collector.path, "/");
  EXPECT_EQ(collector.headers["host"], "[::1]:443");
}

TEST_F(Exporting, without_an_endpoint_nothing_is_sent_and_nothing_is_degraded) {
  collector.way = Collector::Way::refuses;
  for (int i = 0; i < 3; ++i) send_one();
  EXPECT_NE(degraded(), "");
  exporter.configure({});
  EXPECT_EQ(degraded(), "");
  int connections = collector.connections;
  send_one();
  EXPECT_EQ(collector.connections, connections);
}

}  // namespace
}  // namespace weir::reporter
