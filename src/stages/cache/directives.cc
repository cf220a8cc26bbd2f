#include "cache/directives.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/try.h"
#include "config/values.h"
#include "wire/errors.h"

namespace weir::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::in_quotes;

// Larger numbers of seconds mean this one (RFC 9111 section 1.2.2).
constexpr std::int64_t kMostSeconds = std::int64_t{1} << 31;

std::unexpected<Failure> malformed(std::string message) {
  return failure(Failure::Kind::malformed_request, std::move(message));
}

// "300"; nothing where it is no whole number.
std::optional<seconds> parse_seconds(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return {};
  std::int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return seconds(error == std::errc() ? std::min(count, kMostSeconds) : kMostSeconds);
}

// The next element of a comma list, without the white space around it; commas in quotes are text (RFC 9110
// sections 5.6.1 and 5.6.4). Takes it off `list`.
std::string_view next_element(std::string_view& list) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < list.size() && (quoted || list[at] != ','); ++at) {
    if (list[at] == '"') quoted = !quoted;
    if (quoted && list[at] == '\\') ++at;
  }
  auto element = trimmed(list.substr(0, at));
  list.remove_prefix(std::min(at + 1, list.size()));
  return element;
}

std::string_view without_quotes(std::string_view text) {
  bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// The value of a directive of `cache-control`.
Result<seconds> seconds_of(std::string_view directive, std::string_view value) {
  if (auto count = parse_seconds(value)) return *count;
  return malformed(
      fmt::format("`{0}` in `cache-control` must be a whole number of seconds: {0}=300.", directive));
}

class Reader {
 public:
  explicit Reader(const config::CacheSettings& settings) : settings_(settings) {}

  Result<void> read_cache_control(std::string_view name, std::string_view list);
  Result<void> read_switch(std::string_view name, std::string_view value);
  Result<void> read_ttl(std::string_view name, std::string_view value);
  Result<void> read_namespace(std::string_view name, std::string_view value);
  Result<void> read_class(std::string_view name, std::string_view value);
  Result<void> read_tags(std::string_view name, std::string_view list);
  Result<void> read_enabled(std::string_view name, std::string_view value);
  Result<void> read_cloudflare_ttl(std::string_view name, std::string_view value);
  Result<void> read_cloudflare_skip(std::string_view name, std::string_view value);
  Result<void> read_body_member(PaddedView text);

  Directives finish();

 private:
  Result<void> read_member(std::string_view key, simdjson::dom::element value);
  void turn_off() { directives_.may_serve = directives_.may_keep = false; }
  void limit_age(seconds age) { directives_.max_age = std::min(directives_.max_age.value_or(age), age); }

  const config::CacheSettings& settings_;
  Directives directives_;
  std::optional<milliseconds> own_ttl_;         // x-weir-cache-ttl
  std::optional<milliseconds> body_ttl_;        // cache.ttl
  std::optional<milliseconds> cloudflare_ttl_;  // cf-aig-cache-ttl
  std::optional<seconds> stale_if_error_;       // cache-control
};

Result<void> Reader::read_cache_control(std::string_view /*name*/, std::string_view list) {
  while (!list.empty()) {
    auto element = next_element(list);
    auto name = element.substr(0, element.find('='));
    auto value = without_quotes(element.substr(std::min(name.size() + 1, element.size())));
    if (equals_ignoring_case(name, "no-cache")) {
      directives_.may_serve = false;
    } else if (equals_ignoring_case(name, "no-store")) {
      directives_.may_keep = false;
    } else if (equals_ignoring_case(name, "only-if-cached")) {
      directives_.only_if_cached = true;
    } else if (equals_ignoring_case(name, "max-age")) {
      limit_age(TRY(seconds_of("max-age", value)));
    } else if (equals_ignoring_case(name, "stale-if-error")) {
      seconds stale = TRY(seconds_of("stale-if-error", value));
      stale_if_error_ = std::min(stale_if_error_.value_or(stale), stale);
    }
  }
  return {};
}

Result<void> Reader::read_switch(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(value, "on")) {
    directives_.opted_in = true;
  } else if (equals_ignoring_case(value, "off")) {
    turn_off();
  } else {
    return malformed(fmt::format("The header `{}` must be on or off, not {}.", name, in_quotes(value)));
  }
  return {};
}

