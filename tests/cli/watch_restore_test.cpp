// nps watch, killed for real: whoever goes on from its snapshot hears of no alarm twice, and of all
// that nobody was told.
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cli/replay_command.h"

using namespace nps::test;

namespace {

// A channel that is good on one day and bad on the next: an alarm every other day.
std::string days(int count) {
  std::string lines;
  int id = 0;
  for (int day = 0; day < count; ++day) {
    for (int i = 0; i < 30; ++i) {
      const std::string at = "2026-0" + std::to_string(1 + day / 28) + "-" +
                             std::to_string(101 + day % 28).substr(1) + "T12:00:00Z";
      lines += answer("r" + std::to_string(++id), 1, day % 2 == 0 ? 2 : 10,
                      R"(,"channel":"web","answered_at":")" + at + "\"");
    }
  }
  return lines;
}

Arguments watch(Arguments more) {
  Arguments all{"watch",   "a",
                "--by",    "channel",
                "--alarm", "below=20,window=1d",
                "--alarm", "drop=10,window=1d",
                "--alarm", "cusum,warmup=60"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("nps watch: what is restored and given the same events tells nothing again",
          "[cli][watch]") {
  NpsCommand nps;
  nps.file("a", days(9));
  const Finished first = nps.run(watch({"--snapshot", "s"}));
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK(sentences(first.out).size() > 3);
  const std::string state = nps.folder().read("s");
  const Finished again = nps.run(watch({"--restore", "s", "--snapshot", "s"}));
  CHECK(again.exit_code == 0);
  CHECK(again.out.empty());
  CHECK(contains(again.err, "s: goes on after "));
  CHECK(nps.folder().read("s") == state);
  // And all that is new: together as if it had been one run.
  nps.file("a", days(20));
  const Finished more = nps.run(watch({"--restore", "s"}));
  CHECK(first.out + more.out == nps.run(watch({})).out);
}

TEST_CASE("nps watch: a snapshot of other alarms or another kind is refused, and says why",
          "[cli][watch]") {
  NpsCommand nps;
  nps.file("a", days(3));
  nps.file("key", std::string(16, 'k'));
  REQUIRE(nps.run(watch({"--snapshot", "s"})).exit_code == 0);
  const Finished other = nps.run(watch({"--alarm", "silence", "--restore", "s"}));
  CHECK(other.exit_code == 2);
  CHECK(contains(other.err, "s does not go with what is asked for: "));
  const Finished keyed = nps.run(watch({"--erasure-key", "key", "--restore", "s"}));
  CHECK(keyed.exit_code == 2);
  CHECK(contains(keyed.err, "has no erasure key"));
  CHECK(nps.run({"replay", "a", "--by", "channel", "--merge", "s"}).exit_code == 1);
  CHECK(nps.run(watch({"--restore", "a"})).exit_code == 1);
}

TEST_CASE("nps watch: killed again and again, it tells no alarm twice and loses none unsaid",
          "[cli][watch][slow]") {
  NpsCommand nps;
  nps.file("a", days(100));
  const Arguments run = watch({"--snapshot", "s", "--every", "50"});
  const auto begin = std::chrono::steady_clock::now();
  const Finished whole = nps.run(run);
  const auto took = std::chrono::steady_clock::now() - begin;
  REQUIRE(whole.exit_code == 0);
  const auto expected = sentences(whole.out);
  const std::string state = nps.folder().read("s");
  std::filesystem::remove(nps.folder().path() / "s");

  std::mt19937_64 random(20261126);
  std::vector<std::string> told;
  int killed = 0;
  for (int tries = 0;; ++tries) {
    REQUIRE(tries < 200);
    Arguments go_on = run;
    if (std::filesystem::exists(nps.folder().path() / "s")) {
      go_on.insert(go_on.end(), {"--restore", "s"});
    }
    nps.process().kill_after.reset();
    if (killed < 15) {
      nps.process().kill_after =
          std::chrono::duration_cast<std::chrono::microseconds>(took) * (random() % 1000) / 3000;
    }
    const Finished ran = nps.run(go_on);
    INFO(ran.err);
    REQUIRE((ran.exit_code == 0 || ran.exit_code == 128 + 9));
    for (const std::string& line : sentences(ran.out)) told.push_back(line);
    if (ran.exit_code == 0) break;
    ++killed;
  }
  CHECK(killed > 3);
  CHECK(nps.folder().read("s") == state);
  // In order, none twice, and missing at most what a kill cut off between the disk and the line: those
  // of one event for each kill.
  std::size_t at = 0;
  std::size_t missing = 0;
  for (const std::string& line : told) {
    while (at < expected.size() && expected[at] != line) ++at, ++missing;
    REQUIRE(at < expected.size());
    ++at;
  }
  CHECK(missing + (expected.size() - at) <= 3 * static_cast<std::size_t>(killed));
}
