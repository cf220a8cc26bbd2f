#include "auth/authenticator.h"

#include <gtest/gtest.h>

namespace weir::auth {
namespace {

struct Request {
  std::string_view host = "localhost:4000";
  std::vector<http::Header> headers;
};

Result<Caller> identify(const Request& request, std::string_view master_key = "") {
  config::AuthSettings settings{.master_key = config::Secret(std::string(master_key))};
  http::RequestHead head;
  head.method = "POST";
  head.host = request.host;
  for (const auto& header : request.headers) head.headers.add(header.name, header.value);
  return Authenticator(settings).identify(head);
}

Failure::Kind refusal(const Request& request, std::string_view master_key = "") {
  auto caller = identify(request, master_key);
  EXPECT_FALSE(caller.has_value());
  return caller ? Failure::Kind::internal : caller.error().kind;
}

const http::Header kJson{"content-type", "application/json"};

TEST(WithAMasterKey, only_the_key_opens_in_either_header) {
  EXPECT_TRUE(identify({.headers = {{"Authorization", "Bearer sk-1"}}}, "sk-1"));
  EXPECT_TRUE(identify({.headers = {{"authorization", "bearer sk-1"}}}, "sk-1"));
  EXPECT_TRUE(identify({.headers = {{"X-Api-Key", "sk-1"}}}, "sk-1"));
  EXPECT_TRUE(identify({.host = "weir.example", .headers = {{"X-Api-Key", "sk-1"}}}, "sk-1"));
  EXPECT_EQ(refusal({}, "sk-1"), Failure::Kind::not_authenticated);
  for (std::string_view wrong : {"sk-2", "sk-", "sk-11", ""}) {
    EXPECT_EQ(refusal({.headers = {{"x-api-key", wrong}}}, "sk-1"), Failure::Kind::not_authenticated)
        << wrong;
  }
}

TEST(WithoutAKey, programs_on_this_machine_are_answered_with_any_key_or_none) {
  EXPECT_TRUE(identify({.headers = {kJson}}));
  EXPECT_TRUE(identify({.headers = {{"authorization", "Bearer whatever"}}}));
  EXPECT_EQ(identify({.headers = {kJson}})->tenant, TenantId{"default"});
  for (std::string_view host : {"127.0.0.1", "[::1]:4000", "LOCALHOST"}) {
    EXPECT_TRUE(identify({.host = host, .headers = {kJson}})) << host;
  }
}

TEST(WithoutAKey, a_name_that_was_pointed_at_this_machine_opens_nothing) {
  EXPECT_EQ(refusal({.host = "evil.example", .headers = {{"authorization", "Bearer any"}}}),
            Failure::Kind::not_allowed);
  EXPECT_EQ(refusal({.host = "localhost.evil.example", .headers = {kJson}}), Failure::Kind::not_allowed);
}

TEST(WithoutAKey, web_pages_from_elsewhere_get_nothing) {
  EXPECT_EQ(refusal({.headers = {kJson, {"origin", "https://evil.example"}}}), Failure::Kind::not_allowed);
  EXPECT_EQ(refusal({.headers = {kJson, {"origin", "null"}}}), Failure::Kind::not_allowed);
  EXPECT_TRUE(identify({.headers = {kJson, {"origin", "http://localhost:3000"}}}));
}

TEST(WithoutAKey, what_a_page_can_send_without_asking_is_refused) {
  EXPECT_EQ(refusal({.headers = {{"content-type", "text/plain"}}}), Failure::Kind::unsupported_media);
  EXPECT_EQ(refusal({}), Failure::Kind::unsupported_media);
  EXPECT_EQ(refusal({.headers = {{"content-type", "multipart/form-data; boundary=x"},
                                 {"sec-fetch-mode", "no-cors"}}}),
            Failure::Kind::unsupported_media);
  EXPECT_TRUE(identify({.headers = {{"content-type", "multipart/form-data; boundary=x"}}}));
}

}  // namespace
}  // namespace weir::auth
