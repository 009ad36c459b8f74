// The replay command in a folder of its own, and events for it.
//
//   ReplayCommand nps;
//   nps.file("a.ndjson", answer("r-1", 1, 9) + erased("ann"));
//   const Json report = nps.json({"a.ndjson", "--window", "7d"});   // ran, exit 0, and reconciles
#ifndef NPS_TESTS_CLI_REPLAY_COMMAND_H_
#define NPS_TESTS_CLI_REPLAY_COMMAND_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cli/nps_command.h"

namespace nps::test {

/// Each event is counted once: by what became of it, as not yet known, or as rejected.
inline void check_events_reconcile(const Json& report) {
  std::uint64_t events = 0;
  for (const auto& [what, count] : report["diagnostics"].items())
    events += count.get<std::uint64_t>();
  CHECK(report["rows"] == events);
  std::uint64_t rejected = 0;
  for (const auto& [reason, count] : report["rejected"].items()) {
    if (reason != "bad_time") rejected += count.get<std::uint64_t>();
  }
  CHECK(report["diagnostics"]["rejected"] == rejected);
  CHECK(report["responses"] == report["ledger"]["responses"]);
  for (const Json& window : report["windows"]) {
    CHECK(report["responses"] ==
          window["responses"].get<std::uint64_t>() + window["before"].get<std::uint64_t>() +
              window["after"].get<std::uint64_t>() + window["untimed"].get<std::uint64_t>());
  }
}

class ReplayCommand {
 public:
  void file(const std::string& name, const std::string& content) { nps_.file(name, content); }
  Folder& folder() { return nps_.folder(); }
  Command& process() { return nps_.process(); }

  Finished replay(Arguments arguments) {
    arguments.insert(arguments.begin(), "replay");
    return nps_.run(std::move(arguments));
  }
  Json json(Arguments arguments, int exit_code = 0) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const Finished ran = replay(std::move(arguments));
    INFO(ran.err);
    REQUIRE(ran.exit_code == exit_code);
    Json document = Json::parse(ran.out, nullptr, false);
    REQUIRE_FALSE(document.is_discarded());
    check_events_reconcile(document);
    return document;
  }
  std::string refusal(int exit_code, Arguments arguments) {
    return refusal_of(replay(std::move(arguments)), exit_code);
  }

 private:
  NpsCommand nps_;
};

/// A line: an answer, with whatever else, such as R"(,"channel":"web")".
inline std::string answer(const std::string& id, int version, int rating,
                          const std::string& more = {}) {
  return R"({"type":"answered","response_id":")" + id + R"(","version":)" +
         std::to_string(version) + R"(,"rating":)" + std::to_string(rating) + more + "}\n";
}
inline std::string erased(const std::string& customer, const std::string& more = {}) {
  return R"({"type":"erased","customer_id":")" + customer + "\"" + more + "}\n";
}

using Lines = std::vector<std::string>;

/// Answers of all kinds, edits, deletions and erasures, from a seed; each may come twice.
inline Lines events(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  const auto pick = [&random](const Lines& from) { return from[random() % from.size()]; };
  const auto day = [&random] {
    const std::uint64_t number = random() % 60;
    const std::string of_month = std::to_string(101 + number % 30).substr(1);
    return "2026-" + std::string(number < 30 ? "10" : "11") + "-" + of_month + "T" +
           std::to_string(110 + random() % 14).substr(1) + ":30:00Z";
  };
  Lines lines;
  while (lines.size() < count) {
    const std::string customer = "c" + std::to_string(random() % (count / 3 + 1));
    const std::string received = R"(,"received_at":")" + day() + "\"";
    if (random() % 30 == 0) {
      lines.push_back(erased(customer, received));
      continue;
    }
    std::string line =
        R"({"type":")" +
        pick({"answered", "answered", "updated", "updated", "dismissed", "deleted"}) +
        R"(","response_id":")" + std::to_string(random() % (count / 2 + 1)) + R"(","version":)" +
        std::to_string(random() % 4) + R"(,"customer_id":")" + customer + R"(","channel":")" +
        pick({"web", "store", ""}) + R"(","plan":")" + pick({"a", "b"}) + R"(","rating":)" +
        std::to_string(random() % 11);
    if (random() % 8 != 0) line += R"(,"answered_at":")" + day() + "\"";
    if (random() % 4 == 0) line += R"(,"event_id":"e)" + std::to_string(random() % 9) + "\"";
    lines.push_back(line + received + "}\n");
    if (random() % 5 == 0) lines.push_back(lines[random() % lines.size()]);
  }
  return lines;
}

inline std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace nps::test

#endif  // NPS_TESTS_CLI_REPLAY_COMMAND_H_
