#include "config/authority.h"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

std::string why_not(std::string_view text) {
  auto authority = parse_authority(text);
  return authority ? "" : authority.error();
}

TEST(ParseAuthority, reads_names_and_addresses_with_and_without_a_port) {
  EXPECT_EQ(parse_authority("LocalHost")->host, "localhost");
  EXPECT_EQ(parse_authority("localhost")->port, std::nullopt);
  EXPECT_EQ(parse_authority("api.openai.com:443")->port, 443);
  EXPECT_EQ(parse_authority("127.0.0.1:0")->port, 0);
  EXPECT_EQ(parse_authority("[::1]:4000")->host, "::1");
  EXPECT_EQ(parse_authority("[FE80::1]")->host, "fe80::1");
}

TEST(ParseAuthority, says_what_is_wrong) {
  EXPECT_EQ(why_not(""), "has no host");
  EXPECT_EQ(why_not(":4000"), "has no host");
  EXPECT_EQ(why_not("local host:1"), "has a host that is neither a name nor an address");
  EXPECT_EQ(why_not("127.1:1"), "has a host that is not a whole IPv4 address");
  EXPECT_EQ(why_not("[::1"), "has a host in brackets that is not an IPv6 address");
  EXPECT_EQ(why_not("[127.0.0.1]:1"), "has a host in brackets that is not an IPv6 address");
  EXPECT_EQ(why_not("[::1]4000"), "goes on after its host");
  EXPECT_EQ(why_not("::1"), "is an IPv6 address without brackets; write [::1] or [::1]:4000");
  for (std::string_view text : {"a:", "a:x", "a:65536", "a:-1", "a:1:2", "[::1]:"}) {
    EXPECT_EQ(why_not(text), "has a port that is not a number from 0 to 65535") << text;
  }
}

TEST(FormatHostPort, brackets_ipv6_only) {
  EXPECT_EQ(format_host_port("::1", 4000), "[::1]:4000");
  EXPECT_EQ(format_host_port("127.0.0.1", 80), "127.0.0.1:80");
}

TEST(IsLoopbackHost, knows_loopback_from_the_rest_of_the_world) {
  for (std::string_view host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "app.localhost"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (std::string_view host : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "notlocalhost", ""}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(IsPrivateHost, knows_what_is_on_our_own_network) {
  for (std::string_view host :
       {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "::1",
        "fd00::1", "fe80::1", "vllm", "gpu.internal", "box.local"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (std::string_view host : {"0.0.0.0", "172.15.0.1", "172.32.0.1", "8.8.8.8", "2001:db8::1",
                                "api.openai.com", "internal.example.com", ""}) {
    EXPECT_FALSE(is_private_host(host)) << host;
  }
}

}  // namespace
}  // namespace weir::config
