#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "replay/testing_recordings.h"

namespace weir::replay::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kOwn = "src/ground/replay/testdata";

std::string shared_folder() {
  const char* folder = std::getenv("WEIR_TEST_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data") + "/recordings";
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// By the folder of a shared recording, or by how the name of our own begins.
const wire::RelayedPath* path_of(const std::string& api) {
  static const std::map<std::string, std::string_view> paths{
      {"chat", "/v1/chat/completions"},
      {"openai-compatible-chat", "/v1/chat/completions"},
      {"completions", "/v1/completions"},
      {"responses", "/v1/responses"},
      {"messages", "/v1/messages"}};
  auto found = paths.find(api);
  return found == paths.end() ? nullptr : wire::find_relayed_path(found->second);
}

struct Recordings {
  std::vector<Recording> streams;
  std::vector<Recording> documents;
};

void add_exchanges(const fs::path& file, const Recording& about, Recordings& out) {
  const json recorded = json::parse(read_file(file));
  std::size_t number = 0;
  for (const json& exchange : recorded["exchanges"]) {
    const json& response = exchange["response"];
    const std::string url = exchange["request"]["url"];
    Recording made{about.name + "#" + std::to_string(number++), about.path,
                   response.contains("text") ? response["text"].get<std::string>() : response["json"].dump()};
    const bool other_path = url.contains("/responses/input_tokens") || url.contains("/responses/compact");
    if (response["status"] != 200 || other_path) continue;
    (response["stream"].get<bool>() ? out.streams : out.documents).push_back(std::move(made));
  }
}

void add_file(const fs::path& file, const std::string& name, const std::string& api, Recordings& out) {
  const Recording about{name, path_of(api), {}};
  if (about.path == nullptr) return;
  if (name.ends_with(".sse")) {
    out.streams.push_back({about.name, about.path, read_file(file)});
  } else if (name.ends_with(".body.json")) {
    out.documents.push_back({about.name, about.path, read_file(file)});
  } else if (name.ends_with(".json")) {
    add_exchanges(file, about, out);
  }
}

Recordings read_all() {
  Recordings all;
  for (const auto& entry : fs::directory_iterator(kOwn)) {
    const std::string name = entry.path().filename();
    add_file(entry.path(), name, name.substr(0, name.find('.')), all);
  }
  const std::string shared = shared_folder();
  if (!fs::exists(shared)) {
    std::cout << "shared test data not found: running on " << kOwn << " alone (set WEIR_TEST_DATA)\n";
  } else {
    for (const auto& entry : fs::recursive_directory_iterator(shared)) {
      const std::string name = fs::relative(entry.path(), shared);
      if (entry.is_regular_file()) add_file(entry.path(), name, entry.path().parent_path().filename(), all);
    }
  }
  std::ranges::sort(all.streams, {}, &Recording::name);
  std::ranges::sort(all.documents, {}, &Recording::name);
  return all;
}

const Recordings& all() {
  static const Recordings recordings = read_all();
  return recordings;
}

TEST(Recordings, each_format_is_there_in_both_modes) {
  for (const char* api : {"chat", "completions", "responses", "messages"}) {
    auto of_api = [&](const Recording& recording) { return recording.path == path_of(api); };
    EXPECT_TRUE(std::ranges::any_of(all().streams, of_api)) << api;
    EXPECT_TRUE(std::ranges::any_of(all().documents, of_api)) << api;
  }
}

}  // namespace

std::vector<Recording> recorded_streams() { return all().streams; }
std::vector<Recording> recorded_documents() { return all().documents; }

}  // namespace weir::replay::testing
