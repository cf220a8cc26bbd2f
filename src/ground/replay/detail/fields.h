// The members of a document that is put together from events: the later word counts.
#pragma once

#include <string>

#include "replay/detail/json.h"
#include "replay/detail/named_values.h"
#include "replay/detail/object_text.h"

namespace weir::replay {

// By name, each as it is to stand in the document.
using Fields = NamedValues<std::string>;

// A null takes back nothing that was said before.
inline void set(Fields& fields, const Member& member) {
  std::string& field = fields[member.name];
  if (field.empty() || is_given(member.value)) field = member.value.text;
}

inline std::string object_of(const Fields& fields) {
  ObjectText text;
  for (const auto& [name, value] : fields.entries()) text.add(name, value);
  return text.text();
}

}  // namespace weir::replay
