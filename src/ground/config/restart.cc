#include "config/restart.h"

#include "config/declaration.h"

namespace weir::config {
namespace {

struct Written {
  std::string name;
  std::string value;
};

// Lists the settings that need a restart, each with what it holds, as one would write it. What the file
// names, as providers, takes effect at once.
class RestartOnly final : public Visitor {
 public:
  void value(const Setting& setting, const Value& value) override {
    if (setting.change == Change::restart)
      found.push_back({part_ + std::string(setting.name), value.initial});
  }
  void section(const Setting& setting, const std::function<void()>& inside) override {
    auto outer = part_;
    part_ += std::string(setting.name) + ".";
    inside();
    part_ = outer;
  }
  void named(const Setting& /*setting*/, std::string_view /*entry*/,
             const std::function<void(const std::string&)>& /*inside*/) override {}
  void values(const Setting& /*setting*/, std::string_view /*entry*/,
              const std::function<Value(const std::string&)>& /*value_of*/) override {}
  void listed(const Setting& /*setting*/, const std::function<void()>& /*inside*/) override {}
  void items(const Setting& /*setting*/, const std::function<Value()>& /*next*/) override {}
  void planned(std::string_view /*name*/, std::string_view /*about*/) override {}

  std::vector<Written> found;

 private:
  std::string part_;
};

std::vector<Written> restart_only(Settings settings) {
  RestartOnly visitor;
  describe(visitor, settings);
  return std::move(visitor.found);
}

}  // namespace

std::vector<std::string> restart_needed(const Settings& before, const Settings& after) {
  auto was = restart_only(before);
  auto is = restart_only(after);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (was[i].value != is[i].value) names.push_back(was[i].name);
  }
  return names;
}

}  // namespace weir::config
