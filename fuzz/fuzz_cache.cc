// What callers say of the cache: their bodies' canonical forms, caching headers and LiteLLM's member, and
// purges.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "admin/cache_api.h"
#include "cache/canonical.h"
#include "cache/directives.h"
#include "wire/paths.h"

using namespace weir;

namespace {

void write_forms(std::string_view text) {
  PaddedString body(text);
  PaddedString spaced(std::string("\n ") + std::string(text) + "\t ");
  for (const auto& path : wire::relayed_paths()) {
    std::string form;
    std::string again;
    bool readable = cache::append_canonical(body.view(), cache::key_fields(path), form);
    bool still = cache::append_canonical(spaced.view(), cache::key_fields(path), again);
    // White space around a document changes nothing.
    if (readable != still || (readable && form != again)) std::abort();
  }
}

void read_headers(std::string_view text) {
  static const config::CacheSettings settings;
  PaddedString member(text);
  for (auto name : cache::directive_headers()) {
    http::Headers headers;
    headers.add(name, text);
    (void)cache::read_directives(headers, PaddedView{}, settings);
  }
  (void)cache::read_directives(http::Headers{}, member.view(), settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  write_forms(text);
  read_headers(text);
  (void)admin::read_purge_order(text);
  return 0;
}
