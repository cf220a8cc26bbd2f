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

struct ProviderSettings {
  ProviderKind kind = ProviderKind::openai;
  BaseUrl base_url;  // the kind's own where the file gives none; never given for a simulated one
  std::vector<ProviderKey> keys;
  ProviderConnections connections;
  ProviderTimeouts timeouts;
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

// Whether a model's answers may be kept and served again.
enum class Cacheable {
  automatic,  // embeddings, temperature 0, and calls that ask for it
  always,     // whatever the temperature
  never,
};

// A model by name has deployments. A wildcard (its name ends in `*`) has a provider instead, and stands for
// any model of it.
struct ModelSettings {
  std::vector<DeploymentSettings> deployments;
  std::string provider;
  Cacheable cacheable = Cacheable::automatic;

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
  CacheKeep keep;

  friend bool operator==(const CacheSettings&, const CacheSettings&) = default;
};

enum class OnClientGone {
  cancel,  // the provider's answer is broken off when nobody waits for it any more
  drain,   // it is read to its end, and kept where it may be
};

struct Settings {
  ListenAddress listen;
  std::filesystem::path data_dir = "./weir-data";
  AuthSettings auth;
  std::map<std::string, ProviderSettings, std::less<>> providers;
  std::map<std::string, ModelSettings, std::less<>> models;
  UnknownModels unknown_models = UnknownModels::refuse;  // not in the file: what having one means
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

// The address of the kind's own service; not given for a simulated one.
BaseUrl usual_base_url(ProviderKind kind);

inline bool is_wildcard(std::string_view model_name) { return model_name.ends_with('*'); }

}  // namespace weir::config
