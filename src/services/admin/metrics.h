// GET /metrics: the page that Prometheus reads.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/server_connection.h"
#include "runtime/work_pool.h"

namespace weir::admin {

// Has the page written on a pool, since it takes milliseconds: one page at a time, however many ask. One for
// the process; any thread. Must outlive what the pool runs, and is asked nothing once the pool has ended.
class MetricsPress {
 public:
  // Shared by those who asked while it was written; it ends with the last answer.
  using Page = std::shared_ptr<const std::string>;
  using Taker = std::function<void(const Page&)>;

  MetricsPress(runtime::WorkPool& pool, std::function<std::string()> write)
      : pool_(pool), write_(std::move(write)) {}

  // `taker` gets the page on a thread of the pool, unless the pool ends first. False where its queue is full:
  // then nobody gets one. Takers are bounded by the connections there may be.
  [[nodiscard]] bool ask(Taker taker);

 private:
  void print();

  runtime::WorkPool& pool_;
  std::function<std::string()> write_;
  std::mutex mutex_;
  std::vector<Taker> waiting_;  // somebody waits: a page is being written, or will be
};

// One loop's. The pool must end before the loop does.
class Metrics {
 public:
  // After which a page that is not there is given up: the pool may be busy with what hangs.
  static constexpr Duration kPatience = std::chrono::seconds(10);

  Metrics(Loop& loop, MetricsPress& press) : loop_(loop), press_(press) {}

  static bool answers(std::string_view path) { return path == "/metrics"; }
  // Whoever calls must be allowed to. 503 where no page could be had.
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop);

 private:
  Task<MetricsPress::Page> fetch(Cancellation& stop);

  Loop& loop_;
  MetricsPress& press_;
};

}  // namespace weir::admin
