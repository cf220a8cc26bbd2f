#include "http/response_head.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::http {
namespace {

std::string answer(std::string_view status, std::string_view lines = "") {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(lines) + "\r\n";
}

ResponseHead parsed(std::string_view bytes, std::string_view method = "POST") {
  ResponseHead head;
  const auto size = parse_response_head(bytes, {}, method, head);
  EXPECT_TRUE(size && *size > 0) << (size ? "unfinished" : size.error().reason);
  return head;
}

bool refused(std::string_view bytes, std::string_view method = "POST", const HeadLimits& limits = {}) {
  ResponseHead head;
  const auto size = parse_response_head(bytes, limits, method, head);
  if (!size) EXPECT_EQ(size.error().status, 502);
  return !size;
}

TEST(ResponseHead, gives_the_parts_of_an_answer) {
  const std::string bytes = answer("429 Too Many Requests", "Retry-After: 2\r\nContent-Length: 17\r\n");
  const std::string with_body = bytes + "body";
  ResponseHead head;
  EXPECT_EQ(parse_response_head(with_body, {}, "POST", head), bytes.size());
  EXPECT_EQ(head.status, 429);
  EXPECT_EQ(head.version, Version::http_1_1);
  EXPECT_EQ(head.headers.find("retry-after"), "2");
  EXPECT_EQ(head.body, (BodyFraming{BodyFraming::Kind::length, 17}));
  EXPECT_TRUE(head.keep_alive);
}

TEST(ResponseHead, asks_for_more_at_every_byte_before_the_last) {
  const std::string bytes = answer("200 OK", "Transfer-Encoding: chunked\r\n");
  ResponseHead head;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(parse_response_head(std::string_view(bytes).substr(0, size), {}, "GET", head), 0U) << size;
  }
}

TEST(ResponseHead, a_phrase_may_be_empty_or_missing) {
  EXPECT_EQ(parsed("HTTP/1.1 200 \r\n\r\n").status, 200);
  EXPECT_EQ(parsed("HTTP/1.1 200\r\n\r\n").status, 200);
  EXPECT_EQ(parsed("HTTP/1.1 200 D\xe9j\xe0 vu\r\n\r\n").status, 200);
}

TEST(ResponseHead, refuses_what_is_no_status_line) {
  for (const auto line : {"HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 Low", "HTTP/1.1 600 High",
                          "HTTP/1.1  200 OK", "HTTP/1.1 2x0 OK", "HTTP/2 200", "ICY 200 OK",
                          "http/1.1 200 OK", "HTTP/1.1 200 O\x01K", "\r\nHTTP/1.1 200 OK"}) {
    EXPECT_TRUE(refused(std::string(line) + "\r\n\r\n")) << line;
  }
  EXPECT_TRUE(refused("HTTP/1.1 200 OK\n\n"));
}

TEST(ResponseHead, without_length_or_chunks_the_body_lasts_until_the_server_closes) {
  const ResponseHead head = parsed(answer("200 OK"));
  EXPECT_EQ(head.body.kind, BodyFraming::Kind::until_close);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_TRUE(parsed(answer("200 OK", "Content-Length: 0\r\n")).keep_alive);
}

TEST(ResponseHead, answers_that_never_have_a_body) {
  const std::string length = "Content-Length: 5\r\n";
  EXPECT_EQ(parsed(answer("200 OK", length), "HEAD").body, BodyFraming{});
  EXPECT_EQ(parsed(answer("304 Not Modified", length)).body, BodyFraming{});
  for (const auto status : {"100 Continue", "103 Early Hints", "204 No Content"}) {
    EXPECT_EQ(parsed(answer(status)).body, BodyFraming{}) << status;
    EXPECT_TRUE(parsed(answer(status)).keep_alive) << status;
    EXPECT_TRUE(refused(answer(status, length))) << status;
    EXPECT_TRUE(refused(answer(status, "Transfer-Encoding: chunked\r\n"))) << status;
  }
  EXPECT_EQ(parsed(answer("204 No Content", "Content-Length: 0\r\n")).status, 204);
}

TEST(ResponseHead, refuses_a_body_that_two_readers_could_cut_differently) {
  for (const auto lines :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n", "Content-Length: x\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Content-Length : 5\r\n", "A: b\r\n Content-Length: 5\r\n",
        "A: b\rContent-Length: 5\r\n"}) {
    EXPECT_TRUE(refused(answer("200 OK", lines))) << lines;
    EXPECT_TRUE(refused(answer("200 OK", lines), "HEAD")) << lines;
  }
  EXPECT_TRUE(refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST(ResponseHead, refuses_a_switch_of_protocols_that_nobody_asked_for) {
  EXPECT_TRUE(refused(answer("101 Switching Protocols", "Upgrade: h2c\r\n")));
}

TEST(ResponseHead, says_whether_the_connection_may_be_used_again) {
  EXPECT_FALSE(parsed(answer("200 OK", "Content-Length: 1\r\nConnection: close\r\n")).keep_alive);
  EXPECT_FALSE(parsed("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").keep_alive);
  EXPECT_TRUE(parsed("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(ResponseHead, is_bounded_in_bytes_and_lines) {
  EXPECT_TRUE(refused(answer("200 OK", "A: 1\r\nB: 2\r\n"), "GET", {.headers = 1}));
  EXPECT_TRUE(refused("HTTP/1.1 200 " + std::string(64, 'x'), "GET", {.head = 64_B}));
}

}  // namespace
}  // namespace weir::http
