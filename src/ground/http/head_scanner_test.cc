#include "http/head_scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::http {
namespace {

const std::string kHead = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(HeadScanner, says_to_parse_when_the_end_arrives_however_it_is_cut) {
  for (std::size_t cut = 0; cut < kHead.size(); ++cut) {
    HeadScanner scanner;
    scanner.worth_parsing(std::string_view(kHead).substr(0, cut));
    EXPECT_TRUE(scanner.worth_parsing(kHead)) << cut;
  }
}

TEST(HeadScanner, a_client_that_sends_single_bytes_causes_few_attempts) {
  HeadScanner scanner;
  const std::string endless(1 << 16, 'a');
  std::size_t attempts = 0;
  for (std::size_t size = 1; size <= endless.size(); ++size) {
    attempts += scanner.worth_parsing(std::string_view(endless).substr(0, size)) ? 1 : 0;
  }
  EXPECT_EQ(attempts, 17U);  // at 1, 2, 4, … 65536 bytes
}

TEST(HeadScanner, begins_anew_after_reset) {
  HeadScanner scanner;
  ASSERT_TRUE(scanner.worth_parsing(kHead));
  scanner.reset();
  EXPECT_TRUE(scanner.worth_parsing("G"));
  EXPECT_TRUE(scanner.worth_parsing(kHead));
}

}  // namespace
}  // namespace weir::http