Result<void> Reader::read_ttl(std::string_view name, std::string_view value) {
  if (auto whole = parse_seconds(value)) {
    own_ttl_ = *whole;
    return {};
  }
  auto time = config::parse_time(value);
  if (!time) {
    return malformed(fmt::format("The header `{}` must be seconds (300) or a time (90s, 5m, 1h, 7d), not {}.",
                                 name, in_quotes(value)));
  }
  own_ttl_ = *time;
  return {};
}

Result<void> Reader::read_namespace(std::string_view name, std::string_view value) {
  if (value.empty() || value.size() > kLongestNamespace) {
    return malformed(
        fmt::format("The header `{}` must be a name of 1 to {} characters.", name, kLongestNamespace));
  }
  directives_.name_space = value;
  return {};
}

Result<void> Reader::read_class(std::string_view name, std::string_view value) {
  if (settings_.classes.contains(value)) {
    directives_.class_name = value;
    directives_.opted_in = true;
    return {};
  }
  std::vector<std::string> known;
  for (const auto& [configured, ttl] : settings_.classes) known.push_back(configured);
  if (known.empty()) {
    return malformed(fmt::format("No classes are configured here; leave out the header `{}`.", name));
  }
  if (auto nearest = nearest_name(value, known)) {
    auto found = std::ranges::find(known, *nearest);
    std::rotate(known.begin(), found, found + 1);
  }
  return malformed(fmt::format("There is no class {} here; the header `{}` may be {}.", in_quotes(value),
                               name, fmt::join(known, ", ")));
}

Result<void> Reader::read_tags(std::string_view name, std::string_view list) {
  while (!list.empty()) {
    auto tag = next_element(list);
    if (tag.empty()) continue;
    if (tag.size() > kLongestTag || directives_.tags.size() == kMostTags) {
      return malformed(fmt::format("The header `{}` must be at most {} tags of at most {} characters each.",
                                   name, kMostTags, kLongestTag));
    }
    directives_.tags.emplace_back(tag);
  }
  return {};
}

Result<void> Reader::read_enabled(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(value, "true")) {
    directives_.opted_in = true;
  } else if (equals_ignoring_case(value, "false")) {
    turn_off();
  } else {
    return malformed(fmt::format("The header `{}` must be true or false, not {}.", name, in_quotes(value)));
  }
  return {};
}

Result<void> Reader::read_cloudflare_ttl(std::string_view name, std::string_view value) {
  auto ttl = parse_seconds(value);
  if (!ttl) {
    return malformed(
        fmt::format("The header `{}` must be a whole number of seconds, not {}.", name, in_quotes(value)));
  }
  cloudflare_ttl_ = *ttl;
  directives_.opted_in = true;
  return {};
}

Result<void> Reader::read_cloudflare_skip(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(value, "true")) {
    turn_off();
  } else if (!equals_ignoring_case(value, "false")) {
    return malformed(fmt::format("The header `{}` must be true or false, not {}.", name, in_quotes(value)));
  }
  return {};
}

// LiteLLM's: docs.litellm.ai/docs/proxy/caching, "Dynamic cache controls". What it doesn't know is ignored
// there and here.
Result<void> Reader::read_body_member(PaddedView text) {
  if (text.text.empty()) return {};
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (parser.parse(text.text.data(), text.text.size(), false).get(value))
    return malformed("The body's `cache` is not valid JSON.");
  if (value.is_null()) return {};
  simdjson::dom::object members;
  if (value.get_object().get(members))
    return malformed(R"(The body's `cache` must be an object, such as {"ttl": 300}.)");
  for (auto [key, member] : members) TRY(read_member(key, member));
  return {};
}

