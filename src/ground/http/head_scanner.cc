#include "http/head_scanner.h"

namespace weir::http {
namespace {
constexpr std::string_view kEnd = "\r\n\r\n";
}

bool HeadScanner::worth_parsing(std::string_view bytes) {
  const bool ended = bytes.find(kEnd, searched_) != std::string_view::npos;
  // The end may have begun with the last three bytes.
  if (!ended && bytes.size() >= kEnd.size()) searched_ = bytes.size() - (kEnd.size() - 1);
  if (!ended && bytes.size() < next_try_) return false;
  next_try_ = 2 * bytes.size();
  return true;
}

}  // namespace weir::http
