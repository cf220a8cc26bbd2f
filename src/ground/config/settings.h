// Every setting that is built, as plain values: one struct for each part, so that a part is handed only its
// own.
//
// The member initialisers are the defaults. What a setting means, its bounds and whether it needs a restart
// stand in declaration.h; docs/configuration.md is written from there.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/address.h"
#include "config/base_url.h"
#include "config/secret.h"
#include "telemetry/log.h"

namespace weir::config {

// What one request may ask of weir before it is refused.
struct RequestLimits {
  Bytes head = 64_KiB;
  std::uint32_t headers = 100;
  Bytes body = 32_MiB;
  Bytes buffered = 1_GiB;  // bodies in memory at once, of all requests together
  std::chrono::milliseconds head_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds body_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);

  friend bool operator==(const RequestLimits&, const RequestLimits&) = default;
};

// Both files or neither.
struct TlsSettings {
  std::filesystem::path certificate;
  std::filesystem::path key;

  bool enabled() const { return !certificate.empty(); }
  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct ListenerSettings {
  std::uint32_t connections = 16'000;
  std::uint32_t connections_per_address = 4096;  // loopback is exempt
  std::uint32_t calls = 8192;                    // under way at once, of all tenants
  RequestLimits request;
  TlsSettings tls;

  friend bool operator==(const ListenerSettings&, const ListenerSettings&) = default;
};

enum class ProviderKind { openai, anthropic, simulated };

struct ProviderKey {
  std::string name;  // stands for the key in metrics and messages
  Secret value;
  std::uint32_t weight = 1;

  friend bool operator==(const ProviderKey&, const ProviderKey&) = default;
};

struct ProviderConnections {
  std::uint32_t idle = 20;
  std::uint32_t max = 4096;

  friend bool operator==(const ProviderConnections&, const ProviderConnections&) = default;
};

struct ProviderTimeouts {
  std::chrono::milliseconds connect = std::chrono::seconds(5);
  std::chrono::milliseconds first_byte = std::chrono::seconds(60);
  std::chrono::milliseconds between_events = std::chrono::seconds(60);
  std::chrono::milliseconds total = std::chrono::seconds(120);  // unstreamed calls

  friend bool operator==(const ProviderTimeouts&, const ProviderTimeouts&) = default;
};

// Whether OpenAI-kind streams are made to tell their usage (stream_options.include_usage), where callers
// don't ask.
enum class AskUsage {
  automatic,  // where something depends on it: an answer that may be kept
  always,
  never,
};

// Calls that may wait until the provider can take them, when all its deployments and keys are busy.
struct ProviderQueue {
  std::uint32_t calls = 256;
  std::chrono::milliseconds wait = std::chrono::seconds(2);

  friend bool operator==(const ProviderQueue&, const ProviderQueue&) = default;
};

struct ProviderSettings {
  ProviderKind kind = ProviderKind::openai;
  BaseUrl base_url;  // the kind's own where the file gives none; never given for a simulated one
  std::vector<ProviderKey> keys;
  ProviderConnections connections;
  ProviderQueue queue;
  ProviderTimeouts timeouts;  // of one attempt
  AskUsage ask_usage = AskUsage::automatic;
  Bytes answer_limit = 64_MiB;   // unstreamed answers
  std::filesystem::path script;  // simulated providers only; empty: the built-in behaviour

  friend bool operator==(const ProviderSettings&, const ProviderSettings&) = default;
};

// Dollars for a million tokens, as integers: one is a pico-dollar for a token.
struct PriceSettings {
  std::optional<std::uint64_t> input;
  std::optional<std::uint64_t> cached_input;  // none: as input
  std::optional<std::uint64_t> output;

  friend bool operator==(const PriceSettings&, const PriceSettings&) = default;
};

struct DeploymentSettings {
  std::string provider;  // a name in Settings::providers
  std::string model;     // what that provider calls it
  std::uint32_t weight = 1;
  PriceSettings price = {};

