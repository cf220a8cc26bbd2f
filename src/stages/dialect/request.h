// A caller's bytes as a request: which path, which model, whole or streamed.
#pragma once

#include <expected>

#include "base/padded.h"
#include "http/request_head.h"
#include "model/failure.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::dialect {

// The path that is called. Fails with no_such_path (and the path that was probably meant) or wrong_method.
Result<const wire::RelayedPath*> find_path(const http::RequestHead& head);

// The fields that weir reads. Fails with malformed_request or unsupported_media, and names what to change.
Result<wire::RequestFields> read_fields(const wire::RelayedPath& path, const http::RequestHead& head,
                                        PaddedView body);

// A path was called with a method that it doesn't take.
Failure wrong_method(std::string_view path, std::string_view allowed);

// What HTTP had against a head or a body, as a failure like any other.
Failure failure_of(const http::Rejection& rejection);

}  // namespace weir::dialect
