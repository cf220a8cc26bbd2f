// Has a call answered and recorded, by one attempt or several. Belongs to nobody's answer: it goes on as long
// as anybody reads.
#include "base/try.h"
#include "journey/journey.h"
#include "journey/pursuit.h"
#include "replay/summary.h"
#include "telemetry/log.h"

namespace weir::journey {

Task<void> Journey::call(Order order) {
  Cancellation stop;
  auto& recording = *order.recording;
  if (order.rules().settings.on_client_gone == config::OnClientGone::cancel)
    recording.cancel_when_deserted(stop);
  Result<void> outcome;
  try {
    outcome = co_await pursue(order, stop);
  } catch (const std::exception& bug) {
    telemetry::log_error("bug", {{"what", bug.what()}});
    outcome = failure(Failure::Kind::internal, "weir made a mistake while it read this answer.");
  }
  // A flight that has failed is no longer found when its followers learn of it, and look for another one.
  if (order.plan.may_keep) together_.flights.end(order.plan.key, recording);
  if (!outcome) recording.fail(std::move(outcome).error());
}

// Attempt after attempt, until one has an answer, or nothing is left to try and the last one's outcome
// stands.
Task<Result<void>> Journey::pursue(Order& order, Cancellation& stop) {
  Pursuit pursuit(loop_, random_, order);
  std::optional<Attempt> attempt;
  bool open = false;  // the latest one is, and is reported when it is over
  while (auto addressee = co_await pursuit.next(stop)) {
    const auto& deployment = addressee->deployment;
    if (attempt) figures_.note_retry(attempt->failure());
    if (auto from = pursuit.turned_from(); !from.empty())
      figures_.note_fallback(from, pursuit.model_label(), pursuit.fallback());
    order.recording->note_attempt({deployment.id, deployment.label}, pursuit.fallback());
    attempt.emplace(loop_, order, *std::move(addressee), pursuit.attempts(), pursuit.deadline(), stop);
    co_await attempt->open();
    open = !pursuit.goes_on_after(*attempt);
    if (open) break;
    attempt->give_way();
    order.recording->note_failed_attempt(attempt->failure());
    report(order, *attempt);
  }
  if (!attempt) co_return std::unexpected(pursuit.unavailable());
  tell(pursuit, *attempt);
  if (attempt->can_pass()) co_await attempt->pass();
  if (open) report(order, *attempt);
  if (attempt->result()) finish(order, pursuit, *attempt);
  auto outcome = attempt->result();
  // Whoever called would only do again what weir has done.
  if (!outcome && pursuit.attempts() > 1) outcome.error().retryable = false;
  co_return outcome;
}

// What its caller is told of how the answer was come by, besides what the attempt itself says.
void Journey::tell(const Pursuit& pursuit, Attempt& attempt) {
  auto& lines = attempt.recorder().lines();
  if (pursuit.fallback() != Fallback::none)
    lines.add("x-weir-fallback",
              fmt::format("{}; model={}", name_of(pursuit.fallback()), pursuit.fallback_model()));
  if (pursuit.attempts() > 1 && attempt.remedy() != Remedy::none) lines.add("x-should-retry", "false");
}

// An attempt is over: it is counted and traced, before its caller's own report.
void Journey::report(const Order& order, const Attempt& attempt) {
  auto record = attempt.record();
  figures_.note(record);
  if (record.trace.sampled) outbox_.put(record);
  order.recording->note_usage(record.usage, record.cost);
}

// An answer is kept before its flight ends, so that whoever comes finds one or the other.
void Journey::finish(const Order& order, const Pursuit& pursuit, Attempt& attempt) {
  auto& recording = *order.recording;
  auto& recorder = attempt.recorder();
  auto key = key_to_keep_under(order, pursuit);
  if (!key || !recorder.good() || !recording.complete_so_far()) return recording.finish();
  auto kept = recording.copy(recorder.facts(), recorder.kept_lines().text());
  if (!kept) return recording.finish();
  bool whole = kept->facts().mode == recording::Mode::whole;
  auto summary = whole ? replay::summarize_whole(order.request.path(), kept->body())
                       : replay::summarize_events(order.request.path(), kept->body().text);
  if (!summary) return recording.finish();
  auto made = recording.provenance();
  kept->facts().maker = made.maker;
  kept->facts().usage = made.usage;
  kept->facts().cost = made.cost;
  bool stored = together_.cache.keep(order.plan, *key, *summary, kept);
  recording.finish(std::move(kept), stored ? recording::Stored::yes : recording::Stored::no);
}

// A fallback's answer is kept under the model that made it.
std::optional<Digest> Journey::key_to_keep_under(const Order& order, const Pursuit& pursuit) {
  if (!order.plan.may_keep) return std::nullopt;
  if (pursuit.fallback() == Fallback::none) return order.plan.key;
  auto found = std::ranges::find(order.fallback_keys, pursuit.fallback_model(), &FallbackKey::model);
  if (found == order.fallback_keys.end()) return std::nullopt;
  return found->key;
}

}  // namespace weir::journey
