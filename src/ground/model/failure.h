// A failure is a value: what went wrong, whose fault it is, whether trying again may help, and a sentence for
// people.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "model/attempt_outcome.h"

namespace weir {

// Whose fault it is.
enum class Origin : std::uint8_t { caller, weir, provider };

struct Failure {
  enum class Kind : std::uint8_t {
    malformed_http,     // not HTTP as RFC 9112 has it
    malformed_request,  // HTTP, but not a request that makes sense: no JSON, no model, a field given twice
    not_authenticated,  // no key, or a wrong one
    not_allowed,        // a good key, but not for this; or a browser from elsewhere
    no_such_path,
    no_such_model,
    wrong_method,
    wrong_dialect,  // the model speaks another provider's dialect
    too_large,
    unsupported_media,   // a content type that the path does not take
    rate_limited,        // the provider's limit
    provider_auth,       // our key or our account
    provider_failed,     // it answered with a fault of its own, or not at all
    provider_malformed,  // it answered, but not in its own format
    provider_overloaded,
    provider_timeout,
    no_healthy_deployment,  // all that could answer have failed, and are left alone for a while
    not_cached,             // only what is cached was asked for, and it isn't
    reader_too_slow,        // of an answer that others share
    overloaded,             // weir itself is full
    draining,               // weir is about to end
    client_gone,            // nobody is left to tell
    internal,               // a bug in weir
  };
  static constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::internal) + 1;

  Kind kind;
  // What happened and what to do, for whoever called, in weir's words. Never a key, a prompt, or another
  // tenant's data.
  std::string message;
  // The provider's own words, which the caller gets behind ours. Never logged: nobody knows what is in them.
  std::string provider_words = {};
  // Trying the same again may help whoever called.
  bool retryable = false;
  // What weir itself can still try.
  Remedy remedy = Remedy::none;
  std::optional<std::chrono::seconds> retry_after = {};
  // Instead of the kind's own, where HTTP has a more precise one (408, 414, 431, 501, 505). 0: the kind's.
  int status = 0;
  // For wrong_method: the one that the path takes.
  std::string_view allowed_method = {};
};

// The kind's fixed properties (CONTRACT "Provider's answer to caller's answer", DESIGN section 2 "Errors").
struct FailureClass {
  std::string_view code;  // stable, for programs: "no_such_model"
  int status;             // HTTP
  Origin origin;
};
const FailureClass& class_of(Failure::Kind kind);
// All that the caller is told.
inline std::string full_message(const Failure& failure) {
  return failure.provider_words.empty() ? failure.message
                                        : failure.message + " It says: " + failure.provider_words;
}
inline int status_of(const Failure& failure) {
  return failure.status != 0 ? failure.status : class_of(failure.kind).status;
}
std::string_view name_of(Origin origin);
// What one caller was refused that another may be allowed: callers who wait for the same answer don't share
// it.
bool concerns_one_caller(Failure::Kind kind);

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> failure(Failure::Kind kind, std::string message) {
  return std::unexpected(Failure{.kind = kind, .message = std::move(message)});
}

}  // namespace weir
