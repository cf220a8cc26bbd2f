#include "config/load.h"

#include <gtest/gtest.h>

#include "config/testing_environment.h"

namespace weir::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TestingEnvironment kWorld{.variables = {{"WEIR_MASTER_KEY", "sk-master"},
                                              {"OPENAI_API_KEY", "sk-openai"},
                                              {"ANTHROPIC_API_KEY", "sk-anthropic"},
                                              {"LEVEL", "loud-and-private"}},
                                .files = {{"/run/secrets/key", "sk-from-file\n"}}};

std::expected<Settings, std::vector<Problem>> load(std::string_view text) {
  return load(text, "weir.yaml", kWorld.environment());
}

// What `weir check` would print, a line for each problem; "" for a good file.
std::string printed(std::string_view text) {
  auto settings = load(text);
  std::string lines;
  if (settings) return lines;
  for (const auto& problem : settings.error()) lines += to_string(problem) + "\n";
  return lines;
}

TEST(Load, an_empty_file_gives_the_defaults_of_the_contract) {
  for (std::string_view text : {"", "# nothing\n", "---\n", "log:\n", "models:\nproviders: ~\n"}) {
    auto settings = load(text);
    ASSERT_TRUE(settings) << printed(text);
    EXPECT_EQ(*settings, Settings{});
  }
  Settings settings;
  EXPECT_EQ(to_string(settings.listen), "127.0.0.1:4000");
  EXPECT_EQ(settings.data_dir, "./weir-data");
  EXPECT_EQ(settings.listener.connections, 16'000);
  EXPECT_EQ(settings.listener.connections_per_address, 4096);
  EXPECT_EQ(settings.listener.request.head, 64_KiB);
  EXPECT_EQ(settings.listener.request.headers, 100);
  EXPECT_EQ(settings.listener.request.body, 32_MiB);
  EXPECT_EQ(settings.listener.request.buffered, 1_GiB);
  EXPECT_EQ(settings.listener.request.head_timeout, seconds(10));
  EXPECT_EQ(settings.listener.request.body_timeout, seconds(60));
  EXPECT_EQ(settings.listener.request.idle_timeout, seconds(75));
  EXPECT_FALSE(settings.listener.tls.enabled());
  EXPECT_EQ(settings.workers, 0);
  EXPECT_EQ(settings.drain, seconds(30));
  EXPECT_EQ(settings.log.format, LogFormat::automatic);
  EXPECT_EQ(settings.log.level, telemetry::LogLevel::info);
}

TEST(Load, a_provider_has_the_defaults_of_the_contract) {
  auto settings = load(R"(
providers:
  openai: { kind: openai, keys: [ { name: main, value: sk-1 } ] }
  anthropic: { kind: anthropic, keys: [ { name: main, value: sk-1 } ] }
  simulated: { kind: simulated }
)");
  ASSERT_TRUE(settings);
  const auto& openai = settings->providers["openai"];
  EXPECT_EQ(to_string(openai.base_url), "https://api.openai.com/v1");
  EXPECT_EQ(to_string(settings->providers["anthropic"].base_url), "https://api.anthropic.com");
  EXPECT_FALSE(settings->providers["simulated"].base_url.given());
  EXPECT_EQ(openai.keys[0].weight, 1);
  EXPECT_EQ(openai.connections, (ProviderConnections{20, 4096}));
  EXPECT_EQ(openai.timeouts, (ProviderTimeouts{seconds(5), seconds(60), seconds(60), seconds(120)}));
  EXPECT_EQ(openai.answer_limit, 64_MiB);
}

TEST(Load, reads_every_setting_that_is_built) {
  auto settings = load(R"(
listen: "[::]:8080"
data_dir: /var/lib/weir
auth: { master_key: "${WEIR_MASTER_KEY}" }
workers: 4
drain: 10s
providers:
  house:
    kind: openai
    base_url: "http://127.0.0.1:9009/v1/"
    keys: [ { name: main, value: "${file:/run/secrets/key}", weight: 3 } ]
    connections: { idle: 2, max: 8 }
    timeouts: { connect: 1s, first_byte: 5m, between_events: 2m, total: 1h }
    queue: { calls: 12, wait: 500ms }
    answer_limit: 1MiB
  mock: { kind: simulated, script: mock.yaml }
models:
  "gpt-4.1": { deployments: [ { provider: house, model: llama, weight: 2 },
                              { provider: mock, model: sim-1 } ] }
  "house/*": { provider: house }
listener:
  connections: 10
  connections_per_address: 5
  calls: 7
  request: { head: 8KiB, headers: 20, body: 1MB, buffered: 10MiB,
             head_timeout: 1s, body_timeout: 2s, idle_timeout: 3s }
  tls: { certificate: cert.pem, key: key.pem }
log: { format: json, level: warn }
)");
  ASSERT_TRUE(settings) << to_string(settings.error().front());

  Settings expected;
  expected.listen = {"::", 8080};
  expected.data_dir = "/var/lib/weir";
  expected.auth.master_key = Secret("sk-master");
  expected.workers = 4;
  expected.drain = seconds(10);
  auto& house = expected.providers["house"];
  house.kind = ProviderKind::openai;
  house.base_url = {Scheme::http, "127.0.0.1", 9009, "/v1"};
  house.keys = {{"main", Secret("sk-from-file"), 3}};
  house.connections = {2, 8};
  house.timeouts = {seconds(1), minutes(5), minutes(2), minutes(60)};
  house.queue = {12, milliseconds(500)};
  house.answer_limit = 1_MiB;
  expected.providers["mock"].kind = ProviderKind::simulated;
  expected.providers["mock"].script = "mock.yaml";
  expected.models["gpt-4.1"].deployments = {{"house", "llama", 2}, {"mock", "sim-1", 1}};
  expected.models["house/*"].provider = "house";
  expected.listener = {10,
                       5,
                       7,
                       {8_KiB, 20, 1'000'000_B, 10_MiB, seconds(1), seconds(2), seconds(3)},
                       {"cert.pem", "key.pem"}};
  expected.log = {LogFormat::json, telemetry::LogLevel::warning};
  EXPECT_EQ(*settings, expected);
}

TEST(Load, reads_what_to_do_on_a_provider_s_bad_day) {
  auto settings = load(R"(
providers: { house: { kind: openai, base_url: "http://127.0.0.1:9009/v1" } }
models:
  large:
    deployments: [ { provider: house, model: llama } ]
    strategy: latency
    sticky: prefix
    fallbacks: [ small, "house/other" ]
    context_window_fallbacks: [ small ]
    content_policy_fallbacks: [ small ]
    cheaper: small
    canned: "Please call us."
    retry: { attempts: 5 }
    breaker: { window: 20, open: 5s }
    hedge: { enabled: true }
    timeouts: { first_byte: 10s }
  small: { deployments: [ { provider: house, model: llama-8b } ] }
  "house/*": { provider: house }
retry: { base: 100ms, multiplier: 1.5, cap: 2s, jitter: additive, budget: 10%, budget_min: 5, deadline: 1m }
breaker: { window: 50, failure_ratio: 40%, slow_call: 10s, slow_ratio: 90%, open: 10s, open_cap: 60s, probes: 2 }
hedge: { spending: 2%, least: 1s }
degradation: { automatic: false, no_extras: 50%, cheaper: 60%, cache_only: 70%, margin: 5%, hold: 3s }
cache: { stale_if_error: 24h }
)");
  ASSERT_TRUE(settings) << to_string(settings.error().front());
  RetrySettings retry{3, milliseconds(100), 1.5, seconds(2), Jitter::additive, {0.1}, 5, minutes(1)};
  BreakerSettings breaker{true, 50, {0.4}, seconds(10), {0.9}, seconds(10), seconds(60), 2};
  EXPECT_EQ(settings->retry, retry);
  EXPECT_EQ(settings->breaker, breaker);
  EXPECT_EQ(settings->hedge, (HedgeSettings{false, {0.02}, seconds(1)}));
  EXPECT_EQ(settings->degradation, (DegradationSettings{false, {0.5}, {0.6}, {0.7}, {0.05}, seconds(3)}));
  EXPECT_EQ(settings->cache.stale_if_error, std::chrono::hours(24));

  const auto& large = settings->models["large"];
  EXPECT_EQ(large.strategy, Strategy::latency);
  EXPECT_EQ(large.sticky, Sticky::prefix);
  EXPECT_EQ(large.fallbacks, (std::vector<std::string>{"small", "house/other"}));
  EXPECT_EQ(large.context_window_fallbacks, std::vector<std::string>{"small"});
  EXPECT_EQ(large.content_policy_fallbacks, std::vector<std::string>{"small"});
  EXPECT_EQ(large.cheaper, "small");
  EXPECT_EQ(large.canned, "Please call us.");
  EXPECT_EQ(large.timeouts.first_byte, seconds(10));
  EXPECT_EQ(large.timeouts.total, std::nullopt);
  // What a model doesn't set is as for all.
  retry.attempts = 5;
  breaker.window = 20;
  breaker.open = seconds(5);
  EXPECT_EQ(large.retry, retry);
  EXPECT_EQ(large.breaker, breaker);
  EXPECT_EQ(large.hedge, (HedgeSettings{true, {0.02}, seconds(1)}));
  EXPECT_EQ(settings->models["small"].breaker, settings->breaker);
}

constexpr std::string_view kDesignExample =
    R"(listen: 127.0.0.1:4000          # any other address needs auth.master_key
data_dir: ./weir-data
auth: { master_key: "${WEIR_MASTER_KEY}" }
providers:
  openai:    { kind: openai, keys: [ { name: main, value: "${OPENAI_API_KEY}" } ] }
  anthropic: { kind: anthropic, keys: [ { name: main, value: "${ANTHROPIC_API_KEY}" } ] }
  house:     { kind: openai, base_url: "http://127.0.0.1:9009/v1" }
models:
  gpt-4o-mini:
    deployments:
      - { provider: openai, model: gpt-4o-mini, weight: 3 }      # priced from the price book
      - { provider: house, model: llama, weight: 1,              # own prices, dollars per million tokens
          price: { input: 0.10, cached_input: 0.05, output: 0.40 } }
    fallbacks: [ claude-haiku ]
    cacheable: auto      # auto | always | never
  claude-haiku: { deployments: [ { provider: anthropic, model: claude-haiku-4-5 } ] }
  "openai/*": { provider: openai }                                # wildcard: any model of that provider
cache:
  memory:   { capacity: 256MiB }
  redis:    { url: "redis://127.0.0.1:6379" }      # optional second layer
  database: { enabled: true }                        # third layer, in storage
  classes:  { template: 24h, chat: 1h, insight: 6h }
storage: { url: "sqlite:weir.db" }                  # or postgres://user:pw@host/db
limits: { per_user: { requests: 100/h } }           # applies to calls that name a user
budgets: { alert_at: 80%, throttle_at: 95% }
)";

