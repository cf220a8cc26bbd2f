#include "cache/cache.h"

#include "base/try.h"
#include "replay/modes.h"
#include "replay/usage_event.h"

namespace weir::cache {
namespace {

using recording::KeptAnswer;
using recording::Mode;

Mode mode_of(const wire::RequestFields& fields) {
  return fields.mode == wire::RequestFields::Mode::events ? Mode::events : Mode::whole;
}

Mode other(Mode mode) { return mode == Mode::whole ? Mode::events : Mode::whole; }

// What a request says of caching, in its headers and in LiteLLM's member of its body.
Result<Directives> directives_of(const Question& question, const config::CacheSettings& settings) {
  PaddedView member{question.fields.cache.of(question.body.text)};
  return read_directives(question.head.headers, member, settings);
}

}  // namespace

Cache::Cache(recording::MemoryBudget& memory, const Secret& secret, const Clock& clock)
    : budget_(memory), clock_(clock), keys_(secret), memory_cache_(memory, generations_, clock.now()) {}

Result<Plan> Cache::plan(const Question& question, config::Cacheable cacheable,
                         const config::CacheSettings& settings) {
  Plan plan{.path = &question.path,
            .mode = mode_of(question.fields),
            .usage_event_wanted = question.fields.asks_usage,
            .keep = settings.keep};
  plan.directives = TRY(directives_of(question, settings));
  plan.stale_for = std::max(settings.stale_if_error, plan.directives.stale_if_error);
  auto verdict = judge({.path = question.path,
                        .fields = question.fields,
                        .body = {question.body.text.size()},
                        .directives = plan.directives,
                        .setting = cacheable});
  if (verdict.may_look || verdict.may_keep) {
    auto key = key_of(question, plan.directives.name_space);
    if (key) {
      plan.key = *key;
    } else {
      verdict = kUnreadable;
    }
  }
  plan.may_look = verdict.may_look;
  plan.may_keep = verdict.may_keep;
  plan.detail = verdict.detail;
  if (plan.may_keep) {
    plan.tenant = question.tenant;
    plan.begun = {Covered::by({.tenant = question.tenant,
                               .key = plan.key,
                               .model = question.fields.model,
                               .cache_class = plan.directives.class_name,
                               .cache_namespace = plan.directives.name_space,
                               .tags = plan.directives.tags}),
                  generations_.now()};
  }
  return plan;
}

// The same bytes came to the same key before.
std::optional<Digest> Cache::key_of(const Question& question, std::string_view name_space) {
  // What the same bytes mean at other times is another question.
  if (!question.instead.empty()) return keys_.canonical(question, name_space, question.instead);
  Digest raw = keys_.raw(question);
  if (auto known = memory_cache_.find_alias(raw)) return known;
  auto canonical = keys_.canonical(question, name_space, question.fields.model);
  if (canonical) memory_cache_.note_alias(raw, *canonical);
  return canonical;
}

std::optional<Served> Cache::find(const Plan& plan) {
  if (!plan.may_look) return std::nullopt;
  TimePoint now = clock_.now();
  if (auto hit = memory_cache_.find({plan.key, plan.mode}, now)) return served(plan, *std::move(hit), now);
  EntryKey turned{plan.key, other(plan.mode)};
  auto hit = memory_cache_.find(turned, now);
  if (!hit) return std::nullopt;
  hit->answer = in_mode_of(plan, *hit->answer);
  if (!hit->answer) return std::nullopt;
  // The next one who asks in this mode needs no turning. Without room, or after a purge, it is not kept.
  (void)memory_cache_.keep_beside(turned, hit->answer);
  return served(plan, *std::move(hit), now);
}

std::optional<Served> Cache::find_stale(const Plan& plan) {
  if (!plan.may_look) return std::nullopt;
  TimePoint now = clock_.now();
  std::array found{memory_cache_.find_stale({plan.key, plan.mode}, now),
                   memory_cache_.find_stale({plan.key, other(plan.mode)}, now)};
  auto end = [](const std::optional<Hit>& hit) { return hit ? hit->expires : TimePoint::min(); };
  if (end(found[1]) > end(found[0])) std::swap(found[0], found[1]);
  for (auto& hit : found) {
    auto best = hit ? served(plan, *std::move(hit), now) : std::nullopt;
    if (!best) continue;
    // What was turned is not kept: it would take room from fresh ones.
    if (best->answer->facts().mode != plan.mode) best->answer = in_mode_of(plan, *best->answer);
    if (best->answer) return best;
  }
  return std::nullopt;
}

// Unless it is older, or has been expired for longer, than the caller wants it.
std::optional<Served> Cache::served(const Plan& plan, Hit hit, TimePoint now) const {
  const auto& wanted = plan.directives;
  if (wanted.max_age && clock_.wall() - hit.answer->facts().made > *wanted.max_age) return std::nullopt;
  if (hit.expires <= now && now - hit.expires >= wanted.stale_if_error) return std::nullopt;
  return Served{std::move(hit.answer), hit.expires};
}

std::optional<Digest> Cache::key_under(const Plan& plan, const Question& question,
                                       std::string_view model) const {
  return keys_.canonical(question, plan.directives.name_space, model);
}

bool Cache::keep(const Plan& plan, const Digest& key, const replay::Summary& summary,
                 Ref<const KeptAnswer> answer) {
  using Stop = replay::Summary::Stop;
  bool wanted = summary.stop == Stop::finished || (summary.stop == Stop::cut && plan.keep.cut);
  if (!plan.may_keep || !wanted || (summary.tool_calls && !plan.keep.tool_calls)) return false;
  Mode mode = answer->facts().mode;
  return memory_cache_.keep({.key = {key, mode},
                             .tenant = plan.tenant,
                             .covered = plan.begun.covered,
                             .begun = plan.begun.at,
                             .expires = clock_.now() + plan.directives.ttl,
                             .answer = std::move(answer),
                             .stale_for = plan.stale_for}) == Kept::kept;
}

Ref<const KeptAnswer> Cache::in_mode_of(const Plan& plan, const KeptAnswer& answer) {
  // The event with the usage is made for all, and left out for those who did not ask for it.
  auto turned = plan.mode == Mode::whole
                    ? replay::as_whole(*plan.path, answer.body().text)
                    : replay::as_events(*plan.path, answer.body(), replay::UsageEvent::wanted);
  if (!turned) return {};
  auto facts = answer.facts();
  facts.mode = plan.mode;
  facts.usage_event_begin = facts.usage_event_size = 0;
  if (plan.mode == Mode::events) {
    auto usage = replay::find_usage_event(*plan.path, *turned);
    if (!usage.empty()) {
      facts.usage_event_begin = static_cast<std::uint32_t>(usage.data() - turned->data());
      facts.usage_event_size = static_cast<std::uint32_t>(usage.size());
    }
  }
  std::array<std::string_view, 1> body{*turned};
  return KeptAnswer::make(budget_, facts, answer.head_lines(), body);
}

}  // namespace weir::cache
