// Asks a provider and records what it answers. Belongs to nobody's answer: it goes on as long as anybody
// reads.
#include "base/try.h"
#include "journey/asked.h"
#include "journey/recorder.h"
#include "replay/summary.h"
#include "telemetry/log.h"

namespace weir::journey {
namespace {

// What callers are told; the label, for people, says less of a wildcard's.
std::string name_of(const routing::Deployment& deployment) {
  std::string name(deployment.provider);
  return name.append("/").append(deployment.model);
}

http::HeaderLines lines_of(std::string_view deployment, const provider::Call& call) {
  http::HeaderLines lines;
  lines.add("x-weir-deployment", deployment);
  lines.add("x-weir-attempts", "1");
  if (!call.edits().empty()) lines.add("x-weir-edits", call.edits());
  return lines;
}

std::optional<NanoDollars> cost(const Usage& usage, const config::PriceSettings& price) {
  if (!price.input || !price.output) return std::nullopt;
  return cost_of(usage, {.input = *price.input,
                         .cached_input = price.cached_input.value_or(*price.input),
                         .output = *price.output});
}

}  // namespace

Task<void> Journey::call(Order order) {
  Cancellation stop;
  auto& recording = *order.recording;
  if (order.rules->settings.on_client_gone == config::OnClientGone::cancel)
    recording.cancel_when_deserted(stop);
  Result<void> outcome;
  try {
    outcome = co_await attempt(order, stop);
  } catch (const std::exception& bug) {
    telemetry::log_error("bug", {{"what", bug.what()}});
    outcome = failure(Failure::Kind::internal, "weir made a mistake while it read this answer.");
  }
  // A flight that has failed is no longer found when its followers learn of it, and look for another one.
  if (order.plan.may_keep) together_.flights.end(order.plan.key, recording);
  if (!outcome) recording.fail(std::move(outcome).error());
}

Task<Result<void>> Journey::attempt(Order& order, Cancellation& stop) {
  order.record.begun = loop_.clock().wall();
  const TimePoint begun = loop_.clock().now();
  provider::Call call(*order.provider, order.request, order.record.trace, stop);
  const std::string name = name_of(order.deployment);
  Recorder recorder(loop_, order.request, call, *order.recording, lines_of(name, call), stop);
  if (order.plan.may_keep) recorder.kept_lines().add("x-weir-deployment", name);
  Result<void> outcome = co_await call.send();
  if (outcome) outcome = co_await recorder.record();
  report(order, begun, call, recorder, outcome);
  if (outcome) finish(order, recorder);
  co_return outcome;
}

// The attempt is over: it is counted and traced, before its caller's own report.
void Journey::report(Order& order, TimePoint begun, const provider::Call& call, const Recorder& recorder,
                     const Result<void>& outcome) {
  auto since_begun = [&](TimePoint when) { return when == TimePoint() ? Duration() : when - begun; };
  auto& record = order.record;
  record.key_name = call.key_name();
  record.status = static_cast<std::uint16_t>(call.status());
  if (!outcome) record.failure = outcome.error().kind;
  record.usage = recorder.usage();
  if (record.usage) record.cost = cost(*record.usage, order.deployment.price);
  record.sent = since_begun(call.sent_at());
  record.head = since_begun(call.head_at());
  record.ended = loop_.clock().now() - begun;
  figures_.note(record);
  if (record.trace.sampled) outbox_.put(record);
  order.recording->note_usage(record.usage, record.cost);
}

// An answer is kept before its flight ends, so that whoever comes finds one or the other.
void Journey::finish(const Order& order, Recorder& recorder) {
  auto& recording = *order.recording;
  if (!order.plan.may_keep || !recorder.good() || !recording.complete_so_far()) return recording.finish();
  auto kept = recording.copy(recorder.facts(), recorder.kept_lines().text());
  if (!kept) return recording.finish();
  bool whole = kept->facts().mode == recording::Mode::whole;
  auto summary = whole ? replay::summarize_whole(order.request.path(), kept->body())
                       : replay::summarize_events(order.request.path(), kept->body().text);
  if (!summary) return recording.finish();
  kept->facts().maker = {order.deployment.id, order.deployment.label};
  kept->facts().usage = order.record.usage;
  kept->facts().cost = order.record.cost;
  bool stored = together_.cache.keep(order.plan, *summary, kept);
  recording.finish(std::move(kept), stored ? recording::Stored::yes : recording::Stored::no);
}

}  // namespace weir::journey
