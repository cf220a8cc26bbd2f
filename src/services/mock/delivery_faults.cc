// The part of Delivery that goes wrong on purpose.
#include "mock/delivery.h"

namespace weir::mock {
namespace {

using Kind = Fault::Kind;

// No status line, no chunk size, no event.
constexpr char kGarbageBytes[] = "\x16\x03\x01\x02\x00 weir\x00\xFF\xFE}}}}\r\n<html>\r\n\r\n";
constexpr std::string_view kGarbage{kGarbageBytes, sizeof kGarbageBytes - 1};
constexpr std::size_t kBlock = 64 * 1024;

// A body's bytes that go out properly before the fault.
std::size_t place_in_body(Fault::At at, std::size_t size) {
  if (at == Fault::At::after_head || size == 0) return 0;
  return at == Fault::At::middle ? size / 2 : size - 1;
}

}  // namespace

Task<After> Delivery::break_off(Kind kind) {
  switch (kind) {
    case Kind::reset:
      co_return ended(Call::Ended::fault, After::reset);
    case Kind::hang:
      co_await wait_until_gone();
      co_return ended(Call::Ended::cancelled);
    case Kind::garbage:
      co_await connection_.socket().write({kGarbage}, {TimePoint::max(), &gone_});
      co_return ended(Call::Ended::fault);
    default:
      co_return ended(Call::Ended::fault);
  }
}

// The head promises the whole body, whatever comes.
Task<After> Delivery::broken_whole(const Fault& fault) {
  if (fault.kind == Kind::oversized) co_return co_await oversized_body(fault);
  std::string_view body = answer_.body;
  if (fault.kind == Kind::malformed) {
    auto sent = co_await connection_.respond(answer_.status, lines_, body.substr(0, body.size() / 2), &gone_);
    co_return ended(sent ? Call::Ended::fault : Call::Ended::cancelled, sent ? After::go_on : After::close);
  }
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\n{}content-length: {}\r\nconnection: close\r\n\r\n", answer_.status,
                  http::reason_phrase(answer_.status), lines_.text(), body.size());
  std::size_t good = place_in_body(fault.at, body.size());
  auto sent = co_await connection_.socket().write({head, body.substr(0, good)}, {TimePoint::max(), &gone_});
  if (!sent) co_return ended(Call::Ended::cancelled);
  if (fault.kind == Kind::drip) co_return co_await drip(body.substr(good), fault);
  co_return co_await break_off(fault.kind);
}

Task<After> Delivery::drip(std::string_view bytes, const Fault& fault) {
  for (char byte : bytes) {
    bool stays = co_await wait_until(loop_.now() + fault.delay);
    std::string_view one(&byte, 1);
    if (!stays || !co_await connection_.socket().write({one}, {TimePoint::max(), &gone_})) {
      co_return ended(Call::Ended::cancelled);
    }
  }
  co_return ended(Call::Ended::completed);
}

// What is ready goes out first, unless not even the stream's beginning shall.
Task<After> Delivery::fault_in_stream(const Fault& fault) {
  if (fault.at == Fault::At::after_head) {
    ready_.clear();
    ready_tokens_ = 0;
  }
  if (!co_await flush()) co_return ended(Call::Ended::cancelled);
  if (fault.kind == Kind::oversized) co_return co_await oversized_body(fault);
  if (fault.kind != Kind::malformed && fault.kind != Kind::status) co_return co_await break_off(fault.kind);
  std::string_view last = answer_.error_event;
  if (fault.kind == Kind::malformed) last = "data: {\"id\":\"malformed\",\"choices\":[{\"delta\":\n\n";
  auto sent = co_await connection_.finish(last, &gone_);
  co_return ended(sent ? Call::Ended::fault : Call::Ended::cancelled, sent ? After::go_on : After::close);
}

// A header line that never ends.
Task<After> Delivery::oversized_head(const Fault& fault) {
  std::string block(kBlock, 'h');
  auto& socket = connection_.socket();
  Until until{TimePoint::max(), &gone_};
  auto sent = co_await socket.write({"HTTP/1.1 200 OK\r\nx-oversized: "}, until);
  for (std::uint64_t left = fault.size.count; sent && left > 0;) {
    std::string_view part = std::string_view(block).substr(0, left);
    sent = co_await socket.write({part}, until);
    left -= part.size();
  }
  co_return ended(sent ? Call::Ended::fault : Call::Ended::cancelled);
}

// A JSON document, or one event, with a text that is as long as the script says.
Task<After> Delivery::oversized_body(const Fault& fault) {
  bool is_stream = answer_.is_stream();
  if (!is_stream) connection_.start(answer_.status, lines_);
  std::string block(kBlock, 'o');
  auto sent = co_await connection_.send(is_stream ? "data: {\"oversized\":\"" : "{\"oversized\":\"", &gone_);
  for (std::uint64_t left = fault.size.count; sent && left > 0;) {
    std::string_view part = std::string_view(block).substr(0, left);
    sent = co_await connection_.send(part, &gone_);
    left -= part.size();
  }
  if (sent) sent = co_await connection_.finish(is_stream ? "\"}\n\n" : "\"}", &gone_);
  co_return ended(sent ? Call::Ended::fault : Call::Ended::cancelled, sent ? After::go_on : After::close);
}

}  // namespace weir::mock
