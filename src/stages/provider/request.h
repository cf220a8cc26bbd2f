// A caller's request, with all that a provider needs of it: it may be asked after its caller has left.
#pragma once

#include <string>
#include <string_view>

#include "http/body.h"
#include "http/request_head.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::provider {

class Request {
 public:
  // Copies what it needs of the head; takes the body.
  Request(const wire::RelayedPath& path, const http::RequestHead& head, wire::RequestFields fields,
          http::Body body);

  const wire::RelayedPath& path() const { return path_; }
  const wire::RequestFields& fields() const { return fields_; }
  bool streamed() const { return fields_.mode == wire::RequestFields::Mode::events; }
  std::string_view body() const { return body_.bytes().text; }
  std::string_view query() const { return query_; }
  // The caller's headers that go on (wire/headers.h), as lines.
  std::string_view lines() const { return lines_; }
  // The caller's own; empty: none.
  std::string_view traceparent() const { return traceparent_; }
  bool names_anthropic_version() const { return names_anthropic_version_; }

 private:
  const wire::RelayedPath& path_;
  wire::RequestFields fields_;
  http::Body body_;
  std::string query_;
  std::string lines_;
  std::string traceparent_;
  bool names_anthropic_version_;
};

}  // namespace weir::provider
