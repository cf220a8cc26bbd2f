#include "runtime/tls_transport.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <system_error>

namespace weir::runtime {

std::string openssl_reason() {
  std::string reason = "no reason given";
  // What the system said was first, and all else only follows from it.
  if (unsigned long first = ERR_peek_error(); ERR_SYSTEM_ERROR(first)) {
    reason = std::generic_category().message(ERR_GET_REASON(first));
  } else if (unsigned long code = ERR_peek_last_error(); code != 0) {
    const char* text = ERR_reason_error_string(code);
    reason = text != nullptr ? text : fmt::format("error {:#x}", code);
  }
  ERR_clear_error();
  return reason;
}

TlsTransport::TlsTransport(std::unique_ptr<Transport> plain, SSL* ssl)
    : Transport(plain->loop()), plain_(std::move(plain)), ssl_(ssl, &SSL_free) {
  BIO* bio = BIO_new(bio_method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_read_ahead(ssl, 1);  // a record's head and body in one system call
  plain_->reader = this;
  plain_->writer = this;
}

TlsTransport::~TlsTransport() {
  // The last record says that we end on purpose (close_notify), if the socket takes it.
  if (SSL_is_init_finished(ssl_.get()) && !peer_gone()) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

BIO_METHOD* TlsTransport::bio_method() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method = [] {
    std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "weir transport"), &BIO_meth_free);
    BIO_meth_set_read(made.get(), bio_read);
    BIO_meth_set_write(made.get(), bio_write);
    BIO_meth_set_ctrl(made.get(), bio_control);
    return made;
  }();
  return method.get();
}

int TlsTransport::bio_read(BIO* bio, char* into, int size) {
  auto& self = *static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  std::optional<Io<std::size_t>> outcome;
  if (self.plain_->readable()) outcome = self.plain_->try_read({into, static_cast<std::size_t>(size)});
  if (!outcome) {
    BIO_set_retry_read(bio);
    return -1;
  }
  if (!*outcome) {
    self.plain_error_ = outcome->error();
    return -1;
  }
  return static_cast<int>(**outcome);
}

int TlsTransport::bio_write(BIO* bio, const char* from, int size) {
  auto& self = *static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  std::string_view whole(from, static_cast<std::size_t>(size));
  UnsentParts parts(std::span(&whole, 1));
  auto outcome = self.plain_->try_write(parts);
  if (outcome && !*outcome) {
    self.plain_error_ = outcome->error();
    return -1;
  }
  std::size_t left = parts.done() ? 0 : parts.parts().front().size();
  if (left == whole.size()) {
    BIO_set_retry_write(bio);
    return -1;
  }
  return size - static_cast<int>(left);
}

long TlsTransport::bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

std::optional<IoError> TlsTransport::why_stopped(int outcome) {
  int error = SSL_get_error(ssl_.get(), outcome);
  if (plain_error_) return std::exchange(plain_error_, std::nullopt);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    if (error == SSL_ERROR_WANT_READ && !peer_gone()) set_readable(false);
    return std::nullopt;
  }
  if (error == SSL_ERROR_ZERO_RETURN) return IoError{IoError::Kind::closed};
  if (long result = SSL_get_verify_result(ssl_.get()); result != X509_V_OK) {
    ERR_clear_error();
    return IoError{IoError::Kind::tls,
                   fmt::format("certificate not accepted: {}", X509_verify_cert_error_string(result))};
  }
  // Also an end without close_notify, which may be somebody cutting the answer short (RFC 8446 section 6.1).
  return IoError{IoError::Kind::tls, openssl_reason()};
}

std::optional<Io<void>> TlsTransport::try_handshake() {
  int outcome = SSL_do_handshake(ssl_.get());
  if (outcome == 1) return Io<void>{};
  auto error = why_stopped(outcome);
  if (!error) return std::nullopt;
  return std::unexpected(*std::move(error));
}

std::optional<Io<std::size_t>> TlsTransport::try_read(std::span<char> into) {
  std::size_t n = 0;
  int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &n);
  if (outcome == 1) return n;
  auto error = why_stopped(outcome);
  if (!error) return std::nullopt;
  if (error->kind == IoError::Kind::closed) return std::size_t{0};
  return std::unexpected(*std::move(error));
}

std::optional<Io<void>> TlsTransport::try_write(UnsentParts& parts) {
  collect(parts);
  while (!unsent_.empty()) {
    std::size_t n = 0;
    int outcome = SSL_write_ex(ssl_.get(), unsent_.data(), unsent_.size(), &n);
    if (outcome != 1) {
      auto error = why_stopped(outcome);
      if (!error) return std::nullopt;
      return std::unexpected(*std::move(error));
    }
    unsent_.erase(0, n);
    collect(parts);
  }
  return Io<void>{};
}

void TlsTransport::collect(UnsentParts& parts) {
  // What an interrupted SSL_write_ex was given must be given again, unchanged but for more at its end.
  if (!unsent_.empty()) return;
  while (!parts.done() && unsent_.size() < kRecord) {
    auto part = parts.parts().front().substr(0, kRecord - unsent_.size());
    unsent_.append(part);
    parts.advance(part.size());
  }
}

void TlsTransport::shutdown_write() {
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  plain_->shutdown_write();
}

void TlsTransport::reset() {
  SSL_set_quiet_shutdown(ssl_.get(), 1);  // no close_notify: this is no proper end
  plain_->reset();
}

void TlsTransport::on_progress() {
  set_readable(true);
  if (plain_->peer_gone() && !peer_gone()) note_peer_gone();
  progress();
}

}  // namespace weir::runtime
