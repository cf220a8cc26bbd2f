#include "mock/desk.h"

#include "mock/refusal.h"

namespace weir::mock {
namespace {

DeskAnswer refuse(int status, std::string message) {
  return {.status = status, .body = error_body(Dialect::openai, {status, std::move(message)}, {})};
}

DeskAnswer take_script(Mock& mock, std::string_view body) {
  auto script = parse_script(body);
  if (!script) return refuse(400, std::move(script).error());
  mock.set_script(*std::move(script));
  return {.body = R"({"ok":true})"};
}

}  // namespace

DeskAnswer answer_at_desk(Mock& mock, std::string_view method, std::string_view path, std::string_view body) {
  std::string_view what = path.substr(kDeskPrefix.size());
  bool is_get = method == "GET";
  if (is_get && what == "ledger") return {.body = to_json(mock.ledger())};
  if (is_get && what == "calls") return {.body = mock.calls_json()};
  if (is_get && what == "raw") return {.content_type = "application/jsonl", .body = mock.raw_log()};
  if (method == "POST" && what == "script") return take_script(mock, body);
  if (method == "POST" && what == "reset") {
    mock.reset();
    return {.body = R"({"ok":true})"};
  }
  return refuse(
      404, fmt::format("There is no {} {}; there are GET /_mock/ledger, /_mock/calls and /_mock/raw, and "
                       "POST /_mock/reset and /_mock/script.",
                       method, path));
}

}  // namespace weir::mock
