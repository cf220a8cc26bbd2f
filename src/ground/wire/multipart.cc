// The fields of a form: RFC 7578, with the boundary rules of RFC 2046 section 5.1.1.
#include "base/text.h"
#include "wire/request_fields.h"

namespace weir::wire {
namespace {

// The value of `name="…"` or `name=…` among a header's parameters, or nothing.
std::optional<std::string_view> parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at + 1)) {
    std::string_view rest = trimmed(header.substr(at + 1));
    if (!starts_with_ignoring_case(rest, name)) continue;
    rest = trimmed(rest.substr(name.size()));
    if (!rest.starts_with('=')) continue;
    rest = trimmed(rest.substr(1));
    if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      auto end = rest.find('"');
      return end == std::string_view::npos ? std::nullopt : std::optional(rest.substr(0, end));
    }
    return trimmed(rest.substr(0, rest.find(';')));
  }
  return std::nullopt;
}

// The name that a part's headers give it (Content-Disposition: form-data; name="model").
std::string_view part_name(std::string_view headers) {
  while (!headers.empty()) {
    auto end = headers.find("\r\n");
    std::string_view line = headers.substr(0, end);
    if (starts_with_ignoring_case(line, "content-disposition:")) return parameter(line, "name").value_or("");
    if (end == std::string_view::npos) break;
    headers.remove_prefix(end + 2);
  }
  return {};
}

std::unexpected<Failure> malformed(std::string message) {
  return failure(Failure::Kind::malformed_request, std::move(message));
}

}  // namespace

Result<RequestFields> read_multipart_fields(std::string_view body, std::string_view content_type) {
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70) {
    return malformed("The content type multipart/form-data needs a boundary of 1 to 70 characters.");
  }
  std::string delimiter = fmt::format("\r\n--{}", *boundary);
  RequestFields fields;
  std::size_t at = body.starts_with(std::string_view(delimiter).substr(2))
                       ? delimiter.size() - 2
                       : body.find(delimiter) + delimiter.size();
  if (at > body.size() || at < delimiter.size() - 2)
    return malformed("The form has no part with its boundary.");
  while (body.substr(at, 2) == "\r\n") {
    auto end = body.find(delimiter, at);
    if (end == std::string_view::npos) return malformed("The form breaks off before its last boundary.");
    std::string_view part = body.substr(at + 2, end - at - 2);
    auto blank = part.find("\r\n\r\n");
    if (blank == std::string_view::npos)
      return malformed("A part of the form has no empty line after its headers.");
    std::string_view name = part_name(part.substr(0, blank));
    std::string_view value = part.substr(blank + 4);
    if (name == "model") {
      if (!fields.model.empty()) return malformed("`model` is there twice; give it once.");
      fields.model = value;
      fields.model_begin = static_cast<std::size_t>(value.data() - body.data());
      fields.model_size = value.size();
    } else if (name == "stream" && value == "true") {
      fields.mode = RequestFields::Mode::events;
    }
    at = end + delimiter.size();
  }
  if (body.substr(at, 2) != "--") return malformed("The form breaks off before its last boundary.");
  if (fields.model.empty()) return malformed("`model` is missing: name the model to call.");
  return fields;
}

}  // namespace weir::wire
