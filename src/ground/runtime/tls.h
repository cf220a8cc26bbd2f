// TLS by OpenSSL 3, over a connected socket.
#pragma once

#include <memory>
#include <string>

#include "runtime/socket.h"
#include "runtime/task.h"

namespace weir::runtime {

// Certificates and rules for many connections. Immutable once made, so any thread may use it.
class TlsContext {
 public:
  // For calling others: the system's authorities (or those of SSL_CERT_FILE), TLS 1.2 or newer.
  static Io<TlsContext> for_clients();
  // For being called: a certificate chain and its key, both PEM files. Fails with a sentence that names the
  // file.
  static Io<TlsContext> for_server(const std::string& certificate_file, const std::string& key_file);

  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;
  ~TlsContext();

  struct Native;
  Native& native() const { return *native_; }

 private:
  explicit TlsContext(std::unique_ptr<Native> native);
  std::unique_ptr<Native> native_;
};

// Encrypts `plain`, a TCP socket, as its client: `host` is sent as server name (RFC 6066) and checked against
// the certificate (RFC 9525). Fails with tls and the library's reason.
Task<Io<Socket>> connect_tls(Socket plain, const TlsContext& context, const std::string& host, Until until);

// The same from the server's side.
Task<Io<Socket>> accept_tls(Socket plain, const TlsContext& context, Until until);

}  // namespace weir::runtime
