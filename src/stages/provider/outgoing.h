// A caller's request as a provider is to get it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/padded.h"
#include "config/settings.h"
#include "http/request_head.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::provider {

// What is asked: views of the caller's own bytes, which must stay until the call has ended.
struct Request {
  const wire::RelayedPath& path;
  const http::RequestHead& head;
  const wire::RequestFields& fields;
  PaddedView body;
  std::string_view model;  // as the provider calls it
};

// The request's bytes: a head of our own and the caller's body, in which at most the model's name is
// replaced.
//
// Nothing of the caller's head goes on but the headers on the dialect's list (wire/headers.h); the
// credentials are the provider's own, from the configuration; `identity` encoding is asked for.
class Outgoing {
 public:
  Outgoing(const Request& request, const config::ProviderSettings& settings, const config::ProviderKey* key);
  Outgoing(const Outgoing&) = delete;  // its parts point into it
  Outgoing& operator=(const Outgoing&) = delete;

  std::span<const std::string_view> parts() const { return parts_; }
  // What was changed in the body, for `x-weir-edits`: "model" or nothing.
  std::string_view edits() const { return edits_; }

 private:
  void edit_body(const Request& request);
  void write_head(const Request& request, const config::ProviderSettings& settings,
                  const config::ProviderKey* key);

  std::string head_;
  std::string model_;                      // as it stands in the body
  std::array<std::string_view, 4> parts_;  // head, body before the model, model, body after it
  std::string_view edits_;
};

}  // namespace weir::provider
