#include "config/reader.h"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "config/declaration.h"

namespace weir::config {
namespace {

std::string_view name_of(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::nothing:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a group of settings";
  }
  return "";
}

// A URL may hold a password though it must not, so its text is told no more than a secret's.
bool may_be_told(ValueType type) { return type != ValueType::secret && type != ValueType::url; }

// Goes down the tree along the declaration. What the declaration doesn't name is unknown.
class Reader : public Visitor {
 public:
  Reader(Substitution& substitution, ProblemList& problems)
      : substitution_(substitution), problems_(problems) {}

  // Reads `node` as a group of the settings that `inside` declares.
  void read_group(const YamlNode& node, const std::string& path, const std::function<void()>& inside);

  void value(const Setting& setting, const Value& value) override;
  void section(const Setting& setting, const std::function<void()>& inside) override;
  void named(const Setting& setting, std::string_view entry,
             const std::function<void(const std::string&)>& inside) override;
  void values(const Setting& setting, std::string_view entry,
              const std::function<Value(const std::string&)>& value_of) override;
  void listed(const Setting& setting, const std::function<void()>& inside) override;
  void items(const Setting& setting, const std::function<Value()>& next) override;
  void planned(std::string_view name, std::string_view about) override;

 private:
  // The group being read.
  struct Group {
    const YamlNode& node;
    const std::string& path;
    std::vector<std::string> names;  // what is declared in it
  };

  void set(const YamlNode& node, const std::string& path, const Value& value);
  // Each entry of a map that the file names, with its path.
  void for_each_entry(const Setting& setting,
                      const std::function<void(const YamlNode&, const std::string&)>& read);
  // Each item of a list, with its path.
  void for_each_item(const Setting& setting,
                     const std::function<void(const YamlNode&, const std::string&)>& read);
  const YamlNode* find(std::string_view name);
  bool is_kind(const YamlNode& node, const std::string& path, YamlNode::Kind kind);
  void refuse_repeated(const YamlNode& node, const std::string& path);
  void refuse_unknown(const Group& group);

  Substitution& substitution_;
  ProblemList& problems_;
  Group* group_ = nullptr;
};

void Reader::read_group(const YamlNode& node, const std::string& path, const std::function<void()>& inside) {
  problems_.place(path, node.place);
  if (!is_kind(node, path, YamlNode::Kind::map)) return;
  refuse_repeated(node, path);
  Group group{node, path, {}};
  auto* outer = std::exchange(group_, &group);
  inside();
  group_ = outer;
  refuse_unknown(group);
}

void Reader::value(const Setting& setting, const Value& value) {
  auto path = path_of(group_->path, setting.name);
  const auto* node = find(setting.name);
  if (node == nullptr) {
    if (setting.presence == Presence::required) problems_.add(path, "is missing; it has no default");
    return;
  }
  set(*node, path, value);
}

void Reader::set(const YamlNode& node, const std::string& path, const Value& value) {
  problems_.place(path, node.place, node.text);
  if (!is_kind(node, path, YamlNode::Kind::scalar)) return;
  auto text = substitution_.apply(node.text);
  if (!text) return problems_.add(path, text.error());
  if (auto set = value.set(*text); !set) {
    auto written = may_be_told(value.type) ? in_quotes(node.text) : "what is written here";
    problems_.add(path, fmt::format("{} {}", written, set.error()));
  }
}

void Reader::section(const Setting& setting, const std::function<void()>& inside) {
  if (const auto* node = find(setting.name)) read_group(*node, path_of(group_->path, setting.name), inside);
}

void Reader::named(const Setting& setting, std::string_view,
                   const std::function<void(const std::string&)>& inside) {
  for_each_entry(setting, [&](const YamlNode& entry, const std::string& path) {
    read_group(entry, path, [&] { inside(entry.key); });
  });
}

void Reader::values(const Setting& setting, std::string_view,
                    const std::function<Value(const std::string&)>& value_of) {
  for_each_entry(setting, [&](const YamlNode& entry, const std::string& path) {
    set(entry, path, value_of(entry.key));
  });
}

void Reader::for_each_entry(const Setting& setting,
                            const std::function<void(const YamlNode&, const std::string&)>& read) {
  const auto* node = find(setting.name);
  if (node == nullptr) return;
  auto path = path_of(group_->path, setting.name);
  problems_.place(path, node->place);
  if (!is_kind(*node, path, YamlNode::Kind::map)) return;
  refuse_repeated(*node, path);
  for (const auto& entry : node->children) read(entry, path_of(path, entry.key));
}

void Reader::listed(const Setting& setting, const std::function<void()>& inside) {
  for_each_item(setting,
                [&](const YamlNode& item, const std::string& path) { read_group(item, path, inside); });
}

void Reader::items(const Setting& setting, const std::function<Value()>& next) {
  for_each_item(setting, [&](const YamlNode& item, const std::string& path) { set(item, path, next()); });
}

void Reader::for_each_item(const Setting& setting,
                           const std::function<void(const YamlNode&, const std::string&)>& read) {
  const auto* node = find(setting.name);
  if (node == nullptr) return;
  auto path = path_of(group_->path, setting.name);
  problems_.place(path, node->place);
  if (!is_kind(*node, path, YamlNode::Kind::list)) return;
  for (std::size_t i = 0; i < node->children.size(); ++i)
    read(node->children[i], fmt::format("{}[{}]", path, i));
}

void Reader::planned(std::string_view name, std::string_view) {
  if (const auto* node = find(name)) {
    problems_.add(node->key_place, path_of(group_->path, name),
                  fmt::format("`{}` is not built yet; remove it", name));
  }
}

// The first of that name in the group; a second one is told by refuse_repeated.
const YamlNode* Reader::find(std::string_view name) {
  group_->names.emplace_back(name);
  auto found = std::ranges::find(group_->node.children, name, &YamlNode::key);
  return found == group_->node.children.end() ? nullptr : &*found;
}

// A group or a list whose lines are all commented out is an empty one.
bool Reader::is_kind(const YamlNode& node, const std::string& path, YamlNode::Kind kind) {
  if (node.kind == kind) return true;
  if (node.kind == YamlNode::Kind::nothing && kind != YamlNode::Kind::scalar) return true;
  problems_.add(node.place, path, fmt::format("must be {}, not {}", name_of(kind), name_of(node.kind)));
  return false;
}

void Reader::refuse_repeated(const YamlNode& node, const std::string& path) {
  std::map<std::string_view, int> first_lines;
  for (const auto& child : node.children) {
    auto [first, is_new] = first_lines.emplace(child.key, child.key_place.line);
    if (is_new) continue;
    problems_.add(child.key_place, path_of(path, child.key),
                  fmt::format("is written twice; the first is in line {}", first->second));
  }
}

void Reader::refuse_unknown(const Group& group) {
  for (const auto& child : group.node.children) {
    if (std::ranges::find(group.names, child.key) != group.names.end()) continue;
    std::string text = "there is no such setting";
    if (!problems_.full()) text = with_nearest(text, child.key, group.names);
    problems_.add(child.key_place, path_of(group.path, child.key), text);
  }
}

}  // namespace

void read_settings(const YamlNode& root, Substitution& substitution, ProblemList& problems,
                   Settings& settings) {
  Reader reader(substitution, problems);
  reader.read_group(root, "", [&] { describe(reader, settings); });
}

}  // namespace weir::config
