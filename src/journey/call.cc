// Has a call answered and recorded, by one attempt or several. Belongs to nobody's answer: it goes on as long
// as anybody reads.
#include "base/try.h"
#include "journey/contest.h"
#include "journey/journey.h"
#include "journey/stand_in.h"
#include "replay/summary.h"
#include "telemetry/log.h"

namespace weir::journey {
namespace {

void add_attempts(const Pursuit& pursuit, http::HeaderLines& lines) {
  fmt::format_int attempts(pursuit.attempts());
  lines.add("x-weir-attempts", {attempts.data(), attempts.size()});
}

void note_asked(const Order& order, const Pursuit& pursuit, const routing::Deployment& deployment) {
  order.recording->note_attempt({deployment.id, deployment.label}, pursuit.attempts(), pursuit.fallback());
}

}  // namespace

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

// Attempt after attempt, until one has an answer, or nothing is left to try: then something may stand in for
// it, or else the last one's outcome stands.
Task<Result<void>> Journey::pursue(Order& order, Cancellation& stop) {
  Pursuit pursuit(loop_, random_, order);
  Contest contest(loop_, random_, order, pursuit, [&](const Attempt& lost, Contest::Lost which) {
    report(order, lost);
    figures_.note(which == Contest::Lost::first ? CallFigures::Hedge::won : CallFigures::Hedge::lost);
  });
  if (!order.instead.empty())
    figures_.note_fallback(order.record.model, order.route.label(), Fallback::cheaper);
  bool open = false;  // the latest attempt is, and is reported when it is over
  while (true) {
    auto addressee = contest.latest() == nullptr ? pursuit.first() : std::nullopt;
    if (!addressee) {
      auto next = co_await pursuit.next(stop);
      if (!next) break;
      addressee.emplace(*std::move(next));
    }
    note_next(order, pursuit, contest.latest(), addressee->deployment);
    co_await contest.open(*std::move(addressee), stop);
    auto& attempt = *contest.latest();
    note_asked(order, pursuit, attempt.deployment());  // the second of two may have won
    open = !pursuit.goes_on_after(attempt);
    if (open) break;
    attempt.give_way();
    order.recording->note_failed_attempt(attempt.failure());
    report(order, attempt);
  }
  if (!open && !stop.cancelled() && stand_in(order, pursuit)) co_return Result<void>{};
  auto* last = contest.latest();
  if (last == nullptr) co_return std::unexpected(pursuit.unavailable());
  tell(pursuit, *last);
  if (last->can_pass()) co_await last->pass();
  if (open) report(order, *last);
  if (last->result()) finish(order, pursuit, *last);
  auto outcome = last->result();
  // Whoever called would only do again what weir has done.
  if (!outcome && pursuit.attempts() > 1) outcome.error().retryable = false;
  co_return outcome;
}

// Another attempt is about to be made, perhaps because `before` has failed, perhaps at another model.
void Journey::note_next(const Order& order, Pursuit& pursuit, const Attempt* before,
                        const routing::Deployment& deployment) {
  if (before != nullptr) figures_.note_retry(before->failure());
  if (auto from = pursuit.turned_from(); !from.empty())
    figures_.note_fallback(from, pursuit.model_label(), pursuit.fallback());
  note_asked(order, pursuit, deployment);
}

// Nobody answers: an expired answer, or the text for this, is better than none.
bool Journey::stand_in(const Order& order, const Pursuit& pursuit) {
  auto found = find_stand_in(order, together_.cache, together_.memory.lone, loop_.clock());
  if (!found) return false;
  add_attempts(pursuit, found->lines);
  if (!record(*found, *order.recording)) return false;
  figures_.note_fallback(order.route.label(), name_of(found->how), found->how);
  order.recording->finish(found->answer);
  return true;
}

// What its caller is told of how the answer was come by, besides what the attempt itself says.
void Journey::tell(const Pursuit& pursuit, Attempt& attempt) {
  auto& lines = attempt.recorder().lines();
  add_attempts(pursuit, lines);
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
  if (pursuit.fallback_model() == order.instead) return order.plan.key;  // it was planned so
  auto found = std::ranges::find(order.fallback_keys, pursuit.fallback_model(), &FallbackKey::model);
  if (found == order.fallback_keys.end()) return std::nullopt;
  return found->key;
}

}  // namespace weir::journey
