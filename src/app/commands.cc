#include "app/commands.h"

#include "app/check.h"
#include "app/command_line.h"
#include "app/output.h"
#include "app/remote.h"
#include "app/serve.h"
#include "app/simulate.h"
#include "config/values.h"
#include "terminal/completion.h"
#include "terminal/parse.h"

namespace weir::app {
namespace {

using terminal::Arguments;
using terminal::Command;
using terminal::Example;
using terminal::Exit;
using terminal::Option;
using terminal::Takes;
using terminal::Times;
using terminal::Variable;

constexpr std::string_view kRunning = "Run";
constexpr std::string_view kOperating = "Look after a running weir";
constexpr std::string_view kSettingUp = "Set up";

const Exit kUsage{kWrongUsage, "Wrong usage or configuration: what is wrong is said on standard error"};

const Option kJson{.name = "--json",
                   .sentence = "For programs: the answer as JSON",
                   .more = "as weir's API gives it, refusals too"};
const Option kUrl{.name = "--url",
                  .value = "URL",
                  .takes = Takes::text,
                  .sentence = "Where the weir is that is asked",
                  .standard = "http://127.0.0.1:4000",
                  .variable = "WEIR_URL"};
const Option kKeyFile{.name = "--key-file",
                      .value = "FILE",
                      .takes = Takes::file,
                      .sentence = "The file that holds weir's master key",
                      .more = "without it WEIR_MASTER_KEY is used, and without both no key is sent"};
const Variable kKeyVariable{"WEIR_MASTER_KEY",
                            "The master key of the weir that is asked, when --key-file isn't given"};
const Exit kRefused{kFailed, "No weir answers, or it refuses: its own sentence is on standard error"};

int run_serve(const Arguments& arguments) {
  return serve({.file = arguments.value("--config"),
                .data_dir = arguments.value("--data-dir"),
                .listen = arguments.value("--listen")});
}

int run_mock(const Arguments& arguments) {
  SimulateOptions options{.script = arguments.value("--script")};
  if (auto listen = arguments.value("--listen")) options.listen = *listen;
  if (auto loops = arguments.value("--loops")) {
    auto count = config::parse_count(*loops);
    if (!count) {
      complain("weir mock", fmt::format("--loops {}", count.error()));
      return kWrongUsage;
    }
    options.loops = *count;
  }
  return simulate(options);
}

int run_check(const Arguments& arguments) {
  return check(*arguments.value("FILE"), arguments.has("--json") ? CheckOutput::json : CheckOutput::table);
}

int run_completion(const Arguments& arguments) {
  return say(terminal::completion_of(commands(), *arguments.value("SHELL")));
}

int run_man(const Arguments&) { return say(terminal::manual_of(commands(), kEdition)); }

Command serve_command() {
  return {
      .name = "serve",
      .group = kRunning,
      .sentence = "Run the gateway",
      .about = {"Without a configuration file there is a simulated provider (model sim-1), and every "
                "provider whose "
                "usual environment variable is set.",
                "SIGHUP, or a change of the file, puts the configuration in force as it is now; a bad one is "
                "refused whole, and /readyz says why.",
                "SIGTERM and Ctrl-C let running calls finish; a second Ctrl-C ends weir at once."},
      .options = {{.name = "--config",
                   .value = "FILE",
                   .takes = Takes::file,
                   .sentence = "The configuration, in YAML",
                   .more = "`weir check` tells what is wrong with one"},
                  {.name = "--data-dir",
                   .value = "DIR",
                   .takes = Takes::folder,
                   .sentence = "Where weir keeps its data",
                   .more =
                       "without it the configuration's data_dir, which is ./weir-data if it says nothing"},
                  {.name = "--listen",
                   .value = "HOST:PORT",
                   .takes = Takes::text,
                   .sentence = "Where to take calls",
                   .more = "without it the configuration's listen, which is 127.0.0.1:4000 if it says "
                           "nothing; port 0 is any free one"}},
      .variables = {{"OPENAI_API_KEY", "Without a file: makes OpenAI a provider; OPENAI_BASE_URL moves it"},
                    {"ANTHROPIC_API_KEY",
                     "Without a file: makes Anthropic a provider; ANTHROPIC_BASE_URL moves it"},
                    {"SSL_CERT_FILE", "The authorities that providers' certificates are checked against"}},
      .exits = {{kFine, "It was told to end, and has"}, kUsage},
      .examples = {{"weir serve", "On this machine only, with the keys in the environment."},
                   {"weir serve --config weir.yaml --listen 0.0.0.0:4000",
                    "For others, too; the file has to set auth.master_key."}},
      .run = run_serve};
}

Command mock_command() {
  return {.name = "mock",
          .group = kRunning,
          .sentence = "Run the simulated provider as a server of its own",
          .about =
              {"It speaks OpenAI's and Anthropic's API, is as slow or faulty as its script says, and counts: "
               "GET /_mock/ledger tells calls, tokens and cost, and POST /_mock/script changes the script."},
          .options = {{.name = "--listen",
                       .value = "HOST:PORT",
                       .takes = Takes::text,
                       .sentence = "Where to take calls",
                       .more = "port 0 is any free one",
                       .standard = kMockListen},
                      {.name = "--script",
                       .value = "FILE",
                       .takes = Takes::file,
                       .sentence = "What it answers, how fast, and with which faults, in YAML"},
                      {.name = "--loops",
                       .value = "N",
                       .takes = Takes::text,
                       .sentence = "Event loops",
                       .more = "without it, or with 0, one for each core"}},
          .exits = {{kFine, "It was told to end, and has"}, kUsage},
          .examples = {{"weir mock --script slow.yaml", "A provider that does what slow.yaml says."}},
          .run = run_mock};
}

Command check_command() {
  return {
      .name = "check",
      .group = kSettingUp,
      .sentence = "Say what a configuration means, or what is wrong with it",
      .about =
          {"Each mistake is a line on standard error: FILE:LINE:COLUMN: setting: what is wrong. No provider "
           "is asked, and no key is shown."},
      .options =
          {{.name = "FILE", .value = "FILE", .takes = Takes::file, .sentence = "The configuration, in YAML"},
           {.name = "--json", .sentence = "For programs: what it means, as JSON"}},
      .exits = {{kFine, "Weir would start with it"}, kUsage},
      .examples = {{"weir check weir.yaml", "Before a restart, or in CI."}},
      .run = run_check};
}

Command status_command() {
  return {.name = "status",
          .group = kOperating,
          .sentence = "Say whether a weir is ready, and what doesn't work",
          .options = {kUrl, kKeyFile, kJson},
          .variables = {kKeyVariable},
          .exits = {{kFine, "It takes calls, even if something is degraded"},
                    {kFailed, "It is starting or draining, or no weir answers"},
                    kUsage},
          .examples = {{"weir status --url https://weir.example.com", "Another machine's."}},
          .run = status};
}

Command stats_command() {
  return {.name = "stats",
          .sentence = "Show what the cache holds, and what it has answered and saved",
          .options = {kUrl, kKeyFile, kJson},
          .variables = {kKeyVariable},
          .exits = {{kFine, "The figures are shown"}, kRefused, kUsage},
          .examples = {{"weir cache stats", "The weir on this machine."},
                       {"weir cache stats --json | jq '.data[0].requests'", "The counters, for a program."}},
          .run = cache_stats};
}

// What a purge may name.
Option target(std::string_view name, std::string_view value, std::string_view sentence,
              std::string_view more) {
  return {.name = name,
          .value = value,
          .takes = Takes::text,
          .sentence = sentence,
          .more = more,
          .times = Times::any};
}

Command purge_command() {
  return {
      .name = "purge",
      .sentence = "Forget answers, so that they are not served again",
      .about = {"At least one of --all, --key, --tag, --model, --class and --namespace is needed; what any "
                "of them "
                "names is forgotten. When the command ends, it is over: none of it is served any more."},
      .options = {{.name = "--all", .sentence = "Everything"},
                  target("--key", "K", "The answer of this key", "its calls got it as x-weir-cache-key"),
                  target("--tag", "T", "Answers with this tag", "their calls said so in x-weir-tags"),
                  target("--model", "M", "Answers to calls of this model", ""),
                  target("--class", "C", "Answers of this class", "their calls said so in x-weir-class"),
                  target("--namespace", "N", "Answers in this namespace",
                         "their calls said so in x-weir-cache-namespace"),
                  {.name = "--dry-run", .sentence = "Only say how many answers that would be"},
                  kUrl,
                  kKeyFile,
                  kJson},
      .variables = {kKeyVariable},
      .exits = {{kFine, "They are forgotten, or there were none"}, kRefused, kUsage},
      .examples = {{"weir cache purge --model gpt-4o-mini --dry-run",
                    "How many answers of a model are kept?"},
                   {"weir cache purge --tag prices --tag stock", "After the data behind them has changed."}},
      .run = cache_purge};
}

Command cache_command() {
  return {.name = "cache",
          .group = kOperating,
          .sentence = "Look into a running weir's cache, or empty it",
          .commands = {stats_command(), purge_command()}};
}

Command breaker_command(std::string_view name, std::string_view sentence, int (*run)(const Arguments&),
                        const Example& example) {
  return {.name = name,
          .sentence = sentence,
          .options = {{.name = "DEPLOYMENT",
                       .value = "DEPLOYMENT",
                       .takes = Takes::text,
                       .sentence = "As `weir route` shows it: PROVIDER/MODEL"},
                      {.name = "--key",
                       .value = "NAME",
                       .takes = Takes::text,
                       .sentence = "Only as it is asked through this key",
                       .more = "without it through each of its provider's keys"},
                      kUrl,
                      kKeyFile,
                      kJson},
          .variables = {kKeyVariable},
          .exits = {{kFine, "It is so, and is shown"}, kRefused, kUsage},
          .examples = {example},
          .run = run};
}

Command route_command() {
  return {.name = "route",
          .group = kOperating,
          .sentence = "Show how deployments do, or say by hand which get calls",
          .about = {"For each deployment and key: its breaker, calls under way (and how many may be), the "
                    "time to an answer's head, and what is left of the provider's rate limit."},
          .options = {kUrl, kKeyFile, kJson},
          .variables = {kKeyVariable},
          .exits = {{kFine, "They are shown"}, kRefused, kUsage},
          .examples = {{"weir route", "Who gets calls, and who doesn't?"}},
          .commands = {breaker_command("open", "Send no more calls to a deployment", route_open,
                                       {"weir route open openai/gpt-4o",
                                        "Others take its calls, until it is told otherwise."}),
                       breaker_command("close", "Send calls to a deployment, however it fails", route_close,
                                       {"weir route close openai/gpt-4o --key main",
                                        "Its failures no longer take it out."}),
                       breaker_command("auto", "Let a deployment's failures decide again", route_auto,
                                       {"weir route auto openai/gpt-4o", "After the work on it is done."})},
          .run = route};
}

Command level_command() {
  return {
      .name = "level",
      .group = kOperating,
      .sentence = "Show what weir leaves out under load, or say it by hand",
      .about = {"full leaves out nothing; no_extras makes no second attempts that only save time; cheaper "
                "asks cheaper models where models name them; cache_only answers from the cache or not at "
                "all. With auto the load decides, as it does unless somebody says otherwise."},
      .options = {{.name = "LEVEL",
                   .value = "LEVEL",
                   .takes = Takes::word,
                   .sentence = "The level from now on, or auto",
                   .more = "without it the level is only shown",
                   .words = {"full", "no_extras", "cheaper", "cache_only", "auto"},
                   .times = Times::once_or_never},
                  kUrl,
                  kKeyFile,
                  kJson},
      .variables = {kKeyVariable},
      .exits = {{kFine, "The level is shown"}, kRefused, kUsage},
      .examples = {{"weir level cache_only", "While a provider's bill is looked into."},
                   {"weir level auto", "Afterwards."}},
      .run = level};
}

Command completion_command() {
  return {.name = "completion",
          .group = kSettingUp,
          .sentence = "Print a script that completes weir's commands in a shell",
          .options = {{.name = "SHELL",
                       .value = "SHELL",
                       .takes = Takes::word,
                       .sentence = "bash, zsh or fish",
                       .words = terminal::kShells}},
          .exits = {{kFine, "The script is on standard output"}, kUsage},
          .examples = {{"source <(weir completion bash)",
                        "For this bash; in ~/.bashrc, for every one. zsh alike."},
                       {"weir completion fish > ~/.config/fish/completions/weir.fish", "For every fish."}},
          .run = run_completion};
}

Command man_command() {
  return {.name = "man",
          .group = kSettingUp,
          .sentence = "Print the man page",
          .exits = {{kFine, "The page is on standard output, in roff"}, kUsage},
          .examples = {{"weir man | man -l -", "Read it, where it isn't installed."}},
          .run = run_man};
}

Command program() {
  return {
      .name = "weir",
      .sentence = "An AI gateway between applications and the companies that serve language models",
      .about = {"An application changes its base_url, and its calls to OpenAI and Anthropic go through weir: "
                "answered from a cache when they can be, and asked once however many ask at the same time."},
      .variables = {{"NO_COLOR", "If it is set and not empty, nothing is coloured"},
                    {"WEIR_URL", "Where the weir is that `weir status`, `cache`, `route` and `level` ask"},
                    kKeyVariable},
      .exits = {{kFine, "All is well"}, {kFailed, "It failed while running"}, kUsage},
      .examples = {{"weir serve",
                    "Start, with a simulated provider and those whose key is in the environment."},
                   {"weir status", "Is it ready?"}},
      .commands = {serve_command(), mock_command(), status_command(), cache_command(), route_command(),
                   level_command(), check_command(), completion_command(), man_command()}};
}

}  // namespace

const terminal::Command& commands() {
  static const Command declared = program();
  return declared;
}

}  // namespace weir::app
