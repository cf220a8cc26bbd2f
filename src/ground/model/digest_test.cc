#include "model/digest.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Digest, IsWrittenAndReadAsHex) {
  Digest digest;
  digest.bytes[0] = 0xab;
  digest.bytes[31] = 0x01;
  std::string hex = to_hex(digest);
  EXPECT_EQ(hex, "ab" + std::string(60, '0') + "01");
  EXPECT_EQ(digest_from_hex(hex), digest);
}

TEST(Digest, IsNothingElse) {
  EXPECT_FALSE(digest_from_hex("ab"));
  EXPECT_FALSE(digest_from_hex(std::string(63, '0') + "g"));
  EXPECT_FALSE(digest_from_hex(std::string(63, '0') + "A"));
}

}  // namespace
}  // namespace weir
