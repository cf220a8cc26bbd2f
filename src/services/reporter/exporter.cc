#include "reporter/exporter.h"

#include "base/try.h"
#include "http/header_lines.h"
#include "telemetry/log.h"

namespace weir::reporter {
namespace {

constexpr const char* kPart = "traces";
// More than a collector has to say; a connection with more than that to read is not used again.
constexpr std::size_t kMostAnswer = 64 * 1024;

// The specification's own list ("OTLP/HTTP Response, Retryable Response Codes").
bool may_pass(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

}  // namespace

Task<void> Exporter::run() {
  while (true) {
    while (queue_.spans() == 0 && !ending_) {
      co_await woken_.wait(loop_, {TimePoint::max(), &given_up_});
      close_moved();
    }
    if (queue_.spans() == 0) co_return;
    co_await gather();
    co_await send_batch();
  }
}

void Exporter::close_moved() {
  if (std::exchange(moved_, false)) connection_.reset();
}

Task<void> Exporter::gather() {
  Until full{loop_.now() + kGather, &given_up_};
  while (queue_.spans() < kBatch && !ending_) {
    if (co_await woken_.wait(loop_, full) != runtime::Wake::ready) co_return;
  }
}

Task<void> Exporter::send_batch() {
  auto batch = queue_.take(kBatch);
  std::size_t spans = 0;
  for (const auto& report : batch) spans += spans_of(report);
  if (!settings_.enabled() || given_up_.cancelled()) {
    counters_.lost.add(spans);
    co_return;
  }
  std::string body = export_request(batch, version_);
  auto sent = co_await send(body);
  if (!sent && sent.error().may_pass && co_await runtime::pause(loop_, kRetryAfter, &given_up_)) {
    sent = co_await send(body);
  }
  (sent ? counters_.sent : counters_.lost).add(spans);
  if (sent) {
    note_success();
  } else {
    note_failure(sent.error().reason);
  }
}

Task<Exporter::Sent> Exporter::send(std::string_view body) {
  Until until{loop_.now() + kDeadline, &given_up_};
  bool stale = connection_ && (connection_->socket().peer_gone() || !connection_->reusable());
  if (stale) connection_.reset();
  close_moved();
  if (!connection_) CO_TRY(co_await connect(until));
  std::string request_head = head(body.size());
  std::array<std::string_view, 2> parts{request_head, body};
  auto sent = co_await connection_->send(parts, until);
  if (!sent) {
    connection_.reset();
    co_return std::unexpected(trouble(sent.error()));
  }
  auto answered = co_await read_answer(until);
  if (!connection_->reusable()) connection_.reset();
  co_return answered;
}

Task<Exporter::Sent> Exporter::connect(Until until) {
  const auto& endpoint = settings_.endpoint;
  runtime::Destination to{endpoint.host, endpoint.port, endpoint.scheme == config::Scheme::https};
  auto socket = co_await dialer_.dial(to, until);
  if (!socket) co_return std::unexpected(trouble(socket.error()));
  connection_.emplace(*std::move(socket));
  co_return Sent{};
}

// Whether the batch was taken stands in the status; the rest is read so that the connection can be used
// again.
Task<Exporter::Sent> Exporter::read_answer(Until until) {
  auto answer = co_await connection_->read_head("POST", until);
  if (!answer) co_return std::unexpected(trouble(answer.error()));
  int status = (*answer)->status;
  for (std::size_t size = 0; size <= kMostAnswer;) {
    auto piece = co_await connection_->read_piece(until);
    if (!piece || piece->last) break;
    size += piece->bytes.text.size();
  }
  if (status >= 200 && status < 300) co_return Sent{};
  co_return std::unexpected(Trouble{fmt::format("answers with status {}", status), may_pass(status)});
}

Exporter::Trouble Exporter::trouble(const IoError& error) {
  using Kind = IoError::Kind;
  bool broken = error.kind == Kind::closed || error.kind == Kind::reset || error.kind == Kind::refused;
  std::string reason = fmt::format("can't be reached: {}", runtime::name_of(error.kind));
  if (!error.detail.empty()) reason += fmt::format(" ({})", error.detail);
  return {std::move(reason), broken};
}

Exporter::Trouble Exporter::trouble(const http::ClientError& error) {
  if (error.kind == http::ClientError::Kind::broken) return trouble(error.io);
  return {"answers with something that is no HTTP"};
}

std::string Exporter::head(std::size_t body_size) const {
  const auto& endpoint = settings_.endpoint;
  http::HeaderLines lines;
  lines.add("host", config::format_host_port(endpoint.host, endpoint.port));
  lines.add("user-agent", fmt::format("weir/{}", version_));
  lines.add("content-type", "application/json");
  lines.add("content-length", std::to_string(body_size));
  for (const auto& [name, value] : settings_.headers) lines.add(name, value.reveal());
  return fmt::format("POST {} HTTP/1.1\r\n{}\r\n", endpoint.path.empty() ? "/" : endpoint.path, lines.text());
}

void Exporter::note_success() {
  failures_in_a_row_ = 0;
  if (degradations_.clear(kPart)) telemetry::log_info("recovered", {{"part", kPart}});
}

void Exporter::note_failure(const std::string& reason) {
  counters_.failures.add();
  if (given_up_.cancelled() || ++failures_in_a_row_ < kDegradedAfter) return;
  auto sentence = fmt::format("the collector {}", reason);
  if (degradations_.report(kPart, sentence, loop_.clock().wall())) {
    telemetry::log_error("degraded", {{"part", kPart}, {"reason", sentence}});
  }
}

void Exporter::configure(config::TraceSettings settings) {
  if (settings == settings_) return;
  settings_ = std::move(settings);
  moved_ = true;
  failures_in_a_row_ = 0;
  degradations_.clear(kPart);
  wake();
}

void Exporter::end() {
  ending_ = true;
  wake();
  timers_.spawn(give_up_later());
}

Task<void> Exporter::give_up_later() {
  co_await runtime::pause(loop_, kLastWords);
  given_up_.cancel(StopReason::draining);
}

}  // namespace weir::reporter
