// The Responses API's events to one response: platform.openai.com/docs/api-reference/responses-streaming
#include <algorithm>
#include <array>
#include <map>

#include "replay/detail/fold.h"
#include "replay/detail/object_text.h"

namespace weir::replay {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kLast{"response.completed"sv, "response.incomplete"sv, "response.failed"sv};

// The last event holds the whole response. Some servers leave its output out, since every item has come
// before.
std::string with_output(Value response, const std::map<std::uint64_t, Value>& items) {
  if (items.empty() || !elements_of(find(response, {"output"})).empty()) return std::string(response.text);
  std::string output;
  for (const auto& [index, item] : items) {
    output += output.empty() ? '[' : ',';
    output += item.text;
  }
  output += ']';
  ObjectText text;
  for (const auto& [name, value] : members_of(response)) {
    if (name != "output") text.add(name, value.text);
  }
  return text.add("output", output).text();
}

}  // namespace

std::optional<Folded> fold_response(const Events& events) {
  std::map<std::uint64_t, Value> items;
  Value last;
  for (const http::Event& event : events) {
    if (event.data == "[DONE]") continue;  // some servers end all their streams with it
    auto read = read_document({event.data});
    if (!read || is_given(last)) return std::nullopt;
    const Members members = members_of(*read);
    const std::string_view type = characters(find(members, "type"));
    if (event.event == "error" || type == "error") return std::nullopt;
    if (type == "response.output_item.done") {
      items[count_of(find(members, "output_index")).value_or(items.size())] = find(members, "item");
    }
    if (std::ranges::find(kLast, type) != kLast.end()) {
      last = find(members, "response");
      const std::string_view status = characters(find(last, {"status"}));
      if (type.substr("response."sv.size()) != status) return std::nullopt;  // it contradicts itself
    }
  }
  if (!is_given(last)) return std::nullopt;
  return Folded{.whole = with_output(last, items)};
}

}  // namespace weir::replay
