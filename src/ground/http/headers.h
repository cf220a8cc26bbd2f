// The field lines of a message, in the order they came.
//
//   headers.find("content-type")              // the first of that name, whatever its case
//   headers.has_token("connection", "close")  // in the comma list over all lines of that name
//
// Names and values are views: whoever owns the bytes of the head keeps them alive. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::http {

struct Header {
  std::string_view name;
  std::string_view value;  // without white space around it
};

class Headers {
 public:
  // Forgets the lines and keeps the memory for the next message.
  void clear() { lines_.clear(); }
  void add(std::string_view name, std::string_view value) { lines_.push_back({name, value}); }

  auto begin() const { return lines_.begin(); }
  auto end() const { return lines_.end(); }
  std::size_t size() const { return lines_.size(); }

  // The first value under `name`, ignoring case.
  std::optional<std::string_view> find(std::string_view name) const;
  // How many lines carry `name`.
  std::size_t count(std::string_view name) const;
  // Whether `token` is an element of the comma list that all lines of `name` make together (RFC 9110 5.6.1).
  bool has_token(std::string_view name, std::string_view token) const;

 private:
  std::vector<Header> lines_;
};

// Whether `token` is an element of the comma list `list`, ignoring case.
bool list_has_token(std::string_view list, std::string_view token);

}  // namespace weir::http
