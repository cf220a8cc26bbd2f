// One configured provider, as one loop sees it: where it is, how it is asked, and the connections kept open
// to it.
//
//   Call call(provider, request, cancellation);
//   auto head = CO_TRY(co_await call.head(wake_up));       // connects, or takes a kept connection, and asks
//   auto piece = CO_TRY(co_await call.next(wake_up));      // nothing: still silent at `wake_up`; ask again
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "config/settings.h"
#include "model/dialect.h"
#include "provider/pool.h"
#include "provider/shared.h"
#include "provider/target.h"
#include "runtime/dialer.h"
#include "telemetry/counter.h"
#include "telemetry/names.h"

namespace weir::provider {

// One loop's. Everything given must outlive it; it must outlive its calls, and so is owned by them together
// with the configuration that names it: a reload that leaves its settings as they are leaves it, too.
class Provider {
 public:
  Provider(std::string_view name, const config::ProviderSettings& settings, Loop& loop,
           runtime::Dialer& dialer, Random& random, telemetry::Names& names, std::shared_ptr<Shared> shared);

  // Lives as long as the process, as its keys' names do.
  std::string_view name() const { return name_; }
  const config::ProviderSettings& settings() const { return settings_; }
  // How often a kept connection had died, and a call was made again on a fresh one.
  const telemetry::Counter& reconnects() const { return reconnects_; }

 private:
  friend class Call;
  struct Key {
    const config::ProviderKey& settings;
    std::string_view name;
  };
  // One of the keys, by weight; nullptr when there is none.
  const Key* choose_key() const;

  std::string_view name_;
  const config::ProviderSettings settings_;
  std::vector<Key> keys_;
  std::uint64_t weights_ = 0;  // of all keys
  const Target target_;
  Loop& loop_;
  Random& random_;
  const std::shared_ptr<Shared> shared_;
  Pool pool_;
  telemetry::Counter reconnects_;
};

}  // namespace weir::provider
