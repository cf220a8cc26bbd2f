#include "config/settings.h"

namespace weir::config {

std::string_view name_of(ProviderKind kind) {
  switch (kind) {
    case ProviderKind::openai:
      return "openai";
    case ProviderKind::anthropic:
      return "anthropic";
    case ProviderKind::simulated:
      break;
  }
  return "simulated";
}

std::string_view name_of(Cacheable cacheable) {
  switch (cacheable) {
    case Cacheable::automatic:
      return "auto";
    case Cacheable::always:
      return "always";
    case Cacheable::never:
      break;
  }
  return "never";
}

std::string_view name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::weighted:
      return "weighted";
    case Strategy::latency:
      return "latency";
    case Strategy::least_busy:
      return "least_busy";
    case Strategy::cost:
      return "cost";
    case Strategy::priority:
      break;
  }
  return "priority";
}

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