TEST(Load, the_design_s_example_tells_each_setting_that_is_not_built_yet) {
  EXPECT_EQ(printed(kDesignExample),
            "weir.yaml:20:3: cache.redis: `redis` is not built yet; remove it\n"
            "weir.yaml:21:3: cache.database: `database` is not built yet; remove it\n"
            "weir.yaml:23:1: storage: `storage` is not built yet; remove it\n"
            "weir.yaml:24:1: limits: `limits` is not built yet; remove it\n"
            "weir.yaml:25:1: budgets: `budgets` is not built yet; remove it\n");
}

TEST(Load, the_design_s_example_without_those_is_read) {
  std::string text(kDesignExample.substr(0, kDesignExample.find("storage:")));
  auto cut = [&](std::string_view part) { text.erase(text.find(part), part.size()); };
  cut("  redis:    { url: \"redis://127.0.0.1:6379\" }      # optional second layer\n");
  cut("  database: { enabled: true }                        # third layer, in storage\n");
  auto settings = load(text);
  ASSERT_TRUE(settings) << printed(text);
  EXPECT_EQ(settings->auth.master_key.reveal(), "sk-master");
  EXPECT_EQ(settings->providers["openai"].keys[0].value.reveal(), "sk-openai");
  EXPECT_EQ(settings->models["gpt-4o-mini"].deployments,
            (std::vector<DeploymentSettings>{
                {"openai", "gpt-4o-mini", 3},
                {"house", "llama", 1, {.input = 100'000, .cached_input = 50'000, .output = 400'000}}}));
  EXPECT_EQ(settings->models["gpt-4o-mini"].cacheable, Cacheable::automatic);
  EXPECT_EQ(settings->cache, CacheSettings{});
  EXPECT_EQ(settings->models["openai/*"].provider, "openai");
  EXPECT_EQ(settings->unknown_models, UnknownModels::refuse);
}

TEST(Load, classes_are_added_to_those_there_are) {
  auto settings = load("cache: { classes: { chat: 5m, nightly: 7d } }\n");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->cache.classes["chat"], std::chrono::minutes(5));
  EXPECT_EQ(settings->cache.classes["nightly"], std::chrono::days(7));
  EXPECT_EQ(settings->cache.classes["template"], std::chrono::hours(24));
  EXPECT_EQ(
      printed("cache: { classes: { chat: soon } }\n"),
      "weir.yaml:1:27: cache.classes.chat: \"soon\" is not a time; write a whole number and its unit, such "
      "as 250ms, 5s, 10m, 1h or 7d\n");
}

TEST(Load, an_unknown_name_is_told_with_the_nearest_one) {
  EXPECT_EQ(printed("provders: {}\n"),
            "weir.yaml:1:1: provders: there is no such setting (did you mean providers?)\n");
  EXPECT_EQ(printed("log:\n  zebra: 1\n"), "weir.yaml:2:3: log.zebra: there is no such setting\n");
  EXPECT_EQ(printed("providers: { p: { kind: simulated, timeouts: { frist_byte: 1s } } }\n"),
            "weir.yaml:1:48: providers.p.timeouts.frist_byte: there is no such setting (did you mean "
            "first_byte?)\n");
}

TEST(Load, a_repeated_name_is_told_with_the_line_of_the_first) {
  EXPECT_EQ(printed("drain: 5s\nlog: {}\ndrain: 6s\n"),
            "weir.yaml:3:1: drain: is written twice; the first is in line 1\n");
  EXPECT_EQ(printed("providers:\n  a: { kind: simulated }\n  a: { kind: simulated }\n"),
            "weir.yaml:3:3: providers.a: is written twice; the first is in line 2\n");
}

TEST(Load, a_value_of_another_type_is_told) {
  EXPECT_EQ(printed("drain: 5\n"),
            "weir.yaml:1:8: drain: \"5\" is not a time; write a whole number and its unit, "
            "such as 250ms, 5s, 10m, 1h or 7d\n");
  EXPECT_EQ(printed("listener: { request: { body: 32 } }\n"),
            "weir.yaml:1:30: listener.request.body: \"32\" is not a size; write a whole number and its unit, "
            "such as "
            "64KiB, 32MiB or 1GB\n");
  EXPECT_EQ(printed("workers: many\n"),
            "weir.yaml:1:10: workers: \"many\" is not a whole number, such as 20\n");
  EXPECT_EQ(printed("log: { format: jsn }\n"),
            "weir.yaml:1:16: log.format: \"jsn\" is not one of auto, json, text (did you mean json?)\n");
  EXPECT_EQ(printed("listen: 4000\n"),
            "weir.yaml:1:9: listen: \"4000\" has a host that is not a whole IPv4 address\n");
  EXPECT_EQ(printed("listen: localhost\n"),
            "weir.yaml:1:9: listen: \"localhost\" has no port; write HOST:PORT, such as 127.0.0.1:4000\n");
  EXPECT_EQ(printed("data_dir: \"\"\n"),
            "weir.yaml:1:11: data_dir: \"\" is empty; write a value or remove the setting\n");
  EXPECT_EQ(printed("data_dir: \"a\\nb\"\n"),
            "weir.yaml:1:11: data_dir: \"a\\nb\" holds a line end or another control character\n");
}

TEST(Load, a_value_of_another_shape_is_told) {
  EXPECT_EQ(printed("drain: [ 5s ]\n"), "weir.yaml:1:1: drain: must be a single value, not a list\n");
  EXPECT_EQ(printed("drain:\n"), "weir.yaml:1:1: drain: must be a single value, not nothing\n");
  EXPECT_EQ(printed("log: info\n"), "weir.yaml:1:6: log: must be a group of settings, not a single value\n");
  EXPECT_EQ(printed("providers: [ openai ]\n"),
            "weir.yaml:1:1: providers: must be a group of settings, not a list\n");
  EXPECT_EQ(printed("models: { m: { deployments: {} } }\n"),
            "weir.yaml:1:16: models.m.deployments: must be a list, not a group of settings\n");
  EXPECT_EQ(printed("just words\n"), "weir.yaml:1:1: must be a group of settings, not a single value\n");
}

TEST(Load, a_value_out_of_bounds_is_told_with_the_bound) {
  EXPECT_EQ(printed("drain: 2h\n"), "weir.yaml:1:8: drain: \"2h\" is more than 1h, the most it may be\n");
  EXPECT_EQ(printed("workers: 0\n"), "weir.yaml:1:10: workers: \"0\" is less than 1, the least it may be\n");
  EXPECT_EQ(printed("listener: { request: { head: 1B } }\n"),
            "weir.yaml:1:30: listener.request.head: \"1B\" is less than 1KiB, the least it may be\n");
  EXPECT_EQ(printed("providers: { s: { kind: simulated } }\n"
                    "models: { m: { deployments: [ { provider: s, model: m, weight: 0 } ] } }\n"),
            "weir.yaml:2:64: models.m.deployments[0].weight: \"0\" is less than 1, the least it may be\n");
}

TEST(Load, what_has_no_default_must_be_written) {
  EXPECT_EQ(printed("providers:\n  openai:\n"),
            "weir.yaml:2:3: providers.openai.kind: is missing; it has no default\n");
  EXPECT_EQ(printed("providers: { s: { kind: simulated } }\nmodels: { m: { deployments: [ {} ] } }\n"),
            "weir.yaml:2:31: models.m.deployments[0].provider: is missing; it has no default\n"
            "weir.yaml:2:31: models.m.deployments[0].model: is missing; it has no default\n");
}

TEST(Load, a_missing_variable_or_file_is_named) {
  EXPECT_EQ(printed("auth: { master_key: \"${NO_SUCH}\" }\n"),
            "weir.yaml:1:21: auth.master_key: the environment variable NO_SUCH is not set; set it, or write "
            "${NO_SUCH:-default}\n");
  EXPECT_EQ(printed("auth: { master_key: \"${file:/run/none}\" }\n"),
            "weir.yaml:1:21: auth.master_key: cannot read \"/run/none\": No such file or directory\n");
}

TEST(Load, variables_are_replaced_in_values_and_never_in_the_syntax) {
  TestingEnvironment world{.variables = {{"DRAIN", "7s"}, {"TRICK", "5s\nlog: { level: debug }"}},
                           .files = {}};
  EXPECT_EQ(load("drain: ${DRAIN}\n", "weir.yaml", world.environment())->drain, seconds(7));
  auto tricked = load("drain: ${TRICK}\n", "weir.yaml", world.environment());
  ASSERT_FALSE(tricked);
  EXPECT_EQ(tricked.error().size(), 1);
  EXPECT_EQ(printed("${LEVEL}: 1\n"), "weir.yaml:1:1: \"${LEVEL}\": there is no such setting\n");
}

TEST(Load, no_message_holds_what_a_variable_or_a_secret_holds) {
  EXPECT_EQ(printed("log: { level: \"${LEVEL}\" }\n"),
            "weir.yaml:1:15: log.level: \"${LEVEL}\" is not one of debug, info, warn, error\n");
  EXPECT_EQ(
      printed("auth: { master_key: \"hush hush\" }\n"),
      "weir.yaml:1:21: auth.master_key: what is written here holds a space, a line end or a letter outside "
      "ASCII, which no header can carry\n");
  EXPECT_EQ(printed("auth: { master_key: \"\" }\n"),
            "weir.yaml:1:21: auth.master_key: what is written here is empty; write a value or remove the "
            "setting\n");
  EXPECT_EQ(printed("auth: { master_key: [ hush ] }\n"),
            "weir.yaml:1:9: auth.master_key: must be a single value, not a list\n");
  EXPECT_EQ(
      printed("providers: { p: { kind: openai, base_url: \"http://me:hush@host/\" } }\n"),
      "weir.yaml:1:43: providers.p.base_url: what is written here must not hold a user or password; keys go "
      "under `keys`\n");
}

TEST(Load, all_problems_are_told_in_the_order_of_the_file) {
  EXPECT_EQ(
      printed("log: { level: loud }\ndrain: 5\nworkers: none\n"),
      "weir.yaml:1:15: log.level: \"loud\" is not one of debug, info, warn, error\n"
      "weir.yaml:2:8: drain: \"5\" is not a time; write a whole number and its unit, such as 250ms, 5s, 10m, "
      "1h or 7d\n"
      "weir.yaml:3:10: workers: \"none\" is not a whole number, such as 20\n");
}

TEST(Load, past_a_hundred_problems_only_their_number_is_told) {
  std::string text;
  for (int i = 0; i < 250; ++i) text += fmt::format("zebra{}: 1\n", i);
  auto settings = load(text);
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 101);
  EXPECT_EQ(to_string(settings.error().back()), "weir.yaml: and 150 more problems; solve these first");
}

TEST(LoadFile, a_file_that_cannot_be_read_is_told) {
  auto settings = load_file("none.yaml", kWorld.environment());
  ASSERT_FALSE(settings);
  EXPECT_EQ(to_string(settings.error().front()), "none.yaml: cannot be read: No such file or directory");
}

TEST(LoadFile, a_file_is_read_and_named_in_its_problems) {
  TestingEnvironment world{.variables = {}, .files = {{"a.yaml", "drain: 9s\n"}, {"b.yaml", "drain: 9\n"}}};
  EXPECT_EQ(load_file("a.yaml", world.environment())->drain, seconds(9));
  EXPECT_EQ(load_file("b.yaml", world.environment()).error().front().file, "b.yaml");
}

}  // namespace
}  // namespace weir::config
