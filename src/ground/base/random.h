// Randomness is given, never taken: one seeded source for each thread, so that a run can be played again.
#pragma once

#include <cstdint>
#include <random>

namespace weir {

// Not for secrets. One thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t next() { return engine_(); }
  // 0 to `limit` - 1; 0 when `limit` is 0. The bias is below 2^-32 for limits under 2^32.
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  // 0 up to, but not including, 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;  // the same numbers on every platform (C++ standard, [rand.predef])
};

}  // namespace weir
