#include "terminal/admin_client.h"

#include "base/try.h"
#include "config/authority.h"
#include "http/client_connection.h"
#include "http/header_lines.h"
#include "runtime/dialer.h"
#include "runtime/loop.h"
#include "runtime/run_to_end.h"
#include "runtime/work_pool.h"
#include "terminal/columns.h"
#include "terminal/fields.h"

namespace weir::terminal {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);
constexpr std::size_t kLongestAnswer = 16 << 20;
constexpr const char* kKeyVariable = "WEIR_MASTER_KEY";

struct Request {
  std::string_view method;
  std::string_view path;
  std::string_view body;
};

std::string head_of(const AdminClient& client, const Request& request) {
  http::HeaderLines lines;
  lines.add("host", config::format_host_port(client.url.host, client.url.port));
  lines.add("accept", "application/json");
  lines.add("user-agent", "weir");
  lines.add("connection", "close");
  if (!client.key.empty()) lines.add("authorization", "Bearer " + client.key.reveal());
  if (!request.body.empty()) {
    lines.add("content-type", "application/json");
    lines.add("content-length", std::to_string(request.body.size()));
  }
  return fmt::format("{} {}{} HTTP/1.1\r\n{}\r\n", request.method, client.url.path, request.path,
                     lines.text());
}

std::unexpected<std::string> nobody(const AdminClient& client, const IoError& error) {
  if (error.kind == IoError::Kind::refused) {
    return std::unexpected(fmt::format("no weir answers at {}; is it running?", to_string(client.url)));
  }
  std::string_view why = error.detail.empty() ? runtime::name_of(error.kind) : std::string_view(error.detail);
  return std::unexpected(fmt::format("no weir answers at {}: {}", to_string(client.url), why));
}

std::unexpected<std::string> no_weir(const AdminClient& client, std::string_view why) {
  return std::unexpected(fmt::format("what answers at {} is no weir: {}", to_string(client.url), why));
}

std::unexpected<std::string> failed(const AdminClient& client, const http::ClientError& error) {
  if (error.kind == http::ClientError::Kind::malformed) return no_weir(client, error.detail);
  return nobody(client, error.io);
}

using Result = std::expected<AdminClient::Answer, std::string>;

Task<Result> exchange(const AdminClient& client, Request request, runtime::Dialer& dialer, Until until) {
  auto socket = co_await dialer.dial({.host = client.url.host,
                                      .port = client.url.port,
                                      .encrypted = client.url.scheme == config::Scheme::https},
                                     until);
  if (!socket) co_return nobody(client, socket.error());
  http::ClientConnection connection(*std::move(socket));
  std::string head = head_of(client, request);
  std::array<std::string_view, 2> parts{head, request.body};
  if (auto sent = co_await connection.send(parts, until); !sent) co_return failed(client, sent.error());
  auto answer = co_await connection.read_head(request.method, until);
  if (!answer) co_return failed(client, answer.error());
  AdminClient::Answer result{.status = (*answer)->status, .body = {}};
  while (true) {
    auto piece = co_await connection.read_piece(until);
    if (!piece) co_return failed(client, piece.error());
    result.body += piece->bytes.text;
    if (result.body.size() > kLongestAnswer) co_return no_weir(client, "its answer is longer than 16 MiB");
    if (piece->last) break;
  }
  if (!Json::accept(result.body)) {
    co_return no_weir(client, fmt::format("its answer ({}) is no JSON", result.status));
  }
  co_return result;
}

Result ask(const AdminClient& client, const Request& request) {
  auto tls = runtime::TlsContext::for_clients();
  if (!tls) return std::unexpected(std::move(tls).error().detail);
  SystemClock clock;
  Loop loop(clock);
  runtime::WorkPool pool(1);
  runtime::Resolver resolver(loop, pool);
  runtime::NetworkDialer dialer(loop, resolver, *tls);
  return runtime::run_to_end(loop, exchange(client, request, dialer, {clock.now() + kPatience}));
}

// The key must not be able to add header lines, and a file often ends in a line end.
std::expected<config::Secret, std::string> key_of(std::string_view text, std::string_view whence) {
  auto last = text.find_last_not_of(" \r\n\t");
  text = text.substr(0, last == text.npos ? 0 : last + 1);
  if (text.empty()) return std::unexpected(fmt::format("there is no key in {}", whence));
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; })) {
    return std::unexpected(fmt::format("what is in {} is no key: visible ASCII, without spaces", whence));
  }
  return config::Secret(std::string(text));
}

}  // namespace

std::expected<AdminClient::Answer, std::string> AdminClient::get(std::string_view path) const {
  return ask(*this, {.method = "GET", .path = path, .body = {}});
}

std::expected<AdminClient::Answer, std::string> AdminClient::post(std::string_view path,
                                                                  std::string_view json) const {
  return ask(*this, {.method = "POST", .path = path, .body = json});
}

std::expected<AdminClient::Answer, std::string> AdminClient::put(std::string_view path,
                                                                 std::string_view json) const {
  return ask(*this, {.method = "PUT", .path = path, .body = json});
}

std::expected<AdminClient, std::string> admin_client(const std::string& url,
                                                     const std::optional<std::string>& key_file,
                                                     const config::Environment& environment) {
  auto parsed = config::BaseUrl::parse(url);
  if (!parsed) return std::unexpected(fmt::format("--url {}", parsed.error()));
  AdminClient client{.url = *std::move(parsed), .key = {}};
  if (key_file) {
    auto text = environment.read_file(*key_file);
    if (!text) return std::unexpected(fmt::format("can't read --key-file {}: {}", *key_file, text.error()));
    client.key = TRY(key_of(*text, *key_file));
  } else if (auto variable = environment.variable(kKeyVariable); variable && !variable->empty()) {
    client.key = TRY(key_of(*variable, kKeyVariable));
  }
  return client;
}

std::string refusal_of(const AdminClient::Answer& answer) {
  Json document = document_of(answer.body);
  std::string text = printable(text_in(document, "detail"));
  if (text.empty()) text = printable(text_in(member(document, "error"), "message"));
  if (text.empty()) text = fmt::format("it was refused with status {}", answer.status);
  if (const Json& errors = member(document, "errors"); errors.is_array()) {
    for (const auto& error : errors) {
      std::string field = printable(text_in(error, "field"));
      text +=
          fmt::format("\n  {}{}{}", field, field.empty() ? "" : ": ", printable(text_in(error, "message")));
    }
  }
  if (answer.status == 401) {
    text += fmt::format("\n  give weir's master key in {} or with --key-file", kKeyVariable);
  }
  return text;
}

}  // namespace weir::terminal
