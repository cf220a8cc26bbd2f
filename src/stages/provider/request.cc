#include "provider/request.h"

#include "wire/headers.h"

namespace weir::provider {

Request::Request(const wire::RelayedPath& path, const http::RequestHead& head, wire::RequestFields fields,
                 http::Body body)
    : path_(path),
      fields_(std::move(fields)),
      body_(std::move(body)),
      query_(head.query),
      traceparent_(head.headers.find("traceparent").value_or("")),
      names_anthropic_version_(head.headers.find("anthropic-version").has_value()) {
  for (const auto& header : head.headers) {
    if (!wire::goes_to_provider(path.dialect, header.name)) continue;
    lines_.append(header.name).append(": ").append(header.value).append("\r\n");
  }
}

}  // namespace weir::provider
