// An answer of the simulated provider before it is sent: all of it, or a stream that is written while it is
// sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "mock/asked.h"
#include "mock/script.h"

namespace weir::mock {

// How the words of an answer, of which all choices have as many, are cut into a stream's pieces: the first
// piece of each choice, then the second of each, and so on.
struct Pieces {
  std::size_t words = 0;  // of each choice
  std::size_t choices = 1;
  std::size_t words_per_piece = 1;

  struct Piece {
    std::size_t choice;
    std::size_t first;  // word
    std::size_t words;
  };
  std::size_t count() const { return choices * ((words + words_per_piece - 1) / words_per_piece); }
  Piece at(std::size_t i) const {
    std::size_t first = i / choices * words_per_piece;
    return {i % choices, first, std::min(words_per_piece, words - first)};
  }
};

// A stream in the making: an opening, then its pieces, then a closing, each of whole events.
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual std::string opening() const = 0;
  virtual void append_piece(std::string& out, const Pieces::Piece& piece) const = 0;
  virtual std::string closing() const = 0;
};

struct Answer {
  int status = 200;
  std::string_view content_type = "application/json";
  std::optional<std::chrono::milliseconds> retry_after = {};
  std::string body = {};                     // of what is no stream
  std::unique_ptr<EventSource> events = {};  // of a stream
  std::string error_event = {};              // that a fault has among them
  Pieces pieces = {};
  std::uint64_t input_tokens = 0;
  std::uint64_t opening_tokens = 0;  // said before the first piece: a tool's name
  std::uint64_t output_tokens = 0;   // in all

  bool is_stream() const { return events != nullptr; }
};

// Answers depend on these and nothing else, so that the same request always gets the same bytes.
struct Question {
  const Asked& asked;
  const Behaviour& behaviour;
  std::uint64_t digest;  // of the script's seed and the prompt's text
};

// Seconds since 1970, of every answer.
inline constexpr std::int64_t kCreated = 1'750'000'000;

// Text of a document, whatever bytes it holds.
std::string to_text(const nlohmann::ordered_json& document);

}  // namespace weir::mock
