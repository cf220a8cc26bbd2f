// What one request has come to on its way, for the files of this folder.
#pragma once

#include "journey/journey.h"

namespace weir::journey {

// A request that is understood, and where it goes. Lives as long as its caller's task.
struct Journey::Asked {
  http::ServerConnection& connection;
  Cancellation& stop;
  dialect::AnswerWriter& answer;
  const wire::RelayedPath& path;
  const wire::RequestFields& fields;
  const Setup& setup;
  const routing::Route& route;
  const cache::Plan& plan;
  CallNotes& notes;
};

// What a call needs, of its own: its caller may leave before it ends.
struct Journey::Order {
  std::shared_ptr<const Rules> rules;
  std::shared_ptr<provider::Provider> provider;
  provider::Request request;
  cache::Plan plan;
  routing::Deployment deployment;
  Ref<recording::Recording> recording;
  AttemptRecord record;  // as much of it as is known before
};

}  // namespace weir::journey
