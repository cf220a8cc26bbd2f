#include "mock/rules.h"

#include "base/try.h"
#include "config/values.h"
#include "mock/digest.h"
#include "mock/script_fields.h"

namespace weir::mock {
namespace {

bool matches_pattern(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

// The part of a condition that a call's number decides.
bool matches_number(const Script& script, const Rule& rule, std::uint64_t call) {
  const auto& when = rule.when;
  if (when.call && (call < when.call->from || call > when.call->to)) return false;
  auto index = static_cast<std::uint64_t>(&rule - script.rules.data());
  return !when.share || unit_from(mix(mix(script.seed + call) + index)) < *when.share;
}

bool matches_request(const Condition& when, const Situation& situation) {
  if (when.model && !matches_pattern(*when.model, situation.model)) return false;
  if (when.path && !matches_pattern(*when.path, situation.path)) return false;
  return !when.contains || situation.text.find(*when.contains) != std::string_view::npos;
}

// The words between the first [[ and ]] if they look like hints.
std::string_view find_hints(std::string_view text) {
  auto begin = text.find("[[");
  if (begin == std::string_view::npos) return {};
  auto end = text.find("]]", begin);
  if (end == std::string_view::npos) return {};
  auto hints = text.substr(begin + 2, end - begin - 2);
  return hints.find('=') == std::string_view::npos ? std::string_view() : hints;
}

// A hint's value, in the same words as in a script.
struct Hints {
  BehaviourChange change;
  std::optional<Fault::Kind> kind;
  std::optional<Fault::At> at;
  Fault fault;
};

ReadResult take_hint(Hints& hints, std::string_view name, std::string_view value) {
  std::array keys{Key{"ttft", into(hints.change.time_to_first_token, config::parse_time)},
                  Key{"tps", into(hints.change.tokens_per_second, parse_rate)},
                  Key{"tokens", into(hints.change.output_tokens, parse_tokens)},
                  Key{"fault", into(hints.kind, parse_fault_kind)},
                  Key{"at", into(hints.at, parse_fault_at)},
                  Key{"status", into(hints.fault.status, parse_error_status)},
                  Key{"retry_after", into(hints.fault.retry_after, config::parse_time)}};
  config::YamlNode node;
  node.kind = config::YamlNode::Kind::scalar;
  node.text = value;
  for (const auto& key : keys) {
    if (key.name == name) return key.read(node, std::string(name));
  }
  return std::unexpected(fmt::format("no such hint: {}", name));
}

std::expected<void, std::string> apply_hints(std::string_view text, Plan& plan) {
  Hints hints;
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    auto equals = word.find('=');
    if (equals == std::string_view::npos) {
      return std::unexpected(fmt::format("the hint {} needs a value: {}=…", word, word));
    }
    TRY(take_hint(hints, word.substr(0, equals), word.substr(equals + 1)));
  }
  hints.change.apply_to(plan.behaviour);
  if (!hints.kind) return {};
  hints.fault.kind = *hints.kind;
  hints.fault.at = hints.at.value_or(usual_place(*hints.kind));
  auto fits = check_place(hints.fault.kind, hints.fault.at);
  if (!fits) return std::unexpected("at: " + fits.error());
  plan.fault = hints.fault;
  return {};
}

}  // namespace

std::expected<Plan, std::string> plan_call(const Script& script, const Situation& situation) {
  Plan plan{.behaviour = script.usual, .fault = {}};
  for (const auto& rule : script.rules) {
    if (!matches_number(script, rule, situation.call) || !matches_request(rule.when, situation)) continue;
    rule.change.apply_to(plan.behaviour);
    plan.fault = rule.fault;
    break;
  }
  if (script.hints) TRY(apply_hints(find_hints(situation.text), plan));
  return plan;
}

std::optional<Fault> fault_at_connect(const Script& script, std::uint64_t call) {
  for (const auto& rule : script.rules) {
    const auto& when = rule.when;
    if (when.model || when.path || when.contains || !matches_number(script, rule, call)) continue;
    if (rule.fault && rule.fault->at == Fault::At::connect) return rule.fault;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace weir::mock
