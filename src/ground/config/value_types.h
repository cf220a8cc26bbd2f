// The kinds of values that settings have, each bound to the member that holds it. The member must outlive the
// Value.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/units.h"
#include "config/address.h"
#include "config/base_url.h"
#include "config/secret.h"
#include "config/setting.h"

namespace weir::config {

// Both ends are allowed.
template <class T>
struct Bounds {
  T least;
  T most;
};

Value text(std::string& member);
Value file(std::filesystem::path& member);
Value secret(Secret& member);
// A secret that is sent as a header's value, and so may have spaces inside.
Value header_value(Secret& member);
Value url(BaseUrl& member);
Value address(ListenAddress& member);
Value count(std::uint32_t& member, Bounds<std::uint32_t> bounds);
// The same, and `auto` is 0.
Value count_or_auto(std::uint32_t& member, Bounds<std::uint32_t> bounds);
// With or without decimals.
Value number(double& member, Bounds<double> bounds);
Value time(std::chrono::milliseconds& member, Bounds<std::chrono::milliseconds> bounds);
// One that need not be set.
Value time(std::optional<std::chrono::milliseconds>& member, Bounds<std::chrono::milliseconds> bounds);
Value size(Bytes& member, Bounds<Bytes> bounds);
Value price(std::optional<std::uint64_t>& member);
Value share(Share& member);
// `true` or `false`.
Value yes_or_no(bool& member);

// One of several words.
template <class Enum>
struct Word {
  std::string_view written;
  Enum meant;
};

std::string not_one_of(std::string_view written, std::span<const std::string> choices);

// `words` must be a constant: the Value keeps a reference.
template <class Enum, std::size_t kWords>
Value choice(Enum& member, const std::array<Word<Enum>, kWords>& words) {
  Value value{.type = ValueType::choice, .initial = {}, .bounds = {}, .choices = {}, .set = {}};
  for (const auto& word : words) {
    value.choices.emplace_back(word.written);
    if (word.meant == member) value.initial = word.written;
  }
  value.set = [&member, &words,
               choices = value.choices](std::string_view written) -> std::expected<void, std::string> {
    for (const auto& word : words) {
      if (word.written == written) {
        member = word.meant;
        return {};
      }
    }
    return std::unexpected(not_one_of(written, choices));
  };
  return value;
}

}  // namespace weir::config
