#include <array>

#include "config/declaration.h"
#include "config/value_types.h"

namespace weir::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::array kProviderKinds{Word{"openai", ProviderKind::openai},
                                    Word{"anthropic", ProviderKind::anthropic},
                                    Word{"simulated", ProviderKind::simulated}};

constexpr std::array kAskUsage{Word{"auto", AskUsage::automatic}, Word{"always", AskUsage::always},
                               Word{"never", AskUsage::never}};
constexpr std::array kCacheable{Word{"auto", Cacheable::automatic}, Word{"always", Cacheable::always},
                                Word{"never", Cacheable::never}};

constexpr std::array kStrategies{Word{"weighted", Strategy::weighted}, Word{"latency", Strategy::latency},
                                 Word{"least_busy", Strategy::least_busy}, Word{"cost", Strategy::cost},
                                 Word{"priority", Strategy::priority}};
constexpr std::array kSticky{Word{"no", Sticky::no}, Word{"prefix", Sticky::prefix}};
constexpr std::array kJitters{Word{"full", Jitter::full}, Word{"additive", Jitter::additive},
                              Word{"none", Jitter::none}};

constexpr Bounds<std::uint32_t> kWeights{1, 1'000'000};
constexpr Bounds<milliseconds> kPatience{milliseconds(1), hours(24)};

void describe_key(Visitor& v, ProviderKey& key) {
  v.value({.name = "name",
           .about = "What the key is called in metrics and messages.",
           .presence = Presence::required},
          text(key.name));
  v.value({.name = "value", .about = "The key itself.", .presence = Presence::required}, secret(key.value));
  v.value({.name = "weight", .about = "Its share of the calls, next to the other keys' weights."},
          count(key.weight, kWeights));
}

