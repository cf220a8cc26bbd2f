// What must hold of the two keys: what matters changes them, and nothing else does.
#include "cache/keys.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>

#include "base/random.h"
#include "cache/key_fields.h"

namespace weir::cache {
namespace {

constexpr Secret kSecret{1, 2, 3};

// A request whose parts can be changed one by one.
struct Asked {
  std::string tenant = "acme";
  std::string name_space = {};
  std::string path = "/v1/chat/completions";
  std::string query = {};
  std::string model = "gpt-4o";
  std::vector<http::Header> headers = {{"Content-Type", "application/json"}};
  std::string body = R"({"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]})";

  template <class Ask>
  auto ask(Ask with) const {
    TenantId tenant_id{tenant};
    http::RequestHead head;
    head.query = query;
    for (const auto& header : headers) head.headers.add(header.name, header.value);
    wire::RequestFields fields{.model = model};
    PaddedString padded(body);
    return with(Question{tenant_id, *wire::find_relayed_path(path), head, fields, padded.view()});
  }

  std::optional<Digest> canonical(const Keys& keys = Keys(kSecret)) const {
    return ask([&](const Question& question) {
      return keys.canonical(question, name_space, question.fields.model);
    });
  }
  Digest raw(const Keys& keys = Keys(kSecret)) const {
    return ask([&](const Question& question) { return keys.raw(question); });
  }
};

// Each changes one part that matters to both keys.
std::vector<Asked> changed_in_one_part() {
  std::vector<Asked> all(9);
  all[0].tenant = "acme2";
  all[1].path = "/v1/completions";
  all[2].query = "beta=true";
  all[3].headers.push_back({"OpenAI-Beta", "assistants=v2"});
  all[4].headers.push_back({"openai-beta", "assistants=v1"});
  all[5].headers.push_back({"openai-beta", ""});
  all[6].body = R"({"model":"gpt-4o","messages":[{"role":"user","content":"ho"}]})";
  all[7].tenant = "acm";
  all[7].query = "e";
  all[8].headers = {{"openai-beta", "a"}, {"openai-beta", "b"}};
  return all;
}

TEST(Keys, any_part_that_matters_changes_both) {
  std::set<Digest> raw{Asked().raw()};
  std::set<Digest> canonical{*Asked().canonical()};
  for (const auto& asked : changed_in_one_part()) {
    EXPECT_TRUE(raw.insert(asked.raw()).second);
    EXPECT_TRUE(canonical.insert(*asked.canonical()).second);
  }
  EXPECT_TRUE(canonical.insert(*Asked{.name_space = "n"}.canonical()).second);
  EXPECT_TRUE(canonical.insert(*Asked{.model = "gpt-4o-mini"}.canonical()).second);
  EXPECT_TRUE(canonical.insert(*Asked().canonical(Keys(Secret{4}))).second);
  EXPECT_TRUE(raw.insert(Asked().raw(Keys(Secret{4}))).second);
  EXPECT_FALSE(canonical.contains(Asked().raw()));
}

TEST(Keys, what_moves_from_one_part_to_the_next_is_noticed) {
  std::set<Digest> seen;
  for (const auto& asked : {Asked{.tenant = "ab", .name_space = "c"},
                            Asked{.tenant = "a", .name_space = "bc"}, Asked{.tenant = "abc"},
                            Asked{.query = "gpt", .model = "-4o"}, Asked{.query = "gpt-", .model = "4o"}}) {
    EXPECT_TRUE(seen.insert(*asked.canonical()).second);
  }
}

TEST(Keys, headers_that_do_not_matter_change_neither) {
  Asked other{.headers = {{"user-agent", "x"}, {"content-type", "application/json"}, {"x-request-id", "1"}}};
  EXPECT_EQ(other.canonical(), Asked().canonical());
  EXPECT_EQ(other.raw(), Asked().raw());
  Asked anthropic{.headers = {{"content-type", "application/json"}, {"anthropic-beta", "b"}}};
  EXPECT_EQ(anthropic.canonical(), Asked().canonical()) << "it goes to no provider of this dialect";
  anthropic.path = "/v1/messages";
  EXPECT_NE(anthropic.canonical(), Asked{.path = "/v1/messages"}.canonical());
}

TEST(Keys, headers_that_tell_how_to_cache_change_the_raw_key_alone) {
  for (const http::Header& header : {http::Header{"cache-control", "no-cache"},
                                     {"X-Weir-Cache", "on"},
                                     {"x-weir-cache-ttl", "5"},
                                     {"x-weir-class", "chat"},
                                     {"x-weir-tags", "a"},
                                     {"cf-aig-skip-cache", "true"}}) {
    Asked asked;
    asked.headers.push_back(header);
    EXPECT_NE(asked.raw(), Asked().raw()) << header.name;
    EXPECT_EQ(asked.canonical(), Asked().canonical()) << header.name;
  }
}

