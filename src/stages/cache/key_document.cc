// docs/cache-keys.md, written from the tables of key_fields.cc.
#include <fmt/core.h>

#include <string>
#include <utility>

#include "cache/key_fields.h"

namespace weir::cache {
namespace {

constexpr std::string_view kHead = R"(# Cache keys

Written from the declaration in `src/stages/cache/key_fields.cc`; don't edit it here.

Two requests are identical, so that an answer to one answers the other, when their canonical keys are equal. A
canonical key is HMAC-SHA256 under the installation's secret over these parts, each behind its length:

| part | |
|---|---|
| tenant | nothing of one tenant ever serves another |
| namespace | `x-weir-cache-namespace`, or `namespace` in LiteLLM's `cache` |
| path | without its query; so the dialect, too |
| model | as it was called |
| query | as it came |
| headers | those that are in, below |
| body | its canonical form, without the fields that are out, below |

Answers that are or could be kept carry their key in `x-weir-cache-key`, as 64 hexadecimal digits.

An answer that has expired is kept for `cache.stale_if_error` longer under the same key, and served where no other can
be had. `Cache-Status` then says how many seconds ago it expired: `weir; hit; ttl=-30; detail=stale-if-error`. A request
may set another time, in seconds, with `Cache-Control: stale-if-error=600`, and none with `stale-if-error=0`; but where
`cache.stale_if_error` is `0s`, nothing expired is served. `max-age` and `no-cache` hold for expired answers as for
others, and a purge takes both.

## The canonical form of a body

Members are sorted by name at every level, strings are unescaped, and white space is gone, so that none of these
matters. Lists keep their order, and of members of one name all count, in their order.

Numbers stand by value: `1`, `1.0` and `1e0` are the same, and `-0` is `0`. Whole numbers of up to 64 bits are
exact; all others are doubles. A body with a number beyond that (`18446744073709551616`, `1e400`), or nested more
than 512 levels deep, has no key: it is never cached, and `Cache-Status` says `detail=unreadable`.

A field that stands in none of the tables is in. So is every field inside of one that is in. Where `cache` or
another field is out, requests that differ only there share an answer, and one of them pays for it.

## Headers

| header | dialect | | why |
|---|---|---|---|
)";

constexpr std::string_view kForms = R"(
## Forms

Requests whose bodies are forms, with files in them, are never cached: their boundaries are random. These are
)";

std::string_view word_for(KeyField::Part part) {
  switch (part) {
    case KeyField::Part::in:
      return "in";
    case KeyField::Part::out:
      return "out";
    case KeyField::Part::apart:
      return "in, as a part of its own";
  }
  return "";
}

// All paths that share a table, as a heading.
std::string heading(std::span<const KeyField> fields) {
  std::string names;
  for (const auto& path : wire::relayed_paths()) {
    if (key_fields(path).data() != fields.data()) continue;
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", path.path);
  }
  return names;
}

}  // namespace

std::string cache_keys_document() {
  std::string page(kHead);
  for (const auto& header : key_headers()) {
    page += fmt::format("| `{}` | {} | {} | {} |\n", header.name, name_of(header.dialect),
                        word_for(header.part), header.why);
  }
  const KeyField* written = nullptr;  // paths that share a table stand together
  for (const auto& path : wire::relayed_paths()) {
    auto fields = key_fields(path);
    if (fields.empty() || std::exchange(written, fields.data()) == fields.data()) continue;
    page += fmt::format("\n## {}\n\n| field | | why |\n|---|---|---|\n", heading(fields));
    for (const auto& field : fields) {
      page += fmt::format("| `{}` | {} | {} |\n", field.name, word_for(field.part), field.why);
    }
  }
  page += kForms;
  std::string forms;
  for (const auto& path : wire::relayed_paths()) {
    if (!key_fields(path).empty()) continue;
    forms += fmt::format("{}`{}`", forms.empty() ? "" : ", ", path.path);
  }
  return page + forms + ".\n";
}

}  // namespace weir::cache
