// How people write times, sizes, shares and counts, read and written.
//
// A failed read gives the end of a sentence that begins with what was written: "is not a time; write …".
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir::config {

// "250ms", "5s", "10m", "1h", "7d": a whole number and its unit, at most 10,000 days.
std::expected<std::chrono::milliseconds, std::string> parse_time(std::string_view text);

// "512B", "64KiB", "32MiB", "1GB": a whole number and its unit; KB, MB, GB and TB are powers of 1000.
std::expected<Bytes, std::string> parse_size(std::string_view text);

// "80%" or "12.5%", from 0% to 100%.
std::expected<Share, std::string> parse_share(std::string_view text);

// "3": a whole number below 2^32.
std::expected<std::uint32_t, std::string> parse_count(std::string_view text);

// "2" or "1.5": a number that is not negative.
std::expected<double, std::string> parse_number(std::string_view text);

// "2.50": dollars for a million tokens, at most six decimals, as pico-dollars for a token; at most a million
// dollars.
std::expected<std::uint64_t, std::string> parse_price(std::string_view text);

// The shortest of the ways above to write a value, in the largest unit that is exact: "90s", "64KiB".
std::string format_time(std::chrono::milliseconds time);
std::string format_size(Bytes size);
std::string format_share(Share share);
std::string format_number(double number);

}  // namespace weir::config
