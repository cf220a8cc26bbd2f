// The two keys of a request (DESIGN section 5 "Two keys").
//
// The raw one stands for the very bytes that came, so that a repeat finds its canonical key without being
// parsed. The canonical one stands for what the answer depends on, and names a kept answer:
// `x-weir-cache-key`. Which parts of a request that is: key_fields.h, docs/cache-keys.md.
//
// Both are HMAC-SHA256 (RFC 2104) under the installation's secret, so that nobody can aim two requests at one
// key, or tell from a key what was asked. Every part is written behind its length, the tenant first of all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/padded.h"
#include "http/request_head.h"
#include "model/digest.h"
#include "model/ids.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::cache {

using Secret = std::array<std::uint8_t, 32>;

// What is asked, as views.
struct Question {
  const TenantId& tenant;
  const wire::RelayedPath& path;
  const http::RequestHead& head;
  const wire::RequestFields& fields;  // raw() needs none
  PaddedView body;
  std::string_view instead = {};  // another model that is asked instead of the one it names
};

class Keyed;  // an HMAC that is being computed

// Any thread; nothing is locked.
class Keys {
 public:
  explicit Keys(const Secret& secret);

  // Over tenant, path, query, body, and those headers that are part of the canonical key or say how to
  // cache. Allocates nothing: a pass over the head's lines, and SHA-256 over the body.
  Digest raw(const Question& question) const;

  // Over tenant, namespace, path, model, query, headers and the body's canonical form, as if `model` had been
  // called. Nothing where the body can't be read (see append_canonical), or the path's answers are never
  // kept.
  std::optional<Digest> canonical(const Question& question, std::string_view name_space,
                                  std::string_view model) const;

 private:
  friend class Keyed;
  // SHA-256 (FIPS 180-4) after one block: the secret with either padding.
  struct State {
    alignas(std::uint64_t) std::array<std::uint8_t, 112> bytes;
  };
  State inner_;
  State outer_;
};

}  // namespace weir::cache
