#include "http/request_head.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::http {
namespace {

// A request with a valid Host and `lines` (each with its CRLF) after it.
std::string request_with(std::string_view lines) {
  return "POST /v1/chat/completions HTTP/1.1\r\nHost: weir.test\r\n" + std::string(lines) + "\r\n";
}

// The status that `bytes` are refused with, 0 when they are accepted, -1 when more is needed.
int refusal_of(std::string_view bytes, const HeadLimits& limits = {}) {
  RequestHead head;
  const auto size = parse_request_head(bytes, limits, head);
  if (!size) return size.error().status;
  return *size == 0 ? -1 : 0;
}

RequestHead parsed(std::string_view bytes) {
  RequestHead head;
  const auto size = parse_request_head(bytes, {}, head);
  EXPECT_TRUE(size && *size > 0) << (size ? "unfinished" : size.error().reason);
  return head;
}

TEST(RequestHead, gives_the_parts_of_a_request) {
  const std::string bytes =
      "POST /v1/messages?beta=true&x HTTP/1.1\r\nHost: localhost:4000\r\nX-Api-Key: \t k1 \r\n"
      "Content-Length: 12\r\n\r\n";
  const std::string with_body = bytes + "hello";
  RequestHead head;
  EXPECT_EQ(parse_request_head(with_body, {}, head), bytes.size());
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/v1/messages?beta=true&x");
  EXPECT_EQ(head.path, "/v1/messages");
  EXPECT_EQ(head.query, "beta=true&x");
  EXPECT_EQ(head.host, "localhost:4000");
  EXPECT_EQ(head.version, Version::http_1_1);
  EXPECT_EQ(head.headers.find("x-api-key"), "k1");
  EXPECT_EQ(head.body, (BodyFraming{BodyFraming::Kind::length, 12}));
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
}

TEST(RequestHead, a_head_that_is_reused_keeps_nothing_of_the_last_request) {
  RequestHead head;
  ASSERT_TRUE(parse_request_head(
      "PUT http://a/?q HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", {}, head));
  ASSERT_TRUE(parse_request_head("GET / HTTP/1.1\r\nHost: b\r\n\r\n", {}, head));
  EXPECT_EQ(head.host, "b");
  EXPECT_EQ(head.query, "");
  EXPECT_EQ(head.headers.size(), 1U);
  EXPECT_EQ(head.body, BodyFraming{});
  EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHead, asks_for_more_at_every_byte_before_the_last) {
  const std::string bytes = "\r\n" + request_with("Transfer-Encoding: chunked\r\n");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(refusal_of(std::string_view(bytes).substr(0, size)), -1) << size;
  }
  EXPECT_EQ(refusal_of(bytes), 0);
}

TEST(RequestHead, refuses_at_the_first_byte_that_can_never_be_right) {
  for (const std::string bytes : {"\x16",
                                  "\n",
                                  "\rG",
                                  "\r\n\r\n\r",
                                  " ",
                                  "GET\t",
                                  "G(",
                                  "GET x y",
                                  "GET  ",
                                  "GET /#",
                                  "GET /\xc3",
                                  "GET /%g",
                                  "GET /%1g",
                                  "GET /\r",
                                  "GET / h",
                                  "GET / HTTP/2.0",
                                  "GET / HTTP/0.9",
                                  "GET / HTTP/1x",
                                  "GET / HTTP/1.1 ",
                                  "GET / HTTP/1.1\n",
                                  "GET / HTTP/1.1\r\n ",
                                  "GET / HTTP/1.1\r\n:",
                                  "GET / HTTP/1.1\r\nA\r",
                                  "GET / HTTP/1.1\r\nA ",
                                  "GET / HTTP/1.1\r\nA: \x01",
                                  "GET / HTTP/1.1\r\nA: \x7f",
                                  "GET / HTTP/1.1\r\nA: b\n",
                                  "GET / HTTP/1.1\r\nA: b\r\r",
                                  "GET / HTTP/1.1\r\nA: b\r\n\t",
                                  "GET / HTTP/1.1\r\n\rx"}) {
    EXPECT_GE(refusal_of(bytes), 400) << bytes;
    EXPECT_EQ(refusal_of(std::string_view(bytes).substr(0, bytes.size() - 1)), -1) << bytes;
  }
}

