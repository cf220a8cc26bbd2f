#include "http/content_coding.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <new>
#include <utility>
#include <variant>

#include "base/try.h"
#include "http/characters.h"

namespace weir::http {
namespace {

constexpr std::size_t kMostCodings = 3;
constexpr std::size_t kPiece = 16 << 10;  // what is unpacked at a time
constexpr int kZstdWindowLog = 23;        // RFC 9659: 8 MiB, what every client must be able to hold

using Decoded = std::expected<void, Rejection>;
Decoded refuse(const char* reason) { return std::unexpected(Rejection{502, reason}); }
Decoded damaged() { return refuse("The compressed body is damaged."); }
Decoded too_large() { return refuse("The compressed body unpacks to more than is allowed here."); }
Decoded after_end() { return refuse("There are bytes after the end of the compressed body."); }

template <class T>
T* allocated(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

// Where unpacked bytes go, a piece at a time, until `most` have come.
class Sink {
 public:
  Sink(std::string& out, Bytes most) : out_(out), left_(most.count) {}

  char* piece() { return piece_.data(); }
  // Keeps the first `count` bytes of the piece; false when that is more than may come.
  bool keep(std::size_t count) {
    if (count > left_) return false;
    out_.append(piece_.data(), count);
    left_ -= count;
    return true;
  }

 private:
  std::string& out_;
  std::uint64_t left_;
  std::array<char, kPiece> piece_;
};

// gzip, of one member or several in a row.
class Gzip {
 public:
  Gzip() : stream_(start(15 + 16)) {}
  bool finished() const { return finished_; }
  Decoded decode(std::string_view in, Sink& sink);

  struct End {
    void operator()(z_stream* stream) const {
      inflateEnd(stream);
      delete stream;
    }
  };
  using Stream = std::unique_ptr<z_stream, End>;  // zlib keeps a pointer to it, so it never moves

  static Stream start(int window_bits) {
    Stream stream(new z_stream{});
    if (inflateInit2(stream.get(), window_bits) != Z_OK) throw std::bad_alloc();
    return stream;
  }

  // Unpacks until `in` is used up (its prefix is removed) or the stream ends; true when it ended.
  static std::expected<bool, Rejection> inflate_from(z_stream& stream, std::string_view& in, Sink& sink);

 private:
  Stream stream_;
  bool finished_ = false;
};

std::expected<bool, Rejection> Gzip::inflate_from(z_stream& stream, std::string_view& in, Sink& sink) {
  while (true) {
    const auto given = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // read only: z_const is not set
    stream.avail_in = given;
    stream.next_out = reinterpret_cast<Bytef*>(sink.piece());
    stream.avail_out = kPiece;
    const int result = inflate(&stream, Z_NO_FLUSH);
    in.remove_prefix(given - stream.avail_in);
    if (!sink.keep(kPiece - stream.avail_out)) TRY(too_large());
    if (result == Z_STREAM_END) return true;
    if (result != Z_OK && result != Z_BUF_ERROR) TRY(damaged());
    if (in.empty() && stream.avail_out > 0) return false;
  }
}

Decoded Gzip::decode(std::string_view in, Sink& sink) {
  while (!in.empty()) {
    if (finished_) inflateReset(stream_.get());  // RFC 1952 2.2: members follow each other
    finished_ = TRY(inflate_from(*stream_, in, sink));
  }
  return {};
}

// "deflate": zlib's format by RFC 9110 8.4.1.2, and the raw one that some servers send in its name.
class Deflate {
 public:
  bool finished() const { return finished_; }

  Decoded decode(std::string_view in, Sink& sink) {
    if (in.empty()) return {};
    if (!stream_) {
      // Either format has at least two bytes, and they tell.
      const std::string_view first = in.substr(0, 2 - first_.size());
      first_ += first;
      in.remove_prefix(first.size());
      if (first_.size() < 2) return {};
      stream_ = Gzip::start(is_zlib_header(first_[0], first_[1]) ? 15 : -15);
      TRY(take(first_, sink));
    }
    return take(in, sink);
  }

 private:
  // RFC 1950 2.2: method 8, a window of at most 32 KiB, a checksum.
  static bool is_zlib_header(char first, char second) {
    const auto method = static_cast<unsigned char>(first);
    const auto flags = static_cast<unsigned char>(second);
    return (method & 0x0f) == 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 == 0;
  }

  Decoded take(std::string_view in, Sink& sink) {
    if (in.empty()) return {};
    if (!finished_) finished_ = TRY(Gzip::inflate_from(*stream_, in, sink));
    return in.empty() ? Decoded{} : after_end();
  }

  std::string first_;
  Gzip::Stream stream_;
  bool finished_ = false;
};

class Brotli {
 public:
  Brotli() : state_(allocated(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr))) {}
  bool finished() const { return BrotliDecoderIsFinished(state_.get()) != 0; }

  Decoded decode(std::string_view in, Sink& sink) {
    if (in.empty()) return {};
    if (finished()) return after_end();
    std::size_t in_left = in.size();
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    while (true) {
      std::size_t room = kPiece;
      auto* next_out = reinterpret_cast<std::uint8_t*>(sink.piece());
      const auto result =
          BrotliDecoderDecompressStream(state_.get(), &in_left, &next_in, &room, &next_out, nullptr);
      if (!sink.keep(kPiece - room)) return too_large();
      if (result == BROTLI_DECODER_RESULT_ERROR) return damaged();
      if (result == BROTLI_DECODER_RESULT_SUCCESS) return in_left == 0 ? Decoded{} : after_end();
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return {};
    }
  }

 private:
  struct End {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, End> state_;
};

// zstd, of one frame or several in a row.
class Zstd {
 public:
  Zstd() : stream_(allocated(ZSTD_createDStream())) {
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
  }
  bool finished() const { return finished_; }

  Decoded decode(std::string_view in, Sink& sink) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    bool piece_was_full = false;
    while (from.pos < from.size || piece_was_full) {
      ZSTD_outBuffer to{sink.piece(), kPiece, 0};
      const std::size_t result = ZSTD_decompressStream(stream_.get(), &to, &from);
      if (!sink.keep(to.pos)) return too_large();
      if (ZSTD_isError(result) != 0) return damaged();
      finished_ = result == 0;
      piece_was_full = !finished_ && to.pos == to.size;
    }
    return {};
  }

 private:
  struct End {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, End> stream_;
  bool finished_ = false;
};

}  // namespace

class ContentDecoder::Stage {
 public:
  static std::optional<Stage> named(std::string_view coding) {
    if (same_ignoring_case(coding, "gzip") || same_ignoring_case(coding, "x-gzip")) return Stage(Gzip());
    if (same_ignoring_case(coding, "deflate")) return Stage(Deflate());
    if (same_ignoring_case(coding, "br")) return Stage(Brotli());
    if (same_ignoring_case(coding, "zstd")) return Stage(Zstd());
    return std::nullopt;
  }

