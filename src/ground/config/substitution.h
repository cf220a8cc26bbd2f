// `${NAME}`, `${NAME:-default}`, `${file:PATH}` and `$$` in the values of a configuration.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "config/environment.h"

namespace weir::config {

// One for each configuration that is read: it also bounds what all its values may grow to.
class Substitution {
 public:
  explicit Substitution(const Environment& environment) : environment_(environment) {}

  // `written` with everything replaced. `${NAME:-default}` stands for its default when NAME is unset or
  // empty, as in a shell; `${file:PATH}` for the file's text without its last line end; `$$` for a dollar
  // sign. An error is a whole sentence. It may name a variable or a file, and never holds a value.
  std::expected<std::string, std::string> apply(std::string_view written);

 private:
  std::expected<std::string, std::string> look_up(std::string_view reference) const;
  std::expected<std::string, std::string> read(std::string_view path) const;

  const Environment& environment_;
  std::size_t left_ = 1 << 20;  // bytes that substitutions may still add
};

}  // namespace weir::config
