#include "wire/is_json.h"

#include "wire/detail/json_walk.h"

namespace weir::wire {

bool is_json(PaddedView body) {
  LendParser lent;
  simdjson::ondemand::document document;
  if (lent.open(body, document)) return false;
  json_type type;
  if (document.type().get(type)) return false;
  if (type != json_type::array && type != json_type::object) {
    bool scalar = false;
    return document.is_scalar().get(scalar) == simdjson::SUCCESS && scalar;
  }
  value root;
  if (document.get_value().get(root)) return false;
  return walk_children(root, type, 1) == simdjson::SUCCESS && at_end(document);
}

}  // namespace weir::wire
