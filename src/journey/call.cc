// Asks a provider and records what it answers. Belongs to nobody's answer: it goes on as long as anybody
// reads.
#include "base/try.h"
#include "journey/asked.h"
#include "journey/recorder.h"
#include "replay/summary.h"
#include "telemetry/log.h"

namespace weir::journey {
namespace {

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
  if (together_.settings.on_client_gone == config::OnClientGone::cancel) recording.cancel_when_deserted(stop);
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
  provider::Call call(order.provider, order.request, stop);
  std::string deployment = fmt::format("{}/{}", order.provider.name(), order.request.model());
  Recorder recorder(loop_, order.request, call, *order.recording, lines_of(deployment, call), stop);
  if (order.plan.may_keep) recorder.kept_lines().add("x-weir-deployment", deployment);
  CO_TRY(co_await call.send());
  CO_TRY(co_await recorder.record());
  finish(order, recorder);
  co_return Result<void>{};
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
  kept->facts().usage = summary->usage;
  if (summary->usage) kept->facts().cost = cost(*summary->usage, order.price);
  bool stored = together_.cache.keep(order.plan, *summary, kept);
  recording.finish(std::move(kept), stored ? recording::Stored::yes : recording::Stored::no);
}

}  // namespace weir::journey
