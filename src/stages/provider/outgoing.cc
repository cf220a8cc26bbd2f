#include "provider/outgoing.h"

#include <algorithm>

#include "base/json_string.h"

namespace weir::provider {
namespace {

// Anthropic's version, for callers that name none (docs.anthropic.com/en/api/versioning).
constexpr std::string_view kAnthropicVersion = "2023-06-01";

void add_credentials(std::string& head, Dialect dialect, const config::ProviderKey* key) {
  if (key == nullptr) return;
  if (dialect == Dialect::anthropic) {
    head.append("x-api-key: ").append(key->value.reveal()).append("\r\n");
  } else {
    head.append("authorization: Bearer ").append(key->value.reveal()).append("\r\n");
  }
}

}  // namespace

Outgoing::Outgoing(const Request& request, const Target& target, const Wanted& wanted,
                   const TraceContext& trace) {
  edit_body(request, wanted);
  write_head(request, target, wanted.key, trace);
}

void Outgoing::edit_body(const Request& request, const Wanted& wanted) {
  const auto& fields = request.fields();
  std::array<Edit, kMostEdits> edits;
  std::size_t count = 0;
  if (wanted.model != fields.model) {
    model_ = request.path().body == wire::RelayedPath::Body::json ? json_string(wanted.model)
                                                                  : std::string(wanted.model);
    edits[count++] = {{fields.model_begin, fields.model_size}, model_, "model"};
  }
  if (fields.cache_member.size > 0) edits[count++] = {fields.cache_member, "", "cache"};
  if (wanted.ask_usage == AskUsage::always && fields.ask_usage) {
    edits[count++] = {fields.ask_usage->place, fields.ask_usage->text, "stream_options"};
  }
  splice(request.body(), std::span(edits).first(count));
}

void Outgoing::splice(std::string_view body, std::span<Edit> edits) {
  for (const auto& edit : edits) {
    if (!edits_.empty()) edits_ += ", ";
    edits_ += edit.name;
  }
  // Where something is put in just in front of what is cut out, it comes first.
  std::ranges::sort(edits, {}, [](const Edit& edit) { return std::pair(edit.place.begin, edit.place.size); });
  std::size_t done = 0;
  for (const auto& edit : edits) {
    parts_[count_++] = body.substr(done, edit.place.begin - done);
    parts_[count_++] = edit.text;
    done = edit.place.begin + edit.place.size;
  }
  parts_[count_++] = body.substr(done);
}

void Outgoing::write_head(const Request& request, const Target& target, const config::ProviderKey* key,
                          const TraceContext& trace) {
  constexpr std::size_t kUsual = 512;  // most heads fit
  std::size_t body_size = 0;
  for (auto part : parts()) body_size += part.size();  // the head is not written yet
  head_.reserve(kUsual);
  head_.append("POST ").append(target.path_prefix()).append(target.rest_of(request.path()));
  if (!request.query().empty()) head_.append("?").append(request.query());
  head_.append(" HTTP/1.1\r\nhost: ").append(target.host()).append("\r\n");
  add_credentials(head_, request.path().dialect, key);
  head_.append(request.lines());
  // In a trace that weir reports the provider's own part hangs from weir's; else from the caller's.
  if (trace.sampled) {
    head_.append("traceparent: ").append(trace.to_header()).append("\r\n");
  } else if (!request.traceparent().empty()) {
    head_.append("traceparent: ").append(request.traceparent()).append("\r\n");
  }
  if (request.path().dialect == Dialect::anthropic && !request.names_anthropic_version()) {
    head_.append("anthropic-version: ").append(kAnthropicVersion).append("\r\n");
  }
  fmt::format_to(std::back_inserter(head_), "accept-encoding: identity\r\ncontent-length: {}\r\n\r\n",
                 body_size);
  parts_[0] = head_;
}

}  // namespace weir::provider
