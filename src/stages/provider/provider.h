// One configured provider, as one loop sees it: where it is, how it is asked, and the connections kept open
// to it.
//
//   Call call(provider, request, cancellation);
//   auto head = CO_TRY(co_await call.head(wake_up));       // connects, or takes a kept connection, and asks
//   auto piece = CO_TRY(co_await call.next(wake_up));      // nothing: still silent at `wake_up`; ask again
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "config/settings.h"
#include "model/dialect.h"
#include "provider/pool.h"
#include "provider/shared.h"
#include "provider/target.h"
#include "runtime/dialer.h"
#include "telemetry/counter.h"

namespace weir::provider {

// What happened at this provider, counted by its loop.
struct ProviderCounters {
  telemetry::Counter attempts;
  telemetry::Counter reconnects;  // a kept connection had died, and the call was made on a fresh one
  telemetry::Counter cancelled;   // the caller left, or the result was not needed any more
  telemetry::Counter failures;    // of the provider or on the way to it
};

// One loop's. Everything given must outlive it; it must outlive its calls.
class Provider {
 public:
  Provider(std::string name, const config::ProviderSettings& settings, Loop& loop, runtime::Dialer& dialer,
           Random& random, Shared& shared);

  const std::string& name() const { return name_; }
  config::ProviderKind kind() const { return settings_.kind; }
  const config::ProviderSettings& settings() const { return settings_; }
  const ProviderCounters& counters() const { return counters_; }

 private:
  friend class Call;
  // One of the keys, by weight; nullptr when there is none.
  const config::ProviderKey* choose_key() const;

  std::string name_;
  const config::ProviderSettings& settings_;
  const Target target_;
  Loop& loop_;
  Random& random_;
  Shared& shared_;
  Pool pool_;
  ProviderCounters counters_;
};

}  // namespace weir::provider
