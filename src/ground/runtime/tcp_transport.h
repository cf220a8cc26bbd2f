// A connected TCP socket, non-blocking; for the files of this room only.
#pragma once

#include "runtime/transport.h"

namespace weir::runtime {

class TcpTransport final : public Transport {
 public:
  // Takes over a non-blocking stream socket that is connected or connecting.
  TcpTransport(Loop& loop, Descriptor descriptor);

  std::optional<Io<std::size_t>> try_read(std::span<char> into) override;
  std::optional<Io<void>> try_write(UnsentParts& parts) override;
  void shutdown_write() override;
  void reset() override;
  void on_events(std::uint32_t events) override;

  int descriptor() const { return descriptor_.number(); }
  // The outcome of a connect() that was under way, once the socket is writable; nothing before.
  std::optional<Io<void>> connected() const;

 private:
  Descriptor descriptor_;
  bool writable_ = false;
};

// Keep-alive probes and no delay for small writes: what every connection of weir has.
void prepare_stream_socket(int descriptor);

}  // namespace weir::runtime
