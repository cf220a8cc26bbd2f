// What weir says to requests that a careless or hostile client might send. The cases come from the shared
// test data and from testdata/; where the RFCs leave a choice, weir's own is a row of verdicts.tsv.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "http/request_replay.h"

namespace weir::http {
namespace {

const std::string kRoom = "src/ground/http/";
const std::string kOwnCases = kRoom + "testdata/malformed_requests.jsonl";
constexpr std::string_view kOwnPrefix = "own/";

struct Case {
  std::string name;
  std::string bytes;
  std::string expect;  // reject, either or accept
};

std::string from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(kAlphabet.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    cases.push_back({json["name"], from_base64(json["bytes_base64"].get<std::string>()), json["expect"]});
  }
  return cases;
}

std::string shared_cases_path() {
  const char* folder = std::getenv("WEIR_TEST_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data") + "/http/malformed_requests.jsonl";
}

std::vector<Case> all_cases() {
  std::vector<Case> cases = read_cases(kOwnCases);
  if (!std::filesystem::exists(shared_cases_path())) {
    std::cout << "shared test data not found: running on " << kOwnCases << " alone (set WEIR_TEST_DATA)\n";
    return cases;
  }
  for (Case& each : read_cases(shared_cases_path())) cases.push_back(std::move(each));
  return cases;
}

// name -> "accept" or "reject"
std::map<std::string, std::string> read_verdicts() {
  std::map<std::string, std::string> verdicts;
  std::ifstream file(kRoom + "verdicts.tsv");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream columns(line);
    std::string name, verdict, reason;
    std::getline(columns, name, '\t');
    std::getline(columns, verdict, '\t');
    std::getline(columns, reason, '\t');
    EXPECT_TRUE(verdict == "accept" || verdict == "reject") << line;
    EXPECT_FALSE(reason.empty()) << "no reason: " << line;
    EXPECT_TRUE(verdicts.emplace(name, verdict).second) << "twice: " << line;
  }
  return verdicts;
}

// Many of the shared cases lost the last line end or two when they were taken from their source, so that an
// otherwise complete message hangs: the verdict is on the message with them.
Conversation judge(std::string bytes) {
  Conversation result = replay_whole(bytes);
  for (int added = 0; added < 2 && result.end == Conversation::End::unfinished; ++added) {
    bytes += "\r\n";
    result = replay_whole(bytes);
  }
  return result;
}

std::string reason_of(const Conversation& result) {
  return result.rejection ? result.rejection->reason : "unfinished or accepted";
}

TEST(MalformedRequests, invalid_ones_are_refused_and_valid_ones_accepted) {
  const auto cases = all_cases();
  ASSERT_GE(cases.size(), 20U);
  for (const Case& each : cases) {
    const Conversation result = judge(each.bytes);
    const bool accepted = result.end == Conversation::End::accepted;
    if (each.expect == "reject") EXPECT_FALSE(accepted) << each.name;
    if (each.expect == "accept") EXPECT_TRUE(accepted) << each.name << ": " << reason_of(result);
  }
}

TEST(MalformedRequests, where_the_standard_leaves_a_choice_weirs_own_is_the_table) {
  auto verdicts = read_verdicts();
  for (const Case& each : all_cases()) {
    if (each.expect != "either") continue;
    const Conversation result = judge(each.bytes);
    const std::string verdict = result.end == Conversation::End::accepted ? "accept" : "reject";
    const auto row = verdicts.find(each.name);
    if (row == verdicts.end()) {
      ADD_FAILURE() << "no row in verdicts.tsv for\n"
                    << each.name << "\t" << verdict << "\t" << reason_of(result);
      continue;
    }
    EXPECT_EQ(row->second, verdict) << each.name << ": " << reason_of(result);
    verdicts.erase(row);
  }
  const bool have_shared = std::filesystem::exists(shared_cases_path());
  for (const auto& [name, verdict] : verdicts) {
    EXPECT_TRUE(!have_shared && !name.starts_with(kOwnPrefix)) << "stale row in verdicts.tsv: " << name;
  }
}

TEST(MalformedRequests, how_the_network_cuts_the_bytes_changes_nothing) {
  for (const Case& each : all_cases()) {
    const Conversation whole = replay_whole(each.bytes);
    EXPECT_EQ(replay_byte_by_byte(each.bytes), whole) << each.name;
    // The one case of 64 KiB is cut at fewer places.
    const std::size_t stride = each.bytes.size() > 8192 ? 997 : 1;
    for (std::size_t at = 1; at < each.bytes.size(); at += stride) {
      ASSERT_EQ(replay_split(each.bytes, at), whole) << each.name << " cut at " << at;
    }
  }
}

}  // namespace
}  // namespace weir::http
