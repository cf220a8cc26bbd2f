#include "admin/metrics.h"

#include "admin/problem.h"
#include "runtime/waiter.h"
#include "telemetry/metrics_page.h"

namespace weir::admin {

bool MetricsPress::ask(Taker taker) {
  std::lock_guard lock(mutex_);
  bool first = waiting_.empty();
  if (first && !pool_.submit([this] { print(); })) return false;
  waiting_.push_back(std::move(taker));
  return true;
}

void MetricsPress::print() {
  auto page = std::make_shared<const std::string>(write_());
  std::vector<Taker> takers;
  {
    std::lock_guard lock(mutex_);
    takers.swap(waiting_);
  }
  for (const auto& take : takers) take(page);
}

Task<MetricsPress::Page> Metrics::fetch(Cancellation& stop) {
  // Shared with the taker, which may come after whoever waits has gone.
  struct Delivery {
    MetricsPress::Page page;
    runtime::WaitQueue awaited;
  };
  auto delivery = std::make_shared<Delivery>();
  bool asked = press_.ask([this, delivery](const MetricsPress::Page& page) {
    loop_.post([delivery, page] {
      delivery->page = page;
      delivery->awaited.wake_all();
    });
  });
  if (asked) (void)co_await delivery->awaited.wait(loop_, {loop_.now() + kPatience, &stop});
  co_return delivery->page;
}

Task<void> Metrics::answer(http::ServerConnection& connection, Cancellation& stop) {
  auto page = co_await fetch(stop);
  if (!page) {
    co_return co_await answer_problem(
        connection, stop,
        {.status = 503, .code = "overloaded", .detail = "weir has no time to write this page; ask again."});
  }
  http::HeaderLines lines;
  lines.add("content-type", telemetry::MetricsPage::kContentType);
  lines.add("cache-control", "no-store");
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(200, lines, *page, &stop);
}

}  // namespace weir::admin
