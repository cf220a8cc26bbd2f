#include "config/address.h"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

TEST(ListenAddress, reads_host_and_port_and_writes_them_back) {
  for (std::string_view text : {"127.0.0.1:4000", "[::1]:4000", "localhost:0", "0.0.0.0:80"}) {
    auto address = ListenAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(ListenAddress, needs_a_port) {
  EXPECT_EQ(ListenAddress::parse("127.0.0.1").error(),
            "has no port; write HOST:PORT, such as 127.0.0.1:4000");
}

TEST(ListenAddress, only_loopback_is_closed_to_other_machines) {
  EXPECT_TRUE(ListenAddress::parse("127.0.0.1:4000")->is_loopback());
  EXPECT_TRUE(ListenAddress::parse("[::1]:4000")->is_loopback());
  EXPECT_FALSE(ListenAddress::parse("0.0.0.0:4000")->is_loopback());
  EXPECT_FALSE(ListenAddress::parse("[::]:4000")->is_loopback());
  EXPECT_FALSE(ListenAddress::parse("gateway.example.com:4000")->is_loopback());
}

}  // namespace
}  // namespace weir::config
