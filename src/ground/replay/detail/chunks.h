// The two formats that come in chunks with choices: chat completions and completions
// (platform.openai.com/docs/api-reference/chat/streaming, …/completions). What differs is said here.
#pragma once

#include <array>
#include <string_view>

namespace weir::replay {

struct ChunkFormat {
  std::string_view object_of_whole;
  std::string_view object_of_chunk;
  std::string_view said;   // the member of a whole answer's choice with what the model said
  std::string_view piece;  // the same in a chunk's choice
};

inline constexpr ChunkFormat kChatChunks{"chat.completion", "chat.completion.chunk", "message", "delta"};
inline constexpr ChunkFormat kCompletionChunks{"text_completion", "text_completion", "text", "text"};

// Members that mean something in a chunk alone. `obfuscation` (OpenAI) and `p` (Mistral) are padding against
// readers of packet lengths.
inline constexpr std::array<std::string_view, 2> kOfOneChunk{"obfuscation", "p"};
// Groq's `channel` says which kind of text this one delta has.
inline constexpr std::array<std::string_view, 2> kOfOneDelta{"channel", "index"};
// Members that every chunk repeats.
inline constexpr std::array<std::string_view, 5> kOfEveryChunk{"id", "created", "model", "service_tier",
                                                               "system_fingerprint"};

}  // namespace weir::replay
