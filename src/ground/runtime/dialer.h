// Opens connections to where the configuration says. No client ever chooses a destination.
#pragma once

#include <memory>
#include <string>

#include "runtime/resolver.h"
#include "runtime/socket.h"
#include "runtime/task.h"
#include "runtime/tls.h"

namespace weir::runtime {

struct Destination {
  std::string host;  // a name or a literal address, without brackets
  std::uint16_t port = 0;
  bool encrypted = false;
};

// One loop's.
class Dialer {
 public:
  virtual ~Dialer() = default;
  // A connection that is ready for use, its TLS handshake done. Fails with any kind of IoError.
  virtual Task<Io<Socket>> dial(const Destination& to, Until until) = 0;
};

// The real network. Addresses of a name are tried in turn, each with its share of the time that is left.
class NetworkDialer final : public Dialer {
 public:
  // `tls` is shared by all loops; it and the resolver must outlive this.
  NetworkDialer(Loop& loop, Resolver& resolver, const TlsContext& tls)
      : loop_(loop), resolver_(resolver), tls_(tls) {}
  Task<Io<Socket>> dial(const Destination& to, Until until) override;

 private:
  Task<Io<Socket>> connect(const SocketAddress& address, Until until);

  Loop& loop_;
  Resolver& resolver_;
  const TlsContext& tls_;
};

}  // namespace weir::runtime
