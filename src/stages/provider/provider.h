// One configured provider, as one loop sees it: where it is, how it is asked, and the connections kept open
// to it.
//
//   Call call(provider, request, order, trace, cancellation);
//   CO_TRY(co_await call.send());                 // connects, or takes a kept connection, and asks
//   const auto* head = CO_TRY(co_await call.head());
//   auto piece = CO_TRY(co_await call.next());
#pragma once

#include <memory>
#include <string_view>
#include <vector>

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
           runtime::Dialer& dialer, telemetry::Names& names, std::shared_ptr<Shared> shared);

  // Lives as long as the process, as its keys' names do.
  std::string_view name() const { return name_; }
  const config::ProviderSettings& settings() const { return settings_; }
  // The name of its nth key, which lives as long as the process; empty where it has none.
  std::string_view key_name(std::size_t n) const {
    return n < key_names_.size() ? key_names_[n] : std::string_view();
  }
  // How often a kept connection had died, and a call was made again on a fresh one.
  const telemetry::Counter& reconnects() const { return reconnects_; }

 private:
  friend class Call;
  const config::ProviderKey* key(std::size_t n) const {
    return n < settings_.keys.size() ? &settings_.keys[n] : nullptr;
  }

  std::string_view name_;
  const config::ProviderSettings settings_;
  std::vector<std::string_view> key_names_;
  const Target target_;
  Loop& loop_;
  const std::shared_ptr<Shared> shared_;
  Pool pool_;
  telemetry::Counter reconnects_;
};

}  // namespace weir::provider
