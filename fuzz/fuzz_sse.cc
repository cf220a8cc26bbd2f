// Event streams: whole_events cuts just after the last blank line, and the events are the same however the
// bytes are split, at its cuts or anywhere else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/sse.h"

namespace {

using namespace weir;

void must(bool holds) {
  if (!holds) std::abort();
}

// The slow and plain way: line by line from the start.
std::size_t whole_events_line_by_line(std::string_view bytes) {
  std::size_t whole = 0;
  bool line_is_empty = true;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t length = 1;
    const bool ends = bytes[at] == '\n' || bytes[at] == '\r';
    if (bytes.substr(at).starts_with("\r\n")) length = 2;
    const bool known_whole = bytes[at] != '\r' || at + 1 < bytes.size();
    if (ends && line_is_empty && known_whole) whole = at + length;
    line_is_empty = ends;
    at += length;
  }
  return whole;
}

std::vector<http::Event> read_in_pieces(std::string_view bytes, std::size_t piece) {
  http::EventReader reader;
  std::vector<http::Event> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    must(reader.read(bytes.substr(at, piece), events).has_value());
  return events;
}

std::vector<http::Event> read_cut_at(std::string_view bytes, std::size_t cut) {
  http::EventReader reader;
  std::vector<http::Event> events;
  must(reader.read(bytes.substr(0, cut), events).has_value());
  must(reader.read(bytes.substr(cut), events).has_value());
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t whole = http::whole_events(bytes);
  must(whole == whole_events_line_by_line(bytes));

  const auto events = read_in_pieces(bytes, bytes.size() + 1);
  must(read_in_pieces(bytes, 1) == events);
  must(read_in_pieces(bytes, 7) == events);
  must(read_cut_at(bytes, whole) == events);

  std::string written;
  for (const http::Event& event : events) http::append_event(written, event.event, event.data);
  const auto again = read_in_pieces(written, written.size() + 1);
  must(again.size() == events.size());
  for (std::size_t i = 0; i < again.size(); ++i) {
    must(again[i].event == events[i].event && again[i].data == events[i].data);
  }
  return 0;
}
