// What is declared of a setting, and who is told: a Visitor sees every setting with the member that holds it.
//
// There are two visitors: one reads a file into the members (reader.h), one writes docs/configuration.md
// (document.h).
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

// When a changed value takes effect: as soon as the file is read again, or when weir starts again.
enum class Change { live, restart };
enum class Presence { optional, required };

struct Setting {
  std::string_view name;
  std::string_view about;  // one sentence, Markdown
  Change change = Change::live;
  Presence presence = Presence::optional;
  std::string_view otherwise = {};  // what holds without it, where the member's own value doesn't tell
};

enum class ValueType { text, file, secret, url, address, count, number, time, size, price, share, choice };

// One value of a setting, bound to the member that holds it: see values made in value_types.h.
struct Value {
  ValueType type;
  std::string initial;               // what the member holds, as one would write it; empty: nothing
  std::string bounds;                // "1s to 1h"; empty: none
  std::vector<std::string> choices;  // of a choice

  // Sets the member. An error is a sentence that begins with what was written: "is not a time; write …".
  std::function<std::expected<void, std::string>(std::string_view)> set;
};

class Visitor {
 public:
  virtual ~Visitor() = default;

  virtual void value(const Setting&, const Value&) = 0;
  // Settings under one name; `inside` declares them.
  virtual void section(const Setting&, const std::function<void()>& inside) = 0;
  // Entries that the file names (`entry`: what one of them is called); `inside` declares the settings of one.
  virtual void named(const Setting&, std::string_view entry,
                     const std::function<void(const std::string& name)>& inside) = 0;
  // Values that the file names; `value_of` gives the one of that name, made if it isn't there.
  virtual void values(const Setting&, std::string_view entry,
                      const std::function<Value(const std::string& name)>& value_of) = 0;
  // A list; `inside` adds an item and declares its settings.
  virtual void listed(const Setting&, const std::function<void()>& inside) = 0;
  // A list of single values; `next` adds an item and gives its Value.
  virtual void items(const Setting&, const std::function<Value()>& next) = 0;
  // A name that is kept for what is not built yet.
  virtual void planned(std::string_view name, std::string_view about) = 0;
};

}  // namespace weir::config
