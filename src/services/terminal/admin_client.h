// Asks a running weir over HTTP, for commands that show what it answers.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "config/base_url.h"
#include "config/environment.h"
#include "config/secret.h"

namespace weir::terminal {

// One weir, and the key that it takes; an empty one is not sent.
struct AdminClient {
  config::BaseUrl url;
  config::Secret key;

  struct Answer {
    int status = 0;
    std::string body;  // a JSON document
  };

  // One request on a connection of its own, answered within 30 s or not at all. Fails with a sentence for
  // people: nobody answers there, or what does is no weir. Blocks, and runs a loop of its own.
  std::expected<Answer, std::string> get(std::string_view path) const;
  std::expected<Answer, std::string> post(std::string_view path, std::string_view json) const;
  std::expected<Answer, std::string> put(std::string_view path, std::string_view json) const;
};

// `url` as a person wrote it. The key is the first line of `key_file`, or else WEIR_MASTER_KEY: never an
// argument, because others could see it in the list of processes. Fails with a sentence about what was given.
std::expected<AdminClient, std::string> admin_client(const std::string& url,
                                                     const std::optional<std::string>& key_file,
                                                     const config::Environment& environment);

// What a problem document says (RFC 9457): its `detail`, and a line for each of its `errors`. With 401, how
// to give a key, too. Any other body is told as its status.
std::string refusal_of(const AdminClient::Answer& answer);

}  // namespace weir::terminal
