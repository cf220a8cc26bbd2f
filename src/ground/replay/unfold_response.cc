// One response to the Responses API's events, in the order in which
// platform.openai.com/docs/api-reference/responses-streaming has them.
#include <algorithm>
#include <array>

#include "replay/detail/fold.h"
#include "replay/detail/object_text.h"

namespace weir::replay {
namespace {

using std::string_view_literals::operator""sv;

// A text that comes in deltas: an item's, or that of a part of one.
struct Streamed {
  std::string_view type;    // of the item or part
  std::string_view text;    // the member that has it
  std::string_view events;  // their types, but for `.delta` and `.done`
};
constexpr std::array kStreamedParts{Streamed{"output_text", "text", "response.output_text"},
                                    Streamed{"refusal", "refusal", "response.refusal"},
                                    Streamed{"reasoning_text", "text", "response.reasoning_text"},
                                    Streamed{"summary_text", "text", "response.reasoning_summary_text"}};
constexpr std::array kStreamedItems{
    Streamed{"function_call", "arguments", "response.function_call_arguments"},
    Streamed{"custom_tool_call", "input", "response.custom_tool_call_input"},
    Streamed{"mcp_call", "arguments", "response.mcp_call_arguments"}};

// Where an item's parts are, and how the events about them are called.
struct PartsOf {
  std::string_view item;
  std::string_view member;
  std::string_view index;
  std::string_view added;
  std::string_view done;
};
constexpr std::array kParts{
    PartsOf{"reasoning", "summary", "summary_index", "response.reasoning_summary_part.added",
            "response.reasoning_summary_part.done"},
    PartsOf{"reasoning", "content", "content_index", "response.content_part.added",
            "response.content_part.done"},
    PartsOf{"message", "content", "content_index", "response.content_part.added",
            "response.content_part.done"}};

constexpr std::array kEnds{std::pair{"completed"sv, "response.completed"sv},
                           std::pair{"incomplete"sv, "response.incomplete"sv},
                           std::pair{"failed"sv, "response.failed"sv}};

// What a response has not got while it is made, and what stands there.
constexpr std::array kNotYet{std::pair{"status"sv, R"("in_progress")"sv},
                             std::pair{"output"sv, "[]"sv},
                             std::pair{"usage"sv, "null"sv},
                             std::pair{"error"sv, "null"sv},
                             std::pair{"incomplete_details"sv, "null"sv},
                             std::pair{"completed_at"sv, "null"sv}};

// nullptr where the value of this type comes at once.
template <class Table>
const Streamed* find_streamed(const Table& table, const Members& of) {
  const auto* found = std::ranges::find(table, characters(find(of, "type")), &Streamed::type);
  if (found == table.end() || kind_of(find(of, found->text)) != Kind::string) return nullptr;
  return found;
}

bool has_parts(std::string_view item, std::string_view member) {
  return std::ranges::any_of(kParts,
                             [&](const PartsOf& each) { return each.item == item && each.member == member; });
}

// An item as it begins: no parts, no text, in progress.
std::string begun_item(const Members& item, const Streamed* streamed) {
  const std::string_view type = characters(find(item, "type"));
  ObjectText text;
  for (const auto& [name, value] : item) {
    if (has_parts(type, name) && kind_of(value) == Kind::array) {
      text.add(name, "[]");
    } else if (name == "status" && is_given(value)) {
      text.add_text(name, "in_progress");
    } else {
      text.add(name, streamed != nullptr && name == streamed->text ? R"("")" : value.text);
    }
  }
  return text.text();
}

// A part as it begins, where its text comes in deltas; else all of it.
std::string begun_part(const Members& part, const Streamed* streamed) {
  ObjectText text;
  for (const auto& [name, value] : part) {
    std::string_view begun = value.text;
    if (streamed != nullptr && name == streamed->text) begun = R"("")";
    if (streamed != nullptr && kind_of(value) == Kind::array) begun = "[]";
    text.add(name, begun);
  }
  return text.text();
}

std::string response_in_progress(Value whole) {
  ObjectText text;
  for (const auto& [name, value] : members_of(whole)) {
    const auto* not_yet = std::ranges::find(kNotYet, name, [](const auto& each) { return each.first; });
    text.add(name, not_yet == kNotYet.end() ? value.text : not_yet->second);
  }
  return text.text();
}

class ResponseEvents {
 public:
  void add_response(std::string_view type, std::string_view response) {
    append(type, begin(type).add("response", response));
  }

