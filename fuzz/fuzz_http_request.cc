// Requests with their bodies: how the network cuts the bytes changes nothing, and a head that was accepted is
// accepted again, with the same meaning, when it is parsed alone.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_head.h"
#include "http/request_replay.h"

namespace {

using namespace weir;

void must(bool holds) {
  if (!holds) std::abort();
}

// Small, so that the fuzzer meets them.
constexpr http::HeadLimits kLimits{.head = 512_B, .headers = 8};

void accepted_head_parses_alone(std::string_view bytes) {
  http::RequestHead head;
  const auto size = http::parse_request_head(bytes, kLimits, head);
  if (!size || *size == 0) return;
  must(*size <= bytes.size() && *size <= kLimits.head.count);
  must(bytes.substr(0, *size).ends_with("\r\n\r\n"));
  must(head.path.starts_with('/') || head.path == "*");
  must(head.version == http::Version::http_1_0 || !head.host.empty());
  must((head.body.kind == http::BodyFraming::Kind::length) == (head.body.length > 0));

  http::RequestHead again;
  must(http::parse_request_head(bytes.substr(0, *size), kLimits, again) == *size);
  must(again.method == head.method && again.target == head.target && again.host == head.host);
  must(again.headers.size() == head.headers.size() && again.body == head.body);
  // Nothing shorter is a head, and nothing shorter is refused.
  for (std::size_t cut = 0; cut < *size; ++cut) {
    must(http::parse_request_head(bytes.substr(0, cut), kLimits, again) == std::size_t{0});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  accepted_head_parses_alone(bytes);
  const http::Conversation whole = http::replay_whole(bytes, kLimits);
  must(http::replay_byte_by_byte(bytes, kLimits) == whole);
  must(http::replay_split(bytes, size / 2, kLimits) == whole);
  return 0;
}
