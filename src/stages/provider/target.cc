#include "provider/target.h"

namespace weir::provider {
namespace {

std::string host_of(const config::BaseUrl& url) {
  if (!url.given()) return "simulated";
  std::string text = config::to_string(url);
  auto begin = text.find("://") + 3;
  return text.substr(begin, text.size() - begin - url.path.size());
}

}  // namespace

Target::Target(const config::BaseUrl& url) : prefix_(url.path), host_(host_of(url)), given_(url.given()) {}

std::string_view Target::rest_of(const wire::RelayedPath& path) const {
  constexpr std::string_view kVersion = "/v1";
  bool versioned = prefix_.ends_with(kVersion) || (path.dialect == Dialect::openai && given_);
  return versioned ? path.path.substr(kVersion.size()) : path.path;
}

}  // namespace weir::provider
