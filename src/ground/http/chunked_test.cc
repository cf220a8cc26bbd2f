#include "http/chunked.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::http {
namespace {

struct Decoded {
  std::string body;
  std::string rest;  // what came after the end of the body
  bool done = false;
  std::string refusal;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  Decoded result;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::string_view in = bytes.substr(at, piece);
    while (!in.empty()) {
      const auto step = decoder.next(in);
      if (!step) return {.body = result.body, .rest = "", .done = false, .refusal = step.error().reason};
      result.body += step->data;
      in.remove_prefix(step->consumed);
      result.done = step->done;
      if (!step->done) continue;
      result.rest += in;
      break;
    }
  }
  return result;
}

Decoded decode_whole(std::string_view bytes) { return decode(bytes, bytes.size()); }
std::string body_of(std::string_view bytes) { return decode_whole(bytes).body; }
std::string refusal_of(std::string_view bytes) { return decode_whole(bytes).refusal; }
std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Chunked, joins_the_chunks_and_leaves_what_follows) {
  const Decoded result = decode_whole("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /");
  EXPECT_EQ(result.body, "hello world");
  EXPECT_EQ(result.rest, "GET /");
  EXPECT_TRUE(result.done);
}

TEST(Chunked, sizes_are_hex_in_either_case_with_leading_zeros) {
  EXPECT_EQ(body_of("00a\r\n0123456789\r\n"), "0123456789");
  EXPECT_EQ(body_of("A\r\n0123456789\r\n"), "0123456789");
  EXPECT_TRUE(decode_whole("000\r\n\r\n").done);
}

TEST(Chunked, data_is_a_view_into_the_input) {
  ChunkedDecoder decoder;
  const std::string_view in = "5\r\nhello\r\n0\r\n\r\n";
  const auto step = decoder.next(in);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->data.data(), in.data() + 3);
  EXPECT_EQ(step->consumed, 8U);
}

TEST(Chunked, nothing_is_consumed_after_the_end) {
  ChunkedDecoder decoder;
  ASSERT_TRUE(decoder.next("0\r\n\r\n")->done);
  const auto step = decoder.next("5\r\n");
  EXPECT_EQ(step->consumed, 0U);
  EXPECT_TRUE(step->done);
  decoder.reset();
  EXPECT_EQ(decoder.next("2\r\nok")->data, "ok");
}

TEST(Chunked, how_the_bytes_are_cut_changes_nothing) {
  for (const std::string_view bytes :
       {"5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: x\r\n\r\nrest", "5 ; a = \"q\\\"\" ;b\r\nhello\r\n0;z\r\n\r\n",
        "5\r\nhellox", "5;\"\r\n", "0\r\nBad Trailer: 1\r\n\r\n", "3\r\nab"}) {
    const Decoded whole = decode_whole(bytes);
    for (std::size_t piece = 1; piece < bytes.size(); ++piece)
      EXPECT_EQ(decode(bytes, piece), whole) << bytes;
  }
}

TEST(Chunked, extensions_are_ignored_when_they_are_well_formed) {
  for (const auto extension :
       {";a", ";a=b", ";a=\"b c;\\\"\t\"", " ;a", "\t; a =\tb", ";a;b=c;d", ";a=\"\""}) {
    const Decoded result =
        decode_whole("2" + std::string(extension) + "\r\nok\r\n0" + extension + "\r\n\r\n");
    EXPECT_EQ(result.body, "ok") << extension << ": " << result.refusal;
    EXPECT_TRUE(result.done) << extension;
  }
}

TEST(Chunked, malformed_size_lines_are_refused) {
  for (const std::string line : {"",
                                 "x",
                                 "-1",
                                 "+1",
                                 "0x1",
                                 " 1",
                                 "1 ",
                                 "1 2",
                                 "1;",
                                 "1; ",
                                 "1;=a",
                                 "1;a=",
                                 "1;a=b c",
                                 "1;a b",
                                 "1;a=\"b",
                                 "1;a=\"b\"c",
                                 "1;a ",
                                 "1;a=\"\x01\"",
                                 "1;a=\"\\\x01\"",
                                 "1;\xff",
                                 "1\n",
                                 "1;a\n",
                                 "1\r\r",
                                 "1;a\rb",
                                 "1=a"}) {
    EXPECT_NE(refusal_of(line + "\r\nx\r\n0\r\n\r\n"), "") << line;
  }
}

TEST(Chunked, data_ends_in_crlf) {
  EXPECT_NE(refusal_of("1\r\nxx"), "");
  EXPECT_NE(refusal_of("1\r\nx\n"), "");
  EXPECT_NE(refusal_of("1\r\nx\rx"), "");
}

TEST(Chunked, sizes_stay_below_2_to_the_63) {
  EXPECT_EQ(refusal_of("7fffffffffffffff\r\nx"), "");
  EXPECT_EQ(refusal_of("0000000000000005\r\nhello"), "");
  for (const auto size : {"8000000000000000", "ffffffffffffffff", "10000000000000000", "00000000000000005"}) {
    EXPECT_NE(refusal_of(size), "") << size;
  }
}

TEST(Chunked, extensions_are_bounded) {
  EXPECT_EQ(refusal_of("1;" + std::string(255, 'a') + "\r\nx\r\n"), "");
  EXPECT_NE(refusal_of("1;" + std::string(256, 'a') + "\r\nx\r\n"), "");
  EXPECT_NE(refusal_of("1" + std::string(257, ' ')), "");
}

TEST(Chunked, a_body_that_is_mostly_framing_is_refused) {
  EXPECT_EQ(refusal_of(repeated("1\r\nx\r\n", 100'000)), "") << "tiny chunks are fine";
  EXPECT_NE(refusal_of(repeated("1;" + std::string(200, 'a') + "\r\nx\r\n", 1'000)), "");
  EXPECT_EQ(
      refusal_of(repeated("c8;" + std::string(200, 'a') + "\r\n" + std::string(200, 'x') + "\r\n", 1'000)),
      "");
}

TEST(Chunked, trailers_are_checked_and_dropped) {
  const Decoded result = decode_whole("1\r\nx\r\n0\r\nDigest: \xff\t1\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(result.body, "x");
  EXPECT_TRUE(result.done);
  for (const auto trailers : {"A : 1\r\n\r\n", "A\r\n\r\n", ": 1\r\n\r\n", "A: 1\n\r\n", "A: 1\r\n b\r\n\r\n",
                              "A: \x01\r\n\r\n", "A: 1\r\r\n", "\rx", "\n"}) {
    EXPECT_NE(refusal_of("0\r\n" + std::string(trailers)), "") << trailers;
  }
  EXPECT_NE(refusal_of("0\r\n" + repeated("A: " + std::string(100, 'a') + "\r\n", 80)), "");
}

TEST(Chunked, what_is_written_is_read_back) {
  std::string bytes;
  for (const std::size_t size : {1U, 15U, 16U, 255U, 4096U, 65'537U}) {
    char head[kMostChunkHead];
    bytes.append(head, write_chunk_head(head, size)).append(size, 'x').append(kChunkEnd);
  }
  bytes += kLastChunk;
  const Decoded result = decode_whole(bytes);
  EXPECT_EQ(result.body.size(), 1U + 15 + 16 + 255 + 4096 + 65'537);
  EXPECT_TRUE(result.done);
}

TEST(Chunked, the_largest_chunk_head_fits) {
  char head[kMostChunkHead];
  EXPECT_EQ(write_chunk_head(head, ~std::uint64_t{0}), kMostChunkHead);
}

}  // namespace
}  // namespace weir::http
