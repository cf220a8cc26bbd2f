#include "config/restart.h"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

using Names = std::vector<std::string>;

TEST(RestartNeeded, what_takes_effect_at_once_needs_none) {
  Settings before;
  Settings after = before;
  after.providers["house"].base_url = *BaseUrl::parse("http://127.0.0.1:9009/v1");
  after.models["gpt"].deployments = {{"house", "llama", 1}};
  after.cache.ttl = std::chrono::minutes(5);
  after.log.level = telemetry::LogLevel::debug;
  EXPECT_EQ(restart_needed(before, after), Names{});
}

TEST(RestartNeeded, each_setting_that_does_is_named) {
  Settings before;
  Settings after = before;
  after.listen.port = 4001;
  after.workers = 3;
  after.cache.memory_capacity = 64_MiB;
  after.listener.tls.certificate = "other.pem";
  EXPECT_EQ(restart_needed(before, after),
            (Names{"listen", "workers", "cache.memory.capacity", "listener.tls.certificate"}));
}

}  // namespace
}  // namespace weir::config
