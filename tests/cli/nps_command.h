// The nps command in a folder of its own, as its tests use it.
//
//   NpsCommand nps;
//   nps.file("a.csv", "score,channel\n10,web\n");
//   const Json report = nps.json({"a.csv", "--by", "channel"});   // ran, exit 0, and reconciles
#ifndef NPS_TESTS_CLI_NPS_COMMAND_H_
#define NPS_TESTS_CLI_NPS_COMMAND_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/process.h"

namespace nps::test {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// A line of standard error for each sentence that the command said.
inline std::vector<std::string> sentences(const std::string& err) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < err.size();) {
    const std::size_t end = err.find('\n', at);
    lines.push_back(err.substr(at, end - at));
    at = end == std::string::npos ? err.size() : end + 1;
  }
  return lines;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The sentence of a run that must fail: one line, and nothing on standard output.
inline std::string refusal_of(const Finished& ran, int exit_code) {
  INFO(ran.err);
  CHECK(ran.exit_code == exit_code);
  CHECK(ran.out.empty());
  const auto said = sentences(ran.err);
  REQUIRE(said.size() == 1);
  CHECK(said.front().starts_with("nps: "));
  return said.front();
}

/// "Nothing vanishes": every row is a response, rejected by reason, or gave way to another answer.
inline void check_reconciles(const Json& report) {
  std::uint64_t uncounted = report.value("superseded", std::uint64_t{0});
  for (const auto& [reason, count] : report["rejected"].items()) {
    if (reason != "bad_time") uncounted += count.get<std::uint64_t>();
  }
  CHECK(report["rows"] == report["responses"].get<std::uint64_t>() + uncounted);
  const std::uint64_t bands = report["promoters"].get<std::uint64_t>() +
                              report["passives"].get<std::uint64_t>() +
                              report["detractors"].get<std::uint64_t>();
  CHECK(report["responses"] == bands);
}

class NpsCommand {
 public:
  NpsCommand() : command_{.program = NPS_TEST_COMMAND, .directory = folder_.path()} {}

  Folder& folder() { return folder_; }
  void file(const std::string& name, std::string_view content) { folder_.write(name, content); }
  /// Further arguments of the process: streams, environment, standard input.
  Command& process() { return command_; }

  Finished run(Arguments arguments) {
    command_.arguments = std::move(arguments);
    return nps::test::run(command_);
  }
  Finished report(Arguments arguments) {
    arguments.insert(arguments.begin(), "report");
    return run(std::move(arguments));
  }
  /// The document of a run that must succeed.
  Json json(Arguments arguments, int exit_code = 0) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const Finished ran = report(std::move(arguments));
    INFO(ran.err);
    REQUIRE(ran.exit_code == exit_code);
    Json document = Json::parse(ran.out, nullptr, false);
    REQUIRE_FALSE(document.is_discarded());
    check_reconciles(document);
    return document;
  }
  std::string refusal(int exit_code, Arguments arguments) {
    return refusal_of(report(std::move(arguments)), exit_code);
  }

 private:
  Folder folder_;
  Command command_;
};

/// {"web": 3, "store": 1}: n of each group, by the values of its key.
inline std::map<std::string, std::uint64_t> sizes(const Json& report) {
  std::map<std::string, std::uint64_t> sizes;
  for (const Json& group : report["groups"]) {
    std::string key;
    for (const auto& [name, value] : group["key"].items()) {
      key += (key.empty() ? "" : " | ") + value.get<std::string>();
    }
    REQUIRE(sizes.emplace(key, group["responses"].get<std::uint64_t>()).second);
  }
  return sizes;
}
using Sizes = std::map<std::string, std::uint64_t>;

/// The reasons for which something was rejected, and how often.
inline Sizes rejected(const Json& report) {
  Sizes found;
  for (const auto& [reason, count] : report["rejected"].items()) {
    if (count != 0) found.emplace(reason, count.get<std::uint64_t>());
  }
  return found;
}

}  // namespace nps::test

#endif  // NPS_TESTS_CLI_NPS_COMMAND_H_
