#include "model/money.h"

#include <fmt/core.h>

#include <limits>

namespace weir {

std::optional<NanoDollars> cost_of(const Usage& usage, const Prices& prices) {
  __extension__ using Wide = unsigned __int128;
  constexpr Wide kPicosInNano = 1000;
  std::uint64_t cached = std::min(usage.cached_input, usage.input);
  Wide picos = Wide{usage.input - cached} * prices.input + Wide{cached} * prices.cached_input +
               Wide{usage.output} * prices.output;
  Wide nanos = (picos + kPicosInNano / 2) / kPicosInNano;
  if (nanos > static_cast<Wide>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return NanoDollars{static_cast<std::int64_t>(nanos)};
}

std::string to_dollars(NanoDollars amount) {
  constexpr std::int64_t kNanos = 1'000'000'000;
  std::string text = fmt::format("{}.{:09}", amount.count / kNanos, amount.count % kNanos);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace weir
