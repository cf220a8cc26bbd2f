#include "config/yaml_tree.h"

#include <fmt/core.h>

#include <istream>
#include <optional>
#include <streambuf>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/try.h"

namespace weir::config {
namespace {

constexpr std::size_t kLongestText = 1 << 20;
constexpr std::size_t kMostValues = 100'000;
constexpr std::size_t kDeepest = 100;

Place place_of(const YAML::Mark& mark) {
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

// Builds the tree from the library's events. What it refuses it throws in the library's own way, out of the
// library's parser, so that parsing ends there.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlNode& root) : root_(root) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw YAML::ParserException(mark, "a second document (---) begins; write one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, YamlNode::Kind::nothing); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw YAML::ParserException(mark, "aliases (*name) are not supported; write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    if (expects_key()) {
      key_ = Key{value, place_of(mark)};
    } else {
      add(mark, YamlNode::Kind::scalar).text = value;
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::map);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Key {
    std::string name;
    Place place;
  };

  bool expects_key() const { return !open_.empty() && open_.back()->kind == YamlNode::Kind::map && !key_; }

  // "?" and "" are plain values, "!" is a quoted one.
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.size() > 1) throw YAML::ParserException(mark, "tags (!name) are not supported; remove it");
  }

  YamlNode& add(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (expects_key()) throw YAML::ParserException(mark, "a name must be plain text");
    if (++values_ > kMostValues) throw YAML::ParserException(mark, "more than 100,000 values");
    // Only the innermost open node grows, so the addresses of the open ones stay.
    auto& node = open_.empty() ? root_ : open_.back()->children.emplace_back();
    node.kind = kind;
    node.place = place_of(mark);
    if (key_) {
      node.key = std::move(key_->name);
      node.key_place = key_->place;
      if (kind != YamlNode::Kind::scalar) node.place = key_->place;
      key_.reset();
    }
    return node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
    refuse_tag(mark, tag);
    if (open_.size() == kDeepest) throw YAML::ParserException(mark, "more than 100 levels deep");
    open_.push_back(&add(mark, kind));
  }

  YamlNode& root_;
  std::vector<YamlNode*> open_;
  std::optional<Key> key_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

// The library reads from a stream; this one reads the text where it lies.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

// YAML forbids control characters, and the library takes one of them (4) for the end of the text.
std::expected<void, YamlError> refuse_control_characters(std::string_view text) {
  Place place{1, 1};
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      return std::unexpected(
          YamlError{place, fmt::format("a control character, number {}; remove it", int{c})});
    }
    place = c == '\n' ? Place{place.line + 1, 1} : Place{place.line, place.column + 1};
  }
  return {};
}

// Up to the last character that isn't blank. The library misses that a quote is never closed when blanks end
// the text, and would take the rest of the file for one value.
std::string without_end_blanks(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

}  // namespace

std::expected<YamlNode, YamlError> parse_yaml(std::string_view text) {
  if (text.size() > kLongestText) return std::unexpected(YamlError{{}, "larger than 1 MiB"});
  TRY(refuse_control_characters(text));
  YamlNode root;
  try {
    auto copy = without_end_blanks(text);
    TextBuffer buffer(copy);
    std::istream in(&buffer);
    YAML::Parser parser(in);
    TreeBuilder builder(root);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    return std::unexpected(YamlError{place_of(error.mark), error.msg});
  }
  return root;
}

}  // namespace weir::config
