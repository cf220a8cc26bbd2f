#include <nlohmann/json.hpp>

#include "admin/cache_api.h"

namespace weir::admin {
namespace {

using Json = nlohmann::json;
using What = PurgeTarget::What;

constexpr std::size_t kMostTargets = 1000;

struct List {
  std::string_view member;
  What what;
};
constexpr std::array kLists{List{"keys", What::key}, List{"tags", What::tag}, List{"models", What::model},
                            List{"classes", What::cache_class}, List{"namespaces", What::cache_namespace}};

// Reads one body; what is wrong is collected.
class Reading {
 public:
  void read(const Json& body) {
    for (const auto& [name, value] : body.items()) read_member(name, value);
    if (order_.targets.empty() && errors_.empty()) {
      errors_.push_back({"", "names nothing to purge: give all, keys, tags, models, classes or namespaces"});
    }
    if (order_.targets.size() > kMostTargets) {
      errors_.push_back({"", fmt::format("names more than {} things; purge them in parts", kMostTargets)});
    }
  }
  std::expected<PurgeOrder, Problem> result() && {
    if (errors_.empty()) return std::move(order_);
    return std::unexpected(Problem{.status = 400,
                                   .code = "malformed_request",
                                   .detail = "This purge can't be made; nothing was purged.",
                                   .errors = std::move(errors_)});
  }

 private:
  void read_member(const std::string& name, const Json& value) {
    const auto* list = std::ranges::find(kLists, name, &List::member);
    if (list != kLists.end()) return read_list(*list, value);
    if (name == "all") return read_all(value);
    if (name == "dry_run") return read_dry_run(value);
    bool planned = name == "pattern" || name == "team_id";
    errors_.push_back({name, planned ? "is not built yet; leave it out" : "there is no such member"});
  }
  void read_all(const Json& value) {
    if (value != true) return errors_.push_back({"all", "may only be true"});
    order_.targets.push_back({.what = What::everything});
  }
  void read_dry_run(const Json& value) {
    if (!value.is_boolean()) return errors_.push_back({"dry_run", "must be true or false"});
    order_.mode = value.get<bool>() ? PurgeMode::dry_run : PurgeMode::purge;
  }
  void read_list(const List& list, const Json& value) {
    if (!value.is_array()) return errors_.push_back({std::string(list.member), "must be a list of strings"});
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto field = fmt::format("{}[{}]", list.member, i);
      if (!value[i].is_string() || value[i].get_ref<const std::string&>().empty()) {
        errors_.push_back({field, "must be a string that is not empty"});
      } else {
        add(list.what, field, value[i].get<std::string>());
      }
    }
  }
  void add(What what, const std::string& field, std::string name) {
    if (what != What::key) return order_.targets.push_back({.what = what, .name = std::move(name)});
    auto key = digest_from_hex(name);
    if (!key)
      return errors_.push_back({field, "must be a key as x-weir-cache-key tells it: 64 hexadecimal digits"});
    order_.targets.push_back({.what = what, .key = *key});
  }

  PurgeOrder order_;
  std::vector<FieldError> errors_;
};

}  // namespace

std::expected<PurgeOrder, Problem> read_purge_order(std::string_view body) {
  auto json = Json::parse(body, nullptr, false);
  if (!json.is_object()) {
    return std::unexpected(Problem{.status = 400,
                                   .code = "malformed_request",
                                   .detail = "The body must be a JSON object, such as {\"all\": true}."});
  }
  Reading reading;
  reading.read(json);
  return std::move(reading).result();
}

}  // namespace weir::admin
