#include "mock/refusal.h"

#include "base/json_string.h"
#include "http/header_lines.h"

namespace weir::mock {
namespace {

struct Words {
  std::string_view type;
  std::string_view code;  // JSON
};

// platform.openai.com/docs/guides/error-codes
Words openai_words(int status) {
  switch (status) {
    case 401:
      return {"invalid_request_error", R"("invalid_api_key")"};
    case 403:
      return {"invalid_request_error", R"("unsupported_country_region_territory")"};
    case 404:
      return {"invalid_request_error", R"("model_not_found")"};
    case 429:
      return {"requests", R"("rate_limit_exceeded")"};
    case 503:
      return {"service_unavailable_error", R"("server_is_overloaded")"};
    default:
      return {status >= 500 ? "server_error" : "invalid_request_error", "null"};
  }
}

// docs.anthropic.com/en/api/errors
std::string_view anthropic_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "billing_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 504:
      return "timeout_error";
    case 503:
    case 529:
      return "overloaded_error";
    default:
      return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

}  // namespace

std::string error_body(Dialect dialect, const Refusal& refusal, std::string_view request_id) {
  if (dialect == Dialect::anthropic) {
    return fmt::format(R"({{"type":"error","error":{{"type":"{}","message":{}}},"request_id":"{}"}})",
                       anthropic_type(refusal.status), json_string(refusal.message), request_id);
  }
  auto words = openai_words(refusal.status);
  return fmt::format(R"({{"error":{{"message":{},"type":"{}","param":{},"code":{}}}}})",
                     json_string(refusal.message), words.type,
                     refusal.parameter.empty() ? "null" : json_string(refusal.parameter), words.code);
}

std::string error_event(const wire::RelayedPath& path, const Refusal& refusal, std::string_view request_id) {
  if (path.dialect == Dialect::openai && path.path.starts_with("/v1/responses")) {
    auto words = openai_words(refusal.status);
    return fmt::format(
        "event: error\ndata: {{\"type\":\"error\",\"code\":{},\"message\":{},\"param\":null}}\n\n",
        words.code == "null" ? json_string(words.type) : words.code, json_string(refusal.message));
  }
  std::string_view name = path.dialect == Dialect::anthropic ? "event: error\n" : "";
  return fmt::format("{}data: {}\n\n", name, error_body(path.dialect, refusal, request_id));
}

Refusal scripted_refusal(int status) {
  return {status, fmt::format("The simulated provider answers {} ({}), as its script says.", status,
                              http::reason_phrase(status))};
}

}  // namespace weir::mock
