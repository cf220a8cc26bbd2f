#include "config/base_url.h"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

std::string why_not(std::string_view text) {
  auto url = BaseUrl::parse(text);
  return url ? "" : url.error();
}

TEST(BaseUrl, knows_its_parts) {
  auto url = BaseUrl::parse("HTTPS://API.OpenAI.com/v1/");
  ASSERT_TRUE(url);
  EXPECT_EQ(*url, (BaseUrl{Scheme::https, "api.openai.com", 443, "/v1"}));
  EXPECT_EQ(*BaseUrl::parse("http://127.0.0.1:9009"), (BaseUrl{Scheme::http, "127.0.0.1", 9009, ""}));
  EXPECT_EQ(*BaseUrl::parse("http://[::1]/a/b"), (BaseUrl{Scheme::http, "::1", 80, "/a/b"}));
}

TEST(BaseUrl, is_written_as_a_person_would) {
  for (std::string_view text : {"https://api.openai.com/v1", "http://127.0.0.1:9009/v1", "http://[::1]",
                                "https://[::1]:8443/x", "http://vllm:443"}) {
    EXPECT_EQ(to_string(*BaseUrl::parse(text)), text);
  }
}

TEST(BaseUrl, refuses_what_a_provider_is_not_reached_by) {
  EXPECT_EQ(why_not("api.openai.com/v1"), "must start with http:// or https://");
  EXPECT_EQ(why_not("ftp://host/"), "must start with http:// or https://");
  EXPECT_EQ(why_not("https://me:pw@host/v1"), "must not hold a user or password; keys go under `keys`");
  EXPECT_EQ(why_not("https://host/v1?key=1"), "must end before any ? or #");
  EXPECT_EQ(why_not("https://host/v1#x"), "must end before any ? or #");
  EXPECT_EQ(why_not("https://host/a b"), "has a space or another character that must be written as %XX");
  EXPECT_EQ(why_not("https://"), "has no host");
  EXPECT_EQ(why_not("https:///v1"), "has no host");
  EXPECT_EQ(why_not("http://host:0/"), "has port 0, which nobody can call");
}

TEST(BaseUrl, tells_a_server_of_our_own_from_one_on_the_internet) {
  EXPECT_TRUE(BaseUrl::parse("http://127.0.0.1:9009/v1")->is_private());
  EXPECT_TRUE(BaseUrl::parse("http://vllm:8000/v1")->is_private());
  EXPECT_FALSE(BaseUrl::parse("https://api.openai.com/v1")->is_private());
}

}  // namespace
}  // namespace weir::config
