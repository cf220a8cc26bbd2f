// How a caller gets an answer that is not cached: by joining the flight that brings it, or by opening one.
#include "journey/asked.h"
#include "journey/relay.h"

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
  Relay relay(loop_, together_.cache, asked.plan, asked.answer, asked.stop);
  auto boarded = board(asked);
  while (true) {
    if (auto* landed = std::get_if<cache::Served>(&boarded)) co_return co_await serve(*landed, asked);
    auto& seat = std::get<Seat>(boarded);
    auto passed = co_await relay.pass(seat.reader, seat.way);
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
  std::optional<cache::Served> landed;
  auto boarded = together_.flights.board(
      plan.key, loop_, plan.begun, [&](const cache::Begun& begun) { return together_.cache.alive(begun); },
      [&] { return (landed = together_.cache.find(plan)).has_value(); },
      [&] { return open(asked, Sharing::shared); });
  if (!boarded) return *std::move(landed);
  Seat seat{std::move(boarded->reader), boarded->opened ? cache::Way::opened : cache::Way::joined};
  if (boarded->opened) start(asked, Ref(&seat.reader.recording()));
  (boarded->opened ? cache_counters_.misses : cache_counters_.joined).add();
  return seat;
}

Journey::Boarded Journey::board_alone(const Asked& asked) {
  auto recording = open(asked, asked.plan.may_keep ? Sharing::shared : Sharing::lone);
  Seat seat{*recording->join(loop_), cache::Way::alone};
  start(asked, std::move(recording));
  (asked.plan.may_keep ? cache_counters_.misses : cache_counters_.bypassed).add();
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
  return Seat{*std::move(reader), cache::Way::joined};
}

Ref<Recording> Journey::open(const Asked& asked, Sharing sharing) {
  return Ref(new Recording(loop_, together_.memory, together_.limits, sharing, asked.plan.mode));
}

void Journey::start(const Asked& asked, Ref<Recording> recording) {
  auto& provider = *providers_.find(asked.deployment.provider)->second;
  using Setting = config::AskUsage;
  auto setting = provider.settings().ask_usage;
  bool ask = wire::has_stream_options(asked.path) &&
             (setting == Setting::always || (setting == Setting::automatic && asked.plan.may_keep));
  provider::Request request(asked.path, asked.connection.head(), asked.fields, asked.connection.take_body(),
                            asked.deployment.model,
                            ask ? provider::AskUsage::always : provider::AskUsage::as_asked);
  calls_.spawn(
      call({provider, std::move(request), asked.plan, asked.deployment.price, std::move(recording)}));
}

}  // namespace weir::journey
