// How the simulated provider behaves: how fast it answers, how much, what it charges, and what goes wrong
// when.
//
//   seed: 1
//   default: { time_to_first_token: 20ms, tokens_per_second: 100, output_tokens: 50 }
//   rules:                                   # the first match wins; it matches when all that it names does
//     - when: { call: { from: 3, to: 5 } }
//       fault: { kind: status, status: 429, retry_after: 1s }
//     - when: { model: "slow-*" }
//       tokens_per_second: 2
//   prices: { default: { input: 2.5, output: 10 } }      # dollars per million tokens
//
// Plain values; a Script that is in force is never changed, but replaced as a whole (Mock::set_script).
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock/fault.h"

namespace weir::mock {

struct Behaviour {
  std::chrono::milliseconds time_to_first_token{20};
  double tokens_per_second = 100;      // 0: everything at once
  std::uint32_t output_tokens = 50;    // of each choice, where the request allows as many
  std::uint32_t tokens_per_event = 1;  // in a stream
  bool operator==(const Behaviour&) const = default;
};

// What a rule sets; the rest stays.
struct BehaviourChange {
  std::optional<std::chrono::milliseconds> time_to_first_token = {};
  std::optional<double> tokens_per_second = {};
  std::optional<std::uint32_t> output_tokens = {};
  std::optional<std::uint32_t> tokens_per_event = {};
  void apply_to(Behaviour& behaviour) const;
};

// Calls are counted from 1, anew with each script and each reset.
struct CallRange {
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
};

// What is not set matches everything.
struct Condition {
  std::optional<std::string> model = {};     // a name, or its beginning and '*'
  std::optional<std::string> path = {};      // likewise: "/v1/chat/completions", "/v1/audio/*"
  std::optional<std::string> contains = {};  // somewhere in the prompt's text
  std::optional<CallRange> call = {};
  std::optional<double> share = {};  // of the calls, chosen by the seed and the call's number
};

struct Rule {
  Condition when;
  BehaviourChange change;
  std::optional<Fault> fault = {};
};

// Pico-dollars a token: 2.5 dollars per million tokens are 2,500,000. At most 100,000 dollars per million.
struct Price {
  std::uint64_t input_pico = 2'500'000;
  std::uint64_t output_pico = 10'000'000;
  bool operator==(const Price&) const = default;
};

struct Script {
  std::uint64_t seed = 1;
  Behaviour usual;
  std::vector<Rule> rules;
  Price usual_price;
  std::map<std::string, Price, std::less<>> prices;  // by model
  bool hints = false;    // a prompt may say [[ttft=50ms tokens=20 fault=truncate]]
  bool raw_log = false;  // keep the bytes of requests and answers for GET /_mock/raw

  const Price& price_of(std::string_view model) const;
};

// YAML, and therefore JSON too. Fails with one sentence: "line 3, column 9: rules[0].fault.kind: …".
std::expected<Script, std::string> parse_script(std::string_view yaml);

}  // namespace weir::mock
