// Feeds bytes to the request codec as a connection would, in pieces of any size, and tells what came of it.
// For tests and fuzzers.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/chunked.h"
#include "http/head_scanner.h"
#include "http/request_head.h"

namespace weir::http {

// What became of all bytes of one client.
struct Conversation {
  enum class End { accepted, refused, unfinished };
  struct Message {
    std::string head;  // its parts, one a line
    std::string body;
    bool operator==(const Message&) const = default;
  };
  End end = End::unfinished;
  std::vector<Message> messages;       // the complete ones
  std::optional<Rejection> rejection;  // where `end` is refused
  bool operator==(const Conversation&) const = default;
};

class RequestReplay {
 public:
  explicit RequestReplay(HeadLimits limits = {}) : limits_(limits) {}

  void feed(std::string_view piece) {
    pending_ += piece;
    while (advance(When::if_worth_it)) {
    }
  }

  // The client sends nothing more.
  Conversation finish() {
    while (advance(When::always)) {
    }
    const bool between = !head_ && pending_.find_first_not_of("\r\n") == std::string::npos;
    if (result_.rejection) {
      result_.end = Conversation::End::refused;
    } else if (closed_ || (between && !result_.messages.empty())) {
      result_.end = Conversation::End::accepted;
    }
    return std::move(result_);
  }

 private:
  enum class When { if_worth_it, always };

  // One head, or what there is of a body. False when it takes more bytes.
  bool advance(When when) {
    if (closed_ || result_.rejection) return false;
    return head_ ? advance_body() : advance_head(when);
  }

  bool advance_head(When when) {
    if (pending_.empty() || (!scanner_.worth_parsing(pending_) && when == When::if_worth_it)) return false;
    RequestHead head;
    const auto size = parse_request_head(pending_, limits_, head);
    if (!size) return refuse(size.error());
    if (*size == 0) return false;
    head_ = Head{describe(head), head.body, head.keep_alive};
    pending_.erase(0, *size);
    scanner_.reset();
    decoder_.reset();
    body_.clear();
    return true;
  }

  bool advance_body() {
    bool done = head_->framing.kind == BodyFraming::Kind::none;
    if (head_->framing.kind == BodyFraming::Kind::length) {
      const auto size = std::min<std::uint64_t>(head_->framing.length - body_.size(), pending_.size());
      body_ += pending_.substr(0, size);
      pending_.erase(0, size);
      done = body_.size() == head_->framing.length;
    } else if (head_->framing.kind == BodyFraming::Kind::chunked) {
      const auto step = decoder_.next(pending_);
      if (!step) return refuse(step.error());
      body_ += step->data;
      pending_.erase(0, step->consumed);
      done = step->done;
      if (!done && !pending_.empty()) return true;
    }
    if (!done) return false;
    result_.messages.push_back({std::move(head_->text), std::move(body_)});
    closed_ = !head_->keep_alive;
    head_.reset();
    return true;
  }

  bool refuse(const Rejection& rejection) {
    result_.rejection = rejection;
    return false;
  }

  static std::string describe(const RequestHead& head) {
    std::string text;
    for (const auto part : {head.method, head.target, head.path, head.query, head.host}) {
      text.append(part).append("\n");
    }
    for (const Header& header : head.headers) {
      text.append(header.name).append(": ").append(header.value).append("\n");
    }
    text += head.version == Version::http_1_1 ? "1.1" : "1.0";
    text += head.expects_continue ? " waits" : "";
    return text;
  }

  struct Head {
    std::string text;
    BodyFraming framing;
    bool keep_alive;
  };

  HeadLimits limits_;
  HeadScanner scanner_;
  ChunkedDecoder decoder_;
  std::string pending_;
  std::optional<Head> head_;  // of the message whose body is being read
  std::string body_;
  bool closed_ = false;
  Conversation result_;
};

inline Conversation replay_whole(std::string_view bytes, HeadLimits limits = {}) {
  RequestReplay replay(limits);
  replay.feed(bytes);
  return replay.finish();
}

inline Conversation replay_byte_by_byte(std::string_view bytes, HeadLimits limits = {}) {
  RequestReplay replay(limits);
  for (std::size_t i = 0; i < bytes.size(); ++i) replay.feed(bytes.substr(i, 1));
  return replay.finish();
}

inline Conversation replay_split(std::string_view bytes, std::size_t at, HeadLimits limits = {}) {
  RequestReplay replay(limits);
  replay.feed(bytes.substr(0, at));
  replay.feed(bytes.substr(at));
  return replay.finish();
}

}  // namespace weir::http
