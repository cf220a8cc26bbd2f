#include "mock/fitting_json.h"

namespace weir::mock {
namespace {

// Keeps the order in which the schema lists what it requires.
using Document = nlohmann::ordered_json;
using nlohmann::json;

constexpr int kDeepest = 16;
constexpr int kMostValues = 1000;  // a schema may refer to itself in many places

class Writer {
 public:
  explicit Writer(const json& root) : root_(root) {}

  Document write(const json& schema, int depth) {
    if (!schema.is_object() || depth > kDeepest || ++values_ > kMostValues) return nullptr;
    if (schema.contains("const")) return plain(schema["const"]);
    if (is_list(schema, "enum")) return plain(schema["enum"].front());
    for (const char* name : {"anyOf", "oneOf", "allOf"}) {
      if (is_list(schema, name)) return write(schema[name].front(), depth + 1);
    }
    if (schema.contains("$ref")) return write(referred(schema["$ref"]), depth + 1);
    return of_type(type_of(schema), schema, depth);
  }

 private:
  static bool is_list(const json& schema, const char* name) {
    return schema.contains(name) && schema[name].is_array() && !schema[name].empty();
  }

  static Document plain(const json& value) { return Document::parse(value.dump()); }

  static std::string type_of(const json& schema) {
    auto type = schema.value("type", json());
    if (type.is_array() && !type.empty()) type = type.front();
    if (type.is_string()) return type.get<std::string>();
    return schema.contains("properties") ? "object" : "string";
  }

  Document of_type(const std::string& type, const json& schema, int depth) {
    if (type == "object") return object(schema, depth);
    if (type == "array") return list(schema, depth);
    if (type == "boolean") return true;
    if (type == "null") return nullptr;
    if (type == "integer" || type == "number") {
      auto least = schema.find("minimum");
      if (least != schema.end() && least->is_number()) return plain(*least);
      return type == "integer" ? Document(7) : Document(1.5);
    }
    return "clear water";
  }

  Document object(const json& schema, int depth) {
    Document made = Document::object();
    auto properties = schema.value("properties", json::object());
    for (const auto& name : schema.value("required", json::array())) {
      if (!name.is_string() || !properties.is_object()) continue;
      auto property = properties.find(name.get<std::string>());
      made[name.get<std::string>()] =
          property == properties.end() ? Document("") : write(*property, depth + 1);
    }
    return made;
  }

  Document list(const json& schema, int depth) {
    Document made = Document::array();
    made.push_back(write(schema.value("items", json::object()), depth + 1));
    return made;
  }

  const json& referred(const json& reference) const {
    static const json nothing;
    if (!reference.is_string()) return nothing;
    const auto& name = reference.get_ref<const std::string&>();
    if (!name.starts_with("#/")) return name == "#" ? root_ : nothing;
    const json* at = &root_;
    for (std::size_t begin = 2; begin <= name.size();) {
      auto end = std::min(name.find('/', begin), name.size());
      auto found = at->find(name.substr(begin, end - begin));
      if (!at->is_object() || found == at->end()) return nothing;
      at = &*found;
      begin = end + 1;
    }
    return *at;
  }

  const json& root_;
  int values_ = 0;
};

}  // namespace

std::string fitting_json(const json& schema) {
  auto document = Writer(schema).write(schema, 0);
  if (document.is_null()) document = Document::object();
  return document.dump(1, ' ', false, Document::error_handler_t::replace);
}

}  // namespace weir::mock
