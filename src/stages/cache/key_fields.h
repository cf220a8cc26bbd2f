// What of a request is part of its key, declared once: docs/cache-keys.md is written from here.
//
// A field of the body that is not declared is in: a miss too many costs money, a wrong answer costs trust.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/dialect.h"
#include "wire/paths.h"

namespace weir::cache {

// A top-level field of a path's body, or a field of one of these ("metadata.user_id").
struct KeyField {
  enum class Part : std::uint8_t {
    in,
    out,
    apart,  // in, but by itself: not in the body's form
  };
  std::string_view name;
  Part part;
  std::string_view why;  // one sentence
};

// In the order of the document. Empty for a path whose answers are never kept.
std::span<const KeyField> key_fields(const wire::RelayedPath& path);

// Whether a top-level field goes into the body's form.
bool is_in_form(std::span<const KeyField> fields, std::string_view name);
// The one field of the object `name` that is out ("user_id" of `metadata`), or nothing.
std::string_view left_out_of(std::span<const KeyField> fields, std::string_view name);

// A request header that is part of both keys.
struct KeyHeader {
  std::string_view name;  // in lower case
  Dialect dialect;        // of the paths where it counts
  KeyField::Part part;
  std::string_view why;
};

// Every header of the caller's that a provider may get (wire/headers.h), and whether it is in.
std::span<const KeyHeader> key_headers();

// docs/cache-keys.md, the whole page. The same in every run.
std::string cache_keys_document();

}  // namespace weir::cache
