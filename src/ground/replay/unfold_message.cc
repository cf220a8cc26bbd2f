// One message to Anthropic's events: docs.anthropic.com/en/docs/build-with-claude/streaming
#include <algorithm>
#include <array>

#include "replay/detail/fold.h"
#include "replay/detail/object_text.h"

namespace weir::replay {
namespace {

using std::string_view_literals::operator""sv;

// What is told with the message's end: in message_delta's `delta`, and beside it.
constexpr std::array kToldInTheEnd{"stop_reason"sv, "stop_sequence"sv, "stop_details"sv, "container"sv};
constexpr std::array kToldBesideTheEnd{"context_management"sv};

// A member of a block that comes in deltas, and as what it begins. All other members come with the block's
// start.
struct Streamed {
  enum class Piece : std::uint8_t { as_it_is, as_text, each_element };
  std::string_view block;  // its type
  std::string_view member;
  std::string_view empty;
  std::string_view delta;  // its type
  std::string_view name;   // of the delta's member
  Piece piece = Piece::as_it_is;
};
constexpr std::array kStreamed{
    Streamed{"text", "text", R"("")", "text_delta", "text"},
    Streamed{"text", "citations", "[]", "citations_delta", "citation", Streamed::Piece::each_element},
    Streamed{"thinking", "thinking", R"("")", "thinking_delta", "thinking"},
    Streamed{"thinking", "signature", R"("")", "signature_delta", "signature"},
    Streamed{"compaction", "content", "null", "compaction_delta", "content"},
    Streamed{"tool_use", "input", "{}", "input_json_delta", "partial_json", Streamed::Piece::as_text},
    Streamed{"server_tool_use", "input", "{}", "input_json_delta", "partial_json", Streamed::Piece::as_text},
    Streamed{"mcp_tool_use", "input", "{}", "input_json_delta", "partial_json", Streamed::Piece::as_text},
};

// nullptr where the member comes with the block's start: always where it is null or empty.
const Streamed* streamed(std::string_view block, const Member& member) {
  const auto* found = std::ranges::find_if(
      kStreamed, [&](const Streamed& each) { return each.block == block && each.member == member.name; });
  if (found == kStreamed.end() || !is_given(member.value) || member.value.text == found->empty)
    return nullptr;
  const bool needs_array = found->piece == Streamed::Piece::each_element;
  return needs_array && kind_of(member.value) != Kind::array ? nullptr : found;
}

class MessageEvents {
 public:
  void start(const Members& message) {
    ObjectText begun;
    for (const auto& [name, value] : message) {
      if (name == "usage") {
        begun.add(name, usage_at_the_start(value));
      } else if (name == "content") {
        begun.add(name, "[]");
      } else if (name == "stop_reason" || name == "stop_sequence") {
        begun.add(name, "null");
      } else if (!is_one_of(kToldInTheEnd, name) && !is_one_of(kToldBesideTheEnd, name)) {
        begun.add(name, value.text);
      }
    }
    append("message_start", ObjectText().add_text("type", "message_start").add("message", begun.text()));
  }

  void add_block(Value block) {
    const Members members = members_of(block);
    const std::string_view type = characters(find(members, "type"));
    ObjectText begun;
    for (const Member& member : members) {
      const Streamed* how = streamed(type, member);
      begun.add(member.name, how != nullptr ? how->empty : member.value.text);
    }
    append("content_block_start", about_block("content_block_start").add("content_block", begun.text()));
    for (const Member& member : members) {
      if (const Streamed* how = streamed(type, member)) add_deltas(*how, member.value);
    }
    append("content_block_stop", about_block("content_block_stop"));
    ++index_;
  }

  void stop(const Members& message) {
    ObjectText delta;
    ObjectText event;
    event.add_text("type", "message_delta");
    for (const auto& [name, value] : message) {
      if (is_one_of(kToldInTheEnd, name)) delta.add(name, value.text);
      if (is_one_of(kToldBesideTheEnd, name) || name == "usage") event.add(name, value.text);
    }
    append("message_delta", event.add("delta", delta.text()));
    append("message_stop", ObjectText().add_text("type", "message_stop"));
  }

  std::string text() && { return std::move(text_); }

 private:
  // SDKs take what message_delta tells of `output_tokens`, and of the rest only what it tells.
  static std::string usage_at_the_start(Value usage) {
    if (kind_of(usage) != Kind::object) return std::string(usage.text);
    ObjectText text;
    for (const auto& [name, value] : members_of(usage)) {
      text.add(name, name == "output_tokens" ? "0" : value.text);
    }
    return text.text();
  }

  void add_deltas(const Streamed& how, Value value) {
    switch (how.piece) {
      case Streamed::Piece::as_it_is:
        return add_delta(how, value.text);
      case Streamed::Piece::as_text:
        return add_delta(how, json_string(value.text));
      case Streamed::Piece::each_element:
        for (Value element : elements_of(value)) add_delta(how, element.text);
    }
  }
  void add_delta(const Streamed& how, std::string_view piece) {
    ObjectText delta;
    delta.add_text("type", how.delta).add(how.name, piece);
    append("content_block_delta", about_block("content_block_delta").add("delta", delta.text()));
  }

  ObjectText about_block(std::string_view type) const {
    return ObjectText().add_text("type", type).add_count("index", index_);
  }
  void append(std::string_view type, const ObjectText& event) {
    http::append_event(text_, type, event.text());
  }

  std::size_t index_ = 0;
  std::string text_;
};

}  // namespace

std::string unfold_message(Value whole) {
  const Members message = members_of(whole);
  MessageEvents events;
  events.start(message);
  for (Value block : elements_of(find(message, "content"))) events.add_block(block);
  events.stop(message);
  return std::move(events).text();
}

}  // namespace weir::replay
