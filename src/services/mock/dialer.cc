#include "mock/dialer.h"

#include "runtime/simulated_network.h"

namespace weir::mock {

Task<Io<Socket>> InProcessDialer::dial(const runtime::Destination&, Until) {
  auto met = service_.mock().meet_connection();
  if (met && met->kind == Fault::Kind::refuse) {
    co_return runtime::failed(IoError::Kind::refused, "the script refuses the connection");
  }
  auto [ours, theirs] = runtime::simulated_connection(loop_, broken_);
  connections_.spawn(service_.serve(std::move(theirs), stop_, met));
  co_return std::move(ours);
}

}  // namespace weir::mock
