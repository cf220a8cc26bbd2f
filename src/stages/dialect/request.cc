#include "dialect/request.h"

#include "base/text.h"
#include "wire/errors.h"

namespace weir::dialect {
namespace {

std::string unknown_path_message(std::string_view path) {
  std::vector<std::string> known;
  for (const auto& relayed : wire::relayed_paths()) known.emplace_back(relayed.path);
  // The commonest slip: a base_url without its /v1, or with two.
  std::string with_version = fmt::format("/v1{}", path);
  std::string_view without_version = path.starts_with("/v1/v1/") ? path.substr(3) : std::string_view();
  std::optional<std::string> meant;
  if (wire::find_relayed_path(with_version) != nullptr) {
    meant = with_version;
  } else if (wire::find_relayed_path(without_version) != nullptr) {
    meant = std::string(without_version);
  } else {
    meant = nearest_name(path, known);
  }
  return fmt::format("There is no path {} here{}", wire::in_quotes(path),
                     meant ? fmt::format("; did you mean {}?", *meant) : ".");
}

}  // namespace

Result<const wire::RelayedPath*> find_path(const http::RequestHead& head) {
  const auto* path = wire::find_relayed_path(head.path);
  if (path == nullptr) return failure(Failure::Kind::no_such_path, unknown_path_message(head.path));
  if (head.method != "POST") return std::unexpected(wrong_method(path->path, "POST"));
  return path;
}

Result<wire::RequestFields> read_fields(const wire::RelayedPath& path, const http::RequestHead& head,
                                        PaddedView body) {
  if (auto coding = head.headers.find("content-encoding");
      coding && !equals_ignoring_case(*coding, "identity")) {
    return failure(Failure::Kind::unsupported_media, "Send the body without a content-encoding.");
  }
  if (path.body == wire::RelayedPath::Body::json) return wire::read_json_fields(body);
  auto type = head.headers.find("content-type").value_or("");
  if (!starts_with_ignoring_case(type, "multipart/form-data")) {
    return failure(Failure::Kind::unsupported_media,
                   fmt::format("{} takes a form: send it as multipart/form-data.", path.path));
  }
  return wire::read_multipart_fields(body.text, type);
}

Failure wrong_method(std::string_view path, std::string_view allowed) {
  return {.kind = Failure::Kind::wrong_method,
          .message = fmt::format("{} takes {} only.", path, allowed),
          .allowed_method = allowed};
}

Failure failure_of(const http::Rejection& rejection) {
  auto kind = Failure::Kind::malformed_http;
  if (rejection.status == 413) kind = Failure::Kind::too_large;
  if (rejection.status == 503) kind = Failure::Kind::overloaded;
  Failure failed{.kind = kind, .message = rejection.reason};
  if (rejection.status == 503) {
    failed.retryable = true;
    failed.retry_after = std::chrono::seconds(1);
  }
  if (kind == Failure::Kind::malformed_http && rejection.status != 400) failed.status = rejection.status;
  return failed;
}

}  // namespace weir::dialect
