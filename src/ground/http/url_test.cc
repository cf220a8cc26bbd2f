#include "http/url.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

Url parsed(std::string_view text) {
  const auto url = parse_base_url(text);
  EXPECT_TRUE(url) << text << ": " << (url ? "" : url.error());
  return url.value_or(Url{});
}

TEST(BaseUrl, gives_scheme_host_port_and_path) {
  EXPECT_EQ(parsed("https://api.openai.com/v1"), (Url{Url::Scheme::https, "api.openai.com", 443, "/v1"}));
  EXPECT_EQ(parsed("HTTP://LocalHost:9009"), (Url{Url::Scheme::http, "localhost", 9009, ""}));
  EXPECT_EQ(parsed("http://a").port, 80);
}

TEST(BaseUrl, trims_slashes_at_the_end) {
  EXPECT_EQ(parsed("http://a/").path, "");
  EXPECT_EQ(parsed("http://a/openai/v1//").path, "/openai/v1");
}

TEST(BaseUrl, knows_ipv6) {
  const Url url = parsed("http://[2001:DB8::1]:8080/v1");
  EXPECT_EQ(url.host, "2001:db8::1");
  EXPECT_EQ(url.authority(), "[2001:db8::1]:8080");
  EXPECT_EQ(parsed("https://[::1]").authority(), "[::1]");
}

TEST(BaseUrl, its_authority_names_the_port_where_it_is_unusual) {
  EXPECT_EQ(parsed("https://a:443").authority(), "a");
  EXPECT_EQ(parsed("http://a:443").authority(), "a:443");
}

TEST(BaseUrl, says_what_is_wrong) {
  const auto error_of = [](std::string_view text) {
    const auto url = parse_base_url(text);
    return url ? std::string("nothing") : url.error();
  };
  EXPECT_EQ(error_of("api.openai.com"), "the URL must begin with http:// or https://");
  EXPECT_EQ(error_of("http:/a"), "the URL must begin with http:// or https://");
  EXPECT_EQ(error_of("https:///v1"), "the URL has no host");
  EXPECT_EQ(error_of("https://me:secret@a/v1"),
            "the URL must not have a user name or password; give credentials as keys");
  EXPECT_EQ(error_of("https://a/v1?x=1"), "the URL must not have a query (?…)");
  EXPECT_EQ(error_of("https://a/#top"), "the URL must not have a fragment (#…)");
  EXPECT_EQ(error_of("https://[1:2]/"), "the URL's host is not an IPv6 address");
  for (const auto text :
       {"http://a:0", "http://a:99999", "http://a b", "http://a:80:80", "http://\xc3\xa4", "http://[::1"}) {
    EXPECT_NE(error_of(text), "nothing") << text;
  }
  for (const auto text : {"http://a/x y", "http://a/%zz", "http://a/%2", "http://a/\n"}) {
    EXPECT_EQ(error_of(text), "the URL's path holds a character that must be percent-encoded") << text;
  }
}

}  // namespace
}  // namespace weir::http
