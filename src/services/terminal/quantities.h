// Figures as people read them. Programs get them as they are, in JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/units.h"
#include "model/money.h"

namespace weir::terminal {

// "1,234,567"
std::string grouped(std::uint64_t count);
// "512 B", "1.2 MiB": one decimal where that says more than the whole number.
std::string readable(Bytes size);
// "$12.35", below a cent with two significant digits: "$0.0031". "$0" is nothing at all.
std::string readable(NanoDollars amount);
// "42 s", "3 min", "5 h", "12 days": the largest unit of which it is at least one, rounded down.
std::string readable(std::chrono::seconds time);
// "76.2%" of `whole`; "-" if that is nothing.
std::string percent_of(std::uint64_t part, std::uint64_t whole);

}  // namespace weir::terminal
