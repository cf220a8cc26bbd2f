// The flights: shared recordings that are under way, found by what they answer, so that equal calls make one.
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "model/digest.h"
#include "recording/reader.h"

namespace weir::recording {

// Any thread. `Note` is what its user wants to know of a flight before somebody joins it.
template <class Note>
class Flights {
 public:
  struct Boarded {
    Reader reader;
    bool opened;  // by this call: whoever opens a flight brings its answer, and ends it
  };

  // Joins the flight under `key` if `may_join(note)` and it is not too late, else opens one with
  // `open()`, which gives a new recording. But first it asks `landed()`, whether the answer has come
  // meanwhile: an answer is kept before its flight ends, so whoever finds neither is the only one to open.
  // Nothing if it has.
  template <class MayJoin, class Landed, class Open>
  std::optional<Boarded> board(const Digest& key, Loop& loop, const Note& note, MayJoin may_join,
                               Landed landed, Open open) {
    auto& shard = shard_of(key);
    std::lock_guard lock(shard.mutex);
    auto [at, is_new] = shard.flights.try_emplace(key);
    if (!is_new && may_join(at->second.note)) {
      if (auto reader = at->second.recording->join(loop)) return Boarded{*std::move(reader), false};
    }
    if (landed()) {
      if (is_new) shard.flights.erase(at);
      return std::nullopt;
    }
    at->second = Flight{open(), note};
    return Boarded{*at->second.recording->join(loop), true};
  }

  // Nobody can join it any more. Another one under the same key stays.
  void end(const Digest& key, const Recording& recording) {
    auto& shard = shard_of(key);
    Flight ended;  // destroyed without the lock
    std::lock_guard lock(shard.mutex);
    auto at = shard.flights.find(key);
    if (at == shard.flights.end() || at->second.recording.get() != &recording) return;
    ended = std::move(at->second);
    shard.flights.erase(at);
  }

  std::size_t size() const {
    std::size_t sum = 0;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      sum += shard.flights.size();
    }
    return sum;
  }

 private:
  struct Flight {
    Ref<Recording> recording;
    Note note;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Digest, Flight, DigestHash> flights;
  };
  Shard& shard_of(const Digest& key) { return shards_[key.bytes.back() % shards_.size()]; }

  std::array<Shard, 16> shards_;
};

}  // namespace weir::recording