  friend bool operator==(const DeploymentSettings&, const DeploymentSettings&) = default;
};

// How long to wait before an attempt is made again (AWS Architecture Blog, "Exponential Backoff And Jitter").
enum class Jitter {
  full,      // anything from nothing to the whole time
  additive,  // the whole time and up to `base` more
  none,
};

struct RetrySettings {
  std::uint32_t attempts = 3;  // at one model, the first included
  std::chrono::milliseconds base = std::chrono::milliseconds(250);
  double multiplier = 2;
  std::chrono::milliseconds cap = std::chrono::seconds(8);
  Jitter jitter = Jitter::full;
  Share budget{0.2};             // of a model's calls
  std::uint32_t budget_min = 3;  // retries that are always allowed at once
  // Of a call: no attempt begins later or goes on for longer.
  std::chrono::milliseconds deadline = std::chrono::minutes(5);

  friend bool operator==(const RetrySettings&, const RetrySettings&) = default;
};

// When a deployment is left alone that fails or is slow, through one of its keys.
struct BreakerSettings {
  bool enabled = true;
  std::uint32_t window = 100;  // attempts that are looked at
  Share failure_ratio{0.5};
  std::chrono::milliseconds slow_call = std::chrono::seconds(30);  // until the answer's head
  Share slow_ratio{0.8};
  std::chrono::milliseconds open = std::chrono::seconds(30);  // times the openings in a row
  std::chrono::milliseconds open_cap = std::chrono::seconds(300);
  std::uint32_t probes = 3;  // attempts that must succeed to close it again

  friend bool operator==(const BreakerSettings&, const BreakerSettings&) = default;
};

// A second attempt for a call whose first one takes longer than nearly all do.
struct HedgeSettings {
  bool enabled = false;
  Share spending{0.05};  // the most hedges, as a share of a model's calls
  std::chrono::milliseconds least = std::chrono::milliseconds(500);  // before this none is made

  friend bool operator==(const HedgeSettings&, const HedgeSettings&) = default;
};

// How a deployment is chosen, of those that work.
enum class Strategy {
  weighted,    // by weight
  latency,     // the one that answers soonest (peak EWMA)
  least_busy,  // the one with the fewest calls under way
  cost,        // the cheapest
  priority,    // the first in the list
};

// What stays with the deployment and key that had it last, for the provider's own prompt cache.
enum class Sticky {
  no,
  prefix,  // calls whose bodies begin alike
};

// Whether a model's answers may be kept and served again.
enum class Cacheable {
  automatic,  // embeddings, temperature 0, and calls that ask for it
  always,     // whatever the temperature
  never,
};

// Instead of the provider's, where they are set.
struct ModelTimeouts {
  std::optional<std::chrono::milliseconds> connect;
  std::optional<std::chrono::milliseconds> first_byte;
  std::optional<std::chrono::milliseconds> between_events;
  std::optional<std::chrono::milliseconds> total;

  friend bool operator==(const ModelTimeouts&, const ModelTimeouts&) = default;
};

// A model by name has deployments. A wildcard (its name ends in `*`) has a provider instead, and stands for
// any model of it.
struct ModelSettings {
  std::vector<DeploymentSettings> deployments;
  std::string provider;
  Cacheable cacheable = Cacheable::automatic;
  Strategy strategy = Strategy::weighted;
  Sticky sticky = Sticky::no;
  // Models to ask instead, the first one first.
  std::vector<std::string> fallbacks;                 // when no deployment answers
  std::vector<std::string> context_window_fallbacks;  // when the prompt is too long for this one
  std::vector<std::string> content_policy_fallbacks;  // when this one won't answer it
  std::string cheaper;  // asked instead while weir is degraded that far; empty: none
  std::string canned;   // the text of an answer when there is no other; empty: none
  RetrySettings retry;  // as for all, where it has none of its own
  BreakerSettings breaker;
  HedgeSettings hedge;
  ModelTimeouts timeouts;

  friend bool operator==(const ModelSettings&, const ModelSettings&) = default;
};

// Where a bare name goes that is in no `models` entry and matches no wildcard.
enum class UnknownModels {
  refuse,      // nowhere: 404. With a configuration file.
  by_dialect,  // the provider of the called path's own kind if there is one, else `simulated`. Without a
               // file.
};

struct AuthSettings {
  Secret master_key;  // empty: none configured

