// Heads of responses: a longer input never changes what was decided about a shorter one, and a body is
// announced only where there can be one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/response_head.h"

namespace {

using namespace weir;

void must(bool holds) {
  if (!holds) std::abort();
}

constexpr http::HeadLimits kLimits{.head = 512_B, .headers = 8};

void check(std::string_view bytes, std::string_view method) {
  http::ResponseHead head;
  const auto whole = http::parse_response_head(bytes, kLimits, method, head);
  if (!whole) must(whole.error().status == 502 && !whole.error().reason.empty());
  if (whole && *whole > 0) {
    must(bytes.substr(0, *whole).ends_with("\r\n\r\n"));
    must(head.status >= 100 && head.status <= 599);
    if (method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304) {
      must(head.body.kind == http::BodyFraming::Kind::none);
    }
    if (head.body.kind == http::BodyFraming::Kind::until_close) must(!head.keep_alive);
  }
  bool decided = false;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const auto part = http::parse_response_head(bytes.substr(0, cut), kLimits, method, head);
    if (decided || !part || *part > 0) {
      must(part == whole);
      decided = true;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes, "POST");
  check(bytes, "HEAD");
  return 0;
}
