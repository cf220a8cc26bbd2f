// JSON that fits a schema (json-schema.org), as a model would write it when it calls a tool.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace weir::mock {

// The simplest document with the schema's required properties, with white space between its parts;
// deterministic. Knows type, enum, const, required, properties, items, minItems, anyOf, oneOf, allOf, minimum
// and $ref within the schema; what it doesn't know is left out.
std::string fitting_json(const nlohmann::json& schema);

}  // namespace weir::mock
