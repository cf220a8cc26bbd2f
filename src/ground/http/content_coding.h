// Undoes Content-Encoding (RFC 9110 8.4): gzip, deflate (in zlib's wrapping or raw), br, zstd, and chains of
// them.
//
//   auto decoder = TRY(ContentDecoder::for_coding(head.headers.find("content-encoding").value_or("")));
//   if (decoder) TRY(decoder->decode(bytes, text, 1_MiB));
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "http/rejection.h"

namespace weir::http {

class ContentDecoder {
 public:
  // For a field value such as "gzip" or "gzip, br" (applied in this order, undone in the other), at most
  // three. nullopt when there is nothing to undo. Status 502 for a coding that weir does not know.
  static std::expected<std::optional<ContentDecoder>, Rejection> for_coding(
      std::string_view content_encoding);

  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  // Takes all of `in` and appends what it unpacks to. Status 502 for broken data, for bytes after the end,
  // and when this call would unpack to more than `most` at any step of the chain; the decoder is then of no
  // use, and `out` may have grown by up to `most`.
  std::expected<void, Rejection> decode(std::string_view in, std::string& out, Bytes most);

  // Whether the packed stream has come to its own end: false when it was cut off, or has not begun.
  bool finished() const;

 private:
  class Stage;
  explicit ContentDecoder(std::vector<Stage> stages);
  std::vector<Stage> stages_;  // the first undoes what was applied last
  std::string between_[2];     // what passes from one stage to the next
};

}  // namespace weir::http
