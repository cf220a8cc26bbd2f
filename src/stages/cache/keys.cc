#include "cache/keys.h"

#include <openssl/sha.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "cache/canonical.h"
#include "cache/directives.h"
#include "cache/key_fields.h"

namespace weir::cache {

// SHA256_CTX is the older, plain struct of OpenSSL: the state behind EVP_MD_CTX can't be copied in
// OpenSSL 3.0 without an allocation, and starting over for each key would cost two more blocks. Both run the
// same vector code.
class Keyed {
 public:
  Keyed(const Keys& keys, std::string_view kind) : keys_(keys) {
    std::memcpy(&state_, keys.inner_.bytes.data(), sizeof(state_));
    add(kind);
  }

  void add(std::uint64_t number) {
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>(number);
      number >>= 8;
    }
    put({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // Behind its length, so that no two lists of parts are written alike.
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    put(text);
  }

  Digest finish() {
    Digest digest;
    flush();
    SHA256_Final(digest.bytes.data(), &state_);
    std::memcpy(&state_, keys_.outer_.bytes.data(), sizeof(state_));
    SHA256_Update(&state_, digest.bytes.data(), digest.bytes.size());
    SHA256_Final(digest.bytes.data(), &state_);
    return digest;
  }

 private:
  void put(std::string_view text) {
    if (text.size() > waiting_.size() - waits_) flush();
    if (text.size() > waiting_.size()) {
      SHA256_Update(&state_, text.data(), text.size());
      return;
    }
    text.copy(waiting_.data() + waits_, text.size());
    waits_ += text.size();
  }
  void flush() {
    SHA256_Update(&state_, waiting_.data(), waits_);
    waits_ = 0;
  }

  const Keys& keys_;
  SHA256_CTX state_;
  std::array<char, 512> waiting_;  // small parts, hashed together
  std::size_t waits_ = 0;
};

namespace {

bool is_in(const KeyHeader& header, Dialect dialect) {
  return header.part != KeyField::Part::out && header.dialect == dialect;
}

void add_key_headers(Keyed& keyed, const Question& question) {
  for (const auto& header : key_headers()) {
    if (!is_in(header, question.path.dialect)) continue;
    for (const auto& line : question.head.headers) {
      if (!equals_ignoring_case(line.name, header.name)) continue;
      keyed.add(header.name);
      keyed.add(line.value);
    }
  }
}

// The headers in the raw key of a dialect's requests.
class RawHeaders {
 public:
  explicit RawHeaders(Dialect dialect) {
    for (const auto& header : key_headers()) {
      if (is_in(header, dialect)) add(header.name);
    }
    for (auto name : directive_headers()) add(name);
    // dialect::read_fields refuses a body by these two.
    add("content-encoding");
    add("content-type");
  }

  // Its name in lower case; nothing where it isn't one of them.
  std::optional<std::string_view> find(std::string_view name) const {
    if (name.size() >= kLengths || !lengths_[name.size()]) return std::nullopt;
    for (auto known : names_) {
      if (equals_ignoring_case(known, name)) return known;
    }
    return std::nullopt;
  }

  static const RawHeaders& of(Dialect dialect) {
    static const RawHeaders openai(Dialect::openai);
    static const RawHeaders anthropic(Dialect::anthropic);
    return dialect == Dialect::openai ? openai : anthropic;
  }

 private:
  static constexpr std::size_t kLengths = 32;

  void add(std::string_view name) {
    names_.push_back(name);
    lengths_[name.size()] = true;
  }

  std::vector<std::string_view> names_;
  std::array<bool, kLengths> lengths_{};  // of the names: most headers are told apart by theirs
};

// A thread's own memory for canonical forms; a rare giant's is given back.
class LendForm {
 public:
  LendForm() { text().clear(); }
  LendForm(const LendForm&) = delete;
  LendForm& operator=(const LendForm&) = delete;
  ~LendForm() {
    constexpr std::size_t kKeep = std::size_t{256} << 10;
    if (text().capacity() > kKeep) text() = std::string();
  }
  static std::string& text() {
    thread_local std::string kept;
    return kept;
  }
};

}  // namespace

Keys::Keys(const Secret& secret) {
  static_assert(sizeof(SHA256_CTX) == sizeof(State));
  auto after_padded_secret = [&](std::uint8_t padding) {
    std::array<std::uint8_t, SHA256_CBLOCK> block;
    block.fill(padding);
    for (std::size_t i = 0; i < secret.size(); ++i) block[i] ^= secret[i];
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, block.data(), block.size());
    State state{};
    std::memcpy(state.bytes.data(), &context, sizeof(context));
    return state;
  };
  inner_ = after_padded_secret(0x36);
  outer_ = after_padded_secret(0x5c);
}

Digest Keys::raw(const Question& question) const {
  Keyed keyed(*this, "raw");
  keyed.add(question.tenant.value);
  keyed.add(question.path.path);
  keyed.add(question.head.query);
  const auto& counts = RawHeaders::of(question.path.dialect);
  for (const auto& line : question.head.headers) {
    auto name = counts.find(line.name);
    if (!name) continue;
    keyed.add(*name);
    keyed.add(line.value);
  }
  keyed.add("body");
  keyed.add(question.body.text);
  return keyed.finish();
}

std::optional<Digest> Keys::canonical(const Question& question, std::string_view name_space,
                                      std::string_view model) const {
  auto fields = key_fields(question.path);
  if (fields.empty()) return std::nullopt;
  LendForm lent;
  auto& form = LendForm::text();
  if (!append_canonical(question.body, fields, form)) return std::nullopt;
  Keyed keyed(*this, "canonical");
  keyed.add(question.tenant.value);
  keyed.add(name_space);
  keyed.add(question.path.path);
  keyed.add(model);
  keyed.add(question.head.query);
  add_key_headers(keyed, question);
  keyed.add("body");
  keyed.add(form);
  return keyed.finish();
}

}  // namespace weir::cache
