#include "life.h"

#include <nlohmann/json.hpp>

#include "http/sse.h"

namespace weir::simulation {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kWordsAtFirst = 20;
constexpr std::size_t kMostWords = 100;

std::string script(const Epochs& epochs, std::string_view faults) {
  std::string rules(faults);
  for (std::size_t i = 0; i < kTags.size(); ++i) {
    rules += fmt::format("  - {{ when: {{ contains: {} }}, output_tokens: {} }}\n", kTags[i],
                         kWordsAtFirst + epochs[i]);
  }
  return fmt::format("default: {{ time_to_first_token: 50ms, tokens_per_second: 200 }}\nrules:\n{}", rules);
}

Question any_question(Random& random) {
  return {.messages = random.below(3) == 0,
          .streamed = random.below(2) == 0,
          .cacheable = random.below(5) != 0,
          .tag = random.below(kTags.size()),
          .number = random.below(4)};
}

std::string text_of_event(const Json& event) {
  if (event.contains("choices")) {
    if (event["choices"].empty()) return "";
    return event["choices"][0]["delta"].value("content", "");
  }
  if (event.value("type", "") == "content_block_delta") return event["delta"].value("text", "");
  return "";
}

struct Said {
  std::string text;
  bool failed = false;
};

// What an answer says, whichever way it came.
Said said(const Question& question, const std::string& received) {
  Said said{.text = {}, .failed = received.find("\"error\"") != std::string::npos};
  if (!received.starts_with('{')) {
    std::vector<http::Event> events;
    http::EventReader reader;
    EXPECT_TRUE(reader.read(received, events));
    for (const auto& event : events) {
      if (event.data != "[DONE]") said.text += text_of_event(Json::parse(event.data));
    }
  } else if (!said.failed) {
    auto json = Json::parse(received);
    said.text = question.messages ? json["content"][0]["text"] : json["choices"][0]["message"]["content"];
  }
  return said;
}

config::Settings usual_settings() {
  config::Settings settings;
  settings.providers["simulated"].kind = config::ProviderKind::simulated;
  settings.models["sim-1"].deployments = {{"simulated", "sim-1"}};
  settings.traces.endpoint = *config::BaseUrl::parse("http://localhost/v1/traces");
  return settings;
}

}  // namespace

Life::Life(std::uint64_t seed, config::Settings settings, std::string_view faults)
    : world_(seed, std::move(settings)), faults_(faults) {
  tell_providers();
}

Life::Life(std::uint64_t seed, std::string_view faults) : Life(seed, usual_settings(), faults) {}

void Life::tell_providers() {
  for (const auto& [name, provider] : world_.settings().providers)
    world_.provider(name).set_script(script(epochs_, faults_));
}

void Life::ask(const Question& question) {
  calls_.push_back(
      {question, epochs_[question.tag], world_.ask(question.body(), question.path(), question.lines())});
  if (question.cacheable) {
    asked_.insert(fmt::format("{} {} {}", question.path(), question.prompt(), epochs_[question.tag]));
  } else {
    ++alone_;
  }
}

void Life::somebody_leaves() {
  auto& call = calls_[random().below(calls_.size())];
  if (call.asking->ended()) return;
  call.asking->leave();
  call.left = true;
}

void Life::purge() {
  std::size_t tag = random().below(kTags.size());
  ++epochs_[tag];
  tell_providers();
  world_.cache().purge(cache::Selector::tag(kTags[tag]));
}

void Life::live(std::size_t calls, bool with_leavers) {
  for (std::size_t i = 0; i < calls; ++i) {
    ask(any_question(random()));
    world_.run_for(milliseconds(random().below(60)));
    if (with_leavers && random().below(10) == 0) somebody_leaves();
    if (random().below(25) == 0) purge();
  }
  EXPECT_TRUE(world_.run_until([&] {
    return std::ranges::all_of(calls_, [](const auto& call) { return call.asking->ended(); });
  })) << "a call was never answered";
}

void Life::judge() {
  for (const auto& call : calls_) judge(call);
  calls_.clear();
  world_.run_for(std::chrono::minutes(3));
  EXPECT_EQ(world_.flights().size(), 0U);
  EXPECT_EQ(world_.memory().taken(), Bytes{world_.cache().memory().counts().bytes})
      << "a recording was not freed";
  EXPECT_EQ(world_.open_sessions(), 0U);
}

std::size_t Life::joined() {
  return static_cast<std::size_t>(
      std::ranges::count(world_.calls(), CacheResult::joined, &CallRecord::cache));
}

void Life::judge(const Call& call) {
  if (call.left) return;
  EXPECT_TRUE(call.asking->whole());
  auto [text, failed] = said(call.question, call.asking->received());
  failed_ += failed ? 1 : 0;
  // What broke off is the beginning of an answer; it can't be told how old.
  if (failed) {
    EXPECT_TRUE(answer(call.question, kMostWords).starts_with(text)) << call.question.body() << "\n" << text;
    return;
  }
  // From when the call was made to now.
  auto epoch = call.epoch;
  while (epoch < epochs_[call.question.tag] && answer(call.question, kWordsAtFirst + epoch) != text) ++epoch;
  EXPECT_EQ(text, answer(call.question, kWordsAtFirst + epoch))
      << call.question.body() << "\nwas asked after " << call.epoch << " purges, and now there were "
      << epoch;
}

// What a provider says to that with so many words: asked in a world without a cache.
const std::string& Life::answer(const Question& question, std::size_t words) {
  auto [known, is_new] = known_.try_emplace({question.path() + question.prompt(), words});
  if (!is_new) return known->second;
  Simulation quiet(1, fmt::format("default: {{ output_tokens: {} }}", words));
  Question alone = question;
  alone.cacheable = alone.streamed = false;
  auto asking = quiet.ask(alone.body(), alone.path());
  EXPECT_TRUE(quiet.run_until([&] { return asking->ended(); }));
  return known->second = said(alone, asking->received()).text;
}

}  // namespace weir::simulation
