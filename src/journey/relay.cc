#include "journey/relay.h"

#include "base/try.h"
#include "wire/errors.h"
#include "wire/provider_error.h"

namespace weir::journey {
namespace {

using recording::Reader;
using Form = recording::AnswerHead::Form;

// The document of an answer that is handed on whole.
std::string_view document(const Reader::News& news) {
  return news.parts.empty() ? std::string_view() : news.parts.front();
}

}  // namespace

std::string_view type_of(recording::Mode mode) {
  return mode == recording::Mode::events ? "text/event-stream; charset=utf-8" : "application/json";
}

Task<Result<Relay::Passed>> Relay::pass(Reader& reader, cache::Way way) {
  way_ = way;
  if (!plan_.usage_event_wanted) reader.skip_usage_event();
  while (true) {
    auto what = reader.look_for_head();
    if (what == Reader::What::failed) co_return std::unexpected(reader.failure());
    if (what != Reader::What::nothing) break;
    CO_TRY(co_await wait_for_news(reader));
  }
  const auto& head = reader.head();
  if (head.status == 200 && reader.recording().mode() != plan_.mode)
    co_return co_await pass_other_mode(reader);
  if (head.form == Form::whole) {
    CO_TRY(co_await pass_whole(reader));
  } else {
    CO_TRY(co_await pass_pieces(reader));
  }
  co_return Passed::all;
}

// A stream's caller is kept waiting with pings.
Task<Result<void>> Relay::wait_for_news(Reader& reader) {
  TimePoint wake_up = events_wanted() ? loop_.now() + kSilence : TimePoint::max();
  auto wake = co_await reader.wait({wake_up, &stop_});
  if (wake == runtime::Wake::timed_out) {
    tell_cache_status(reader);
    co_return co_await answer_.ping();
  }
  if (wake == runtime::Wake::ready) co_return Result<void>{};
  if (stop_.reason() == StopReason::draining) {
    co_return failure(Failure::Kind::draining,
                      "weir is shutting down and could not wait for the end of this answer; ask again.");
  }
  co_return failure(Failure::Kind::client_gone, "The caller has left.");
}

Task<Result<void>> Relay::pass_whole(Reader& reader) {
  while (true) {
    auto news = reader.take();
    if (news.what == Reader::What::failed) co_return std::unexpected(reader.failure());
    if (news.what == Reader::What::nothing) {
      CO_TRY(co_await wait_for_news(reader));
      continue;
    }
    const auto& head = reader.head();
    if (answer_.committed()) {  // pings have gone out, so the status can't be told any more
      co_return std::unexpected(
          Failure{.kind = Failure::Kind::provider_failed,
                  .message = fmt::format("The provider answered with status {}.", head.status),
                  .provider_words = wire::read_error(document(news)).message});
    }
    tell_cache_status(reader);
    answer_.lines().append(head.lines.text());
    notes_.answer_begins(answer_.lines());
    co_return co_await answer_.whole(head.status, document(news));
  }
}

Task<Result<void>> Relay::pass_pieces(Reader& reader) {
  const auto& head = reader.head();
  if (!answer_.started()) {
    tell_cache_status(reader);
    answer_.lines().append(head.lines.text());
    notes_.answer_begins(answer_.lines());
    if (head.form == Form::events) {
      answer_.start_events();
    } else {
      answer_.start_bytes(head.status);
    }
  }
  while (true) {
    auto news = reader.take();
    switch (news.what) {
      case Reader::What::nothing:
        CO_TRY(co_await wait_for_news(reader));
        break;
      case Reader::What::some:
        CO_TRY(co_await answer_.pass(news.parts));
        break;
      case Reader::What::last:
        co_return co_await answer_.finish(news.parts);
      case Reader::What::failed:
        co_return std::unexpected(reader.failure());
    }
  }
}

void Relay::tell_cache_status(const Reader& reader) {
  if (answer_.started()) return;
  auto provenance = reader.recording().provenance();
  notes_.note_failed(provenance.failed);
  if (provenance.fallback == Fallback::stale) return;  // the answer's own lines say so
  cache::add_forward_lines(plan_, way_, provenance.stored == recording::Stored::yes, answer_.lines());
}

// An answer can be turned only when it is whole.
Task<Result<Relay::Passed>> Relay::pass_other_mode(Reader& reader) {
  while (true) {
    auto news = reader.take();
    if (news.what == Reader::What::failed) co_return std::unexpected(reader.failure());
    if (news.what == Reader::What::last) break;
    if (!reader.recording().complete_so_far()) co_return Passed::not_in_this_mode;
    if (news.what == Reader::What::nothing) CO_TRY(co_await wait_for_news(reader));
  }
  if (!reader.kept()) co_return Passed::not_in_this_mode;
  auto turned = reader.recording().in_other_mode(
      [&](const recording::KeptAnswer& kept) { return cache_.in_mode_of(plan_, kept); });
  if (!turned) co_return Passed::not_in_this_mode;
  tell_cache_status(reader);
  CO_TRY(co_await pass_kept(*turned));
  co_return Passed::all;
}

Task<Result<void>> Relay::pass_kept(const recording::KeptAnswer& kept) {
  std::string_view body = kept.body().text;
  if (!answer_.started()) {
    answer_.lines().append(kept.head_lines());
    if (!kept.facts().has_own_type) answer_.lines().add("content-type", type_of(plan_.mode));
    notes_.answer_begins(answer_.lines());
  }
  if (!events_wanted()) return answer_.whole(200, body);
  if (!answer_.started()) answer_.start_events();
  return finish_events(kept);
}

Task<Result<void>> Relay::finish_events(const recording::KeptAnswer& kept) {
  const auto [before, usage_event, after] = kept.parts();
  std::array wanted{before, plan_.usage_event_wanted ? usage_event : std::string_view(), after};
  co_return co_await answer_.finish(wanted);
}

}  // namespace weir::journey
