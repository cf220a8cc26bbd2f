#include "model/failure.h"

#include <array>

namespace weir {
namespace {

// In the order of Failure::Kind.
constexpr std::array<FailureClass, Failure::kKinds> kClasses{{
    {"malformed_http", 400, Origin::caller},
    {"malformed_request", 400, Origin::caller},
    {"not_authenticated", 401, Origin::caller},
    {"not_allowed", 403, Origin::caller},
    {"no_such_path", 404, Origin::caller},
    {"no_such_model", 404, Origin::caller},
    {"wrong_method", 405, Origin::caller},
    {"wrong_dialect", 400, Origin::caller},
    {"too_large", 413, Origin::caller},
    {"unsupported_media", 415, Origin::caller},
    {"rate_limited", 429, Origin::provider},
    {"provider_auth", 502, Origin::provider},
    {"provider_failed", 502, Origin::provider},
    {"provider_malformed", 502, Origin::provider},
    {"provider_overloaded", 503, Origin::provider},
    {"provider_timeout", 504, Origin::provider},
    {"no_healthy_deployment", 503, Origin::provider},
    {"not_cached", 504, Origin::caller},
    {"reader_too_slow", 408, Origin::caller},
    {"overloaded", 503, Origin::weir},
    {"draining", 503, Origin::weir},
    {"client_gone", 499, Origin::caller},
    {"internal_error", 500, Origin::weir},
}};

}  // namespace

const FailureClass& class_of(Failure::Kind kind) { return kClasses[static_cast<std::size_t>(kind)]; }

bool concerns_one_caller(Failure::Kind kind) {
  return kind == Failure::Kind::not_authenticated || kind == Failure::Kind::not_allowed;
}

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::caller:
      return "caller";
    case Origin::weir:
      return "weir";
    case Origin::provider:
      return "provider";
  }
  return "unknown";
}

}  // namespace weir
