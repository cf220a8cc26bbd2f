#include "model/call_record.h"

namespace weir {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::caller_error:
      return "caller_error";
    case Outcome::provider_error:
      return "provider_error";
    case Outcome::weir_error:
      return "weir_error";
    case Outcome::caller_gone:
      return "caller_gone";
  }
  return "ok";
}

std::string_view name_of(CacheResult result) {
  switch (result) {
    case CacheResult::none:
      return "none";
    case CacheResult::hit:
      return "hit";
    case CacheResult::miss:
      return "miss";
    case CacheResult::stale:
      return "stale";
    case CacheResult::joined:
      return "joined";
    case CacheResult::bypass:
      return "bypass";
  }
  return "none";
}

std::string_view name_of(Fallback fallback) {
  switch (fallback) {
    case Fallback::none:
      return "none";
    case Fallback::outage:
      return "outage";
    case Fallback::context_window:
      return "context_window";
    case Fallback::content_policy:
      return "content_policy";
    case Fallback::cheaper:
      return "cheaper";
    case Fallback::stale:
      return "stale";
    case Fallback::canned:
      break;
  }
  return "canned";
}

}  // namespace weir
