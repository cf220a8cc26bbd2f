// Bodies in chunks (RFC 9112 7.1), without copying.
//
//   while (true) {
//     auto step = TRY(decoder.next(in));
//     use(step.data);
//     in.remove_prefix(step.consumed);
//     if (step.done || in.empty()) break;
//   }
//
// Strict: CRLF only, the grammar of extensions and trailers checked. Bounded: sizes have at most 16 digits
// and stay below 2^63, an extension list has at most 256 bytes, trailers 8 KiB, and a body that is mostly
// framing is refused. Extensions are ignored. Trailers are dropped: nothing that comes after the body may
// change what the head said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "http/rejection.h"

namespace weir::http {

class ChunkedDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;  // bytes of the input that are done with, `data` among them
    std::string_view data;     // a run of the body, a view into the input; may be empty
    bool done = false;         // the body has ended; what is left of the input is not part of it
  };

  // Takes framing from the front of `in` and at most one run of data. Call again with the rest until all is
  // consumed or done. Rejections have status 400; after one the decoder is of no use until reset.
  std::expected<Step, Rejection> next(std::string_view in);

  void reset() { *this = {}; }

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    size_lf,
    extension_space,
    extension_first,
    extension_name,
    extension_name_space,
    extension_value_first,
    extension_value,
    extension_quoted,
    extension_escaped,
    extension_quoted_end,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf,
    done,
  };

  const char* take(char c);
  const char* take_size(char c);
  const char* take_extension(char c);
  const char* take_trailer(char c);
  const char* end_size_line();

  State state_ = State::size_first;
  std::uint8_t digits_ = 0;
  std::uint16_t extension_bytes_ = 0;
  std::uint32_t trailer_bytes_ = 0;
  std::uint64_t overhead_ = 0;  // bytes of framing beyond what the data so far excuses
  std::uint64_t left_ = 0;      // of the current chunk's data
};

inline constexpr std::size_t kMostChunkHead = 18;
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Writes the line that stands before `size` bytes of data; kChunkEnd follows them. `size` must not be 0: that
// ends the body, which kLastChunk does. Returns the bytes written, at most kMostChunkHead.
std::size_t write_chunk_head(char* out, std::uint64_t size);

}  // namespace weir::http
