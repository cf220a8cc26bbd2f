#include "http/sse.h"

#include <cstring>

#include "base/try.h"

namespace weir::http {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Whether the first `size` of `bytes` end just after a blank line.
bool ends_with_blank_line(std::string_view bytes, std::size_t size) {
  std::size_t line_end = size - 1;
  if (bytes[line_end] == '\n') {
    if (line_end > 0 && bytes[line_end - 1] == '\r') --line_end;
  } else if (bytes[line_end] != '\r' || size == bytes.size() || bytes[size] == '\n') {
    return false;  // no line end, or one that isn't known to be whole
  }
  return line_end == 0 || is_line_end(bytes[line_end - 1]);
}

std::size_t find_line_end(std::string_view bytes, std::size_t at) {
  while (at < bytes.size() && !is_line_end(bytes[at])) ++at;
  return at;
}

}  // namespace

std::size_t whole_events(std::string_view bytes) {
  for (std::size_t size = bytes.size(); size > 0; --size) {
    if (is_line_end(bytes[size - 1]) && ends_with_blank_line(bytes, size)) return size;
  }
  return 0;
}

std::expected<void, Rejection> EventReader::read(std::string_view bytes, std::vector<Event>& out) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (after_cr_ && bytes[at] == '\n') ++at;
    after_cr_ = false;
    if (at == bytes.size()) break;
    const std::size_t end = find_line_end(bytes, at);
    TRY(add_to_line(bytes.substr(at, end - at)));
    if (end == bytes.size()) break;
    after_cr_ = bytes[end] == '\r';
    at = end + 1;
    end_line(out);
  }
  return {};
}

std::expected<void, Rejection> EventReader::add_to_line(std::string_view part) {
  const std::size_t held = line_.size() + event_.data.size() + event_.event.size() + event_.id.size();
  if (held + part.size() > most_.count) {
    return std::unexpected(Rejection{502, "An event of the stream is larger than is allowed here."});
  }
  line_ += part;
  return {};
}

void EventReader::end_line(std::vector<Event>& out) {
  std::string_view line = line_;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;

  if (line.empty()) {
    if (!event_.data.empty()) {
      event_.data.pop_back();  // the '\n' after its last line
      if (event_.event.empty()) event_.event = "message";
      out.push_back(event_);
    }
    event_.event.clear();
    event_.data.clear();
  } else if (const std::size_t colon = line.find(':'); colon != 0) {  // a comment begins with the colon
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void EventReader::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    event_.data += value;
    event_.data += '\n';
  } else if (name == "event") {
    event_.event = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
  }
}

void append_event(std::string& out, std::string_view event, std::string_view data) {
  if (!event.empty()) {
    out += "event: ";
    out += event;
    out += '\n';
  }
  while (true) {
    const std::size_t end = find_line_end(data, 0);
    out += "data: ";
    out += data.substr(0, end);
    out += '\n';
    if (end == data.size()) break;
    data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  out += '\n';
}

}  // namespace weir::http
