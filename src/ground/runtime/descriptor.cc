#include "runtime/descriptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace weir::runtime {

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

std::size_t prepare_descriptor_table(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  std::size_t size = std::min<std::size_t>(wanted, limit.rlim_cur);
  // Asking for the highest number makes the table that large; the copy of stderr itself is not needed.
  Descriptor highest(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, static_cast<int>(size) - 1));
  return size;
}

}  // namespace weir::runtime
