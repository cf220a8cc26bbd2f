// An error of the admin API (RFC 9457, "Problem Details for HTTP APIs", with `code` and `errors`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/server_connection.h"
#include "model/failure.h"

namespace weir::admin {

struct FieldError {
  std::string field;  // "keys[2]"
  std::string message;
};

struct Problem {
  int status;
  std::string_view code;  // stable, for programs
  std::string detail;     // a sentence for people
  std::vector<FieldError> errors = {};
  std::string_view allowed_method = {};  // of a path that was called with another one
};

Problem problem_of(const Failure& failure);

// {"type":"about:blank","title","status","detail","code","errors":[{"field","message"}]}
std::string to_json(const Problem& problem);

Task<void> answer_problem(http::ServerConnection& connection, Cancellation& stop, Problem problem);

// 200 with a JSON document, where there is no problem.
Task<void> answer_document(http::ServerConnection& connection, Cancellation& stop, std::string document);

}  // namespace weir::admin
