// Members of a JSON document that somebody else wrote: what is not there, or is of another type, is empty.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace weir::terminal {

using Json = nlohmann::json;

// Of no type at all if `text` is no JSON.
inline Json document_of(std::string_view text) { return Json::parse(text, nullptr, false); }

inline const Json& member(const Json& of, const char* name) {
  static const Json nothing;
  auto found = of.is_object() ? of.find(name) : of.end();
  return of.is_object() && found != of.end() ? *found : nothing;
}
inline std::string text_in(const Json& of, const char* name) {
  const Json& found = member(of, name);
  return found.is_string() ? found.get<std::string>() : std::string();
}
inline std::uint64_t count_in(const Json& of, const char* name) {
  const Json& found = member(of, name);
  return found.is_number_unsigned() ? found.get<std::uint64_t>() : 0;
}

}  // namespace weir::terminal
