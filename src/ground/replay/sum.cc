#include "replay/detail/sum.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/json_string.h"
#include "replay/detail/named_values.h"

namespace weir::replay {
namespace {

using std::string_view_literals::operator""sv;

// Deltas of both dialects end at `choices[].delta.tool_calls[].function.arguments`.
constexpr int kDeepest = 8;

constexpr std::array kReplaced{"id"sv, "type"sv, "name"sv, "role"sv, "format"sv, "index"sv};

bool is_replaced(std::string_view name) { return std::ranges::find(kReplaced, name) != kReplaced.end(); }

}  // namespace

struct Sum::Parts {
  struct Indexed {
    std::size_t place;
    std::string type;
  };
  NamedValues<Sum> members;
  std::vector<Sum> elements;
  std::map<std::uint64_t, Indexed> by_index;
};

Sum::Sum() = default;
Sum::Sum(Sum&&) noexcept = default;
Sum& Sum::operator=(Sum&&) noexcept = default;
Sum::~Sum() = default;

void Sum::replace(Value value) {
  kind_ = kind_of(value);
  text_ = value.text;
  parts_.reset();
}

bool Sum::add(Value piece, int depth) {
  const Kind kind = kind_of(piece);
  if (kind_ <= Kind::null) {
    if (kind != Kind::none) replace(piece);
    return true;
  }
  if (kind <= Kind::null) return true;
  if (kind != kind_ || depth > kDeepest) return false;
  switch (kind) {
    case Kind::string:
      text_.pop_back();
      text_ += piece.text.substr(1);
      return true;
    case Kind::object:
      return add_members(piece, depth);
    case Kind::array:
      return add_elements(piece, depth);
    default:
      replace(piece);
      return true;
  }
}

bool Sum::become_object() {
  if (kind_ <= Kind::null) replace({"{}"});
  return kind_ == Kind::object && take_apart(0);
}

bool Sum::add_member(std::string_view name, Value piece) {
  return become_object() && add_named(name, piece, 0);
}

bool Sum::replace_member(std::string_view name, Value value) {
  if (!become_object()) return false;
  parts_->members[name].replace(value);
  return true;
}

bool Sum::add_members(Value piece, int depth) {
  bool added = take_apart(depth);
  for (const Member& member : members_of(piece)) added &= add_named(member.name, member.value, depth);
  return added;
}

bool Sum::add_named(std::string_view name, Value piece, int depth) {
  Sum& member = parts_->members[name];
  if (kind_of(piece) != Kind::string || !is_replaced(name)) return member.add(piece, depth + 1);
  const std::string_view known = characters({member.text_});
  if (characters(piece).empty() && member.kind_ > Kind::null) return true;
  if (name == "id" && !known.empty() && known != characters(piece)) return false;
  member.replace(piece);
  return true;
}

bool Sum::add_elements(Value piece, int depth) {
  bool added = take_apart(depth);
  for (Value element : elements_of(piece)) added &= add_element(element, depth);
  return added;
}

bool Sum::add_element(Value element, int depth) {
  const Members members = members_of(element);
  const auto index = count_of(find(members, "index"));
  if (index) {
    std::string type(characters(find(members, "type")));
    auto [found, is_new] = parts_->by_index.try_emplace(*index, parts_->elements.size(), type);
    auto& [place, known_type] = found->second;
    if (!is_new && (type.empty() || known_type.empty() || type == known_type)) {
      if (known_type.empty()) known_type = std::move(type);
      return parts_->elements[place].add(element, depth + 1);
    }
    found->second = {parts_->elements.size(), std::move(type)};
  }
  parts_->elements.emplace_back().replace(element);
  return true;
}

// Cuts what stands in `text_` into parts that more can be added to.
bool Sum::take_apart(int depth) {
  if (parts_) return true;
  parts_ = std::make_unique<Parts>();
  const PaddedString text(text_);
  bool added = true;
  for (const Member& member : members_of(text.view())) {
    parts_->members[member.name].replace(member.value);
  }
  for (Value element : elements_of(text.view())) added &= add_element(element, depth);
  text_.clear();
  return added;
}

std::string Sum::text() const {
  std::string out;
  append_to(out);
  return out;
}

void Sum::append_to(std::string& out) const {
  if (!parts_) {
    out += kind_ == Kind::none ? "null" : text_;
    return;
  }
  char before = kind_ == Kind::object ? '{' : '[';
  const char* empty = kind_ == Kind::object ? "{}" : "[]";
  if (parts_->members.entries().empty() && parts_->elements.empty()) {
    out += empty;
    return;
  }
  for (const auto& [name, value] : parts_->members.entries()) {
    out += std::exchange(before, ',');
    append_json_string(out, name);
    out += ':';
    value.append_to(out);
  }
  for (const Sum& element : parts_->elements) {
    out += std::exchange(before, ',');
    element.append_to(out);
  }
  out += empty[1];
}

}  // namespace weir::replay
