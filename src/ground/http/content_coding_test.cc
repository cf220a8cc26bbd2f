#include "http/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::http {
namespace {

// `window_bits`: 31 for gzip, 15 for zlib's format, -15 for the raw one.
std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(text);
  std::string out(deflateBound(&stream, in.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gzipped(std::string_view text) { return deflated(text, 31); }

std::string zstandard(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

const std::string kText = "hello hello hello hello";
// kText and 2^20 zero bytes, packed by the brotli tool.
const std::string kTextBrotli(
    "\x1b\x16\x00\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x21\x4f\x1c\xe0\x38", 20);
const std::string kZerosBrotli("\x5b\xff\xff\x8f\x7f\x02\x20\x1e\x0b\x04\x72\xef\x1f\x00", 14);

struct Unpacked {
  std::string text;
  bool finished = false;
  std::string refusal;
};

Unpacked unpack(std::string_view coding, std::string_view bytes, std::size_t piece = 1 << 20,
                Bytes most = 1_MiB) {
  auto decoder = ContentDecoder::for_coding(coding);
  EXPECT_TRUE(decoder && *decoder) << coding;
  Unpacked result;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto decoded = (*decoder)->decode(bytes.substr(at, piece), result.text, most);
    if (!decoded) {
      EXPECT_EQ(decoded.error().status, 502);
      result.refusal = decoded.error().reason;
      return result;
    }
  }
  result.finished = (*decoder)->finished();
  return result;
}

const std::vector<std::pair<std::string, std::string>>& every_coding() {
  static const std::vector<std::pair<std::string, std::string>> codings = {
      {"gzip", gzipped(kText)},          {"X-GZIP", gzipped(kText)}, {"deflate", deflated(kText, 15)},
      {"deflate", deflated(kText, -15)}, {"br", kTextBrotli},        {"zstd", zstandard(kText)},
  };
  return codings;
}

TEST(ContentCoding, unpacks_every_coding_however_the_bytes_are_cut) {
  for (const auto& [coding, packed] : every_coding()) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, packed.size()}) {
      const Unpacked result = unpack(coding, packed, piece);
      EXPECT_EQ(result.text, kText) << coding << " in pieces of " << piece << ": " << result.refusal;
      EXPECT_TRUE(result.finished) << coding;
    }
  }
}

TEST(ContentCoding, unpacks_a_chain_from_the_outside_in) {
  const Unpacked result = unpack("deflate, zstd, gzip", gzipped(zstandard(deflated(kText, 15))), 3);
  EXPECT_EQ(result.text, kText);
  EXPECT_TRUE(result.finished);
}

TEST(ContentCoding, nothing_is_undone_where_nothing_was_done) {
  for (const auto coding : {"", "identity", " Identity ,", ","}) {
    const auto decoder = ContentDecoder::for_coding(coding);
    ASSERT_TRUE(decoder) << coding;
    EXPECT_FALSE(*decoder) << coding;
  }
}

TEST(ContentCoding, unknown_codings_and_long_chains_are_refused) {
  for (const auto coding : {"compress", "gzip, magic", "gzip;q=1", "gzip, gzip, gzip, gzip"}) {
    const auto decoder = ContentDecoder::for_coding(coding);
    ASSERT_FALSE(decoder) << coding;
    EXPECT_EQ(decoder.error().status, 502) << coding;
  }
}

TEST(ContentCoding, members_and_frames_in_a_row_are_one_text) {
  EXPECT_EQ(unpack("gzip", gzipped("one ") + gzipped("") + gzipped("two"), 5).text, "one two");
  EXPECT_EQ(unpack("zstd", zstandard("one ") + zstandard("two"), 5).text, "one two");
}

TEST(ContentCoding, a_stream_that_was_cut_off_is_not_finished) {
  for (const auto& [coding, packed] : every_coding()) {
    for (std::size_t size = 0; size < packed.size(); ++size) {
      const Unpacked result = unpack(coding, std::string_view(packed).substr(0, size));
      EXPECT_EQ(result.refusal, "") << coding;
      EXPECT_FALSE(result.finished) << coding << " cut at " << size;
    }
  }
  EXPECT_FALSE(unpack("gzip", gzipped(kText) + gzipped(kText).substr(0, 9)).finished);
  EXPECT_FALSE(unpack("zstd, gzip", gzipped(zstandard(kText).substr(0, 9))).finished)
      << "the inner one was cut off";
}

TEST(ContentCoding, bytes_after_the_end_are_refused) {
  for (const auto& [coding, packed] : every_coding()) {
    EXPECT_NE(unpack(coding, packed + "junk").refusal, "") << coding;
    EXPECT_NE(unpack(coding, packed + "junk", packed.size()).refusal, "") << coding;
  }
}

TEST(ContentCoding, damaged_data_is_refused) {
  for (const auto coding : {"gzip", "deflate", "br", "zstd"}) {
    EXPECT_NE(unpack(coding, "{\"error\":\"this was never packed\"}").refusal, "") << coding;
  }
  std::string wrong_sum = gzipped(kText);
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  EXPECT_NE(unpack("gzip", wrong_sum).refusal, "");
}

TEST(ContentCoding, a_bomb_is_stopped_at_the_bound) {
  const std::string zeros(1 << 20, '\0');
  for (const auto& [coding, packed] :
       {std::pair{"gzip", gzipped(zeros)}, std::pair{"deflate", deflated(zeros, -15)},
        std::pair{"br", kZerosBrotli}, std::pair{"zstd", zstandard(zeros)},
        std::pair{"gzip, gzip", gzipped(gzipped(zeros))}}) {
    const Unpacked stopped = unpack(coding, packed, packed.size(), 100_KiB);
    EXPECT_NE(stopped.refusal, "") << coding;
    EXPECT_LE(stopped.text.size(), Bytes(100_KiB).count) << coding;
    EXPECT_EQ(unpack(coding, packed, packed.size(), 1_MiB).text, zeros) << coding;
  }
  const std::string inner_bomb = gzipped(zeros);
  EXPECT_NE(unpack("zstd, gzip", inner_bomb, inner_bomb.size(), 100_KiB).refusal, "")
      << "between two codings too";
}

TEST(ContentCoding, the_bound_is_for_each_call) {
  auto decoder = ContentDecoder::for_coding("gzip");
  ASSERT_TRUE(decoder && *decoder);
  const std::string packed = gzipped("one ") + gzipped("two ");
  std::string out;
  EXPECT_TRUE((*decoder)->decode(packed.substr(0, packed.size() / 2), out, 4_B));
  EXPECT_TRUE((*decoder)->decode(packed.substr(packed.size() / 2), out, 4_B));
  EXPECT_EQ(out, "one two ");
}

}  // namespace
}  // namespace weir::http
