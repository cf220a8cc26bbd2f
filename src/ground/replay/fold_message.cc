// Anthropic's events to one message: docs.anthropic.com/en/docs/build-with-claude/streaming
#include <map>
#include <utility>

#include "replay/detail/fields.h"
#include "replay/detail/fold.h"
#include "replay/detail/sum.h"

namespace weir::replay {
namespace {

void set_all(Fields& fields, Value object) {
  for (const Member& member : members_of(object)) set(fields, member);
}

class Block {
 public:
  // What a tool of the provider's own has found comes whole.
  bool start(Value block) {
    if (block_.kind() != Kind::none || kind_of(block) != Kind::object) return false;
    block_.replace(block);
    return true;
  }

  bool add(Value delta) {
    bool added = block_.kind() == Kind::object;  // else it never began
    for (const auto& [name, value] : members_of(delta)) {
      if (name == "type") continue;
      if (name == "partial_json") {
        input_ += text_of(value);
      } else if (name == "citation") {
        added &= block_.add_member("citations", PaddedString("[" + std::string(value.text) + "]").view());
      } else {
        added &= block_.add_member(name, value);  // text, thinking, signature, and what is yet to be invented
      }
    }
    return added;
  }

  // False where the pieces of the input make no document: it was cut. The input is then as the block began.
  bool stop() {
    const PaddedString text(std::exchange(input_, {}));
    if (text.size() == 0) return true;
    auto input = read_document(text.view());
    return input && block_.replace_member("input", *input);
  }

  std::string whole() const { return block_.text(); }

 private:
  Sum block_;
  std::string input_;
};

class Message {
 public:
  // False where it is an error, or of another message.
  bool add(Value event) {
    const Members members = members_of(event);
    const std::string_view type = characters(find(members, "type"));
    if (stopped_ || type == "error") return false;
    if (type == "message_start") return start(find(members, "message"));
    if (!started_) return type == "ping";
    if (type == "content_block_start") {
      start_block(members);
    } else if (type == "content_block_delta") {
      faithful_ &= block(members).add(find(members, "delta"));
    } else if (type == "message_delta") {
      end_with(members);
    } else if (type == "message_stop") {
      stopped_ = true;
    }
    return true;
  }

  bool stopped() const { return stopped_; }

  Folded whole() && {
    for (auto& [index, block] : blocks_) {
      faithful_ &= block.stop();
      content_ += content_.empty() ? "" : ",";
      content_ += block.whole();
    }
    fields_["content"] = "[" + content_ + "]";
    if (!usage_.entries().empty()) fields_["usage"] = object_of(usage_);
    return {object_of(fields_), faithful_};
  }

 private:
  // What a message is known to hold when it starts counts too, if it is of the only message.
  bool start(Value message) {
    if (std::exchange(started_, true) || kind_of(message) != Kind::object) return false;
    set_all(fields_, message);
    set_all(usage_, find(message, {"usage"}));
    for (Value element : elements_of(find(message, {"content"}))) {
      content_ += content_.empty() ? "" : ",";
      content_ += element.text;
    }
    return true;
  }

  void start_block(const Members& event) {
    const Value begun = find(event, "content_block");
    faithful_ &= block(event).start(begun);
    // The model that took over in the middle is the one that a document names.
    const bool takes_over = characters(find(begun, {"type"})) == "fallback";
    const Value model = find(begun, {"to", "model"});
    if (takes_over && is_given(model)) fields_["model"] = model.text;
  }

  Block& block(const Members& event) { return blocks_[count_of(find(event, "index")).value_or(0)]; }

  // `usage` counts from the message's beginning: what is told again is the newer word.
  void end_with(const Members& event) {
    for (const auto& [name, value] : event) {
      if (name == "delta") {
        set_all(fields_, value);
      } else if (name == "usage") {
        set_all(usage_, value);
      } else if (name != "type") {
        fields_[name] = value.text;
      }
    }
  }

  Fields fields_;
  Fields usage_;
  std::map<std::uint64_t, Block> blocks_;
  std::string content_;
  bool started_ = false;
  bool stopped_ = false;
  bool faithful_ = true;
};

}  // namespace

std::optional<Folded> fold_message(const Events& events) {
  Message message;
  for (const http::Event& event : events) {
    auto read = read_document({event.data});
    if (!read || event.event == "error" || !message.add(*read)) return std::nullopt;
  }
  if (!message.stopped()) return std::nullopt;
  return std::move(message).whole();
}

}  // namespace weir::replay
