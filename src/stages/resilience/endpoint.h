// One deployment asked through one of its keys, as all loops know it: whether it may be asked, and how it
// did.
//
//   auto permit = endpoint.enter(now);          // nothing: not now, see standing()
//   … the attempt …
//   permit->note({.outcome = …, .head = …}, now);
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "config/settings.h"
#include "model/standing.h"
#include "resilience/breaker.h"
#include "resilience/concurrency_limit.h"
#include "resilience/peak_ewma.h"
#include "resilience/quota.h"

namespace weir::resilience {

// What an attempt has shown of the endpoint that was asked.
struct Observation {
  enum class Outcome : std::uint8_t {
    answered,    // as it should; also when the request itself was refused
    congested,   // 429: more than it takes
    overloaded,  // 503, 529, or too late: it failed, and takes less than it was given
    failed,      // anything else that was its own fault
  };
  Outcome outcome = Outcome::answered;
  Duration head{};                    // until the answer's head; zero: none came
  std::optional<Duration> rest = {};  // how long it wants to be left alone
  std::optional<QuotaReading> quota = {};
};

// Any thread.
class Endpoint {
 public:
  // Texts that live as long as the process.
  struct Name {
    std::string_view deployment;  // its label: "openai/gpt-4o-mini"
    std::string_view provider;
    std::string_view key_name;  // empty: it needs none
  };

  // Allows one attempt, until it is destroyed. An attempt of which nothing was noted has shown nothing: its
  // caller left, or it lost to another. It must not outlive its endpoint.
  class Permit {
   public:
    Permit(Permit&& other) noexcept
        : endpoint_(std::exchange(other.endpoint_, nullptr)), probe_(other.probe_) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit();
    // Once at most.
    void note(const Observation& observation, TimePoint now);

   private:
    friend class Endpoint;
    Permit(Endpoint& endpoint, bool probe) : endpoint_(&endpoint), probe_(probe) {}
    Endpoint* endpoint_;
    bool probe_;  // of a breaker that is half open
    bool noted_ = false;
  };

  Endpoint(const Name& name, const config::BreakerSettings& settings);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const Name& name() const { return name_; }
  // A reload's. What is known stays.
  void apply(const config::BreakerSettings& settings);

  // As it is now. Locks nothing and allocates nothing.
  Standing standing(TimePoint now) const;
  // One attempt more, if it may be asked.
  std::optional<Permit> enter(TimePoint now);

  // By hand, until it is told otherwise.
  void force(Forced forced);
  // For people and metrics.
  struct Report {
    Breaker::Report breaker;
    Standing standing;
    std::uint32_t limit = 0;  // calls that may be under way at once; 0: no limit
    std::optional<QuotaReading> quota = {};
  };
  Report report(TimePoint now) const;
};

}  // namespace weir::resilience
