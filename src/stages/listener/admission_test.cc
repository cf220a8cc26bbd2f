#include "listener/admission.h"

#include <gtest/gtest.h>

namespace weir::listener {
namespace {

PeerAddress address(std::uint8_t last) {
  PeerAddress made;
  made.bytes[10] = made.bytes[11] = 0xff;
  made.bytes[12] = 10;
  made.bytes[15] = last;
  return made;
}

PeerAddress loopback() {
  PeerAddress made;
  made.bytes[15] = 1;
  return made;
}

TEST(Admission, one_address_can_not_take_all_places) {
  Admission admission(10, 2);
  EXPECT_TRUE(admission.enter(address(1)));
  EXPECT_TRUE(admission.enter(address(1)));
  EXPECT_FALSE(admission.enter(address(1)));
  EXPECT_TRUE(admission.enter(address(2)));
  admission.leave(address(1));
  EXPECT_TRUE(admission.enter(address(1)));
}

TEST(Admission, this_machine_is_bounded_only_by_the_places_there_are) {
  Admission admission(3, 1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.enter(loopback()));
  EXPECT_FALSE(admission.enter(loopback()));
  EXPECT_FALSE(admission.enter(address(1)));
  EXPECT_EQ(admission.open(), 3U);
}

}  // namespace
}  // namespace weir::listener
