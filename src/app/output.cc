#include "app/output.h"

#include <cerrno>
#include <system_error>

#include "app/command_line.h"

namespace weir::app {

int say(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return kFine;
  complain("weir", fmt::format("can't write to standard output: {}", std::generic_category().message(errno)));
  return kFailed;
}

void complain(std::string_view command, std::string_view sentence) {
  fmt::print(stderr, "{}: {}\n", command, sentence);
}

}  // namespace weir::app
