// The verbs of `nps store` in a folder of their own.
//
//   StoreCommand nps;
//   nps.file("a.csv", "score,who\n10,ann\n");
//   const Json seen = nps.json({"ingest", "s.db", "a.csv", "--customer", "who"});   // ran, exit 0
#ifndef NPS_TESTS_CLI_STORE_COMMAND_H_
#define NPS_TESTS_CLI_STORE_COMMAND_H_

#include <string>
#include <utility>

#include "cli/nps_command.h"

namespace nps::test {

class StoreCommand {
 public:
  void file(const std::string& name, const std::string& content) { nps_.file(name, content); }
  Folder& folder() { return nps_.folder(); }
  Command& process() { return nps_.process(); }
  NpsCommand& nps() { return nps_; }

  Finished store(Arguments arguments) {
    arguments.insert(arguments.begin(), "store");
    return nps_.run(std::move(arguments));
  }
  /// What a run that must succeed printed.
  std::string text(Arguments arguments) {
    const Finished ran = store(std::move(arguments));
    INFO(ran.err);
    REQUIRE(ran.exit_code == 0);
    return ran.out;
  }
  Json json(Arguments arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    Json document = Json::parse(text(std::move(arguments)), nullptr, false);
    REQUIRE_FALSE(document.is_discarded());
    return document;
  }
  std::string refusal(int exit_code, Arguments arguments) {
    return refusal_of(store(std::move(arguments)), exit_code);
  }

 private:
  NpsCommand nps_;
};

}  // namespace nps::test

#endif  // NPS_TESTS_CLI_STORE_COMMAND_H_