TEST(RequestHead, control_bytes_in_values_are_refused_wherever_they_stand) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    for (std::size_t place = 1; place < 20; ++place) {
      std::string value(20, '\xff');
      value[place] = c;
      EXPECT_EQ(refusal_of(request_with("X: " + value + "\r\n")), allowed ? 0 : 400)
          << byte << " at " << place;
    }
  }
}

TEST(RequestHead, names_are_tokens) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool token =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(c));
    if (c == ':') continue;  // ends the name
    EXPECT_EQ(refusal_of(request_with(std::string("X") + c + "Y: 1\r\n")), token && byte != 0 ? 0 : 400)
        << byte;
  }
}

TEST(RequestHead, needs_exactly_one_valid_host_in_1_1) {
  const auto with_host = [](std::string_view host) {
    return "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
  };
  for (const auto host :
       {"a", "a:", "a:80", "127.0.0.1:65535", "[::1]", "[::1]:4000", "my_host", "0.0.0.0=5000"}) {
    EXPECT_EQ(refusal_of(with_host(host)), 0) << host;
    EXPECT_EQ(parsed(with_host(host)).host, host);
  }
  for (const auto host : {"", ":80", "a:65536", "a:8x", "a b", "u@a", "a/b", "[::1", "[]", "[x]", "[::1]x",
                          "a%41", "\xc3\xa4", "a:80:80", "a?b"}) {
    EXPECT_EQ(refusal_of(with_host(host)), 400) << host;
  }
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"), 400);
  EXPECT_EQ(parsed("GET / HTTP/1.0\r\n\r\n").host, "");
}

TEST(RequestHead, an_absolute_target_names_the_host) {
  const auto get = [](std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: other\r\n\r\n";
  };
  const std::string bytes = get("HTTP://weir.test:81/v1/models?limit=2");
  const RequestHead head = parsed(bytes);
  EXPECT_EQ(head.host, "weir.test:81");
  EXPECT_EQ(head.path, "/v1/models");
  EXPECT_EQ(head.query, "limit=2");
  const std::string bare = get("https://weir.test");
  EXPECT_EQ(parsed(bare).path, "/");
  const std::string only_query = get("http://weir.test?x=/y");
  EXPECT_EQ(parsed(only_query).path, "/");
  EXPECT_EQ(parsed(only_query).query, "x=/y");
  for (const auto target :
       {"ftp://a/", "http:/a", "http://", "http:///v1", "http://u:p@a/", "weir.test:80", "v1/models"}) {
    EXPECT_EQ(refusal_of(get(target)), 400) << target;
  }
  EXPECT_EQ(refusal_of("GET http://a/ HTTP/1.1\r\n\r\n"), 400) << "Host is needed all the same";
}

