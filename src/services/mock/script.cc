#include "mock/script.h"

#include "base/try.h"
#include "config/values.h"
#include "mock/script_fields.h"

namespace weir::mock {
namespace {

using config::YamlNode;

ReadResult read_usual(const YamlNode& node, const std::string& path, Behaviour& usual) {
  return read_map(node, path,
                  std::array{Key{"time_to_first_token", into(usual.time_to_first_token, config::parse_time)},
                             Key{"tokens_per_second", into(usual.tokens_per_second, parse_rate)},
                             Key{"output_tokens", into(usual.output_tokens, parse_tokens)},
                             Key{"tokens_per_event", into(usual.tokens_per_event, parse_tokens_per_event)}});
}

ReadResult read_call_range(const YamlNode& node, const std::string& path, std::optional<CallRange>& range) {
  auto& call = range.emplace();
  auto only = [&call](std::uint64_t nth) { call = {.from = nth, .to = nth}; };
  return read_map(
      node, path,
      std::array{Key{"nth", scalar(parse_number, only)}, Key{"from", into(call.from, parse_number)},
                 Key{"to", into(call.to, parse_number)}});
}

ReadResult read_condition(const YamlNode& node, const std::string& path, Condition& when) {
  auto call = [&when](const YamlNode& value, const std::string& at) {
    return read_call_range(value, at, when.call);
  };
  return read_map(
      node, path,
      std::array{Key{"model", into(when.model, parse_text)}, Key{"path", into(when.path, parse_text)},
                 Key{"contains", into(when.contains, parse_text)}, Key{"call", call},
                 Key{"share", into(when.share, parse_share_of_one)}});
}

ReadResult read_fault(const YamlNode& node, const std::string& path, std::optional<Fault>& into_fault) {
  Fault fault;
  std::optional<Fault::At> at;
  std::optional<Fault::Kind> kind;
  TRY(read_map(node, path,
               std::array{Key{"kind", into(kind, parse_fault_kind)}, Key{"at", into(at, parse_fault_at)},
                          Key{"status", into(fault.status, parse_error_status)},
                          Key{"message", into(fault.message, parse_text)},
                          Key{"retry_after", into(fault.retry_after, config::parse_time)},
                          Key{"delay", into(fault.delay, config::parse_time)},
                          Key{"size", into(fault.size, config::parse_size)}}));
  if (!kind) return problem(node.place, path, "needs a kind, such as { kind: status, status: 500 }");
  fault.kind = *kind;
  fault.at = at.value_or(usual_place(*kind));
  auto fits = check_place(fault.kind, fault.at);
  if (!fits) return problem(node.place, path + ".at", fits.error());
  into_fault = fault;
  return {};
}

ReadResult read_rule(const YamlNode& node, const std::string& path, Rule& rule) {
  auto& change = rule.change;
  auto when = [&rule](const YamlNode& value, const std::string& at) {
    return read_condition(value, at, rule.when);
  };
  auto fault = [&rule](const YamlNode& value, const std::string& at) {
    return read_fault(value, at, rule.fault);
  };
  return read_map(node, path,
                  std::array{Key{"when", when}, Key{"fault", fault},
                             Key{"time_to_first_token", into(change.time_to_first_token, config::parse_time)},
                             Key{"tokens_per_second", into(change.tokens_per_second, parse_rate)},
                             Key{"output_tokens", into(change.output_tokens, parse_tokens)},
                             Key{"tokens_per_event", into(change.tokens_per_event, parse_tokens_per_event)}});
}

ReadResult read_price(const YamlNode& node, const std::string& path, Price& price) {
  price = {.input_pico = 0, .output_pico = 0};
  return read_map(node, path,
                  std::array{Key{"input", into(price.input_pico, parse_price)},
                             Key{"output", into(price.output_pico, parse_price)}});
}

ReadResult read_script(const YamlNode& root, Script& script) {
  auto usual = [&script](const YamlNode& node, const std::string& path) {
    return read_usual(node, path, script.usual);
  };
  auto rule = [&script](const YamlNode& node, const std::string& path) {
    return read_rule(node, path, script.rules.emplace_back());
  };
  auto price = [&script](const YamlNode& node, const std::string& path) {
    return read_price(node, path, node.key == "default" ? script.usual_price : script.prices[node.key]);
  };
  auto rules = [rule](const YamlNode& node, const std::string& path) {
    return read_each(node, path, YamlNode::Kind::list, rule);
  };
  auto prices = [price](const YamlNode& node, const std::string& path) {
    return read_each(node, path, YamlNode::Kind::map, price);
  };
  return read_map(
      root, "",
      std::array{Key{"seed", into(script.seed, parse_number)}, Key{"default", usual}, Key{"rules", rules},
                 Key{"prices", prices}, Key{"hints", into(script.hints, parse_switch)},
                 Key{"raw_log", into(script.raw_log, parse_switch)}});
}

}  // namespace

void BehaviourChange::apply_to(Behaviour& behaviour) const {
  behaviour.time_to_first_token = time_to_first_token.value_or(behaviour.time_to_first_token);
  behaviour.tokens_per_second = tokens_per_second.value_or(behaviour.tokens_per_second);
  behaviour.output_tokens = output_tokens.value_or(behaviour.output_tokens);
  behaviour.tokens_per_event = tokens_per_event.value_or(behaviour.tokens_per_event);
}

const Price& Script::price_of(std::string_view model) const {
  auto found = prices.find(model);
  return found == prices.end() ? usual_price : found->second;
}

std::expected<Script, std::string> parse_script(std::string_view yaml) {
  auto root = config::parse_yaml(yaml);
  if (!root) {
    const auto& [place, text] = root.error();
    return std::unexpected(fmt::format("line {}, column {}: {}", place.line, place.column, text));
  }
  Script script;
  TRY(read_script(*root, script));
  return script;
}

}  // namespace weir::mock
