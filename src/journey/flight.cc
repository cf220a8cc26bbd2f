// How a caller gets an answer that is not cached: by joining the flight that brings it, or by opening one.
#include "journey/asked.h"
#include "journey/order.h"
#include "journey/relay.h"
#include "routing/sticky.h"

namespace weir::journey {

using recording::Recording;
using recording::Sharing;

namespace {

// Counts a stream while it is open.
class OpenStream {
 public:
  OpenStream(telemetry::Counter& counter, recording::Mode mode)
      : counter_(counter), streams_(mode == recording::Mode::events ? 1 : 0) {
    counter_.add(streams_);
  }
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;
  ~OpenStream() { counter_.subtract(streams_); }

 private:
  telemetry::Counter& counter_;
  std::uint64_t streams_;
};

}  // namespace

Task<Result<void>> Journey::fly(const Asked& asked) {
  OpenStream open_stream(open_streams_, asked.plan.mode);
  Relay relay(loop_, together_.cache, asked.plan, asked.answer, asked.notes, asked.stop);
  auto boarded = board(asked);
  while (true) {
    if (auto* landed = std::get_if<cache::Served>(&boarded))
      co_return co_await serve(*landed, asked, CacheResult::hit);
    auto& seat = std::get<Seat>(boarded);
    auto passed = co_await relay.pass(seat.reader, seat.way);
    asked.notes.note(seat.reader.recording().provenance(), seat.result);
    if (passed == Relay::Passed::all) co_return Result<void>{};
    if (passed) {  // it came in the other mode, and can't be turned
      boarded = board_alone(asked);
      continue;
    }
    auto again = board_after(asked, seat);
    if (!again) co_return std::unexpected(std::move(passed).error());
    boarded = *std::move(again);
  }
}

Journey::Boarded Journey::board(const Asked& asked) {
  const auto& plan = asked.plan;
  // Who may not be served what others asked for joins nobody; but what it gets may be kept.
  if (!plan.may_keep || !plan.may_look) return board_alone(asked);
  const auto* rules = asked.setup->rules.get();
  std::optional<cache::Served> landed;
  auto boarded = together_.flights.board(
      plan.key, loop_, {plan.begun, rules},
      [&](const Departure& departure) {
        return departure.rules == rules && together_.cache.alive(departure.begun);
      },
      [&] { return (landed = look_up(asked)).has_value(); }, [&] { return open(asked, Sharing::shared); });
  if (!boarded) return *std::move(landed);
  if (!boarded->opened) return Seat{std::move(boarded->reader), cache::Way::joined, CacheResult::joined};
  start(asked, Ref(&boarded->reader.recording()));
  return Seat{std::move(boarded->reader), cache::Way::opened, CacheResult::miss};
}

Journey::Boarded Journey::board_alone(const Asked& asked) {
  bool keeps = asked.plan.may_keep;
  auto recording = open(asked, keeps ? Sharing::shared : Sharing::lone);
  Seat seat{*recording->join(loop_), cache::Way::alone, keeps ? CacheResult::miss : CacheResult::bypass};
  start(asked, std::move(recording));
  return seat;
}

// A flight that failed before its first event gives its followers one more try between them. A refusal that
// was its opener's own is nothing to them.
std::optional<Journey::Boarded> Journey::board_after(const Asked& asked, const Seat& seat) {
  bool own_fault = asked.stop.cancelled() || seat.way != cache::Way::joined;
  if (own_fault || !seat.reader.at_beginning()) return std::nullopt;
  if (concerns_one_caller(seat.reader.failure().kind)) return board(asked);
  std::optional<Boarded> mine;
  auto next = seat.reader.recording().successor([&] {
    mine = board(asked);
    auto* opened = std::get_if<Seat>(&*mine);
    return opened != nullptr ? Ref(&opened->reader.recording()) : Ref<Recording>();
  });
  if (mine) return mine;
  auto reader = next ? next->join(loop_) : std::nullopt;
  if (!reader) return std::nullopt;
  return Seat{*std::move(reader), cache::Way::joined, CacheResult::joined};
}

Ref<Recording> Journey::open(const Asked& asked, Sharing sharing) {
  return Ref(new Recording(loop_, together_.memory, asked.setup->rules->limits, sharing, asked.plan.mode));
}

void Journey::start(const Asked& asked, Ref<Recording> recording) {
  const auto& model = asked.route.settings();
  const auto& caller = asked.notes.record();
  bool sticks = model.sticky == config::Sticky::prefix;
  auto sticky = sticks ? routing::sticky_key(asked.question.body.text) : 0;
  AttemptRecord record{.call = caller.id,
                       .model = caller.model,
                       .tier = caller.tier,
                       .operation = asked.path.operation,
                       .trace = caller.trace,
                       .call_span = caller.trace.span};
  auto keys = fallback_keys(asked);  // before the body is taken
  provider::Request request(asked.path, asked.connection.head(), asked.fields, asked.connection.take_body());
  calls_.spawn(call({asked.setup, std::move(request), asked.plan, asked.route, sticky, asked.level,
                     asked.question.instead, std::move(keys), std::move(recording), record}));
}

// An answer that a fallback makes is kept as if that had been asked for.
std::vector<FallbackKey> Journey::fallback_keys(const Asked& asked) const {
  std::vector<FallbackKey> keys;
  if (!asked.plan.may_keep) return keys;
  const auto& model = asked.route.settings();
  for (const auto* list :
       {&model.fallbacks, &model.context_window_fallbacks, &model.content_policy_fallbacks}) {
    for (const auto& name : *list) {
      auto route = asked.setup->rules->routing.find(name, asked.path.dialect);
      if (!route || route->cacheable() == config::Cacheable::never) continue;
      if (auto key = together_.cache.key_under(asked.plan, asked.question, name))
        keys.push_back({name, *key});
    }
  }
  return keys;
}

}  // namespace weir::journey
