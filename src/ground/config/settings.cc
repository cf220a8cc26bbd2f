#include "config/settings.h"

namespace weir::config {

BaseUrl usual_base_url(ProviderKind kind) {
  switch (kind) {
    case ProviderKind::openai:
      return {Scheme::https, "api.openai.com", 443, "/v1"};
    case ProviderKind::anthropic:
      return {Scheme::https, "api.anthropic.com", 443, ""};
    case ProviderKind::simulated:
      return {};
  }
  return {};
}

}  // namespace weir::config
