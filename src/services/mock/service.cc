#include "mock/service.h"

#include "base/text.h"
#include "mock/answers.h"
#include "mock/asked.h"
#include "mock/desk.h"
#include "mock/digest.h"
#include "mock/provider_lines.h"
#include "wire/paths.h"

namespace weir::mock {
namespace {

constexpr std::string_view kModels = "/v1/models";
constexpr std::size_t kLongestName = 200;  // of a model, in ledger and logs

std::string names_of(const http::Headers& headers) {
  std::string names;
  for (const auto& header : headers) {
    if (!names.empty()) names += ' ';
    names += lowered(header.name);
  }
  return names;
}

Dialect dialect_of(const http::RequestHead& head) {
  bool anthropic =
      head.headers.find("anthropic-version") || wire::dialect_of_path(head.path) == Dialect::anthropic;
  return anthropic ? Dialect::anthropic : Dialect::openai;
}

// What one call is answered, or why not.
struct Decided {
  Answer answer;
  Plan plan;
};

Decided refuse_call(Dialect dialect, const Refusal& refusal, std::string_view request_id,
                    Behaviour behaviour) {
  return {refused(dialect, refusal, request_id), {behaviour, {}}};
}

// Reads the request into the call, which is counted now, and decides what the script has for it.
Decided decide(OpenCall& open, const wire::RelayedPath& path, std::string_view body,
               std::string_view content_type, std::string_view request_id) {
  const Script& script = open.script();
  Call& call = open.call();
  auto asked = read_asked(path, body, content_type);
  call.model = asked.model.substr(0, kLongestName);
  open.count();
  if (asked.refusal) return refuse_call(path.dialect, *asked.refusal, request_id, script.usual);
  auto plan = plan_call(script, {call.number, asked.model, path.path, asked.text});
  if (!plan) return refuse_call(path.dialect, {400, plan.error()}, request_id, script.usual);
  if (plan->fault) {
    call.fault = name_of(plan->fault->kind);
    call.fault_at = name_of(plan->fault->at);
  }
  auto answer = answer_to({asked, plan->behaviour, digest(script.seed, asked.text)});
  if (plan->fault && plan->fault->kind == Fault::Kind::status) {
    auto refusal = scripted_refusal(plan->fault->status);
    if (plan->fault->message) refusal.message = *plan->fault->message;
    if (plan->fault->at == Fault::At::before_head || !answer.is_stream()) {
      auto decided = refuse_call(path.dialect, refusal, request_id, plan->behaviour);
      decided.answer.retry_after = plan->fault->retry_after;
      return decided;
    }
    answer.error_event = error_event(path, refusal, request_id);
  }
  return {std::move(answer), *plan};
}

void note_request(OpenCall& open, const http::RequestHead& head, std::string_view body) {
  Call& call = open.call();
  call.path = head.path;
  call.header_names = names_of(head.headers);
  call.body_bytes = body.size();
  call.body_digest = digest(0, body);
  if (open.raw() == nullptr) return;
  open.raw()->content_type = head.headers.find("content-type").value_or("");
  open.raw()->request = body;
}

void note_pace(OpenCall& open, const Decided& decided) {
  if (open.raw() == nullptr) return;
  open.raw()->time_to_first_token = decided.plan.behaviour.time_to_first_token;
  open.raw()->tokens_per_second = decided.plan.behaviour.tokens_per_second;
  open.raw()->choices = decided.answer.pieces.choices;
}

http::HeaderLines json_lines(std::string_view content_type) {
  http::HeaderLines lines;
  lines.add("content-type", content_type);
  return lines;
}

}  // namespace

Task<void> Service::serve(Socket socket, Cancellation& stop) {
  return serve(std::move(socket), stop, mock_.meet_connection());
}

Task<void> Service::serve(Socket socket, Cancellation& stop, std::optional<Fault> met) {
  if (met) co_return co_await fail_connection(std::move(socket), met->kind);
  http::ServerConnection connection(std::move(socket), loop_, limits_, budget_);
  After after = After::go_on;
  while (after == After::go_on) {
    auto head = co_await connection.read_head(&stop);
    if (!head && head.error() == http::ServerConnection::Ended::closed) co_return;
    if (!head) {
      const auto& [status, reason] = connection.rejection();
      auto body = error_body(Dialect::openai, {status, reason}, {});
      co_await connection.respond(status, json_lines("application/json"), body);
      break;
    }
    after = co_await answer(connection);
    if (after == After::go_on && !connection.may_go_on()) after = After::close;
  }
  if (after == After::reset) {
    connection.abort();
  } else {
    co_await connection.linger();
  }
}

Task<void> Service::fail_connection(Socket socket, Fault::Kind kind) {
  if (kind == Fault::Kind::reset) socket.reset();
  if (kind != Fault::Kind::hang) co_return;
  Cancellation gone;
  auto watch = socket.cancel_on_hangup(gone);
  runtime::WaitQueue nobody;
  co_await nobody.wait(loop_, {TimePoint::max(), &gone});
}

Task<After> Service::answer(http::ServerConnection& connection) {
  auto body = co_await connection.read_body(nullptr);
  const auto& head = connection.head();
  Dialect dialect = dialect_of(head);
  if (!body) {
    auto text = error_body(dialect, {body.error().status, body.error().reason}, {});
    co_await connection.respond(body.error().status, json_lines("application/json"), text);
    co_return After::close;
  }
  const auto* path = wire::find_relayed_path(head.path);
  if (path != nullptr && head.method == "POST") co_return co_await answer_call(connection, *path, body->text);

  DeskAnswer other;
  std::string_view model = head.path;
  if (head.path.starts_with(kDeskPrefix)) {
    other = answer_at_desk(mock_, head.method, head.path, body->text);
  } else if (head.method == "GET" && head.path == kModels) {
    other.body = list_of_models(*mock_.script(), dialect);
  } else if (head.method == "GET" && model.starts_with(kModels) &&
             model.substr(kModels.size()).starts_with('/')) {
    other.body = one_model(model.substr(kModels.size() + 1), dialect);
  } else {
    other.status = path != nullptr ? 405 : 404;
    auto message = fmt::format("Invalid URL ({} {})", head.method, head.path);
    other.body = error_body(dialect, {other.status, std::move(message)}, {});
  }
  auto sent = co_await connection.respond(other.status, json_lines(other.content_type), other.body);
  co_return sent ? After::go_on : After::close;
}

Task<After> Service::answer_call(http::ServerConnection& connection, const wire::RelayedPath& path,
                                 std::string_view body) {
  OpenCall open(mock_, loop_.now());
  const auto& head = connection.head();
  note_request(open, head, body);
  std::string request_id = "req_" + id_from(mix(open.script().seed + open.call().number));
  auto decided = decide(open, path, body, head.headers.find("content-type").value_or(""), request_id);
  note_pace(open, decided);
  auto lines = provider_lines(path.dialect, decided.answer, decided.plan.behaviour, request_id);
  Delivery delivery(loop_, connection, decided.answer, decided.plan, lines, open);
  co_return co_await delivery.run();
}

}  // namespace weir::mock
