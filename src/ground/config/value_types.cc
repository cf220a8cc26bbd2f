#include "config/value_types.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/try.h"
#include "config/problem.h"
#include "config/values.h"

namespace weir::config {
namespace {

using Written = std::expected<void, std::string>;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

Written require_plain(std::string_view written) {
  if (written.empty()) return std::unexpected("is empty; write a value or remove the setting");
  if (has_control_character(written)) return std::unexpected("holds a line end or another control character");
  return {};
}

// A value that `parse` reads and `format` writes, and that has a least and a most.
template <class T, class Parse, class Format>
Value bounded(ValueType type, T& member, Bounds<T> bounds, Parse parse, Format format) {
  auto set = [&member, bounds, parse, format](std::string_view written) -> Written {
    T value = TRY(parse(written));
    if (value < bounds.least) {
      return std::unexpected(fmt::format("is less than {}, the least it may be", format(bounds.least)));
    }
    if (value > bounds.most) {
      return std::unexpected(fmt::format("is more than {}, the most it may be", format(bounds.most)));
    }
    member = value;
    return {};
  };
  return {.type = type,
          .initial = format(member),
          .bounds = fmt::format("{} to {}", format(bounds.least), format(bounds.most)),
          .choices = {},
          .set = set};
}

Value unbounded(ValueType type, std::string initial, std::function<Written(std::string_view)> set) {
  return {.type = type, .initial = std::move(initial), .bounds = {}, .choices = {}, .set = std::move(set)};
}

std::string format_count(std::uint32_t count) { return fmt::format("{}", count); }

}  // namespace

Value text(std::string& member) {
  return unbounded(ValueType::text, member, [&member](std::string_view written) -> Written {
    TRY(require_plain(written));
    member = written;
    return {};
  });
}

Value file(std::filesystem::path& member) {
  return unbounded(ValueType::file, member.string(), [&member](std::string_view written) -> Written {
    TRY(require_plain(written));
    member = written;
    return {};
  });
}

// Keys are sent and received in a header, which carries visible ASCII (RFC 9110 section 5.5).
Value secret(Secret& member) {
  return unbounded(ValueType::secret, "", [&member](std::string_view written) -> Written {
    if (written.empty()) return std::unexpected("is empty; write a value or remove the setting");
    if (!std::ranges::all_of(written, [](char c) { return c > ' ' && c < '\x7F'; })) {
      return std::unexpected(
          "holds a space, a line end or a letter outside ASCII, which no header can carry");
    }
    member = Secret(std::string(written));
    return {};
  });
}

Value header_value(Secret& member) {
  return unbounded(ValueType::secret, "", [&member](std::string_view written) -> Written {
    bool visible = std::ranges::all_of(written, [](char c) { return c >= ' ' && c < '\x7F'; });
    if (written.empty() || written.front() == ' ' || written.back() == ' ' || !visible) {
      return std::unexpected("can't be a header's value; write visible ASCII, without spaces at its ends");
    }
    member = Secret(std::string(written));
    return {};
  });
}

Value url(BaseUrl& member) {
  auto initial = member.given() ? to_string(member) : "";
  return unbounded(ValueType::url, initial, [&member](std::string_view written) -> Written {
    member = TRY(BaseUrl::parse(written));
    return {};
  });
}

Value address(ListenAddress& member) {
  return unbounded(ValueType::address, to_string(member), [&member](std::string_view written) -> Written {
    member = TRY(ListenAddress::parse(written));
    return {};
  });
}

Value count(std::uint32_t& member, Bounds<std::uint32_t> bounds) {
  return bounded(ValueType::count, member, bounds, parse_count, format_count);
}

Value count_or_auto(std::uint32_t& member, Bounds<std::uint32_t> bounds) {
  auto value = count(member, bounds);
  if (member == 0) value.initial = "auto";
  value.bounds += ", or auto";
  value.set = [&member, set = value.set](std::string_view written) -> Written {
    if (written != "auto") return set(written);
    member = 0;
    return {};
  };
  return value;
}

Value time(std::chrono::milliseconds& member, Bounds<std::chrono::milliseconds> bounds) {
  return bounded(ValueType::time, member, bounds, parse_time, format_time);
}

Value time(std::optional<std::chrono::milliseconds>& member, Bounds<std::chrono::milliseconds> bounds) {
  std::chrono::milliseconds none = bounds.least;
  auto value = time(none, bounds);
  value.initial = member ? format_time(*member) : "";
  value.set = [&member, bounds](std::string_view written) -> Written {
    std::chrono::milliseconds read{};
    TRY(time(read, bounds).set(written));
    member = read;
    return {};
  };
  return value;
}

Value number(double& member, Bounds<double> bounds) {
  return bounded(ValueType::number, member, bounds, parse_number, format_number);
}

Value size(Bytes& member, Bounds<Bytes> bounds) {
  return bounded(ValueType::size, member, bounds, parse_size, format_size);
}

Value price(std::optional<std::uint64_t>& member) {
  return unbounded(ValueType::price, "", [&member](std::string_view written) -> Written {
    member = TRY(parse_price(written));
    return {};
  });
}

Value share(Share& member) {
  return unbounded(ValueType::share, format_share(member), [&member](std::string_view written) -> Written {
    member = TRY(parse_share(written));
    return {};
  });
}

Value yes_or_no(bool& member) {
  static constexpr std::array kWords{Word{"true", true}, Word{"false", false}};
  return choice(member, kWords);
}

std::string not_one_of(std::string_view written, std::span<const std::string> choices) {
  std::string list;
  for (const auto& choice : choices) list += (list.empty() ? "" : ", ") + choice;
  return with_nearest("is not one of " + list, written, choices);
}

}  // namespace weir::config
