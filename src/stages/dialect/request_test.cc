#include "dialect/request.h"

#include <gtest/gtest.h>

namespace weir::dialect {
namespace {

Result<const wire::RelayedPath*> find(std::string_view path, std::string_view method = "POST") {
  http::RequestHead head;
  head.path = path;
  head.method = method;
  return find_path(head);
}

TEST(FindPath, every_relayed_path_is_found_by_post_only) {
  for (const auto& relayed : wire::relayed_paths()) {
    EXPECT_EQ(*find(relayed.path), &relayed);
    EXPECT_EQ(find(relayed.path, "GET").error().kind, Failure::Kind::wrong_method);
  }
}

TEST(FindPath, a_base_url_without_its_version_or_with_two_is_told_so) {
  EXPECT_NE(find("/chat/completions").error().message.find("did you mean /v1/chat/completions?"),
            std::string::npos);
  EXPECT_NE(find("/v1/v1/messages").error().message.find("did you mean /v1/messages?"), std::string::npos);
  EXPECT_NE(find("/v1/chat/completion").error().message.find("did you mean /v1/chat/completions?"),
            std::string::npos);
  EXPECT_EQ(find("/admin").error().message, "There is no path '/admin' here.");
}

TEST(ReadFields, a_form_is_asked_for_where_a_form_is_needed) {
  http::RequestHead head;
  auto refused = read_fields(*wire::find_relayed_path("/v1/audio/transcriptions"), head, {});
  EXPECT_EQ(refused.error().kind, Failure::Kind::unsupported_media);
}

TEST(ReadFields, an_encoded_body_is_refused_because_nobody_could_read_its_model) {
  http::RequestHead head;
  head.headers.add("content-encoding", "gzip");
  auto refused = read_fields(*wire::find_relayed_path("/v1/chat/completions"), head, {});
  EXPECT_EQ(refused.error().kind, Failure::Kind::unsupported_media);
}

TEST(Rejections, keep_the_status_that_http_gave_them) {
  EXPECT_EQ(status_of(failure_of(http::Rejection{431, "Too many headers."})), 431);
  EXPECT_EQ(status_of(failure_of(http::Rejection{413, "Too long."})), 413);
  EXPECT_EQ(failure_of(http::Rejection{503, "Full."}).retry_after, std::chrono::seconds(1));
}

}  // namespace
}  // namespace weir::dialect
