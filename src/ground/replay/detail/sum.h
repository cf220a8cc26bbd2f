// What the pieces ("deltas") of a value in a stream add up to, as the official SDKs add them up.
//
//   strings   are joined; an id, a type, a name, a role or a format is replaced by what comes later
//   objects   member by member
//   arrays    elements with the same `index` (and type) are added to each other, others are appended
//   others    what comes later replaces what was there
//   null      adds nothing
//
// Strings are joined as they are spelled in JSON, and what came in one piece stays as it stands.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "replay/detail/json.h"

namespace weir::replay {

class Sum {
 public:
  Sum();
  Sum(Sum&&) noexcept;
  Sum& operator=(Sum&&) noexcept;
  ~Sum();

  // False where the two can't be added: a string and an object, things with two ids, or pieces nested deeper
  // than any provider's. What was there then stays.
  bool add(Value piece) { return add(piece, 0); }
  // Adds `piece` to the member of this name of the object that this is, or becomes.
  bool add_member(std::string_view name, Value piece);
  bool replace_member(std::string_view name, Value value);
  void replace(Value value);

  Kind kind() const { return kind_; }
  std::string text() const;  // null where nothing came

 private:
  struct Parts;

  bool add(Value piece, int depth);
  bool add_members(Value piece, int depth);
  bool add_named(std::string_view name, Value piece, int depth);
  bool become_object();
  bool add_elements(Value piece, int depth);
  bool add_element(Value element, int depth);
  bool take_apart(int depth);
  void append_to(std::string& out) const;

  Kind kind_ = Kind::none;
  std::string text_;              // as it stands in JSON, until it has to be taken apart
  std::unique_ptr<Parts> parts_;  // of an object or an array that more than one piece came for
};

}  // namespace weir::replay
