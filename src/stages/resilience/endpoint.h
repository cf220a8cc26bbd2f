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
#include <utility>

#include "config/settings.h"
#include "model/attempt_outcome.h"
#include "model/standing.h"
#include "resilience/breaker.h"
#include "resilience/concurrency_limit.h"
#include "resilience/peak_ewma.h"
#include "resilience/quota.h"
#include "resilience/waiting_room.h"

namespace weir::resilience {

// What an attempt has shown of the endpoint that was asked.
struct Observation {
  using Outcome = EndpointOutcome;  // where it was congested and asks for no rest, it gets a second
  Outcome outcome = Outcome::answered;
  Duration head{};                    // until the answer's head; zero: none came
  std::optional<Duration> rest = {};  // how long it wants to be left alone: at most 5 min are obeyed
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

  // Allows one attempt, until it is destroyed; then one who waits in the room is called. An attempt of which
  // nothing was noted has shown nothing: its caller left, or it lost to another. It must not outlive its
  // endpoint.
  class Permit {
   public:
    Permit(Permit&& other) noexcept
        : endpoint_(std::exchange(other.endpoint_, nullptr)), pass_(other.pass_), noted_(other.noted_) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (endpoint_ != nullptr) endpoint_->leave(*this);
    }
    // Once at most.
    void note(const Observation& observation, TimePoint now) { endpoint_->note(*this, observation, now); }
    // After it: the answer that had begun has come to this. Once at most.
    void note_end(EndpointOutcome outcome, TimePoint now) { endpoint_->note_end(*this, outcome, now); }

   private:
    friend class Endpoint;
    Permit(Endpoint& endpoint, const Breaker::Pass& pass) : endpoint_(&endpoint), pass_(pass) {}
    Endpoint* endpoint_;
    Breaker::Pass pass_;
    bool noted_ = false;
  };

  // `room` is its provider's; none: nobody waits for it.
  Endpoint(const Name& name, const config::BreakerSettings& settings,
           std::shared_ptr<WaitingRoom> room = nullptr);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const Name& name() const { return name_; }
  WaitingRoom* room() const { return room_.get(); }
  // A reload's. What is known stays.
  void apply(const config::BreakerSettings& settings);

  // As it is now. Locks nothing and allocates nothing.
  Standing standing(TimePoint now) const;
  // One attempt more, if it may be asked. Locks nothing unless its breaker is half open.
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

 private:
  // Without its figures.
  Standing readiness(TimePoint now) const;
  bool ready(TimePoint now) const;
  std::optional<Breaker::Pass> pass_breaker(TimePoint now);
  void note(Permit& permit, const Observation& observation, TimePoint now);
  void note_end(const Permit& permit, EndpointOutcome outcome, TimePoint now);
  void note_health(const Breaker::Pass& pass, const Observation& observation, TimePoint now);
  void note_load(const Observation& observation, TimePoint now);
  void rest(Duration wanted, TimePoint now);
  void leave(const Permit& permit);
  void call_waiting();

  const Name name_;
  const std::shared_ptr<WaitingRoom> room_;
  ConcurrencyLimit limit_;
  PeakEwma latency_;
  std::atomic<TimePoint> rests_until_ = TimePoint::min();
  mutable std::mutex mutex_;  // of what these don't do without a lock
  Quota quota_;
  Breaker breaker_;
  Duration slow_call_;
};

}  // namespace weir::resilience
