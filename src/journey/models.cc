// GET /v1/models: what can be called here, in the dialect that is asked for.
#include "base/json_string.h"
#include "base/try.h"
#include "journey/journey.h"

namespace weir::journey {
namespace {

// platform.openai.com/docs/api-reference/models/list
std::string openai_list(std::span<const std::string_view> names) {
  std::string data;
  for (auto name : names) {
    if (!data.empty()) data += ',';
    data += fmt::format(R"({{"id":{},"object":"model","created":0,"owned_by":"weir"}})", json_string(name));
  }
  return fmt::format(R"({{"object":"list","data":[{}]}})", data);
}

// docs.anthropic.com/en/api/models-list
std::string anthropic_list(std::span<const std::string_view> names) {
  std::string data;
  for (auto name : names) {
    if (!data.empty()) data += ',';
    data +=
        fmt::format(R"({{"type":"model","id":{0},"display_name":{0},"created_at":"1970-01-01T00:00:00Z"}})",
                    json_string(name));
  }
  std::string first = names.empty() ? "null" : json_string(names.front());
  std::string last = names.empty() ? "null" : json_string(names.back());
  return fmt::format(R"({{"data":[{}],"has_more":false,"first_id":{},"last_id":{}}})", data, first, last);
}

}  // namespace

Task<void> Journey::list_models(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  if (auto caller = admit(head); !caller) co_return co_await fail(connection, stop, caller.error());
  CallNotes notes(loop_.clock(), random_);
  notes.record().path = "/v1/models";
  dialect::AnswerWriter answer(connection, stop, notes.id());
  const auto setup = setup_;
  auto names = setup->rules->routing.model_names();
  answer.lines().add("content-type", "application/json");
  bool anthropic = head.headers.find("anthropic-version").has_value();
  std::string body = anthropic ? anthropic_list(names) : openai_list(names);
  auto told = co_await answer.whole(200, body);
  report(notes, answer.status(), told);
}

}  // namespace weir::journey
