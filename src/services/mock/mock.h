// The state that all loops of the simulated provider share: its script, and what it has counted.
//
//   Mock mock(script);                       // one a process
//   Service service(loop, mock, limits, budget);   // one a loop: see mock/service.h
//   EXPECT_EQ(mock.ledger().calls, 1);
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mock/call.h"
#include "mock/ledger.h"
#include "mock/script.h"

namespace weir::mock {

// Any thread.
class Mock {
 public:
  explicit Mock(Script script = {});

  std::shared_ptr<const Script> script() const;
  // Holds from the next call on; calls are numbered from 1 again. The ledger stays.
  void set_script(Script script);
  // Empties the ledger and the logs, and numbers calls from 1 again. Calls under way count nowhere.
  void reset();

  Ledger ledger() const;
  // The latest 1,000 calls that have ended, the oldest first: a JSON document.
  std::string calls_json() const;
  // The bytes of the latest calls, at most 1,000 and 16 MiB, where the script asks for them: a line of JSON
  // each.
  std::string raw_log() const;

  // A connection has come: what the script does to it before it says anything. Where that is a fault, it was
  // a call.
  std::optional<Fault> meet_connection();

 private:
  friend class OpenCall;
  struct Opened {
    std::uint64_t number;
    std::uint64_t epoch;
  };
  Opened open(TimePoint now);
  void count(const Call& call, std::uint64_t epoch);
  void close(const Call& call, std::uint64_t cost, const RawCall* raw, std::uint64_t epoch);
  Figures& of_model(const std::string& name);

  mutable std::mutex mutex_;  // guards all below
  std::shared_ptr<const Script> script_;
  Ledger ledger_;
  std::uint64_t next_number_ = 1;
  std::uint64_t epoch_ = 0;  // of the counts: reset() begins another
  std::optional<TimePoint> zero_;
  std::deque<Call> calls_;
  std::deque<std::string> raw_;
  std::size_t raw_bytes_ = 0;
};

// A call under way. Whatever becomes of it, it is in the ledger in the end: destroyed unfinished, as
// cancelled.
class OpenCall {
 public:
  OpenCall(Mock& mock, TimePoint now);
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;
  ~OpenCall();

  // Its path and model are known now: it counts among the ledger's calls.
  void count();
  const Script& script() const { return *script_; }
  Call& call() { return call_; }
  // Where its bytes go, or nothing if nobody wants them.
  RawCall* raw() { return raw_ ? &*raw_ : nullptr; }

 private:
  Mock& mock_;
  std::shared_ptr<const Script> script_;
  std::uint64_t epoch_ = 0;
  bool counted_ = false;
  Call call_;
  std::optional<RawCall> raw_;
};

}  // namespace weir::mock