Result<void> Reader::read_member(std::string_view key, simdjson::dom::element value) {
  if (value.is_null()) return {};
  if (key == "ttl" || key == "s-maxage" || key == "s-max-age") {
    double amount = 0;
    if (value.get_double().get(amount) || amount < 0)
      return malformed(fmt::format("`cache.{}` in the body must be a number of seconds.", key));
    seconds time(static_cast<std::int64_t>(std::min(amount, static_cast<double>(kMostSeconds))));
    if (key == "ttl") {
      body_ttl_ = time;
    } else {
      limit_age(time);
    }
  } else if (key == "no-cache" || key == "no-store" || key == "use-cache") {
    bool wanted = false;
    if (value.get_bool().get(wanted))
      return malformed(fmt::format("`cache.{}` in the body must be true or false.", key));
    if (!wanted) return {};
    if (key == "no-cache") directives_.may_serve = false;
    if (key == "no-store") directives_.may_keep = false;
    if (key == "use-cache") directives_.opted_in = true;
  } else if (key == "namespace") {
    std::string_view name;
    if (value.get_string().get(name) || name.empty() || name.size() > kLongestNamespace) {
      return malformed(fmt::format("`cache.namespace` in the body must be a name of 1 to {} characters.",
                                   kLongestNamespace));
    }
    if (directives_.name_space.empty()) directives_.name_space = name;  // the header's is more specific
  }
  return {};
}

Directives Reader::finish() {
  auto configured = settings_.classes.find(directives_.class_name);
  directives_.ttl = configured == settings_.classes.end() ? settings_.ttl : configured->second;
  for (const auto& asked : {cloudflare_ttl_, body_ttl_, own_ttl_})
    directives_.ttl = asked.value_or(directives_.ttl);
  directives_.stale_if_error = settings_.stale_if_error;
  if (stale_if_error_ && settings_.stale_if_error > milliseconds::zero())
    directives_.stale_if_error = *stale_if_error_;
  // An answer that is to be kept for no time at all is not kept.
  if (directives_.ttl == milliseconds::zero()) directives_.may_keep = false;
  return std::move(directives_);
}

struct KnownHeader {
  std::string_view name;
  Result<void> (Reader::*read)(std::string_view name, std::string_view value);
  enum class Lines : std::uint8_t { one, many } lines = Lines::one;
};

constexpr std::array kHeaders{
    KnownHeader{"cache-control", &Reader::read_cache_control, KnownHeader::Lines::many},
    KnownHeader{"x-weir-cache", &Reader::read_switch},
    KnownHeader{"x-weir-cache-ttl", &Reader::read_ttl},
    KnownHeader{"x-weir-cache-namespace", &Reader::read_namespace},
    KnownHeader{"x-weir-class", &Reader::read_class},
    KnownHeader{"x-weir-tags", &Reader::read_tags, KnownHeader::Lines::many},
    KnownHeader{"helicone-cache-enabled", &Reader::read_enabled},
    KnownHeader{"cf-aig-cache-ttl", &Reader::read_cloudflare_ttl},
    KnownHeader{"cf-aig-skip-cache", &Reader::read_cloudflare_skip},
};

constexpr auto kHeaderNames = [] {
  std::array<std::string_view, kHeaders.size()> names;
  std::ranges::transform(kHeaders, names.begin(), &KnownHeader::name);
  return names;
}();

}  // namespace

Result<Directives> read_directives(const http::Headers& headers, PaddedView body_member,
                                   const config::CacheSettings& settings) {
  Reader reader(settings);
  std::array<bool, kHeaders.size()> seen{};
  for (const auto& line : headers) {
    for (std::size_t i = 0; i < kHeaders.size(); ++i) {
      const auto& known = kHeaders[i];
      if (!equals_ignoring_case(line.name, known.name)) continue;
      if (std::exchange(seen[i], true) && known.lines == KnownHeader::Lines::one) {
        return malformed(fmt::format("The header `{}` is there twice; send it once.", known.name));
      }
      TRY((reader.*known.read)(known.name, trimmed(line.value)));
    }
  }
  TRY(reader.read_body_member(body_member));
  return reader.finish();
}

std::span<const std::string_view> directive_headers() { return kHeaderNames; }

}  // namespace weir::cache
