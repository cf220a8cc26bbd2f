#include "model/ids.h"

#include <chrono>

namespace weir {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The lowest `digits` * 5 bits of `value`, the most significant digit first.
void write_base32(char* out, std::size_t digits, std::uint64_t value) {
  for (std::size_t i = digits; i-- > 0; value >>= 5) out[i] = kCrockford[value & 31];
}

}  // namespace

RequestId::RequestId(WallTime when, Random& random) {
  text_ = {'r', 'e', 'q', '_'};
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
  write_base32(&text_[4], 10, static_cast<std::uint64_t>(milliseconds));
  write_base32(&text_[14], 8, random.next());
  write_base32(&text_[22], 8, random.next());
}

}  // namespace weir
