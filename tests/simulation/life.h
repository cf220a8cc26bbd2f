// Callers who ask the same few things, join each other's flights and leave them, while providers fail and
// answers are purged: in a seeded world, on the shipped journey. Nobody ever gets a wrong answer or an old
// one.
//
// How old an answer is can be read from it: the simulated providers say one word more after each purge.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <set>

#include "simulation.h"

namespace weir::simulation {

constexpr std::array<std::string_view, 2> kTags{"red", "blue"};

struct Question {
  bool messages = false;  // Anthropic's path, else OpenAI's chat
  bool streamed = false;
  bool cacheable = true;
  std::size_t tag = 0;
  std::size_t number = 0;

  std::string path() const { return messages ? "/v1/messages" : "/v1/chat/completions"; }
  std::string prompt() const { return fmt::format("{} question {}", kTags[tag], number); }
  std::string body() const {
    return fmt::format(R"({{"model":"sim-1","max_tokens":500,"temperature":{},"stream":{},)"
                       R"("messages":[{{"role":"user","content":"{}"}}]}})",
                       cacheable ? 0 : 1, streamed, prompt());
  }
  std::string lines() const { return fmt::format("x-weir-tags: {}\r\n", kTags[tag]); }
};

// How often what bears a tag has been purged.
using Epochs = std::array<std::size_t, kTags.size()>;

class Life {
 public:
  // `faults` are rules of the script that all providers have; all their models are `sim-1`.
  Life(std::uint64_t seed, config::Settings settings, std::string_view faults);
  Life(std::uint64_t seed, std::string_view faults);

  void live(std::size_t calls, bool with_leavers);
  // Everybody got a right answer, or was told of a failure, once; and nothing is left behind.
  void judge();
  // Without faults and leavers each thing is asked of the provider once, however often callers ask.
  void judge_cost() { EXPECT_EQ(world_.upstream().ledger().calls, asked_.size() + alone_); }

  Random& random() { return world_.random(); }
  Simulation& world() { return world_; }
  std::size_t joined();
  std::size_t failed() const { return failed_; }

 private:
  struct Call {
    Question question;
    std::size_t epoch;  // when it was made
    std::unique_ptr<Asking> asking;
    bool left = false;
  };

  void ask(const Question& question);
  void somebody_leaves();
  void purge();
  void tell_providers();
  void judge(const Call& call);
  const std::string& answer(const Question& question, std::size_t words);

  Simulation world_;
  std::string faults_;
  Epochs epochs_{};
  std::vector<Call> calls_;
  std::set<std::string> asked_;  // what could be shared: path, prompt and epoch
  std::size_t alone_ = 0;
  std::size_t failed_ = 0;
  std::map<std::pair<std::string, std::size_t>, std::string> known_;
};

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
};

// WEIR_SEED plays one seed again, WEIR_DEEP plays more.
inline Seeds seeds(std::uint64_t usual, std::uint64_t deep) {
  if (const char* one = std::getenv("WEIR_SEED")) return {std::strtoull(one, nullptr, 10), 1};
  return {1, std::getenv("WEIR_DEEP") != nullptr ? deep : usual};
}

template <class Play>
void play_each(Seeds seeds, Play play) {
  for (auto seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    play(seed);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << " (WEIR_SEED=" << seed << " plays it again)";
      return;
    }
  }
}

}  // namespace weir::simulation
