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

}  // namespace

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
  v.section({.name = "timeouts", .about = "How long to wait for it."},
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
  v.planned("queue", "How many calls may wait for a free connection, and how long.");
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
  v.planned("breaker", "A breaker of its own.");
  v.planned("fallbacks", "Models to ask when no deployment answers.");
  v.planned("retry", "Retries of its own.");
  v.planned("strategy", "How a deployment is chosen; until then by weight.");
  v.planned("timeouts", "Timeouts of its own.");
}

}  // namespace weir::config
