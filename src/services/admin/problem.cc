#include "admin/problem.h"

#include "base/json_string.h"

namespace weir::admin {

Problem problem_of(const Failure& failure) {
  return {.status = status_of(failure),
          .code = class_of(failure.kind).code,
          .detail = failure.message,
          .allowed_method = failure.allowed_method};
}

std::string to_json(const Problem& problem) {
  std::string errors;
  for (const auto& error : problem.errors) {
    if (!errors.empty()) errors += ',';
    errors +=
        fmt::format(R"({{"field":{},"message":{}}})", json_string(error.field), json_string(error.message));
  }
  return fmt::format(R"({{"type":"about:blank","title":{},"status":{},"detail":{},"code":{},"errors":[{}]}})",
                     json_string(http::reason_phrase(problem.status)), problem.status,
                     json_string(problem.detail), json_string(problem.code), errors);
}

Task<void> answer_problem(http::ServerConnection& connection, Cancellation& stop, Problem problem) {
  http::HeaderLines lines;
  lines.add("content-type", "application/problem+json");
  lines.add("cache-control", "no-store");
  if (!problem.allowed_method.empty()) lines.add("allow", problem.allowed_method);
  if (problem.status == 401) lines.add("www-authenticate", "Bearer");
  std::string body = to_json(problem);
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(problem.status, lines, body, &stop);
}

Task<void> answer_document(http::ServerConnection& connection, Cancellation& stop, std::string document) {
  http::HeaderLines lines;
  lines.add("content-type", "application/json");
  lines.add("cache-control", "no-store");
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(200, lines, document, &stop);
}

}  // namespace weir::admin
