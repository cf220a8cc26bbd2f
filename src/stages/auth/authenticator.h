// Whose call is this?
#pragma once

#include "config/settings.h"
#include "http/request_head.h"
#include "model/failure.h"
#include "model/ids.h"

namespace weir::auth {

struct Caller {
  TenantId tenant;
};

// With a master key: the caller must send it, as `Authorization: Bearer …` or `x-api-key`. Without one weir
// listens on loopback only, and any or no key is good for the tenant `default`; but then a browser must not
// be a way in for web pages: Host must name this machine, Origin too where there is one, and a request
// without any key must be JSON or a form (which a page of another origin can't send without asking first:
// fetch.spec.whatwg.org#cors-preflight-fetch).
//
// Immutable; any thread.
class Authenticator {
 public:
  explicit Authenticator(const config::AuthSettings& settings) : settings_(settings) {}

  // Fails with not_authenticated or not_allowed.
  Result<Caller> identify(const http::RequestHead& head) const;

 private:
  Result<void> refuse_foreign_pages(const http::RequestHead& head) const;

  const config::AuthSettings& settings_;
};

// The key that a caller sent, or nothing.
std::optional<std::string_view> sent_key(const http::Headers& headers);

}  // namespace weir::auth
