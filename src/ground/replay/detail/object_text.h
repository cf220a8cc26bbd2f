// Writing one JSON object, member by member.
#pragma once

#include <string>
#include <string_view>

#include "base/json_string.h"

namespace weir::replay {

class ObjectText {
 public:
  // `json` is a value as it is to stand there.
  ObjectText& add(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    append_json_string(text_, name);
    text_ += ':';
    text_ += json;
    return *this;
  }
  ObjectText& add_text(std::string_view name, std::string_view text) { return add(name, json_string(text)); }
  ObjectText& add_count(std::string_view name, std::size_t count) { return add(name, std::to_string(count)); }

  std::string text() const { return text_.empty() ? "{}" : text_ + '}'; }

 private:
  std::string text_;
};

}  // namespace weir::replay
