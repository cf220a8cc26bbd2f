#include "resilience/reset_time.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::resilience {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr Seconds kLongest = std::chrono::hours(24);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a number from the front of `text`: digits, perhaps with a fraction.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  double number = 0;
  const char* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  return number;
}

struct Unit {
  std::string_view name;
  double seconds;
};
// Those first whose beginning is another's name.
constexpr std::array kUnits{Unit{"ms", 1e-3}, Unit{"us", 1e-6}, Unit{"ns", 1e-9},
                            Unit{"h", 3600},  Unit{"m", 60},    Unit{"s", 1}};

// Takes one "6m" from the front of `text`.
std::optional<Seconds> take_part(std::string_view& text) {
  auto number = take_number(text);
  if (!number) return std::nullopt;
  auto unit = std::ranges::find_if(kUnits, [&](const Unit& each) { return text.starts_with(each.name); });
  if (unit == kUnits.end()) return std::nullopt;
  text.remove_prefix(unit->name.size());
  return Seconds(*number * unit->seconds);
}

std::optional<Seconds> read_span(std::string_view text) {
  Seconds sum{0};
  do {
    auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
  } while (!text.empty());
  return sum;
}

std::optional<Seconds> read_milliseconds(std::string_view text) {
  auto number = take_number(text);
  if (!number || !text.empty()) return std::nullopt;
  return Seconds(*number * 1e-3);
}

// Takes `digits` digits and what follows them from the front of `text`.
std::optional<int> take_field(std::string_view& text, std::size_t digits, std::string_view after) {
  if (text.size() < digits + after.size() || text.substr(digits, after.size()) != after) return std::nullopt;
  if (!std::ranges::all_of(text.substr(0, digits), is_digit)) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits + after.size());
  return value;
}

// How far local time is ahead, from "Z" or "+02:00".
std::optional<std::chrono::minutes> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  auto hours = take_field(text, 2, ":");
  auto minutes = take_field(text, 2, "");
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

// RFC 3339 section 5.6. Parts of a second are left out.
std::optional<WallTime> read_moment(std::string_view text) {
  auto year = take_field(text, 4, "-");
  auto month = take_field(text, 2, "-");
  auto day = take_field(text, 2, "T");
  auto hour = take_field(text, 2, ":");
  auto minute = take_field(text, 2, ":");
  auto second = take_field(text, 2, "");
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(*year),
                                   std::chrono::month(static_cast<unsigned>(*month)),
                                   std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  if (text.starts_with('.'))
    text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
  auto offset = read_offset(text);
  if (!offset) return std::nullopt;
  auto local = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hour) +
               std::chrono::minutes(*minute) + std::chrono::seconds(*second);
  // In seconds first: nanoseconds reach from 1677 to 2262 only.
  std::chrono::seconds since_epoch = local - *offset;
  constexpr auto kLastMoment =
      std::chrono::duration_cast<std::chrono::seconds>(WallTime::max().time_since_epoch());
  if (since_epoch.count() < 0 || since_epoch > kLastMoment) return std::nullopt;
  return WallTime(since_epoch);
}

}  // namespace

std::optional<Duration> read_reset(std::string_view text, WallTime now) {
  std::optional<Seconds> left = read_milliseconds(text);
  if (!left) left = read_span(text);
  if (!left) {
    if (auto moment = read_moment(text)) left = std::max(Seconds(0), Seconds(*moment - now));
  }
  if (!left || *left > kLongest) return std::nullopt;
  return std::chrono::duration_cast<Duration>(*left);
}

}  // namespace weir::resilience
