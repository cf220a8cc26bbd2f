// The one place where settings are declared: the name, type, bounds and meaning of each, and whether a change
// needs a restart. The default is what the member holds when it is declared.
//
// To add a setting, add its member to settings.h and one entry in declaration.cc or declaration_of_models.cc.
#pragma once

#include "config/setting.h"
#include "config/settings.h"

namespace weir::config {

// Shows the visitor every setting of a configuration file, in the order of docs/configuration.md.
void describe(Visitor& visitor, Settings& settings);

// The parts about providers and models.
void describe_provider(Visitor& visitor, ProviderSettings& provider);
void describe_model(Visitor& visitor, ModelSettings& model);

// The parts that stand for all models, and for each.
void describe_retry(Visitor& visitor, RetrySettings& retry);
void describe_breaker(Visitor& visitor, BreakerSettings& breaker);
void describe_hedge(Visitor& visitor, HedgeSettings& hedge);

}  // namespace weir::config
