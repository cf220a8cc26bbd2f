#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "replay/detail/json.h"

namespace weir::replay {
namespace {

using simdjson::ondemand::value;

// A parser keeps its working memory, up to fifteen times the largest document; a giant's is given back.
template <class Parser>
class LendParser {
 public:
  LendParser() = default;
  LendParser(const LendParser&) = delete;
  LendParser& operator=(const LendParser&) = delete;
  ~LendParser() {
    constexpr std::size_t kKeep = std::size_t{64} << 10;
    if (kept().capacity() > kKeep) kept() = Parser();
  }
  Parser& operator*() const { return kept(); }

 private:
  static Parser& kept() {
    thread_local Parser parser;
    return parser;
  }
};

// simdjson promises these for a checked document; what is not so ends the reading of this one level.
std::optional<Value> view_of(simdjson::simdjson_result<value> at) {
  value found;
  std::string_view text;
  if (at.get(found) || simdjson::to_json_string(found).get(text)) return std::nullopt;
  return Value{text};
}

}  // namespace

std::optional<Value> read_document(PaddedView document) {
  LendParser<simdjson::dom::parser> parser;
  if ((*parser).parse(document.text.data(), document.text.size(), false).error()) return std::nullopt;
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  std::string_view text = document.text;
  text.remove_prefix(text.find_first_not_of(kWhiteSpace));
  text.remove_suffix(text.size() - text.find_last_not_of(kWhiteSpace) - 1);
  return Value{text};
}

std::optional<PaddedString> compact(PaddedView document) {
  if (!read_document(document)) return std::nullopt;
  PaddedString out;
  std::string& text = out.text();
  text.resize(document.text.size() + kPadding);
  std::size_t size = 0;
  if (simdjson::minify(document.text.data(), document.text.size(), text.data(), size)) return std::nullopt;
  text.resize(size);
  return out;
}

Kind kind_of(Value value) {
  if (value.text.empty()) return Kind::none;
  switch (value.text.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

namespace {

// Shows each member of an object, until one can't be read.
template <class Show>
void for_each_member(Value value, Show show) {
  if (kind_of(value) != Kind::object) return;
  LendParser<simdjson::ondemand::parser> parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const std::string_view text = value.text;
  if ((*parser).iterate(text.data(), text.size(), text.size() + kPadding).get(document)) return;
  if (document.get_object().get(object)) return;
  for (auto field : object) {
    std::string_view name;
    if (field.unescaped_key().get(name)) return;
    auto view = view_of(field.value());
    if (!view) return;
    show(name, *view);
  }
}

}  // namespace

Members members_of(Value value) {
  Members members;
  for_each_member(value, [&](std::string_view name, Value member) {
    if (members.empty()) members.reserve(8);
    members.push_back({std::string(name), member});
  });
  return members;
}

std::vector<Value> elements_of(Value value) {
  std::vector<Value> elements;
  if (kind_of(value) != Kind::array) return elements;
  LendParser<simdjson::ondemand::parser> parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::array array;
  const std::string_view text = value.text;
  if ((*parser).iterate(text.data(), text.size(), text.size() + kPadding).get(document)) return elements;
  if (document.get_array().get(array)) return elements;
  for (auto element : array) {
    auto view = view_of(element);
    if (!view) return elements;
    elements.push_back(*view);
  }
  return elements;
}

Value find(const Members& members, std::string_view name) {
  for (const Member& member : members | std::views::reverse) {
    if (member.name == name) return member.value;
  }
  return {};
}

Value find(Value object, std::initializer_list<std::string_view> path) {
  for (std::string_view name : path) {
    Value found;
    for_each_member(object, [&](std::string_view its_name, Value member) {
      if (its_name == name) found = member;
    });
    object = found;
  }
  return object;
}

std::string_view characters(Value value) {
  if (kind_of(value) != Kind::string) return {};
  return value.text.substr(1, value.text.size() - 2);
}

std::string text_of(Value value) {
  if (!characters(value).contains('\\')) return std::string(characters(value));
  LendParser<simdjson::ondemand::parser> parser;
  simdjson::ondemand::document document;
  std::string_view text;
  const std::string_view raw = value.text;
  if ((*parser).iterate(raw.data(), raw.size(), raw.size() + kPadding).get(document)) return {};
  if (document.get_string().get(text)) return {};
  return std::string(text);
}

std::optional<std::uint64_t> count_of(Value value) {
  std::uint64_t count = 0;
  const char* end = value.text.data() + value.text.size();
  auto [stop, error] = std::from_chars(value.text.data(), end, count);
  if (error != std::errc{} || stop != end || value.text.empty()) return std::nullopt;
  return count;
}

}  // namespace weir::replay
