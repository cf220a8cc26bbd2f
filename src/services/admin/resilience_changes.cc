#include <algorithm>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "admin/resilience_api.h"
#include "base/text.h"

namespace weir::admin {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kAutomatic = "auto";

// Takes one member after the other out of a body; what is wrong is collected.
class Reading {
 public:
  Reading(std::string_view body, std::string_view such_as) : json_(Json::parse(body, nullptr, false)) {
    if (json_.is_object()) return;
    json_ = Json::object();
    no_object_ = fmt::format("The body must be a JSON object, such as {}.", such_as);
  }

  std::optional<std::string> text(std::string_view member) {
    auto found = json_.find(member);
    if (found == json_.end()) return std::nullopt;
    Json value = std::move(*found);
    json_.erase(found);
    if (value.is_string() && value != "") return value.get<std::string>();
    errors_.push_back({std::string(member), "must be a string that is not empty"});
    return std::nullopt;
  }
  std::string needed_text(std::string_view member) {
    bool given = json_.contains(member);
    auto value = text(member);
    if (!given) errors_.push_back({std::string(member), "is missing"});
    return value.value_or("");
  }
  // One of `words`.
  std::string word(std::string_view member, const std::vector<std::string>& words) {
    auto value = needed_text(member);
    if (!value.empty() && std::ranges::find(words, value) == words.end()) {
      auto nearest = nearest_name(value, words);
      errors_.push_back({std::string(member), nearest ? fmt::format("did you mean {}?", *nearest)
                                                      : fmt::format("is {}", fmt::join(words, ", "))});
    }
    return value;
  }

  // What is wrong with all that was taken, and with what was not.
  std::optional<Problem> problem() {
    for (const auto& [name, value] : json_.items()) errors_.push_back({name, "there is no such member"});
    if (no_object_.empty() && errors_.empty()) return std::nullopt;
    if (!no_object_.empty()) errors_.clear();
    return Problem{.status = 400,
                   .code = "malformed_request",
                   .detail = no_object_.empty() ? "This is not understood; nothing was changed." : no_object_,
                   .errors = std::move(errors_)};
  }

 private:
  Json json_;
  std::string no_object_;
  std::vector<FieldError> errors_;
};

}  // namespace

std::expected<BreakerChange, Problem> read_breaker_change(std::string_view body) {
  Reading reading(body, R"({"deployment": "openai/gpt-4o", "state": "open"})");
  BreakerChange change{.deployment = reading.needed_text("deployment"), .key_name = reading.text("key_name")};
  auto state = reading.word("state", {"open", "closed", std::string(kAutomatic)});
  if (auto problem = reading.problem()) return std::unexpected(*std::move(problem));
  change.order = state == "open"     ? BreakerOrder::open
                 : state == "closed" ? BreakerOrder::closed
                                     : BreakerOrder::automatic;
  return change;
}

std::expected<WantedLevel, Problem> read_level(std::string_view body,
                                               std::span<const std::string_view> levels) {
  Reading reading(body, R"({"level": "auto"})");
  std::vector<std::string> words(levels.begin(), levels.end());
  words.emplace_back(kAutomatic);
  auto level = reading.word("level", words);
  if (auto problem = reading.problem()) return std::unexpected(*std::move(problem));
  return level == kAutomatic ? WantedLevel() : WantedLevel(std::move(level));
}

}  // namespace weir::admin
