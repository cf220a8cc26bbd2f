#include "config/document.h"

#include <fmt/core.h>

#include <utility>

#include "config/declaration.h"

namespace weir::config {
namespace {

constexpr std::string_view kHead = R"(# Configuration

Written from the declaration in `src/ground/config`; don't edit it here. `weir check FILE` tells what is wrong
with a configuration before a gateway has to.

A configuration is one YAML file. Every setting has a default, so that a file says only what differs:

```yaml
listen: 127.0.0.1:4000
providers:
  openai: { kind: openai, keys: [ { name: main, value: "${OPENAI_API_KEY}" } ] }
  house: { kind: openai, base_url: "http://127.0.0.1:9009/v1", timeouts: { first_byte: 5m } }
models:
  gpt-4o-mini:
    deployments:
      - { provider: openai, model: gpt-4o-mini, weight: 3 }
      - { provider: house, model: llama, weight: 1 }
  "openai/*": { provider: openai }
```

## How values are written

| type | looks like | |
|---|---|---|
| time | `250ms`, `5s`, `10m`, `1h`, `7d` | a whole number and its unit |
| size | `64KiB`, `32MiB`, `2GiB`; `1KB`, `1MB`, `1GB` | powers of 1024; powers of 1000 |
| number | `20` | whole |
| price | `2.50` | dollars for a million tokens, at most six decimals |
| share | `80%`, `12.5%` | from 0% to 100% |
| text, file, url | `"http://127.0.0.1:9009/v1"` | files are looked for from the working directory |
| secret | `"${OPENAI_API_KEY}"` | never shown in a message or a log; visible ASCII without spaces |
| one of | `json` | one of the words in the column of bounds |

In values, and only there, these are replaced once the file has been parsed; what is put in is not looked at
again:

| written | stands for |
|---|---|
| `${NAME}` | the environment variable; an error if it isn't set |
| `${NAME:-default}` | the same, or `default` if it isn't set or is empty |
| `${file:PATH}` | the text of a file, without its last line end |
| `$$` | a dollar sign |

A name that weir doesn't know is an error, and so are a name that is written twice, an alias (`*name`), a tag
(`!name`) and a file of more than 1 MiB. A file with an error is refused whole, with every error in it.

Where the last column says yes, a change takes effect when weir starts again. In the tables `<provider>`,
`<model>` and `<class>` stand for names of your choice, and `[]` for each item of a list.
)";

constexpr std::string_view kTableHead =
    "| setting | type | default | bounds | what it does | restart |\n|---|---|---|---|---|---|\n";

std::string_view name_of(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "text";
    case ValueType::file:
      return "file";
    case ValueType::secret:
      return "secret";
    case ValueType::url:
      return "url";
    case ValueType::address:
      return "HOST:PORT";
    case ValueType::count:
    case ValueType::number:
      return "number";
    case ValueType::time:
      return "time";
    case ValueType::size:
      return "size";
    case ValueType::price:
      return "price";
    case ValueType::share:
      return "share";
    case ValueType::choice:
      return "one of";
  }
  return "";
}

std::string default_of(const Setting& setting, const Value& value) {
  if (setting.presence == Presence::required) return "required";
  if (!setting.otherwise.empty()) return std::string(setting.otherwise);
  return fmt::format("`{}`", value.initial);
}

std::string bounds_of(const Value& value) {
  std::string words;
  for (const auto& choice : value.choices) words += fmt::format("{}`{}`", words.empty() ? "" : ", ", choice);
  return words.empty() ? value.bounds : words;
}

// One table for what stands alone, and one for each part of the file.
class Writer : public Visitor {
 public:
  void value(const Setting& setting, const Value& value) override {
    auto& rows = part_.empty() ? alone_ : parts_;
    rows += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", full_name(setting.name), name_of(value.type),
                        default_of(setting, value), bounds_of(value), setting.about,
                        setting.change == Change::restart ? "yes" : "");
  }

  void section(const Setting& setting, const std::function<void()>& inside) override {
    within(setting, std::string(setting.name), inside);
  }

  void named(const Setting& setting, std::string_view entry,
             const std::function<void(const std::string&)>& inside) override {
    auto any = fmt::format("<{}>", entry);
    within(setting, fmt::format("{}.{}", setting.name, any), [&] { inside(any); });
  }

  void values(const Setting& setting, std::string_view entry,
              const std::function<Value(const std::string&)>& value_of) override {
    auto any = fmt::format("{}.<{}>", setting.name, entry);
    value({.name = any, .about = setting.about, .change = setting.change, .otherwise = setting.otherwise},
          value_of("<" + std::string(entry) + ">"));
  }

  void listed(const Setting& setting, const std::function<void()>& inside) override {
    parts_ += fmt::format("| `{}` | list | none | | {} | |\n", full_name(setting.name), setting.about);
    within(setting, fmt::format("{}[]", setting.name), inside);
  }

  void items(const Setting& setting, const std::function<Value()>& /*next*/) override {
    parts_ += fmt::format("| `{}` | list | none | | {} | |\n", full_name(setting.name), setting.about);
  }

  void planned(std::string_view name, std::string_view about) override {
    planned_ += fmt::format("| `{}` | {} |\n", full_name(name), about);
  }

  std::string page() const {
    return fmt::format(
        "{}\n## The file itself\n\n{}{}{}\n## Not built yet\n\nThese names are kept. A file that sets one is "
        "refused, with a sentence that says so.\n\n| setting | what it will do |\n|---|---|\n{}",
        kHead, kTableHead, alone_, parts_, planned_);
  }

 private:
  std::string full_name(std::string_view name) const { return part_ + std::string(name); }

  // Settings of a part's parts stand in the part's own table, under their full names.
  void within(const Setting& setting, const std::string& name, const std::function<void()>& inside) {
    if (part_.empty())
      parts_ += fmt::format("\n## `{}`\n\n{}\n\n{}", setting.name, setting.about, kTableHead);
    auto outer = std::exchange(part_, full_name(name) + ".");
    inside();
    part_ = outer;
  }

  std::string part_;  // what the names being written start with
  std::string alone_;
  std::string parts_;
  std::string planned_;
};

}  // namespace

std::string configuration_document() {
  Settings defaults;
  Writer writer;
  describe(writer, defaults);
  return writer.page();
}

}  // namespace weir::config