TEST(Keys, the_way_in_which_a_body_is_written_changes_the_raw_key_alone) {
  Asked spaced{.body =
                   R"({"messages": [{"content":"h\u0069","role":"user"}], "model":"gpt-4o", "stream":true})"};
  EXPECT_EQ(spaced.canonical(), Asked().canonical());
  EXPECT_NE(spaced.raw(), Asked().raw());
}

TEST(Keys, a_body_that_cannot_be_read_and_a_form_have_no_canonical_key) {
  EXPECT_FALSE(Asked{.body = R"({"seed":18446744073709551616})"}.canonical());
  EXPECT_FALSE(Asked{.path = "/v1/audio/transcriptions"}.canonical());
}

// Computed by other means (Python's hmac over the parts as keys.h and canonical.h describe them). Whoever
// changes it changes every key there is: what was kept before is found no more.
TEST(Keys, stay_the_same_from_version_to_version) {
  EXPECT_EQ(to_hex(*Asked().canonical()), "cd9bdf5c2353d08bdea40893905c3cbedc6672380b71897c2b43d98a34013d92");
}

// ---- Any body
// --------------------------------------------------------------------------------------------------

using Json = nlohmann::ordered_json;

std::string random_text(Random& random) {
  static constexpr std::array<std::string_view, 10> kPieces{"a", "B",  "7", "\"", "\\",
                                                            "/", "\n", "é", "漢", " "};
  std::string text;
  for (auto n = random.below(6); n > 0; --n) text += kPieces[random.below(kPieces.size())];
  return text;
}

Json random_json(Random& random, int depth) {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return random.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.below(2000)) - 1000;
    case 3:
      return static_cast<double>(random.below(1000)) / 8;
    case 4:
      return random.next();
    case 5:
      return random_text(random);
    case 6: {
      auto list = Json::array();
      for (auto n = random.below(4); n > 0; --n) list.push_back(random_json(random, depth - 1));
      return list;
    }
    default: {
      auto object = Json::object();
      for (auto n = random.below(5); n > 0; --n) {
        object[random_text(random)] = random_json(random, depth - 1);
      }
      return object;
    }
  }
}

Json random_body(Random& random) {
  auto body = Json::object();
  for (int i = 0; i < 4; ++i)
    body[fmt::format("field {} {}", i, random_text(random))] = random_json(random, 4);
  return body;
}

// Writes a document in one of the many ways there are.
class AnyWay {
 public:
  explicit AnyWay(Random& random) : random_(random) {}

  std::string write(const Json& value) {
    if (value.is_object()) return object(value);
    if (value.is_string()) return text(value.get<std::string>());
    if (value.is_number()) return number(value);
    if (!value.is_array()) return value.dump();
    std::string out = "[";
    for (const auto& element : value) out += (out == "[" ? "" : ",") + blanks() + write(element) + blanks();
    return out + blanks() + "]";
  }

 private:
  std::string blanks() { return std::string(random_.below(3), " \t\n\r"[random_.below(4)]); }

  std::string object(const Json& value) {
    std::vector<std::string> members;
    for (const auto& [key, child] : value.items()) {
      members.push_back(blanks() + text(key) + blanks() + ":" + blanks() + write(child) + blanks());
    }
    for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[random_.below(i)]);
    return fmt::format("{{{}}}", fmt::join(members, ","));
  }

  std::string text(const std::string& value) {
    std::string out = "\"";
    for (char c : value) {
      bool ascii = static_cast<unsigned char>(c) < 0x80;
      bool must = c == '"' || c == '\\' || c == '\n';
      if (ascii && (must || random_.below(4) == 0)) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  std::string number(const Json& value) {
    std::string plain = value.dump();
    constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
    bool exact =
        value.is_number_float() || (value.is_number_unsigned() ? value.get<std::uint64_t>() < kExact : true);
    if (!exact) return plain;
    switch (random_.below(3)) {
      case 0:
        return plain;
      case 1:
        return plain.find('.') == std::string::npos ? plain + ".0" : plain + "00";
      default:
        return plain + (random_.below(2) == 0 ? "e0" : "E+00");
    }
  }

  Random& random_;
};

Digest key_of(const std::string& body) {
  auto key = Asked{.body = body}.canonical();
  EXPECT_TRUE(key) << body;
  return key.value_or(Digest{});
}

TEST(Keys, of_any_body_do_not_depend_on_how_it_is_written) {
  Random random(41);
  for (int round = 0; round < 3000; ++round) {
    auto body = random_body(random);
    auto plain = body.dump();
    auto other = AnyWay(random).write(body);
    ASSERT_EQ(key_of(plain), key_of(other)) << "round " << round << "\n" << plain << "\n" << other;
  }
}

// Every value in the document, and every object and list.
void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  for (auto& child : value) {
    if (value.is_structured()) collect(child, all);
  }
}

