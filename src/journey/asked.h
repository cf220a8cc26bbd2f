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
  const std::shared_ptr<const Setup>& setup;
  const cache::Question& question;
  const routing::Route& route;
  const cache::Plan& plan;
  load::Level level;
  CallNotes& notes;
};

}  // namespace weir::journey
