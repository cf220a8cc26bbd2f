// Where a provider's requests go: what their first lines are made of, worked out once.
#pragma once

#include <string>
#include <string_view>

#include "config/base_url.h"
#include "wire/paths.h"

namespace weir::provider {

// Immutable.
class Target {
 public:
  // OpenAI's SDKs take a base URL as it is ("https://…/v1", but also "https://…/v4" or none at all, as its
  // imitators have it); Anthropic's may end in /v1 or not.
  explicit Target(const config::BaseUrl& url);

  // The base URL's path.
  std::string_view path_prefix() const { return prefix_; }
  // What of a path stands behind that.
  std::string_view rest_of(const wire::RelayedPath& path) const;
  // The host and, where it isn't the scheme's own, the port.
  std::string_view host() const { return host_; }

 private:
  std::string prefix_;
  std::string host_;
  bool given_;
};

}  // namespace weir::provider
