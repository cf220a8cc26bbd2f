#include "mock/asked_text.h"

#include <vector>

#include "mock/text.h"

namespace weir::mock {
namespace {

std::vector<const char*> prompt_fields(std::string_view path) {
  if (path == "/v1/chat/completions") return {"messages"};
  if (path.starts_with("/v1/messages")) return {"system", "messages"};
  if (path.starts_with("/v1/responses")) return {"instructions", "input"};
  if (path == "/v1/completions" || path == "/v1/images/generations") return {"prompt"};
  return {"input"};
}

}  // namespace

void CollectedText::add(const nlohmann::json& value, int depth) {
  constexpr int kDeepest = 16;
  if (depth > kDeepest) return;
  if (value.is_string()) {
    const auto& piece = value.get_ref<const std::string&>();
    tokens += count_words(piece);
    if (!text.empty()) text += '\n';
    text += piece;
  } else if (value.is_number_integer()) {
    ++tokens;
    text += fmt::format(" {}", value.get<std::int64_t>());
  } else if (value.is_array()) {
    for (const auto& item : value) add(item, depth + 1);
  } else if (value.is_object()) {
    for (const char* name : {"text", "content", "output"}) {
      auto found = value.find(name);
      if (found != value.end() && (found->is_string() || found->is_array())) return add(*found, depth + 1);
    }
  }
}

CollectedText collect_prompt(const wire::RelayedPath& path, const nlohmann::json& body) {
  CollectedText collected;
  for (const char* name : prompt_fields(path.path)) {
    if (auto found = body.find(name); found != body.end()) collected.add(*found);
  }
  return collected;
}

std::string last_message(const wire::RelayedPath& path, const nlohmann::json& body) {
  CollectedText collected;
  auto found = body.find(prompt_fields(path.path).back());
  if (found == body.end()) return {};
  bool is_list = found->is_array() && !found->empty();
  collected.add(is_list ? found->back() : *found);
  return collected.text;
}

}  // namespace weir::mock
