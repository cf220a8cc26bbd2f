#include "cache/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "wire/request_fields.h"

namespace weir::cache {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct Member {
  std::string_view key;
  element value;
  std::size_t order;
  std::string_view left_out = {};  // a member of `value` that doesn't count
};

// What a thread keeps from one body to the next; a rare giant's is given back.
struct Workspace {
  simdjson::dom::parser parser;
  std::vector<Member> members;  // those of all objects that are being written, the innermost's last
};

class LendWorkspace {
 public:
  LendWorkspace() = default;
  LendWorkspace(const LendWorkspace&) = delete;
  LendWorkspace& operator=(const LendWorkspace&) = delete;
  ~LendWorkspace() {
    constexpr std::size_t kLargestKept = std::size_t{256}
                                         << 10;  // bytes of body; some ten times that are kept
    constexpr std::size_t kMostMembersKept = 4096;
    if (get().parser.capacity() > kLargestKept) get().parser = simdjson::dom::parser();
    if (get().members.capacity() > kMostMembersKept) get().members = {};
    get().members.clear();
  }
  static Workspace& get() {
    thread_local Workspace kept;
    return kept;
  }
};

class Writer {
 public:
  Writer(std::vector<Member>& members, std::string& out) : members_(members), out_(out) {}

  void body(simdjson::dom::object object, std::span<const KeyField> fields);

 private:
  void value(const element& at, std::string_view left_out = {});
  void object(simdjson::dom::object object, std::string_view left_out);
  void sorted_members(std::size_t first);
  void number(double number);
  void string(std::string_view text) {
    tagged('s', text.size());
    out_.append(text);
  }
  void tagged(char tag, std::uint64_t bits) {
    char bytes[9] = {tag};
    for (int i = 1; i < 9; ++i, bits >>= 8) bytes[i] = static_cast<char>(bits);
    out_.append(bytes, sizeof(bytes));
  }
  void integer(std::int64_t number) { tagged(number < 0 ? 'm' : 'u', static_cast<std::uint64_t>(number)); }

  std::vector<Member>& members_;
  std::string& out_;
};

void Writer::body(simdjson::dom::object object, std::span<const KeyField> fields) {
  const auto first = members_.size();
  for (auto [key, child] : object) {
    if (!is_in_form(fields, key)) continue;
    members_.push_back({key, child, members_.size(), left_out_of(fields, key)});
  }
  sorted_members(first);
}

void Writer::object(simdjson::dom::object object, std::string_view left_out) {
  const auto first = members_.size();
  for (auto [key, child] : object) {
    if (left_out.empty() || key != left_out) members_.push_back({key, child, members_.size()});
  }
  sorted_members(first);
}

void Writer::sorted_members(std::size_t first) {
  auto by_key = [](const Member& a, const Member& b) {
    const int compared = a.key.compare(b.key);
    return compared != 0 ? compared < 0 : a.order < b.order;
  };
  std::sort(members_.begin() + static_cast<std::ptrdiff_t>(first), members_.end(), by_key);
  const auto end = members_.size();
  out_.push_back('o');
  for (auto i = first; i < end; ++i) {
    const auto member = members_[i];  // a copy: objects inside make the vector grow
    string(member.key);
    value(member.value, member.left_out);
  }
  out_.push_back('e');
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(first), members_.end());
}

void Writer::value(const element& at, std::string_view left_out) {
  switch (at.type()) {
    case element_type::ARRAY:
      out_.push_back('a');
      for (auto child : at.get_array().value_unsafe()) value(child);
      out_.push_back('e');
      break;
    case element_type::OBJECT:
      object(at.get_object().value_unsafe(), left_out);
      break;
    case element_type::STRING:
      string(at.get_string().value_unsafe());
      break;
    case element_type::INT64:
      integer(at.get_int64().value_unsafe());
      break;
    case element_type::UINT64:
      tagged('u', at.get_uint64().value_unsafe());
      break;
    case element_type::DOUBLE:
      number(at.get_double().value_unsafe());
      break;
    case element_type::BOOL:
      out_.push_back(at.get_bool().value_unsafe() ? 't' : 'f');
      break;
    case element_type::NULL_VALUE:
      out_.push_back('n');
      break;
  }
}

// As an integer where it is one that 64 bits hold.
void Writer::number(double number) {
  constexpr double kTwoTo63 = 0x1p63;
  constexpr double kTwoTo64 = 0x1p64;
  const bool whole = number == std::floor(number);
  if (whole && number >= 0 && number < kTwoTo64) return tagged('u', static_cast<std::uint64_t>(number));
  if (whole && number < 0 && number >= -kTwoTo63) return integer(static_cast<std::int64_t>(number));
  tagged('d', std::bit_cast<std::uint64_t>(number));
}

}  // namespace

bool append_canonical(PaddedView body, std::span<const KeyField> fields, std::string& out) {
  LendWorkspace lent;
  auto& workspace = LendWorkspace::get();
  auto& parser = workspace.parser;
  constexpr std::size_t kDepth = wire::kDeepest + 1;  // simdjson refuses at its limit, weir beyond its own
  if (parser.max_depth() != kDepth && parser.allocate(body.text.size(), kDepth)) return false;
  simdjson::dom::object object;
  // Not copied: the body is padded.
  if (parser.parse(body.text.data(), body.text.size(), false).get(object)) return false;
  Writer(workspace.members, out).body(object, fields);
  return true;
}

}  // namespace weir::cache
