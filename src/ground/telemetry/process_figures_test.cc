#include "telemetry/process_figures.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace weir::telemetry {
namespace {

TEST(ProcessFigures, an_open_file_and_used_memory_are_seen) {
  auto before = process_figures();
  std::vector<char> memory(32 << 20);
  for (volatile char& byte : memory) byte = 'x';  // volatile, or nobody would use it
  int file = dup(STDERR_FILENO);
  auto after = process_figures();
  close(file);
  EXPECT_EQ(after.open_descriptors, before.open_descriptors + 1);
  EXPECT_GT(after.resident.count, before.resident.count + memory.size() / 2);
  EXPECT_GE(after.virtual_memory, after.resident);
  EXPECT_GE(after.most_descriptors, after.open_descriptors);
}

TEST(ProcessFigures, the_start_is_a_date_of_the_last_hour) {
  auto now = SystemClock{}.wall().time_since_epoch();
  auto figures = process_figures();
  EXPECT_LE(figures.started, now);
  EXPECT_GT(figures.started, now - std::chrono::hours(1));
}

TEST(ProcessFigures, work_costs_processor_time) {
  auto before = process_figures().cpu;
  volatile std::uint64_t sink = 0;
  while (process_figures().cpu < before + std::chrono::milliseconds(20)) sink = sink + 1;
  EXPECT_GE(process_figures().cpu, before + std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace weir::telemetry
