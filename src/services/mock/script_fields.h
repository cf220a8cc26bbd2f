// Reading the maps of a script: each key is declared with what to do with its value, and what is not declared
// is an error that names the nearest key.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/units.h"
#include "config/yaml_tree.h"

namespace weir::mock {

// Nothing, or the sentence with its place and path.
using ReadResult = std::expected<void, std::string>;
using ReadValue = std::function<ReadResult(const config::YamlNode& node, const std::string& path)>;

struct Key {
  std::string_view name;
  ReadValue read;
};

// Without a line where the place isn't known.
ReadResult problem(config::Place place, const std::string& path, std::string_view what);

ReadResult read_map(const config::YamlNode& node, const std::string& path, std::span<const Key> keys);
// Calls `read` for each value of a map with any keys, or each item of a list.
ReadResult read_each(const config::YamlNode& node, const std::string& path, config::YamlNode::Kind kind,
                     const ReadValue& read);

// A scalar that `parse` turns into a value or the end of a sentence: "is not …".
template <class Parse, class Store>
ReadValue scalar(Parse parse, Store store) {
  return [parse, store](const config::YamlNode& node, const std::string& path) -> ReadResult {
    if (node.kind != config::YamlNode::Kind::scalar)
      return problem(node.place, path, "must be a single value");
    auto value = parse(node.text);
    if (!value) return problem(node.place, path, fmt::format("\"{}\" {}", node.text, value.error()));
    store(*std::move(value));
    return {};
  };
}

// Into a member, which may be an optional of the value.
template <class Parse, class Member>
ReadValue into(Member& member, Parse parse) {
  return scalar(parse, [&member](auto value) { member = std::move(value); });
}

std::expected<std::string, std::string> parse_text(std::string_view written);
std::expected<bool, std::string> parse_switch(std::string_view written);
std::expected<std::uint64_t, std::string> parse_number(std::string_view written);
// 0, or a decimal number from 0.001 to 1,000,000.
std::expected<double, std::string> parse_rate(std::string_view written);
std::expected<double, std::string> parse_share_of_one(std::string_view written);
// Dollars per million tokens, exactly, as pico-dollars a token.
std::expected<std::uint64_t, std::string> parse_price(std::string_view written);
// How many words a model says: 0 to 100,000.
std::expected<std::uint32_t, std::string> parse_tokens(std::string_view written);
std::expected<std::uint32_t, std::string> parse_tokens_per_event(std::string_view written);
// An HTTP status that may stand for an error.
std::expected<int, std::string> parse_error_status(std::string_view written);

}  // namespace weir::mock
