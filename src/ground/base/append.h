// Numbers and times appended to a text, without any other memory.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <string>

#include "base/clock.h"

namespace weir {

inline void append_number(std::string& out, std::integral auto number) {
  std::array<char, 20> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// In milliseconds, to the microsecond: "12", "12.5" or "12.345"; nothing is shorter than 0.
inline void append_milliseconds(std::string& out, Duration duration) {
  auto micros = std::chrono::round<std::chrono::microseconds>(std::max(duration, Duration::zero())).count();
  append_number(out, micros / 1000);
  auto rest = micros % 1000;
  if (rest == 0) return;
  out += '.';
  for (auto unit = 100; rest > 0; rest %= unit, unit /= 10) out += static_cast<char>('0' + rest / unit);
}

}  // namespace weir
