#include "config/environment.h"

#include <gtest/gtest.h>

#include <fstream>

namespace weir::config {
namespace {

TEST(ProcessEnvironment, reads_files_and_says_why_it_cannot) {
  auto path = std::filesystem::path(testing::TempDir()) / "weir_environment_test";
  std::ofstream(path) << "text\n";
  auto environment = process_environment();
  EXPECT_EQ(environment.read_file(path), "text\n");
  std::ofstream(path) << std::string((2 << 20) + 1, 'x');
  EXPECT_EQ(environment.read_file(path).error(), "larger than 2 MiB");
  std::filesystem::remove(path);
  EXPECT_EQ(environment.read_file(path).error(), "No such file or directory");
  EXPECT_EQ(environment.read_file(testing::TempDir()).error(), "Is a directory");
}

TEST(ProcessEnvironment, knows_variables_that_are_set) {
  auto environment = process_environment();
  EXPECT_TRUE(environment.variable("PATH").has_value());
  EXPECT_EQ(environment.variable("WEIR_NO_SUCH_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace weir::config
