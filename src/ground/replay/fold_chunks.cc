// Chunks to one chat completion or completion.
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "replay/detail/chunks.h"
#include "replay/detail/fields.h"
#include "replay/detail/fold.h"
#include "replay/detail/object_text.h"
#include "replay/detail/sum.h"

namespace weir::replay {
namespace {

// A chunk that isn't the last has its usage null, which no document has.
bool is_of_one_chunk(const Member& member) {
  return is_one_of(kOfOneChunk, member.name) || (member.name == "usage" && !is_given(member.value));
}

// A chunk numbers its tool calls to say which one it goes on with; a message has them in their order.
std::string without_index(Value tool_calls) {
  std::string out;
  for (Value call : elements_of(tool_calls)) {
    ObjectText text;
    for (const Member& member : members_of(call)) {
      if (member.name != "index") text.add(member.name, member.value.text);
    }
    out += out.empty() ? '[' : ',';
    out += text.text();
  }
  return out.empty() ? "[]" : out + ']';
}

class Choice {
 public:
  bool add(const ChunkFormat& format, const Members& choice) {
    bool added = true;
    for (const Member& member : choice) {
      if (member.name == format.piece) {
        added &= add_piece(member.value);
      } else if (member.name == "logprobs") {
        added &= logprobs_.add(member.value);
      } else if (member.name != "index" && member.name != format.said) {
        // Perplexity's chunks also repeat, in a message of their own, all that was said.
        set(others_, member);
      }
    }
    return added;
  }

  std::string whole(const ChunkFormat& format, std::uint64_t index) const {
    ObjectText text;
    text.add_count("index", index);
    if (said_.kind() != Kind::none) text.add(format.said, said_whole());
    if (logprobs_.kind() != Kind::none) text.add("logprobs", logprobs_.text());
    for (const auto& [name, value] : others_.entries()) text.add(name, value);
    return text.text();
  }

 private:
  bool add_piece(Value piece) {
    if (kind_of(piece) != Kind::object) return said_.add(piece);
    bool added = true;
    for (const Member& member : members_of(piece)) {
      if (!is_one_of(kOfOneDelta, member.name)) added &= said_.add_member(member.name, member.value);
    }
    if (said_.kind() == Kind::none) said_.replace({"{}"});
    return added;
  }

  // A message always has a role and a content.
  std::string said_whole() const {
    if (said_.kind() != Kind::object) return said_.text();
    const PaddedString said(said_.text());
    const Members members = members_of(said.view());
    ObjectText text;
    if (!is_given(find(members, "role"))) text.add_text("role", "assistant");
    if (kind_of(find(members, "content")) == Kind::none) text.add("content", "null");
    for (const auto& [name, value] : members) {
      if (name == "role" && !is_given(value)) continue;
      const bool calls = name == "tool_calls" && kind_of(value) == Kind::array;
      text.add(name, calls ? without_index(value) : std::string(value.text));
    }
    return text.text();
  }

  Sum said_;
  Sum logprobs_;
  Fields others_;
};

class Chunks {
 public:
  explicit Chunks(const ChunkFormat& format) : format_(format) {}

  // False where it is an error.
  bool add(Value chunk) {
    for (const Member& member : members_of(chunk)) {
      if (member.name == "error" && is_given(member.value)) return false;
      if (member.name == "choices") {
        add_choices(member.value);
      } else if (member.name == "object") {
        top_[member.name] = json_string(format_.object_of_whole);
      } else if (!is_of_one_chunk(member)) {
        set(top_, member);
      }
    }
    return kind_of(chunk) == Kind::object;
  }

  Folded whole() && {
    top_["object"] = json_string(format_.object_of_whole);
    std::string& choices = top_["choices"];
    for (const auto& [index, choice] : choices_) {
      choices += choices.empty() ? '[' : ',';
      choices += choice.whole(format_, index);
    }
    choices += choices.empty() ? "[]" : "]";
    return {object_of(top_), faithful_};
  }

 private:
  void add_choices(Value choices) {
    std::ignore = top_["choices"];  // they stand where the first were
    for (Value choice : elements_of(choices)) {
      const Members members = members_of(choice);
      const std::uint64_t index = count_of(find(members, "index")).value_or(0);
      faithful_ &= choices_[index].add(format_, members);
    }
  }

  const ChunkFormat& format_;
  Fields top_;
  std::map<std::uint64_t, Choice> choices_;
  bool faithful_ = true;
};

std::optional<Folded> fold_chunks(const ChunkFormat& format, const Events& events) {
  if (events.empty() || events.back().data != "[DONE]") return std::nullopt;
  Chunks chunks(format);
  for (const http::Event& event : std::span(events).first(events.size() - 1)) {
    auto chunk = read_document({event.data});
    if (!chunk || event.event == "error" || !chunks.add(*chunk)) return std::nullopt;
  }
  return std::move(chunks).whole();
}

}  // namespace

std::optional<Folded> fold_chat(const Events& events) { return fold_chunks(kChatChunks, events); }
std::optional<Folded> fold_completion(const Events& events) { return fold_chunks(kCompletionChunks, events); }

}  // namespace weir::replay
