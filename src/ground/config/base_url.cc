#include "config/base_url.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "base/try.h"

namespace weir::config {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

constexpr std::uint16_t usual_port(Scheme scheme) { return scheme == Scheme::https ? 443 : 80; }

bool is_visible_ascii(char c) { return c > ' ' && c < '\x7F'; }

}  // namespace

std::expected<BaseUrl, std::string> BaseUrl::parse(std::string_view text) {
  BaseUrl url;
  if (starts_with_ignoring_case(text, kHttps)) {
    url.scheme = Scheme::https;
    text.remove_prefix(kHttps.size());
  } else if (starts_with_ignoring_case(text, kHttp)) {
    url.scheme = Scheme::http;
    text.remove_prefix(kHttp.size());
  } else {
    return std::unexpected("must start with http:// or https://");
  }
  if (!std::ranges::all_of(text, is_visible_ascii)) {
    return std::unexpected("has a space or another character that must be written as %XX");
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return std::unexpected("must end before any ? or #");
  }
  auto slash = text.find('/');
  auto authority_text = text.substr(0, slash);
  if (authority_text.find('@') != std::string_view::npos) {
    return std::unexpected("must not hold a user or password; keys go under `keys`");
  }
  auto authority = TRY(parse_authority(authority_text));
  if (authority.port == 0) return std::unexpected("has port 0, which nobody can call");
  url.host = authority.host;
  url.port = authority.port.value_or(usual_port(url.scheme));
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

std::string to_string(const BaseUrl& url) {
  auto host_port = format_host_port(url.host, url.port);
  if (url.port == usual_port(url.scheme)) host_port.resize(host_port.rfind(':'));
  return fmt::format("{}{}{}", url.scheme == Scheme::https ? kHttps : kHttp, host_port, url.path);
}

}  // namespace weir::config
