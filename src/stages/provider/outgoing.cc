#include "provider/outgoing.h"

#include "base/json_string.h"
#include "wire/headers.h"

namespace weir::provider {
namespace {

// Anthropic's version, for callers that name none (docs.anthropic.com/en/api/versioning).
constexpr std::string_view kAnthropicVersion = "2023-06-01";

// The path behind the base URL. OpenAI's SDKs take a base URL as it is ("https://…/v1", but also
// "https://…/v4" or none at all, as its imitators have it); Anthropic's may end in /v1 or not.
std::string upstream_path(const config::BaseUrl& url, const wire::RelayedPath& path) {
  std::string_view rest = path.path;
  bool versioned = url.path.ends_with("/v1") || (path.dialect == Dialect::openai && url.given());
  if (versioned) rest.remove_prefix(std::string_view("/v1").size());
  return fmt::format("{}{}", url.path, rest);
}

// The host and, where it isn't the scheme's own, the port.
std::string authority(const config::BaseUrl& url) {
  if (!url.given()) return "simulated";
  std::string text = config::to_string(url);
  auto begin = text.find("://") + 3;
  return text.substr(begin, text.size() - begin - url.path.size());
}

void add_credentials(std::string& head, Dialect dialect, const config::ProviderKey* key) {
  if (key == nullptr) return;
  if (dialect == Dialect::anthropic) {
    head.append("x-api-key: ").append(key->value.reveal()).append("\r\n");
  } else {
    head.append("authorization: Bearer ").append(key->value.reveal()).append("\r\n");
  }
}

}  // namespace

Outgoing::Outgoing(const Request& request, const config::ProviderSettings& settings,
                   const config::ProviderKey* key) {
  edit_body(request);
  write_head(request, settings, key);
  parts_[0] = head_;
}

void Outgoing::edit_body(const Request& request) {
  std::string_view body = request.body.text;
  if (request.model == request.fields.model) {
    parts_[1] = body;
    return;
  }
  model_ = request.path.body == wire::RelayedPath::Body::json ? json_string(request.model)
                                                              : std::string(request.model);
  auto after = request.fields.model_begin + request.fields.model_size;
  parts_[1] = body.substr(0, request.fields.model_begin);
  parts_[2] = model_;
  parts_[3] = body.substr(after);
  edits_ = "model";
}

void Outgoing::write_head(const Request& request, const config::ProviderSettings& settings,
                          const config::ProviderKey* key) {
  const auto& url = settings.base_url;
  std::size_t body_size = parts_[1].size() + parts_[2].size() + parts_[3].size();
  std::string_view query = request.head.query;
  fmt::format_to(std::back_inserter(head_), "POST {}{}{} HTTP/1.1\r\nhost: {}\r\n",
                 upstream_path(url, request.path), query.empty() ? "" : "?", query, authority(url));
  add_credentials(head_, request.path.dialect, key);
  for (const auto& header : request.head.headers) {
    if (!wire::goes_to_provider(request.path.dialect, header.name)) continue;
    head_.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (request.path.dialect == Dialect::anthropic && !request.head.headers.find("anthropic-version")) {
    head_.append("anthropic-version: ").append(kAnthropicVersion).append("\r\n");
  }
  fmt::format_to(std::back_inserter(head_), "accept-encoding: identity\r\ncontent-length: {}\r\n\r\n",
                 body_size);
}

}  // namespace weir::provider