// Changes one thing in the document that must matter. False where this one has no such thing.
bool change_one_thing(Json& body, Random& random) {
  std::vector<Json*> all;
  for (auto& child : body) collect(child, all);
  Json& at = *all[random.below(all.size())];
  if (at.is_object() && !at.empty()) {  // a name
    auto first = at.begin();
    Json value = std::move(first.value());
    at.erase(first.key());
    at["another name"] = value;
    return true;
  }
  if (at.is_array() && at.size() > 1 && at[0] != at[1]) {  // an order
    std::swap(at[0], at[1]);
    return true;
  }
  if (at.is_structured()) return false;
  if (at.is_number_integer()) {
    at = at.get<std::int64_t>() + (random.below(2) == 0 ? 1 : -1);
  } else {
    at = at.is_string() ? Json(at.get<std::string>() + "x") : Json("x");
  }
  return true;
}

TEST(Keys, of_any_body_change_with_any_one_leaf_name_or_order) {
  Random random(42);
  int changed = 0;
  for (int round = 0; round < 3000; ++round) {
    auto body = random_body(random);
    auto other = body;
    if (!change_one_thing(other, random) || other == body) continue;
    ++changed;
    ASSERT_NE(key_of(AnyWay(random).write(body)), key_of(AnyWay(random).write(other)))
        << "round " << round << "\n"
        << body << "\n"
        << other;
  }
  EXPECT_GT(changed, 2000);
}

// ---- Real requests
// -----------------------------------------------------------------------------------------------

const std::vector<std::string> kOwnBodies{
    R"({"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0})",
    R"({"temperature":0.0,"messages":[{"content":"hi","role":"user"}],"model":"m"})",
    R"({"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":1})",
    R"({"model":"m","input":["a","b"],"stream":true})",
    R"({"model":"m","input":["b","a"]})",
    R"({"input":["b","a"]})",
};

std::vector<std::string> real_bodies() {
  const char* folder = std::getenv("WEIR_TEST_DATA");
  auto path = std::string(folder != nullptr ? folder : "../shared/data") + "/prompts/wire_requests.jsonl";
  auto bodies = kOwnBodies;
  if (!std::filesystem::exists(path)) {
    std::cout << "shared test data not found: running on this file's own bodies alone (set WEIR_TEST_DATA)\n";
    return bodies;
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    auto body = Json::parse(line)["body"];
    if (body.is_object()) bodies.push_back(body.dump());
  }
  return bodies;
}

// The same by other means: nlohmann's own parser, objects sorted by std::map, all numbers as doubles.
std::string by_an_oracle(const std::string& body) {
  auto value = nlohmann::json::parse(body);
  auto fields = key_fields(*wire::find_relayed_path("/v1/chat/completions"));
  for (const auto& field : fields) {
    if (field.part != KeyField::Part::in) value.erase(std::string(field.name));
  }
  auto as_doubles = [](auto& self, nlohmann::json& at) -> void {
    if (at.is_number()) at = at.get<double>();
    if (!at.is_structured()) return;
    for (auto& child : at) self(self, child);
  };
  as_doubles(as_doubles, value);
  return value.dump();
}

TEST(Keys, of_real_requests_are_equal_just_where_an_independent_reader_finds_them_equal) {
  std::map<std::string, Digest> by_document;
  std::map<Digest, std::string> by_key;
  for (const auto& body : real_bodies()) {
    auto key = key_of(body);
    auto document = by_an_oracle(body);
    EXPECT_EQ(by_document.emplace(document, key).first->second, key) << document;
    EXPECT_EQ(by_key.emplace(key, document).first->second, document);
  }
  EXPECT_EQ(by_document.size(), by_key.size());
  EXPECT_LT(by_document.size(), real_bodies().size()) << "some are there twice";
}

// To see it fail, leave `keyed.add(question.tenant.value)` out of Keys::canonical or Keys::raw: the second
// tenant's key is then the first one's at once.
TEST(Keys, of_two_tenants_are_never_the_same) {
  Random random(43);
  Keys keys(kSecret);
  std::unordered_set<Digest, DigestHash> seen;
  std::set<std::string> tenants;
  for (int pair = 0; pair < 100'000; ++pair) {
    Asked first{.tenant = fmt::format("{:x}", random.below(std::uint64_t{1} << 40))};
    Asked second{.tenant = first.tenant + std::string(1, static_cast<char>(random.below(256)))};
    ASSERT_NE(first.canonical(keys), second.canonical(keys)) << first.tenant;
    ASSERT_NE(first.raw(keys), second.raw(keys)) << first.tenant;
    if (!tenants.insert(first.tenant).second) continue;
    ASSERT_TRUE(seen.insert(*first.canonical(keys)).second) << first.tenant;
  }
  EXPECT_GT(tenants.size(), 90'000);
}

}  // namespace
}  // namespace weir::cache