  friend bool operator==(const AuthSettings&, const AuthSettings&) = default;
};

enum class LogFormat { automatic, json, text };

struct LogSettings {
  LogFormat format = LogFormat::automatic;  // json when not a terminal
  telemetry::LogLevel level = telemetry::LogLevel::info;
  bool calls = true;  // a line for each call, at level info

  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

// OpenTelemetry traces, sent as OTLP over HTTP in JSON (opentelemetry.io/docs/specs/otlp).
struct TraceSettings {
  BaseUrl endpoint;                                    // not given: no traces
  Share sample{1};                                     // of the calls whose callers don't say it themselves
  std::uint32_t per_second = 1000;                     // calls, of all loops
  std::map<std::string, Secret, std::less<>> headers;  // of the requests to the endpoint

  bool enabled() const { return endpoint.given(); }
  friend bool operator==(const TraceSettings&, const TraceSettings&) = default;
};

struct MetricsSettings {
  bool protect = false;  // the page needs the master key

  friend bool operator==(const MetricsSettings&, const MetricsSettings&) = default;
};

// Answers that are good but special (DESIGN section 2 `cacheable`).
struct CacheKeep {
  bool tool_calls = true;  // answers that call tools
  bool cut = false;        // answers that were cut off at their greatest length

  friend bool operator==(const CacheKeep&, const CacheKeep&) = default;
};

struct CacheSettings {
  Bytes memory_capacity = 256_MiB;                        // answers kept, and those on their way, in all
  Bytes entry_limit = 1_MiB;                              // a larger answer is not kept
  std::chrono::milliseconds ttl = std::chrono::hours(1);  // of what has no class and names no time of its own
  // How long answers of a class are kept; a call names its class in `x-weir-class`.
  std::map<std::string, std::chrono::milliseconds, std::less<>> classes = {
      {"template", std::chrono::hours(24)},
      {"chat", std::chrono::hours(1)},
      {"insight", std::chrono::hours(6)}};
  // How long after its end an answer may still be served, where no other can be had (RFC 5861 section 4).
  std::chrono::milliseconds stale_if_error = std::chrono::hours(1);
  CacheKeep keep;

  friend bool operator==(const CacheSettings&, const CacheSettings&) = default;
};

enum class OnClientGone {
  cancel,  // the provider's answer is broken off when nobody waits for it any more
  drain,   // it is read to its end, and kept where it may be
};

// Levels of service, by how loaded weir is.
struct DegradationSettings {
  bool automatic = true;
  Share no_extras{0.8};  // of what weir can do: from here on no hedges
  Share cheaper{0.9};    // cheaper models, where a model names one
  Share cache_only{0.98};
  Share margin{0.15};  // a level is left this far below where it begins
  std::chrono::milliseconds hold = std::chrono::seconds(10);  // and not before this time

  friend bool operator==(const DegradationSettings&, const DegradationSettings&) = default;
};

struct Settings {
  ListenAddress listen;
  std::filesystem::path data_dir = "./weir-data";
  AuthSettings auth;
  std::map<std::string, ProviderSettings, std::less<>> providers;
  std::map<std::string, ModelSettings, std::less<>> models;
  UnknownModels unknown_models = UnknownModels::refuse;  // not in the file: what having one means
  RetrySettings retry;                                   // of models that have none of their own
  BreakerSettings breaker;                               // likewise
  HedgeSettings hedge;                                   // likewise
  DegradationSettings degradation;
  CacheSettings cache;
  OnClientGone on_client_gone = OnClientGone::cancel;
  ListenerSettings listener;
  std::uint32_t workers = 0;  // event loops; 0: one for each core
  std::chrono::milliseconds drain = std::chrono::seconds(30);
  LogSettings log;
  TraceSettings traces;
  MetricsSettings metrics;

  friend bool operator==(const Settings&, const Settings&) = default;
};

// As the file writes it.
std::string_view name_of(ProviderKind kind);
std::string_view name_of(Cacheable cacheable);
std::string_view name_of(Strategy strategy);

// The address of the kind's own service; not given for a simulated one.
BaseUrl usual_base_url(ProviderKind kind);

inline bool is_wildcard(std::string_view model_name) { return model_name.ends_with('*'); }

}  // namespace weir::config
