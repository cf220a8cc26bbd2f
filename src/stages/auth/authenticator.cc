#include "auth/authenticator.h"

#include <openssl/crypto.h>

#include "base/text.h"
#include "config/authority.h"

namespace weir::auth {
namespace {

// Takes the same time wherever the two differ; their length is no secret.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The two names that nearly every caller uses, with a port or without: seen at once, on the way of every
// call.
bool is_usual_name(std::string_view authority) {
  auto host = authority.substr(0, authority.find(':'));
  auto port = authority.substr(host.size());
  return (host == "127.0.0.1" || host == "localhost") &&
         (port.empty() ||
          (port.size() > 1 && port.find_first_not_of("0123456789", 1) == std::string_view::npos));
}

bool names_this_machine(std::string_view authority) {
  if (is_usual_name(authority)) return true;
  auto parsed = config::parse_authority(authority);
  return parsed && config::is_loopback_host(parsed->host);
}

// "http://localhost:3000"; "null" and anything else is foreign.
bool is_local_origin(std::string_view origin) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return names_this_machine(origin.substr(scheme.size()));
  }
  return false;
}

std::unexpected<Failure> not_allowed(std::string message) {
  return failure(Failure::Kind::not_allowed, std::move(message));
}

}  // namespace

std::optional<std::string_view> sent_key(const http::Headers& headers) {
  constexpr std::string_view kBearer = "Bearer ";
  if (auto authorization = headers.find("authorization")) {
    if (starts_with_ignoring_case(*authorization, kBearer))
      return trimmed(authorization->substr(kBearer.size()));
  }
  return headers.find("x-api-key");
}

Result<Caller> Authenticator::identify(const http::RequestHead& head) const {
  if (settings_.master_key.empty()) {
    if (auto refused = refuse_foreign_pages(head); !refused)
      return std::unexpected(std::move(refused).error());
    return Caller{TenantId{"default"}};
  }
  auto key = sent_key(head.headers);
  if (!key) {
    return failure(Failure::Kind::not_authenticated,
                   "No key was sent; send one as `Authorization: Bearer …` or as `x-api-key`.");
  }
  if (!same_secret(*key, settings_.master_key.reveal())) {
    return failure(Failure::Kind::not_authenticated, "The key that was sent is not known here; check it.");
  }
  return Caller{TenantId{"default"}};
}

Result<void> Authenticator::refuse_foreign_pages(const http::RequestHead& head) const {
  if (!head.host.empty() && !names_this_machine(head.host)) {
    return not_allowed(
        "Without a master key weir answers only under this machine's own name: call it as localhost or "
        "127.0.0.1, or "
        "set auth.master_key.");
  }
  auto origin = head.headers.find("origin");
  if (origin && !is_local_origin(*origin)) {
    return not_allowed("Without a master key weir answers no web pages from elsewhere; set auth.master_key.");
  }
  if (head.method != "POST" || sent_key(head.headers)) return {};
  auto type = head.headers.find("content-type").value_or("");
  if (starts_with_ignoring_case(type, "application/json")) return {};
  if (starts_with_ignoring_case(type, "multipart/form-data") && origin) return {};
  if (starts_with_ignoring_case(type, "multipart/form-data") && !head.headers.find("sec-fetch-mode"))
    return {};
  return failure(Failure::Kind::unsupported_media,
                 "Send the header `content-type: application/json` with a request that carries no key.");
}

}  // namespace weir::auth
