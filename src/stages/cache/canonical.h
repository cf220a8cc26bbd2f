// The canonical form of a JSON body: equal for bodies that ask for the same, different for all others.
//
// Members are sorted by key at every level (of equal keys the order stays), strings are unescaped, numbers
// stand by value (1, 1.0 and 1e0 are one; an integer that a double can't hold stays exact; -0 is 0), arrays
// keep their order, white space is gone. Each value is written behind a tag, and strings behind their length,
// so that no two documents share a form:
//
//   n, t, f                           null, true, false
//   u, m                              an integer from 0 on, and below 0: eight bytes, little endian
//   d                                 any other number: the eight bytes of its double
//   s                                 a string: eight bytes of length, then UTF-8
//   a … e                             an array
//   o (key as a string, value) … e    an object
#pragma once

#include <span>
#include <string>

#include "base/padded.h"
#include "cache/key_fields.h"

namespace weir::cache {

// Appends the form of `body`, without the top-level fields that `fields` leaves out. False where it can't be
// read (no JSON, a number beyond 64 bits, nested deeper than wire::kDeepest); then what was appended means
// nothing. Any thread.
bool append_canonical(PaddedView body, std::span<const KeyField> fields, std::string& out);

}  // namespace weir::cache
