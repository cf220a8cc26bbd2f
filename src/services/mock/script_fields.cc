#include "mock/script_fields.h"

#include <charconv>

#include "base/try.h"
#include "config/problem.h"
#include "config/values.h"

namespace weir::mock {
namespace {

using config::YamlNode;

std::string child_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : config::path_of(path, name);
}

}  // namespace

ReadResult problem(config::Place place, const std::string& path, std::string_view what) {
  std::string where = place.line == 0 ? "" : fmt::format("line {}, column {}: ", place.line, place.column);
  return std::unexpected(fmt::format("{}{}{}{}", where, path, path.empty() ? "" : ": ", what));
}

ReadResult read_map(const YamlNode& node, const std::string& path, std::span<const Key> keys) {
  if (node.kind == YamlNode::Kind::nothing) return {};
  if (node.kind != YamlNode::Kind::map) return problem(node.place, path, "must be a map of names and values");
  std::vector<std::string> names;
  for (const auto& key : keys) names.emplace_back(key.name);
  std::vector<std::string_view> seen;
  for (const auto& child : node.children) {
    auto at = child_path(path, child.key);
    auto key = std::ranges::find(keys, child.key, &Key::name);
    if (key == keys.end()) {
      return problem(child.key_place, at, config::with_nearest("no such setting", child.key, names));
    }
    if (std::ranges::find(seen, child.key) != seen.end())
      return problem(child.key_place, at, "is set twice; remove one");
    seen.emplace_back(child.key);
    TRY(key->read(child, at));
  }
  return {};
}

ReadResult read_each(const YamlNode& node, const std::string& path, YamlNode::Kind kind,
                     const ReadValue& read) {
  if (node.kind == YamlNode::Kind::nothing) return {};
  bool is_list = kind == YamlNode::Kind::list;
  if (node.kind != kind) return problem(node.place, path, is_list ? "must be a list" : "must be a map");
  std::size_t index = 0;
  for (const auto& child : node.children) {
    TRY(read(child, is_list ? fmt::format("{}[{}]", path, index++) : child_path(path, child.key)));
  }
  return {};
}

std::expected<std::string, std::string> parse_text(std::string_view written) { return std::string(written); }

std::expected<bool, std::string> parse_switch(std::string_view written) {
  if (written == "true") return true;
  if (written == "false") return false;
  return std::unexpected("is neither true nor false");
}

std::expected<std::uint64_t, std::string> parse_number(std::string_view written) {
  std::uint64_t number = 0;
  const char* end = written.data() + written.size();
  auto [stopped, error] = std::from_chars(written.data(), end, number);
  if (error == std::errc{} && stopped == end) return number;
  return std::unexpected("is not a whole number");
}

std::expected<double, std::string> parse_rate(std::string_view written) {
  constexpr double kLeast = 0.001;
  constexpr double kMost = 1'000'000;
  double number = 0;
  const char* end = written.data() + written.size();
  auto [stopped, error] = std::from_chars(written.data(), end, number, std::chars_format::fixed);
  bool in_range = number == 0 || (number >= kLeast && number <= kMost);
  if (error == std::errc{} && stopped == end && in_range) return number;
  return std::unexpected("is neither 0 nor a number from 0.001 to 1000000");
}

std::expected<double, std::string> parse_share_of_one(std::string_view written) {
  return TRY(config::parse_share(written)).of_one;
}

std::expected<std::uint64_t, std::string> parse_price(std::string_view written) {
  constexpr std::uint64_t kMostDollars = 100'000;
  constexpr std::size_t kMostDecimals = 6;
  constexpr std::string_view kWrong = "is not a price in dollars per million tokens, such as 2.5";
  auto point = written.find('.');
  auto dollars = parse_number(written.substr(0, point));
  if (!dollars || *dollars > kMostDollars) return std::unexpected(std::string(kWrong));
  std::uint64_t pico = *dollars * 1'000'000;
  if (point != std::string_view::npos) {
    std::string decimals(written.substr(point + 1));
    if (decimals.empty() || decimals.size() > kMostDecimals) return std::unexpected(std::string(kWrong));
    decimals.resize(kMostDecimals, '0');
    auto fraction = parse_number(decimals);
    if (!fraction) return std::unexpected(std::string(kWrong));
    pico += *fraction;
  }
  return pico;
}

std::expected<std::uint32_t, std::string> parse_tokens(std::string_view written) {
  constexpr std::uint32_t kMost = 100'000;
  auto number = parse_number(written);
  if (number && *number <= kMost) return static_cast<std::uint32_t>(*number);
  return std::unexpected("is not a whole number from 0 to 100000");
}

std::expected<std::uint32_t, std::string> parse_tokens_per_event(std::string_view written) {
  auto number = parse_tokens(written);
  if (number && *number > 0) return *number;
  return std::unexpected("is not a whole number from 1 to 100000");
}

std::expected<int, std::string> parse_error_status(std::string_view written) {
  auto number = parse_number(written);
  if (number && *number >= 400 && *number <= 599) return static_cast<int>(*number);
  return std::unexpected("is not a status from 400 to 599");
}

}  // namespace weir::mock
