#include "telemetry/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace weir::telemetry {
namespace {

// Of the kernel's ticks, by which it counts processor time.
Duration to_duration(std::uint64_t ticks) {
  static const auto ticks_per_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds(ticks * 1'000'000'000 / ticks_per_second);
}

// When the machine started, since 1970.
std::chrono::seconds boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  std::int64_t seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) break;
  }
  return std::chrono::seconds(seconds);
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::uint64_t count_open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator at("/proc/self/fd", error);
  std::uint64_t count = 0;
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) ++count;
  return count > 0 ? count - 1 : 0;  // one is the folder's own
}

}  // namespace

ProcessFigures process_figures() {
  ProcessFigures figures;
  std::string line = first_line("/proc/self/stat");
  // The program's name, the second field, may hold anything; the others begin after its parenthesis.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string passed_over;
  auto pass_over = [&](int count) {
    while (count-- > 0) fields >> passed_over;
  };
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  std::uint64_t started = 0;
  std::uint64_t pages = 0;
  pass_over(11);  // fields 3 to 13
  fields >> user >> system;
  pass_over(6);  // 16 to 21
  fields >> started >> figures.virtual_memory.count >> pages;

  figures.cpu = to_duration(user + system);
  figures.started = boot_time() + to_duration(started);
  figures.resident = {pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
  figures.open_descriptors = count_open_descriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.most_descriptors = limit.rlim_cur;
  return figures;
}

}  // namespace weir::telemetry