  void add_item(Value value) {
    const Members item = members_of(value);
    const Streamed* streamed = find_streamed(kStreamedItems, item);
    item_id_ = find(item, "id");
    add_about_output("response.output_item.added", begun_item(item, streamed));
    for (const PartsOf& parts : kParts) {
      if (parts.item == characters(find(item, "type"))) add_parts(parts, find(item, parts.member));
    }
    if (streamed != nullptr) add_text_of_item(*streamed, item);
    add_about_output("response.output_item.done", value.text);
    ++output_index_;
  }

  std::string text() && { return std::move(text_); }

 private:
  void add_about_output(std::string_view type, std::string_view item) {
    append(type, begin(type).add_count("output_index", output_index_).add("item", item));
  }

  void add_text_of_item(const Streamed& streamed, const Members& item) {
    const std::string_view text = find(item, streamed.text).text;
    const std::string delta = std::string(streamed.events) + ".delta";
    const std::string done = std::string(streamed.events) + ".done";
    append(delta, about_item(delta).add("delta", text));
    ObjectText event = about_item(done).add(streamed.text, text);
    if (auto name = find(item, "name"); is_given(name)) event.add("name", name.text);
    append(done, event);
  }

  void add_parts(const PartsOf& parts, Value values) {
    std::size_t place = 0;
    for (Value value : elements_of(values)) {
      const Members part = members_of(value);
      const Streamed* streamed = find_streamed(kStreamedParts, part);
      auto about = [&](std::string_view type) { return about_item(type).add_count(parts.index, place); };
      append(parts.added, about(parts.added).add("part", begun_part(part, streamed)));
      if (streamed != nullptr) add_text_of_part(*streamed, part, about);
      append(parts.done, about(parts.done).add("part", value.text));
      ++place;
    }
  }

  void add_text_of_part(const Streamed& streamed, const Members& part, auto about) {
    const std::string_view text = find(part, streamed.text).text;
    const Value logprobs = find(part, "logprobs");
    auto with_logprobs = [&](ObjectText event) {
      return streamed.type == "output_text" ? event.add("logprobs", is_given(logprobs) ? logprobs.text : "[]")
                                            : event;
    };
    const std::string delta = std::string(streamed.events) + ".delta";
    const std::string done = std::string(streamed.events) + ".done";
    append(delta, with_logprobs(about(delta).add("delta", text)));
    std::size_t place = 0;
    for (Value annotation : elements_of(find(part, "annotations"))) {
      constexpr std::string_view kAdded = "response.output_text.annotation.added";
      append(kAdded, about(kAdded).add_count("annotation_index", place++).add("annotation", annotation.text));
    }
    append(done, with_logprobs(about(done).add(streamed.text, text)));
  }

  ObjectText begin(std::string_view type) {
    return ObjectText().add_text("type", type).add_count("sequence_number", number_++);
  }
  ObjectText about_item(std::string_view type) {
    return begin(type)
        .add("item_id", is_given(item_id_) ? item_id_.text : R"("")")
        .add_count("output_index", output_index_);
  }
  void append(std::string_view type, const ObjectText& event) {
    http::append_event(text_, type, event.text());
  }

  std::string text_;
  std::size_t number_ = 0;
  std::size_t output_index_ = 0;
  Value item_id_;
};

}  // namespace

std::optional<std::string> unfold_response(Value whole) {
  const std::string_view status = characters(find(whole, {"status"}));
  const auto* end = std::ranges::find(kEnds, status, [](const auto& each) { return each.first; });
  if (end == kEnds.end()) return std::nullopt;  // it goes on without the caller, who asks for it later
  const std::string in_progress = response_in_progress(whole);
  ResponseEvents events;
  events.add_response("response.created", in_progress);
  events.add_response("response.in_progress", in_progress);
  for (Value item : elements_of(find(whole, {"output"}))) events.add_item(item);
  events.add_response(end->second, whole.text);
  return std::move(events).text();
}

}  // namespace weir::replay
