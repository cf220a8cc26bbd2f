// One chat completion or completion to chunks.
#include <algorithm>

#include "replay/detail/chunks.h"
#include "replay/detail/fold.h"
#include "replay/detail/object_text.h"

namespace weir::replay {
namespace {

class ChunkWriter {
 public:
  ChunkWriter(const ChunkFormat& format, Value whole, UsageEvent usage_event) : format_(format) {
    for (const auto& [name, value] : members_of(whole)) {
      if (name == "usage") usage_ = value;
      if (name == "object" || name == "choices" || name == "usage") continue;
      const bool repeated = std::ranges::find(kOfEveryChunk, name) != kOfEveryChunk.end();
      if (repeated) head_.add(name, value.text);
      first_head_.add(name, value.text);
    }
    head_.add_text("object", format.object_of_chunk);
    first_head_.add_text("object", format.object_of_chunk);
    if (usage_event == UsageEvent::unwanted || !is_given(usage_)) usage_ = {};
  }

  // Begins a choice; the chunks that follow are of it.
  void begin(Value choice, std::size_t place) {
    index_ = count_of(find(choice, {"index"})).value_or(place);
    logprobs_ = find(choice, {"logprobs"});
  }
  // The log probabilities go with `piece`, if any are left to go.
  void add_with_logprobs(std::string_view piece) {
    add(piece, logprobs_);
    if (is_given(logprobs_)) logprobs_ = {"null"};
  }
  void add(std::string_view piece) { add(piece, kind_of(logprobs_) == Kind::none ? Value{} : Value{"null"}); }
  // With the stop reason, and what else is known of the choice.
  void finish(std::string_view piece, const Members& choice) {
    ObjectText text = begun(piece, logprobs_);
    for (const auto& [name, value] : choice) {
      if (name != "index" && name != "logprobs" && name != format_.said) text.add(name, value.text);
    }
    add_chunk(text.text());
  }

  std::string text() && {
    if (is_given(usage_)) {
      ObjectText chunk = head_;
      chunk.add("choices", "[]").add("usage", usage_.text);
      http::append_event(out_, "", chunk.text());
    }
    http::append_event(out_, "", "[DONE]");
    return std::move(out_);
  }

 private:
  ObjectText begun(std::string_view piece, Value logprobs) const {
    ObjectText text;
    text.add_count("index", index_).add(format_.piece, piece);
    if (kind_of(logprobs) != Kind::none) text.add("logprobs", logprobs.text);
    return text;
  }
  void add(std::string_view piece, Value logprobs) {
    add_chunk(begun(piece, logprobs).add("finish_reason", "null").text());
  }
  void add_chunk(std::string_view choice) {
    ObjectText chunk = out_.empty() ? first_head_ : head_;
    chunk.add("choices", "[" + std::string(choice) + "]");
    if (is_given(usage_)) chunk.add("usage", "null");
    http::append_event(out_, "", chunk.text());
  }

  const ChunkFormat& format_;
  ObjectText head_;
  ObjectText first_head_;  // with what is said once
  Value usage_;            // none where it isn't wanted
  std::size_t index_ = 0;
  Value logprobs_;
  std::string out_;
};

bool has_text(Value value) { return !characters(value).empty(); }

// Everything but the content and the tool calls, which have chunks of their own.
std::string opening_delta(const Members& message) {
  ObjectText delta;
  for (const auto& [name, value] : message) {
    if (name == "tool_calls" && !elements_of(value).empty()) continue;
    delta.add(name, name == "content" && has_text(value) ? R"("")" : value.text);
  }
  return delta.text();
}

std::string tool_call_delta(Value call, std::size_t place) {
  ObjectText text;
  text.add_count("index", place);
  for (const auto& [name, value] : members_of(call)) {
    if (name != "index") text.add(name, value.text);
  }
  return ObjectText().add("tool_calls", "[" + text.text() + "]").text();
}

void unfold_message_of(const Members& message, ChunkWriter& chunks) {
  const Value content = find(message, "content");
  if (has_text(content)) {
    chunks.add(opening_delta(message));
    chunks.add_with_logprobs(ObjectText().add("content", content.text).text());
  } else {
    chunks.add_with_logprobs(opening_delta(message));
  }
  std::size_t place = 0;
  for (Value call : elements_of(find(message, "tool_calls"))) {
    chunks.add(tool_call_delta(call, place++));
  }
}

}  // namespace

std::string unfold_chat(Value whole, UsageEvent usage_event) {
  ChunkWriter chunks(kChatChunks, whole, usage_event);
  std::size_t place = 0;
  for (Value choice : elements_of(find(whole, {"choices"}))) {
    chunks.begin(choice, place++);
    unfold_message_of(members_of(find(choice, {"message"})), chunks);
    chunks.finish("{}", members_of(choice));
  }
  return std::move(chunks).text();
}

std::string unfold_completion(Value whole, UsageEvent usage_event) {
  ChunkWriter chunks(kCompletionChunks, whole, usage_event);
  std::size_t place = 0;
  for (Value choice : elements_of(find(whole, {"choices"}))) {
    chunks.begin(choice, place++);
    const Value text = find(choice, {"text"});
    if (has_text(text)) chunks.add_with_logprobs(text.text);
    chunks.finish(R"("")", members_of(choice));
  }
  return std::move(chunks).text();
}

}  // namespace weir::replay
