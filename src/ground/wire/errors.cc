#include "wire/errors.h"

#include "base/json_string.h"

namespace weir::wire {
namespace {

// OpenAI's error types (platform.openai.com/docs/guides/error-codes).
std::string_view openai_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}

// Anthropic's error types by status (docs.anthropic.com/en/api/errors).
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
    case 503:
      return "overloaded_error";
    case 504:
      return "timeout_error";
    default:
      return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

std::string openai_error_object(const Failure& failure, std::string_view request_id) {
  const auto& failure_class = class_of(failure.kind);
  return fmt::format(R"({{"message":{},"type":"{}","param":{},"code":"{}","request_id":"{}"}})",
                     json_string(full_message(failure)), openai_type(failure_class.status),
                     failure.kind == Failure::Kind::no_such_model ? R"("model")" : "null", failure_class.code,
                     request_id);
}

}  // namespace

std::string error_body(Dialect dialect, const Failure& failure, std::string_view request_id) {
  if (dialect == Dialect::openai)
    return fmt::format(R"({{"error":{}}})", openai_error_object(failure, request_id));
  const auto& failure_class = class_of(failure.kind);
  return fmt::format(
      R"({{"type":"error","error":{{"type":"{}","message":{},"code":"{}"}},"request_id":"{}"}})",
      anthropic_type(failure_class.status), json_string(full_message(failure)), failure_class.code,
      request_id);
}

std::string error_event(Dialect dialect, std::string_view path, const Failure& failure,
                        std::string_view request_id) {
  if (dialect == Dialect::openai && path.starts_with("/v1/responses")) {
    return fmt::format(
        "event: error\n"
        R"(data: {{"type":"error","code":"{}","message":{},"param":null,"sequence_number":0,"error":{}}})"
        "\n\n",
        class_of(failure.kind).code, json_string(full_message(failure)),
        openai_error_object(failure, request_id));
  }
  std::string_view name = dialect == Dialect::anthropic ? "event: error\n" : "";
  return fmt::format("{}data: {}\n\n", name, error_body(dialect, failure, request_id));
}

std::string_view ping_event(Dialect dialect) {
  return dialect == Dialect::anthropic ? "event: ping\ndata: {\"type\": \"ping\"}\n\n" : ": ping\n\n";
}

std::string in_quotes(std::string_view word) {
  constexpr std::size_t kMost = 100;
  std::string out = "'";
  for (char c : word.substr(0, kMost)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  if (word.size() > kMost) out += "…";
  return out + "'";
}

}  // namespace weir::wire
