// What can be made to go wrong with a call (CONTRACT "Mock script and ledger").
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir::mock {

struct Fault {
  enum class Kind : std::uint8_t {
    refuse,  // nobody listens; a listening process closes the connection instead
    reset,   // breaks the connection (RST)
    hang,    // says nothing more until the other side leaves
    // Answers with `status` and an error body in the dialect of the path; after the head, an error among a
    // stream's events. What isn't streamed has only its status.
    status,
    malformed,  // good HTTP, but its JSON is not JSON
    truncate,   // ends the connection properly, but too early
    drip,       // a byte at a time, `delay` apart
    oversized,  // `size` bytes, made while they are sent
    garbage,    // bytes that are no HTTP
  };
  enum class At : std::uint8_t {
    connect,      // before anything is read
    before_head,  // the request was read
    after_head,   // the answer's head was sent
    middle,       // so was half of its body
    end,          // so was all of it, but its last byte or, of a stream, the sign that it is over
  };

  Kind kind = Kind::status;
  At at = At::before_head;
  int status = 500;
  std::optional<std::string> message = {};  // of the error body; nothing: one that says where it comes from
  std::optional<std::chrono::milliseconds> retry_after = {};
  std::chrono::milliseconds delay{100};
  Bytes size = 256_MiB;

  bool operator==(const Fault&) const = default;
};

std::string_view name_of(Fault::Kind kind);
std::string_view name_of(Fault::At at);

// Fails with the end of a sentence that begins with what was written: "is not one of …".
std::expected<Fault::Kind, std::string> parse_fault_kind(std::string_view name);
std::expected<Fault::At, std::string> parse_fault_at(std::string_view name);

// Where a fault happens unless the script says otherwise.
Fault::At usual_place(Fault::Kind kind);
// Fails with the end of a sentence: "can't be at connect; it can be at …".
std::expected<void, std::string> check_place(Fault::Kind kind, Fault::At at);

}  // namespace weir::mock
