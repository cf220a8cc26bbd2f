// An encrypted transport on top of any other; for the files of this room only.
#pragma once

#include <openssl/ssl.h>

#include "runtime/transport.h"

namespace weir::runtime {

// The newest reason on OpenSSL's error queue, which is emptied.
std::string openssl_reason();

class TlsTransport final : public Transport, PendingOperation {
 public:
  // Takes over `plain` and `ssl`. The handshake is still to be made (try_handshake).
  TlsTransport(std::unique_ptr<Transport> plain, SSL* ssl);
  ~TlsTransport() override;

  // Nothing while it waits for the other side.
  std::optional<Io<void>> try_handshake();

  std::optional<Io<std::size_t>> try_read(std::span<char> into) override;
  std::optional<Io<void>> try_write(UnsentParts& parts) override;
  void shutdown_write() override;
  void reset() override;
  std::string_view protocol() const override { return SSL_get_version(ssl_.get()); }
  void on_events(std::uint32_t) override {}  // the plain transport has the descriptor

 private:
  static constexpr std::size_t kRecord = 16 * 1024;

  // OpenSSL's view of `plain_`, as a BIO.
  static BIO_METHOD* bio_method();
  static int bio_read(BIO* bio, char* into, int size);
  static int bio_write(BIO* bio, const char* from, int size);
  static long bio_control(BIO* bio, int command, long, void*);

  void on_progress() override;
  void collect(UnsentParts& parts);
  // The meaning of an SSL_* call that returned `outcome`, not 1: nothing if it would block.
  std::optional<IoError> why_stopped(int outcome);

  std::unique_ptr<Transport> plain_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::optional<IoError> plain_error_;
  std::string unsent_;  // one record's worth of small parts, so that a head and its body travel together
};

}  // namespace weir::runtime
