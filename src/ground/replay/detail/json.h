// Values of a JSON document (RFC 8259) as they stand there: every value is a view of its own text, so that it
// can be carried over with the spelling of its numbers and strings.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/padded.h"

namespace weir::replay {

// A value without white space around it; empty text where there is none. Lives as long as its document.
using Value = PaddedView;

// The value that `document` is, once all of it has been checked (structure, UTF-8, numbers, depth); nullopt
// when it isn't one JSON document. The functions below take only values out of a checked one.
std::optional<Value> read_document(PaddedView document);

// The document without white space between its values, so that each is one line; nullopt as above.
std::optional<PaddedString> compact(PaddedView document);

enum class Kind : std::uint8_t { none, null, boolean, number, string, array, object };
Kind kind_of(Value value);
// Whether it says something: it is there and isn't null.
inline bool is_given(Value value) { return kind_of(value) > Kind::null; }

struct Member {
  std::string name;
  Value value;
};
using Members = std::vector<Member>;

// In their order; empty where `value` is no object or no array. One level: nothing inside is looked at.
Members members_of(Value value);
std::vector<Value> elements_of(Value value);

// The member of this name, the last where a name is there twice; no value where there is none.
Value find(const Members& members, std::string_view name);
// The same, down a path of names.
Value find(Value object, std::initializer_list<std::string_view> path);

// Whether a table of names or types has this one.
template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What stands between a string's quotes, escapes and all; empty where it is no string.
std::string_view characters(Value value);
// A string's text; empty where it is no string.
std::string text_of(Value value);
// A whole number from 0; nullopt where it is something else.
std::optional<std::uint64_t> count_of(Value value);

}  // namespace weir::replay