  Decoded decode(std::string_view in, Sink& sink) {
    return std::visit([&](auto& coding) { return coding.decode(in, sink); }, coding_);
  }
  bool finished() const {
    return std::visit([](const auto& coding) { return coding.finished(); }, coding_);
  }

 private:
  using Coding = std::variant<Gzip, Deflate, Brotli, Zstd>;
  explicit Stage(Coding coding) : coding_(std::move(coding)) {}
  Coding coding_;
};

ContentDecoder::ContentDecoder(std::vector<Stage> stages) : stages_(std::move(stages)) {}
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

std::expected<std::optional<ContentDecoder>, Rejection> ContentDecoder::for_coding(
    std::string_view content_encoding) {
  std::vector<Stage> stages;
  while (true) {
    const std::size_t comma = content_encoding.find(',');
    const std::string_view coding = without_outer_space(content_encoding.substr(0, comma));
    if (!coding.empty() && !same_ignoring_case(coding, "identity")) {
      auto stage = Stage::named(coding);
      if (!stage) {
        TRY(
            refuse("The body's content coding is unknown; the ones that can be undone are gzip, deflate, br "
                   "and zstd."));
      }
      if (stages.size() == kMostCodings) TRY(refuse("The body has too many content codings around it."));
      stages.insert(stages.begin(), std::move(*stage));
    }
    if (comma == std::string_view::npos) break;
    content_encoding.remove_prefix(comma + 1);
  }
  if (stages.empty()) return std::nullopt;
  return ContentDecoder(std::move(stages));
}

std::expected<void, Rejection> ContentDecoder::decode(std::string_view in, std::string& out, Bytes most) {
  for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
    between_[i].clear();
    Sink sink(between_[i], most);
    TRY(stages_[i].decode(in, sink));
    in = between_[i];
  }
  Sink sink(out, most);
  return stages_.back().decode(in, sink);
}

bool ContentDecoder::finished() const {
  return std::all_of(stages_.begin(), stages_.end(), [](const Stage& stage) { return stage.finished(); });
}

}  // namespace weir::http
