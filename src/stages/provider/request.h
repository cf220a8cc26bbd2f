// A caller's request, with all that a provider needs of it: it may be asked after its caller has left.
#pragma once

#include <string>
#include <string_view>

#include "http/body.h"
#include "http/request_head.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::provider {

// Whether a stream is made to tell its usage, where its caller didn't ask for it.
enum class AskUsage : std::uint8_t { as_asked, always };

class Request {
 public:
  // Copies what it needs of the head; takes the body. `model` is what the provider calls it.
  Request(const wire::RelayedPath& path, const http::RequestHead& head, wire::RequestFields fields,
          http::Body body, std::string_view model, AskUsage ask_usage);

  const wire::RelayedPath& path() const { return path_; }
  const wire::RequestFields& fields() const { return fields_; }
  bool streamed() const { return fields_.mode == wire::RequestFields::Mode::events; }
  std::string_view body() const { return body_.bytes().text; }
  std::string_view query() const { return query_; }
  std::string_view model() const { return model_; }
  // The caller's headers that go on (wire/headers.h), as lines.
  std::string_view lines() const { return lines_; }
  // The caller's own; empty: none.
  std::string_view traceparent() const { return traceparent_; }
  bool names_anthropic_version() const { return names_anthropic_version_; }
  // The stream will have an event with the usage that the caller didn't ask for.
  bool adds_usage() const { return ask_usage_ == AskUsage::always && fields_.ask_usage.has_value(); }

 private:
  const wire::RelayedPath& path_;
  wire::RequestFields fields_;
  http::Body body_;
  std::string query_;
  std::string model_;
  std::string lines_;
  std::string traceparent_;
  bool names_anthropic_version_;
  AskUsage ask_usage_;
};

}  // namespace weir::provider
