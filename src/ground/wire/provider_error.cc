#include "wire/provider_error.h"

#include <nlohmann/json.hpp>

namespace weir::wire {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* member) {
  auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

ProviderError read_error(std::string_view bytes) {
  auto document = json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return {};
  if (auto response = document.find("response"); response != document.end() && response->is_object())
    document = json(std::move(*response));
  const auto* error = &document;
  if (auto inner = document.find("error"); inner != document.end()) {
    if (inner->is_string()) return {.type = {}, .code = {}, .message = inner->get<std::string>()};
    error = &*inner;
  } else if (text(document, "type") != "error") {
    return {};
  }
  if (!error->is_object()) return {};
  return {.type = text(*error, "type"), .code = text(*error, "code"), .message = text(*error, "message")};
}

}  // namespace weir::wire