void describe_connections(Visitor& v, ProviderConnections& connections) {
  v.value({.name = "idle", .about = "The most idle connections kept open."},
          count(connections.idle, {0, 65'535}));
  v.value({.name = "max", .about = "The most connections open at once."},
          count(connections.max, {1, 65'535}));
}

void describe_timeouts(Visitor& v, ProviderTimeouts& timeouts) {
  v.value({.name = "connect", .about = "Until a connection stands, TLS included."},
          time(timeouts.connect, kPatience));
  v.value({.name = "first_byte", .about = "From the request's last byte to the answer's first."},
          time(timeouts.first_byte, kPatience));
  v.value({.name = "between_events", .about = "Between two pieces of a streamed answer."},
          time(timeouts.between_events, kPatience));
  v.value({.name = "total", .about = "For a whole answer that is not streamed."},
          time(timeouts.total, kPatience));
}

void describe_timeouts(Visitor& v, ModelTimeouts& timeouts) {
  constexpr std::string_view kProviders = "as the provider's";
  v.value({.name = "connect", .about = "Until a connection stands, TLS included.", .otherwise = kProviders},
          time(timeouts.connect, kPatience));
  v.value({.name = "first_byte",
           .about = "From the request's last byte to a streamed answer's first.",
           .otherwise = kProviders},
          time(timeouts.first_byte, kPatience));
  v.value({.name = "between_events",
           .about = "Between two pieces of a streamed answer.",
           .otherwise = kProviders},
          time(timeouts.between_events, kPatience));
  v.value({.name = "total", .about = "For a whole answer that is not streamed.", .otherwise = kProviders},
          time(timeouts.total, kPatience));
}

void describe_deployment(Visitor& v, DeploymentSettings& deployment) {
  v.value({.name = "provider", .about = "A name under `providers`.", .presence = Presence::required},
          text(deployment.provider));
  v.value({.name = "model", .about = "What that provider calls the model.", .presence = Presence::required},
          text(deployment.model));
  v.value({.name = "weight", .about = "Its share of the calls, next to the other deployments' weights."},
          count(deployment.weight, kWeights));
  v.section({.name = "price", .about = "What it costs, in dollars for a million tokens."}, [&] {
    v.value({.name = "input", .about = "Tokens sent.", .otherwise = "none: costs are not known"},
            price(deployment.price.input));
    v.value({.name = "cached_input",
             .about = "Tokens sent that the provider had in its own cache.",
             .otherwise = "as `input`"},
            price(deployment.price.cached_input));
    v.value({.name = "output", .about = "Tokens answered.", .otherwise = "none: costs are not known"},
            price(deployment.price.output));
  });
}

void describe_fallbacks(Visitor& v, ModelSettings& model) {
  v.items({.name = "fallbacks",
           .about = "Models to ask instead, one after the other, when no deployment answers.",
           .otherwise = "none"},
          [&] { return text(model.fallbacks.emplace_back()); });
  v.items({.name = "context_window_fallbacks",
           .about = "Models to ask instead when the prompt is too long for this one.",
           .otherwise = "none"},
          [&] { return text(model.context_window_fallbacks.emplace_back()); });
  v.items({.name = "content_policy_fallbacks",
           .about = "Models to ask instead when this one's provider refuses the prompt by its policy.",
           .otherwise = "none"},
          [&] { return text(model.content_policy_fallbacks.emplace_back()); });
  v.value({.name = "cheaper",
           .about = "The model that is asked instead while weir serves at the level `cheaper`.",
           .otherwise = "none: this one"},
          text(model.cheaper));
  v.value({.name = "canned",
           .about = "The text of the answer when no other can be had, for paths that must answer.",
           .otherwise = "none: an error"},
          text(model.canned));
}

}  // namespace

void describe_retry(Visitor& v, RetrySettings& retry) {
  v.value({.name = "attempts", .about = "The most attempts at one model for a call, the first included."},
          count(retry.attempts, {1, 10}));
  v.value({.name = "base", .about = "How long to wait before an attempt where one has failed."},
          time(retry.base, {milliseconds(1), hours(1)}));
  v.value({.name = "multiplier", .about = "How many times as long each further time."},
          number(retry.multiplier, {1, 10}));
  v.value({.name = "cap",
           .about = "The longest wait. A provider that asks for a longer one is not asked again for this "
                    "call."},
          time(retry.cap, {milliseconds(1), hours(1)}));
  v.value({.name = "jitter",
           .about = "How waits differ: `full` takes any part of the time, `additive` adds up to `base` to "
                    "it."},
          choice(retry.jitter, kJitters));
  v.value({.name = "budget",
           .about = "The most retries, as a share of the model's calls of the last ten seconds; fewer than "
                    "50 count as 50."},
          share(retry.budget));
  v.value(
      {.name = "budget_min", .about = "Retries that may be under way at once however few calls there are."},
      count(retry.budget_min, {0, 1'000'000}));
  v.value({.name = "deadline",
           .about = "Of a call as a whole: no attempt begins later or goes on for longer, until an answer "
                    "has begun."},
          time(retry.deadline, kPatience));
}

void describe_breaker(Visitor& v, BreakerSettings& breaker) {
  v.value({.name = "enabled", .about = "Whether a deployment that fails is left alone for a while."},
          yes_or_no(breaker.enabled));
  v.value({.name = "window", .about = "How many of the latest attempts are looked at."},
          count(breaker.window, {10, 10'000}));
  v.value({.name = "failure_ratio", .about = "The share of failures that opens it."},
          share(breaker.failure_ratio));
  v.value({.name = "slow_call", .about = "From when on an answer's head is slow to come."},
          time(breaker.slow_call, kPatience));
  v.value({.name = "slow_ratio", .about = "The share of slow answers that opens it."},
          share(breaker.slow_ratio));
  v.value({.name = "open", .about = "How long it stays open, times the openings in a row."},
          time(breaker.open, kPatience));
  v.value({.name = "open_cap", .about = "The longest it stays open."}, time(breaker.open_cap, kPatience));
  v.value({.name = "probes", .about = "Attempts that must succeed before it closes again."},
          count(breaker.probes, {1, 100}));
}

void describe_hedge(Visitor& v, HedgeSettings& hedge) {
  v.value({.name = "enabled",
           .about = "Whether a call gets a second attempt elsewhere when its first takes longer than 95 of "
                    "100 do; the one that answers first counts, and both may have to be paid."},
          yes_or_no(hedge.enabled));
  v.value({.name = "spending", .about = "The most second attempts, as a share of the model's calls."},
          share(hedge.spending));
  v.value({.name = "least", .about = "No second attempt is made before this time."},
          time(hedge.least, kPatience));
}

void describe_provider(Visitor& v, ProviderSettings& provider) {
  v.value({.name = "kind",
           .about = "The interface it speaks; `simulated` makes up answers itself and needs no server.",
           .presence = Presence::required},
          choice(provider.kind, kProviderKinds));
  v.value({.name = "base_url",
           .about = "What its calls' addresses start with: http:// or https://.",
           .otherwise = "openai: `https://api.openai.com/v1`, anthropic: `https://api.anthropic.com`"},
          url(provider.base_url));
  v.listed({.name = "keys",
            .about = "The keys to call it with. Servers on a loopback or private address may do without."},
           [&] { describe_key(v, provider.keys.emplace_back()); });
  v.section({.name = "connections", .about = "Connections to it."},
            [&] { describe_connections(v, provider.connections); });
  v.section({.name = "queue", .about = "Calls that wait while it can't take more."}, [&] {
    v.value({.name = "calls", .about = "The most calls that wait."},
            count(provider.queue.calls, {0, 65'535}));
    v.value({.name = "wait", .about = "How long one waits at most."},
            time(provider.queue.wait, {milliseconds(1), hours(1)}));
  });
  v.section({.name = "timeouts", .about = "How long to wait for it, at each attempt."},
            [&] { describe_timeouts(v, provider.timeouts); });
  v.value({.name = "answer_limit", .about = "The largest answer that is not streamed."},
          size(provider.answer_limit, {1_KiB, 4_GiB}));
  v.value(
      {.name = "ask_usage",
       .about =
           "Whether OpenAI's streams are asked for their token counts where callers don't ask (they don't "
           "see it); `auto`: where the answer may be kept."},
      choice(provider.ask_usage, kAskUsage));
  v.value({.name = "script",
           .about = "For a simulated provider: a file that says how it behaves.",
           .otherwise = "none: every call is answered"},
          file(provider.script));
  v.planned("allow_private_urls", "Whether URLs inside requests may point into private networks.");
}

void describe_model(Visitor& v, ModelSettings& model) {
  v.listed({.name = "deployments", .about = "Where calls of the model go."},
           [&] { describe_deployment(v, model.deployments.emplace_back()); });
  v.value({.name = "provider",
           .about = "For a wildcard, instead of deployments: a name under `providers`.",
           .otherwise = "none"},
          text(model.provider));
  v.value(
      {.name = "cacheable",
       .about = "Whether its answers may be kept; `auto`: of embeddings, at temperature 0, and where a call "
                "asks for it."},
      choice(model.cacheable, kCacheable));
  v.value({.name = "strategy",
           .about = "How a deployment and key is chosen of those that work: by weight; the one that answers "
                    "soonest; the one with the fewest calls under way; the cheapest; the first in the list."},
          choice(model.strategy, kStrategies));
  v.value({.name = "sticky",
           .about = "`prefix`: calls whose bodies begin alike go to the same deployment and key while it "
                    "works, for the provider's prompt cache."},
          choice(model.sticky, kSticky));
  describe_fallbacks(v, model);
  v.section({.name = "retry", .about = "As `retry`, for this model; what is not set is as there."},
            [&] { describe_retry(v, model.retry); });
  v.section({.name = "breaker",
             .about = "As `breaker`, for this model's deployments; what is not set is as there."},
            [&] { describe_breaker(v, model.breaker); });
  v.section({.name = "hedge", .about = "As `hedge`, for this model; what is not set is as there."},
            [&] { describe_hedge(v, model.hedge); });
  v.section({.name = "timeouts", .about = "How long to wait for an answer of this model, at each attempt."},
            [&] { describe_timeouts(v, model.timeouts); });
}

}  // namespace weir::config
