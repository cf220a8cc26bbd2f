#include "journey/attempt.h"

#include "provider/verdict.h"

namespace weir::journey {
namespace {

// What callers are told; the label, for people, says less of a wildcard's.
std::string name_of(const routing::Deployment& deployment) {
  std::string name(deployment.provider);
  return name.append("/").append(deployment.model);
}

// How long a key is left alone whose account is used up: a short `retry-after` there is no promise.
constexpr Duration kUsedUp = std::chrono::minutes(1);

provider::AskUsage asked_usage(const Order& order, config::AskUsage setting) {
  using Setting = config::AskUsage;
  bool ask = wire::has_stream_options(order.request.path()) &&
             (setting == Setting::always || (setting == Setting::automatic && order.plan.may_keep));
  return ask ? provider::AskUsage::always : provider::AskUsage::as_asked;
}

// The model's own, where it has any.
config::ProviderTimeouts timeouts_of(const Addressee& addressee) {
  const auto& usual = addressee.provider.settings().timeouts;
  const auto& own = addressee.model.timeouts;
  return {.connect = own.connect.value_or(usual.connect),
          .first_byte = own.first_byte.value_or(usual.first_byte),
          .between_events = own.between_events.value_or(usual.between_events),
          .total = own.total.value_or(usual.total)};
}

provider::CallOptions options(const Order& order, const Addressee& addressee, TimePoint deadline) {
  return {.model = addressee.deployment.model,
          .key = addressee.key,
          .ask_usage = asked_usage(order, addressee.provider.settings().ask_usage),
          .timeouts = timeouts_of(addressee),
          .deadline = deadline};
}

// Each attempt is a span of its own.
TraceContext span_of(TraceContext call, Random& random) {
  if (call.sampled) call.span = new_span_id(random);
  return call;
}

std::optional<NanoDollars> cost(const Usage& usage, const config::PriceSettings& price) {
  if (!price.input || !price.output) return std::nullopt;
  return cost_of(usage, {.input = *price.input,
                         .cached_input = price.cached_input.value_or(*price.input),
                         .output = *price.output});
}

}  // namespace

Attempt::Attempt(Loop& loop, Random& random, const Order& order, Addressee addressee, std::uint16_t number,
                 TimePoint deadline, Cancellation& stop)
    : loop_(loop),
      order_(order),
      addressee_(std::move(addressee)),
      number_(number),
      begun_(loop.clock().now()),
      begun_at_(loop.clock().wall()),
      trace_(span_of(order.record.trace, random)),
      call_(addressee_.provider, order.request, options(order, addressee_, deadline), trace_, stop),
      recorder_(loop, order.request, call_, *order.recording, stop) {
  auto& lines = recorder_.lines();
  auto name = name_of(addressee_.deployment);
  lines.add("x-weir-deployment", name);
  if (!call_.edits().empty()) lines.add("x-weir-edits", call_.edits());
  if (order.plan.may_keep) recorder_.kept_lines().add("x-weir-deployment", name);
}

Task<void> Attempt::open() {
  result_ = co_await call_.send();
  if (result_) result_ = co_await recorder_.open();
  show();
}

Task<void> Attempt::pass() {
  result_ = co_await recorder_.record();
  // What breaks off after it has begun has failed all the same.
  if (call_.outcome() && addressee_.permit)
    addressee_.permit->note_end(*call_.outcome(), loop_.clock().now());
}

// Tells whoever was asked how it did.
void Attempt::show() {
  if (!call_.outcome() || !addressee_.permit) return;
  resilience::Observation observation{.outcome = *call_.outcome()};
  if (call_.head_at() != TimePoint()) observation.head = call_.head_at() - begun_;
  // One that refuses a request may say when to ask that again; others needn't wait.
  if (observation.outcome != EndpointOutcome::answered) observation.rest = recorder_.asked_to_wait();
  if (refusal() == wire::Refusal::no_quota) observation.rest = kUsedUp;
  observation.quota = recorder_.quota();
  addressee_.permit->note(observation, loop_.clock().now());
}

Remedy Attempt::remedy() const {
  if (!result_) return result_.error().remedy;
  return provider::judge(recorder_.status()).remedy;
}

wire::Refusal Attempt::refusal() const {
  if (!result_ || recorder_.status() < 400) return wire::Refusal::other;
  return wire::refusal_of(wire::read_error(recorder_.document()));
}

FailedAttempt Attempt::failure() const {
  return {.deployment = addressee_.deployment.label,
          .key_name = call_.key_name(),
          .failure = result_ ? std::nullopt : std::optional(result_.error().kind),
          .status = static_cast<std::uint16_t>(call_.status()),
          .took = loop_.clock().now() - begun_};
}

AttemptRecord Attempt::record() const {
  auto since_begun = [&](TimePoint when) { return when == TimePoint() ? Duration() : when - begun_; };
  auto record = order_.record;
  record.number = number_;
  record.provider = addressee_.provider.name();
  record.provider_kind = config::name_of(addressee_.provider.settings().kind);
  record.deployment = addressee_.deployment.label;
  record.key_name = call_.key_name();
  record.status = static_cast<std::uint16_t>(call_.status());
  record.failure = result_ ? recorder_.told_error() : std::optional(result_.error().kind);
  record.usage = recorder_.usage();
  if (record.usage) record.cost = cost(*record.usage, addressee_.deployment.price);
  record.begun = begun_at_;
  record.sent = since_begun(call_.sent_at());
  record.head = since_begun(call_.head_at());
  record.ended = loop_.clock().now() - begun_;
  record.trace = trace_;
  return record;
}

}  // namespace weir::journey
