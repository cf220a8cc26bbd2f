#include "mock/fault.h"

#include <array>
#include <span>
#include <vector>

#include "config/problem.h"

namespace weir::mock {
namespace {

using Kind = Fault::Kind;
using At = Fault::At;

constexpr std::array<std::string_view, 5> kPlaces{"connect", "before_head", "after_head", "middle", "end"};

struct Row {
  std::string_view name;
  At usual;
  std::array<bool, kPlaces.size()> possible;  // in the order of kPlaces
};

// In the order of Kind.
constexpr std::array kRows{
    Row{"refuse", At::connect, {true, false, false, false, false}},
    Row{"reset", At::before_head, {true, true, true, true, true}},
    Row{"hang", At::before_head, {true, true, true, true, true}},
    Row{"status", At::before_head, {false, true, true, true, false}},
    Row{"malformed", At::middle, {false, false, true, true, false}},
    Row{"truncate", At::middle, {false, true, true, true, true}},
    Row{"drip", At::after_head, {false, false, true, true, false}},
    Row{"oversized", At::after_head, {false, true, true, true, false}},
    Row{"garbage", At::before_head, {false, true, true, true, false}},
};

const Row& row_of(Kind kind) { return kRows[static_cast<std::size_t>(kind)]; }

std::string not_one_of(std::string_view written, std::span<const std::string> names) {
  return config::with_nearest(fmt::format("is not one of {}", fmt::join(names, ", ")), written, names);
}

}  // namespace

std::string_view name_of(Kind kind) { return row_of(kind).name; }
std::string_view name_of(At at) { return kPlaces[static_cast<std::size_t>(at)]; }

std::expected<Kind, std::string> parse_fault_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& row : kRows) {
    if (row.name == name) return static_cast<Kind>(&row - kRows.data());
    names.emplace_back(row.name);
  }
  return std::unexpected(not_one_of(name, names));
}

std::expected<At, std::string> parse_fault_at(std::string_view name) {
  std::vector<std::string> names(kPlaces.begin(), kPlaces.end());
  auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::unexpected(not_one_of(name, names));
  return static_cast<At>(found - names.begin());
}

At usual_place(Kind kind) { return row_of(kind).usual; }

std::expected<void, std::string> check_place(Kind kind, At at) {
  const auto& row = row_of(kind);
  if (row.possible[static_cast<std::size_t>(at)]) return {};
  std::vector<std::string_view> possible;
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    if (row.possible[i]) possible.push_back(kPlaces[i]);
  }
  return std::unexpected(
      fmt::format("is no place for {}; it can be at {}", row.name, fmt::join(possible, ", ")));
}

}  // namespace weir::mock
