// Says when a growing head is worth parsing, so that a peer who sends a byte at a time costs no more than one
// who sends it all at once: when the empty line that ends the head is in sight, and each time the bytes have
// doubled (to refuse early what can't become valid).
//
//   if (scanner.worth_parsing(bytes)) { size = TRY(parse_request_head(bytes, limits, head)); }
//   if (size == 0) ...       // read more
//   else scanner.reset();    // the next head is another one
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::http {

class HeadScanner {
 public:
  // `bytes` are all unparsed bytes: those of the last call and what came since. Looks at each byte once.
  bool worth_parsing(std::string_view bytes);
  void reset() { *this = {}; }

 private:
  std::size_t searched_ = 0;  // no end of a head begins before here
  std::size_t next_try_ = 1;
};

}  // namespace weir::http
