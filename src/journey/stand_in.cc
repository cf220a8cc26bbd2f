#include "journey/stand_in.h"

#include "cache/status.h"
#include "journey/relay.h"
#include "replay/canned.h"
#include "replay/modes.h"

namespace weir::journey {
namespace {

using recording::Content;
using recording::KeptAnswer;
using recording::Mode;

std::optional<StandIn> expired(const Order& order, cache::Cache& cache, const Clock& clock) {
  auto served = cache.find_stale(order.plan);
  // As with fresh ones: a model that was pointed elsewhere has none of the one before.
  if (!served || !order.route.has(served->answer->facts().maker.id)) return std::nullopt;
  StandIn stand_in{served->answer, Fallback::stale, {}};
  cache::add_stale_lines(order.plan, *served, clock.now(), clock.wall(), stand_in.lines);
  return stand_in;
}

std::optional<StandIn> canned(const Order& order, recording::MemoryBudget& memory, const Clock& clock) {
  const auto& text = order.route.settings().canned;
  const auto& path = order.request.path();
  if (text.empty()) return std::nullopt;
  auto body =
      replay::canned_answer(path, order.request.fields().model, text, order.record.call, clock.wall());
  if (!body) return std::nullopt;
  if (order.plan.mode == Mode::events) {
    PaddedString whole(*body);
    body = replay::as_events(path, whole.view(), replay::UsageEvent::unwanted);
    if (!body) return std::nullopt;
  }
  std::array<std::string_view, 1> parts{*body};
  auto answer = KeptAnswer::make(memory, {.mode = order.plan.mode, .made = clock.wall()}, "", parts);
  if (!answer) return std::nullopt;
  return StandIn{std::move(answer), Fallback::canned, {}};
}

}  // namespace

std::optional<StandIn> find_stand_in(const Order& order, cache::Cache& cache, recording::MemoryBudget& memory,
                                     const Clock& clock) {
  if (auto found = expired(order, cache, clock)) return found;
  return canned(order, memory, clock);
}

bool record(const StandIn& stand_in, recording::Recording& recording) {
  const auto& answer = *stand_in.answer;
  const auto& facts = answer.facts();
  using Form = recording::AnswerHead::Form;
  recording::AnswerHead head{.form = facts.mode == Mode::events ? Form::events : Form::whole,
                             .lines = stand_in.lines};
  head.lines.append(answer.head_lines());
  head.lines.add("x-weir-fallback", name_of(stand_in.how));
  if (!facts.has_own_type) head.lines.add("content-type", type_of(facts.mode));
  recording.note_fallback(facts.maker, stand_in.how);
  recording.note_usage(facts.usage, facts.cost);
  recording.begin(std::move(head));
  const auto parts = answer.parts();
  return recording.append(parts.before) && recording.append(parts.usage_event, Content::usage_event) &&
         recording.append(parts.after);
}

}  // namespace weir::journey
