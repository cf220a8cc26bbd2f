#include "runtime/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/try.h"
#include "runtime/tls_transport.h"

namespace weir::runtime {

struct TlsContext::Native {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, &SSL_CTX_free};
};

TlsContext::TlsContext(std::unique_ptr<Native> native) : native_(std::move(native)) {}
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;
TlsContext::~TlsContext() = default;

namespace {

Io<std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>> make_context(const SSL_METHOD* method) {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(method), &SSL_CTX_free);
  if (!context) return failed(IoError::Kind::tls, openssl_reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  return context;
}

// ALPN (RFC 7301): weir speaks HTTP/1.1 only; a client that offers no such thing may go on without it.
int choose_http_1_1(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  int outcome = SSL_select_next_proto(&found, size, kOurs, sizeof kOurs - 1, offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

struct HandshakeAttempt {
  TlsTransport& transport;
  std::optional<Io<void>> operator()() const { return transport.try_handshake(); }
};

Task<Io<Socket>> shake_hands(std::unique_ptr<TlsTransport> transport, Until until) {
  // Owned by a Socket already, so that it is retired properly whatever happens.
  TlsTransport& shaking = *transport;
  Socket socket(std::move(transport));
  CO_TRY(co_await Operation<void, HandshakeAttempt>(shaking.reader, shaking.loop(), until, {shaking}));
  co_return std::move(socket);
}

}  // namespace

Io<TlsContext> TlsContext::for_clients() {
  auto context = TRY(make_context(TLS_client_method()));
  if (SSL_CTX_set_default_verify_paths(context.get()) != 1)
    return failed(IoError::Kind::tls, openssl_reason());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return TlsContext(std::make_unique<Native>(std::move(context)));
}

Io<TlsContext> TlsContext::for_server(const std::string& certificate_file, const std::string& key_file) {
  auto context = TRY(make_context(TLS_server_method()));
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return failed(IoError::Kind::tls, fmt::format("can't use the certificate: {}", openssl_reason()));
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return failed(IoError::Kind::tls, fmt::format("can't use the key: {}", openssl_reason()));
  }
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("weir"), 4);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http_1_1, nullptr);
  return TlsContext(std::make_unique<Native>(std::move(context)));
}

Task<Io<Socket>> connect_tls(Socket plain, const TlsContext& context, const std::string& host, Until until) {
  SSL* ssl = SSL_new(context.native().context.get());
  if (ssl == nullptr) co_return failed(IoError::Kind::exhausted);
  auto transport = std::make_unique<TlsTransport>(std::move(plain).release(), ssl);
  SSL_set_connect_state(ssl);
  static constexpr unsigned char kAlpn[] = "\x08http/1.1";
  SSL_set_alpn_protos(ssl, kAlpn, sizeof kAlpn - 1);
  // A literal address has no server name (RFC 6066 section 3) and is looked up among the certificate's
  // addresses.
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1) {
    SSL_set_tlsext_host_name(ssl, host.c_str());
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, host.c_str());
  }
  co_return co_await shake_hands(std::move(transport), until);
}

Task<Io<Socket>> accept_tls(Socket plain, const TlsContext& context, Until until) {
  SSL* ssl = SSL_new(context.native().context.get());
  if (ssl == nullptr) co_return failed(IoError::Kind::exhausted);
  auto transport = std::make_unique<TlsTransport>(std::move(plain).release(), ssl);
  SSL_set_accept_state(ssl);
  co_return co_await shake_hands(std::move(transport), until);
}

}  // namespace weir::runtime