TEST(RequestHead, the_asterisk_is_for_options) {
  EXPECT_EQ(refusal_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(refusal_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestHead, tunnels_and_other_versions_are_not_served) {
  EXPECT_EQ(refusal_of("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of("GET / HTTP/1.2\r\n"), 505);
  EXPECT_EQ(refusal_of("GET / http/1.1\r\n"), 400);
}

TEST(RequestHead, a_body_has_one_length_or_chunks) {
  EXPECT_EQ(parsed(request_with("")).body, BodyFraming{});
  EXPECT_EQ(parsed(request_with("Content-Length: 0\r\n")).body, BodyFraming{});
  EXPECT_EQ(parsed(request_with("Content-Length:\t007 \r\n")).body,
            (BodyFraming{BodyFraming::Kind::length, 7}));
  EXPECT_EQ(parsed(request_with("content-length: 9223372036854775807\r\n")).body.length,
            9223372036854775807U);
  EXPECT_EQ(parsed(request_with("TRANSFER-ENCODING: Chunked\r\n")).body.kind, BodyFraming::Kind::chunked);
  for (const auto value : {"", "-1", "+1", "1 2", "1,1", "0x1", "1.0", "1e3", "9223372036854775808",
                           "18446744073709551616", "\xc2\xb2"}) {
    EXPECT_EQ(refusal_of(request_with("Content-Length: " + std::string(value) + "\r\n")), 400) << value;
  }
  EXPECT_EQ(refusal_of(request_with("Content-Length: 1\r\nContent-Length: 1\r\n")), 400);
  EXPECT_EQ(refusal_of(request_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")), 400);
  EXPECT_EQ(refusal_of(request_with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")), 400);
}

TEST(RequestHead, the_only_transfer_coding_is_chunked) {
  const auto status_of = [](std::string_view coding) {
    return refusal_of(request_with("Transfer-Encoding: " + std::string(coding) + "\r\n"));
  };
  EXPECT_EQ(status_of("gzip, chunked"), 501);
  EXPECT_EQ(status_of("gzip\r\nTransfer-Encoding: chunked"), 501);
  for (const auto coding : {"", "identity", "gzip", "chunked, gzip", "chunked, chunked", "chunked,",
                            ", chunked", "xchunked", "chunked;q=1", "\"chunked\"",
                            "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding:"}) {
    EXPECT_EQ(status_of(coding), 400) << coding;
  }
  EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestHead, says_whether_the_connection_stays_open) {
  const auto stays = [](std::string_view version, std::string_view connection) {
    return parsed("GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(connection) + "\r\n")
        .keep_alive;
  };
  EXPECT_TRUE(stays("1.1", ""));
  EXPECT_FALSE(stays("1.1", "Connection: upgrade, CLOSE\r\n"));
  EXPECT_FALSE(stays("1.0", ""));
  EXPECT_TRUE(stays("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(stays("1.0", "Connection: keep-alive\r\nConnection: close\r\n"));
}

TEST(RequestHead, connection_cannot_take_the_length_away) {
  const std::string bytes = request_with("Connection: close, Content-Length\r\nContent-Length: 5\r\n");
  EXPECT_EQ(parsed(bytes).body.length, 5U);
}

TEST(RequestHead, knows_one_expectation) {
  EXPECT_TRUE(parsed(request_with("Expect: 100-Continue\r\nContent-Length: 1\r\n")).expects_continue);
  EXPECT_FALSE(parsed(request_with("Expect: 100-continue\r\n")).expects_continue);
  EXPECT_EQ(refusal_of(request_with("Expect: 200-ok\r\nContent-Length: 1\r\n")), 417);
}

TEST(RequestHead, is_bounded_in_bytes_and_lines) {
  const std::string small = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(refusal_of(small, {.head = {small.size()}}), 0);
  EXPECT_EQ(refusal_of(small, {.head = {small.size() - 1}}), 431);
  EXPECT_EQ(refusal_of("GET /" + std::string(100, 'a'), {.head = 64_B}), 414);
  EXPECT_EQ(refusal_of(request_with("X: " + std::string(100, 'a')), {.head = 64_B}), 431);
  EXPECT_EQ(refusal_of(request_with("A: 1\r\nB: 2\r\n"), {.headers = 3}), 0);
  EXPECT_EQ(refusal_of(request_with("A: 1\r\nB: 2\r\n"), {.headers = 2}), 431);
  EXPECT_EQ(refusal_of(request_with("X: " + std::string(70'000, 'a') + "\r\n")), 431);
}

TEST(RequestHead, a_reason_repeats_nothing_of_the_request) {
  RequestHead head;
  const auto size = parse_request_head("GET /<script> HTTP/1.1\r\n", {}, head);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().reason, "The request's target holds a character that must be percent-encoded.");
}

}  // namespace
}  // namespace weir::http
