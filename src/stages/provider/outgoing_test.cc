#include "provider/outgoing.h"

#include <gtest/gtest.h>

namespace weir::provider {
namespace {

constexpr std::string_view kBody = R"({"temperature":0.5, "model" : "mini","stream":false})";

// A caller's request to `path`, and the bytes that the provider gets for it.
class Asked {
 public:
  explicit Asked(std::string_view path = "/v1/chat/completions") : path_(*wire::find_relayed_path(path)) {
    head.method = "POST";
    settings.base_url = *config::BaseUrl::parse("http://upstream.test:8080/v1");
    key.value = config::Secret("sk-ours");
  }

  std::string bytes(std::string_view model) {
    auto fields = wire::read_json_fields(PaddedString(body).view());
    Request request(path_, head, *fields, http::Body::copy_of(body, http::BudgetShare(memory_)));
    Wanted wanted{.model = model, .key = &key, .ask_usage = AskUsage::always};
    Outgoing outgoing(request, Target(settings.base_url), wanted, TraceContext{});
    edits = outgoing.edits();
    std::string all;
    for (auto part : outgoing.parts()) all += part;
    return all;
  }

  http::RequestHead head;
  config::ProviderSettings settings;
  config::ProviderKey key;
  std::string_view body = kBody;
  std::string edits;

 private:
  const wire::RelayedPath& path_;
  http::ByteBudget memory_{1_MiB};
};

std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

TEST(Outgoing, the_body_is_the_callers_byte_for_byte) {
  Asked asked;
  EXPECT_EQ(body_of(asked.bytes("mini")), kBody);
  EXPECT_EQ(asked.edits, "");
}

TEST(Outgoing, only_the_models_name_is_replaced_and_that_is_said) {
  Asked asked;
  auto bytes = asked.bytes("the \"large\" one");
  EXPECT_EQ(body_of(bytes), R"({"temperature":0.5, "model" : "the \"large\" one","stream":false})");
  EXPECT_NE(bytes.find(fmt::format("content-length: {}\r\n", body_of(bytes).size())), std::string::npos);
  EXPECT_EQ(asked.edits, "model");
}

TEST(Outgoing, all_edits_at_once_leave_the_rest_as_it_was) {
  Asked asked;
  asked.body = R"({"cache":{"ttl":60}, "stream":true, "n":1.50, "model":"mini", "messages":[]})";
  EXPECT_EQ(
      body_of(asked.bytes("large")),
      R"({ "stream":true,"stream_options":{"include_usage":true}, "n":1.50, "model":"large", "messages":[]})");
  EXPECT_EQ(asked.edits, "model, cache, stream_options");
  asked.body = R"({"model":"mini","stream":true,"cache":{"ttl":60}})";
  EXPECT_EQ(body_of(asked.bytes("mini")),
            R"({"model":"mini","stream":true,"stream_options":{"include_usage":true}})");
}

TEST(Outgoing, the_credentials_are_the_providers_and_nothing_unlisted_goes_on) {
  Asked asked;
  asked.head.headers.add("Authorization", "Bearer sk-callers");
  asked.head.headers.add("Cookie", "a=b");
  asked.head.headers.add("X-Forwarded-For", "10.0.0.1");
  asked.head.headers.add("Transfer-Encoding", "chunked");
  asked.head.headers.add("x-weir-cache", "on");
  asked.head.headers.add("Content-Type", "application/json");
  asked.head.headers.add("OpenAI-Beta", "assistants=v2");
  auto bytes = asked.bytes("mini");
  EXPECT_TRUE(
      bytes.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"
                        "host: upstream.test:8080\r\n"
                        "authorization: Bearer sk-ours\r\n"
                        "Content-Type: application/json\r\n"
                        "OpenAI-Beta: assistants=v2\r\n"
                        "accept-encoding: identity\r\n"
                        "content-length: "))
      << bytes;
}

TEST(Outgoing, a_base_url_of_openais_kind_is_taken_as_the_sdks_take_it) {
  Asked asked;
  for (auto [base, path] : {std::pair{"https://a.test/v1", "/v1/chat/completions"},
                            std::pair{"https://a.test/api/v4", "/api/v4/chat/completions"},
                            std::pair{"https://a.test", "/chat/completions"}}) {
    asked.settings.base_url = *config::BaseUrl::parse(base);
    EXPECT_TRUE(asked.bytes("mini").starts_with(fmt::format("POST {} HTTP/1.1\r\n", path))) << base;
  }
}

TEST(Outgoing, anthropic_gets_its_own_key_header_and_a_version_where_the_caller_names_none) {
  Asked asked("/v1/messages");
  asked.settings.base_url = *config::BaseUrl::parse("https://api.anthropic.test");
  asked.head.query = "beta=true";
  auto bytes = asked.bytes("mini");
  EXPECT_TRUE(
      bytes.starts_with("POST /v1/messages?beta=true HTTP/1.1\r\n"
                        "host: api.anthropic.test\r\n"
                        "x-api-key: sk-ours\r\n"
                        "anthropic-version: 2023-06-01\r\n"))
      << bytes;
  asked.head.headers.add("anthropic-version", "2099-01-01");
  EXPECT_EQ(asked.bytes("mini").find("2023-06-01"), std::string::npos);
}

}  // namespace
}  // namespace weir::provider
