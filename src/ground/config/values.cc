#include "config/values.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include <fmt/core.h>

namespace weir::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;  // in milliseconds or bytes
};

// From the largest to the smallest: the first that divides a value exactly is the one to write it in.
constexpr std::array kTimeUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array kSizeUnits{Unit{"TiB", 1ULL << 40},
                                Unit{"TB", 1'000'000'000'000},
                                Unit{"GiB", 1ULL << 30},
                                Unit{"GB", 1'000'000'000},
                                Unit{"MiB", 1ULL << 20},
                                Unit{"MB", 1'000'000},
                                Unit{"KiB", 1ULL << 10},
                                Unit{"KB", 1000},
                                Unit{"B", 1}};

constexpr std::uint64_t kLongestTime = 10'000 * kTimeUnits[0].factor;

struct Amount {
  std::uint64_t number;
  std::string_view unit;
};

// A whole number and what follows it; nothing if there is no number in front, or it is past 64 bits.
std::optional<Amount> split_amount(std::string_view text) {
  Amount amount{};
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, amount.number);
  if (error != std::errc{}) return std::nullopt;
  amount.unit = text.substr(static_cast<std::size_t>(stopped - text.data()));
  return amount;
}

// The amount in the smallest unit, or nothing if it isn't written that way or is more than `most`.
std::optional<std::uint64_t> read_amount(std::string_view text, std::span<const Unit> units,
                                         std::uint64_t most) {
  auto amount = split_amount(text);
  if (!amount) return std::nullopt;
  for (const auto& unit : units) {
    if (unit.name != amount->unit) continue;
    if (amount->number > most / unit.factor) return std::nullopt;
    return amount->number * unit.factor;
  }
  return std::nullopt;
}

std::string write_amount(std::uint64_t amount, std::span<const Unit> units) {
  for (const auto& unit : units) {
    if (amount != 0 && amount % unit.factor == 0) return fmt::format("{}{}", amount / unit.factor, unit.name);
  }
  return fmt::format("{}{}", amount, units.back().name);
}

}  // namespace

std::expected<std::chrono::milliseconds, std::string> parse_time(std::string_view text) {
  auto amount = read_amount(text, kTimeUnits, kLongestTime);
  if (amount) return std::chrono::milliseconds(*amount);
  return std::unexpected(
      "is not a time; write a whole number and its unit, such as 250ms, 5s, 10m, 1h or 7d");
}

std::expected<Bytes, std::string> parse_size(std::string_view text) {
  auto amount = read_amount(text, kSizeUnits, std::numeric_limits<std::int64_t>::max());
  if (amount) return Bytes{*amount};
  return std::unexpected("is not a size; write a whole number and its unit, such as 64KiB, 32MiB or 1GB");
}

std::expected<Share, std::string> parse_share(std::string_view text) {
  double percent = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
  bool is_share =
      error == std::errc{} && std::string_view(stopped, end) == "%" && percent >= 0 && percent <= 100;
  if (is_share) return Share{percent / 100};
  return std::unexpected("is not a share; write it in percent, such as 80%, from 0% to 100%");
}

std::expected<std::uint32_t, std::string> parse_count(std::string_view text) {
  auto amount = split_amount(text);
  if (amount && amount->unit.empty() && amount->number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(amount->number);
  }
  return std::unexpected("is not a whole number, such as 20");
}

std::expected<double, std::string> parse_number(std::string_view text) {
  double number = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error == std::errc{} && stopped == end && number >= 0) return number;
  return std::unexpected("is not a number, such as 1.5");
}

std::expected<std::uint64_t, std::string> parse_price(std::string_view text) {
  constexpr std::uint64_t kMostDollars = 1'000'000;
  constexpr std::size_t kDecimals = 6;
  auto amount = split_amount(text);
  std::string_view decimals = amount ? amount->unit : "";
  bool whole = decimals.empty();
  if (!whole && decimals.front() == '.') decimals.remove_prefix(1);
  bool written_well = amount && amount->number <= kMostDollars && decimals.size() <= kDecimals &&
                      (whole || (!decimals.empty() && decimals.data() != amount->unit.data())) &&
                      decimals.find_first_not_of("0123456789") == std::string_view::npos;
  if (!written_well) {
    return std::unexpected(
        "is not a price; write dollars for a million tokens, such as 2.50, with at most "
        "six decimals");
  }
  std::uint64_t price = amount->number;
  for (std::size_t i = 0; i < kDecimals; ++i) {
    price = price * 10 + (i < decimals.size() ? static_cast<std::uint64_t>(decimals[i] - '0') : 0);
  }
  return price;
}

std::string format_time(std::chrono::milliseconds time) {
  if (time.count() == 0) return "0s";
  return write_amount(static_cast<std::uint64_t>(time.count()), kTimeUnits);
}

std::string format_number(double number) { return fmt::format("{}", number); }

std::string format_size(Bytes size) { return write_amount(size.count, kSizeUnits); }

std::string format_share(Share share) { return fmt::format("{:g}%", share.of_one * 100); }

}  // namespace weir::config
