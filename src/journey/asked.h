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
  const routing::Deployment& deployment;
  const cache::Plan& plan;
};

// What a call needs, of its own: its caller may leave before it ends.
struct Journey::Order {
  provider::Provider& provider;
  provider::Request request;
  cache::Plan plan;
  config::PriceSettings price;
  Ref<recording::Recording> recording;
};

}  // namespace weir::journey
