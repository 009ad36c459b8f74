// nps watch, as its user runs it.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/nps_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::Command;
using nps::test::contains;
using nps::test::Finished;
using nps::test::Json;
using nps::test::NpsCommand;
using nps::test::sentences;

namespace {

std::string event(const std::string& id, int version, int rating, int day,
                  std::string_view channel = "web") {
  return fmt::format(R"({{"type":"answered","response_id":"{}","version":{},"rating":{},)"
                     R"("answered_at":"2020-01-{:02}T12:00:00Z","channel":"{}"}})"
                     "\n",
                     id, version, rating, day, channel);
}

std::string events(const std::string& prefix, int count, int rating, int day,
                   std::string_view channel = "web") {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += event(prefix + std::to_string(i), 1, rating, day, channel);
  }
  return lines;
}

std::vector<Json> lines_of(const Finished& ran) {
  std::vector<Json> lines;
  for (const std::string& line : sentences(ran.out)) {
    lines.push_back(Json::parse(line, nullptr, false));
    REQUIRE_FALSE(lines.back().is_discarded());
  }
  return lines;
}

// Web is bad on the first of January, and the second begins.
std::string bad_day() {
  return events("w", 40, 3, 1) + events("s", 40, 10, 1, "store") + event("next", 1, 9, 2);
}

const Arguments kBelow{"--by", "channel", "--alarm", "below=20,window=2d"};

Arguments watch(Arguments more, const std::string& file = "") {
  Arguments all{"watch"};
  if (!file.empty()) all.push_back(file);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("nps watch: an alarm is a line with what, where, when, how sure and the figures",
          "[cli][watch]") {
  NpsCommand nps;
  nps.file("events.ndjson", bad_day());
  const Finished ran = nps.run(watch(kBelow, "events.ndjson"));
  INFO(ran.err);
  CHECK(ran.exit_code == 0);
  CHECK(ran.err.empty());
  const auto lines = lines_of(ran);
  REQUIRE(lines.size() == 1);
  const Json& alarm = lines.front();
  CHECK(alarm["alarm"] == "below=20,window=2d");
  CHECK(alarm["kind"] == "below");
  CHECK(alarm["key"] == Json{{"channel", "web"}});
  CHECK(alarm["at"] == "2020-01-02T00:00:00Z");
  CHECK(alarm["since"] == "2019-12-31T00:00:00Z");
  CHECK(alarm["points"] == 20);
  CHECK(alarm["responses"] == 40);
  CHECK(alarm["detractors"] == 40);
  CHECK(alarm["nps"] == -100);
  CHECK(alarm["interval"]["method"] == "tango");
  CHECK(alarm["limits"]["level"] == 0.99);
  CHECK(alarm["limits"]["high"] < 20);
  CHECK(alarm["p"].is_null());
  CHECK(alarm["corrected"] == 0);
  CHECK(contains(alarm["detail"].get<std::string>(), "40 answers is -100.0"));
}

TEST_CASE("nps watch: standard input is followed as a file is read", "[cli][watch]") {
  NpsCommand nps;
  nps.file("events.ndjson", bad_day());
  const Finished file = nps.run(watch(kBelow, "events.ndjson"));
  nps.process().input = bad_day();
  const Finished pipe = nps.run(watch(kBelow));
  CHECK(pipe.exit_code == 0);
  CHECK_FALSE(pipe.out.empty());
  CHECK(pipe.out == file.out);
  CHECK(nps.run(watch(kBelow, "-")).out == file.out);
}

TEST_CASE("nps watch: an alarm is told while the input goes on", "[cli][watch]") {
  NpsCommand nps;
  nps.file("first", bad_day());
  nps.file("second", events("x", 60, 3, 2, "store") + event("last", 1, 9, 3));
  nps.file("follow.sh",
           "mkfifo in\n"
           "\"$1\" watch --by channel --alarm below=20,window=2d < in > out &\n"
           "exec 3> in\n"
           "cat first >&3\n"
           "until [ -s out ]; do sleep 0.05; done\n"
           "cp out early\n"
           "cat second >&3\n"
           "exec 3>&-\n"
           "wait $!\n");
  const Finished ran = nps::test::run({.program = "/bin/sh",
                                       .arguments = {"follow.sh", NPS_TEST_COMMAND},
                                       .directory = nps.folder().path()});
  CHECK(ran.exit_code == 0);
  CHECK(sentences(nps.folder().read("early")).size() == 1);
  CHECK(sentences(nps.folder().read("out")).size() == 2);
}

TEST_CASE("nps watch: what is still open at the end is not judged", "[cli][watch]") {
  NpsCommand nps;
  nps.process().input = events("w", 40, 3, 1);
  const Finished ran = nps.run(watch(kBelow));
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.empty());
}

TEST_CASE("nps watch: an answer that is repeated counts once, and a corrected one as corrected",
          "[cli][watch]") {
  NpsCommand nps;
  std::string input = events("w", 40, 3, 1) + events("w", 40, 3, 1);
  for (int i = 0; i < 40; ++i) input += event("w" + std::to_string(i), 2, 10, 1);
  nps.process().input = input + event("next", 1, 9, 2);
  CHECK(nps.run(watch(kBelow)).out.empty());
  nps.process().input = events("w", 40, 3, 1) + events("w", 40, 3, 1) + event("next", 1, 9, 2);
  const auto lines = lines_of(nps.run(watch(kBelow)));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front()["responses"] == 40);
}

TEST_CASE("nps watch: the clock is the time of receipt where events have one", "[cli][watch]") {
  NpsCommand nps;
  std::string wrong_clock = event("future", 1, 9, 30);
  wrong_clock.insert(1, R"("received_at":"2020-01-01T12:00:00Z",)");
  std::string next = event("next", 1, 9, 1);
  next.insert(1, R"("received_at":"2020-01-02T00:00:00Z",)");
  std::string open;
  for (int i = 0; i < 40; ++i) {
    std::string line = event("w" + std::to_string(i), 1, 3, 1);
    line.insert(1, R"("received_at":"2020-01-01T13:00:00Z",)");
    open += line;
  }
  nps.process().input = wrong_clock + open + next;
  const auto lines = lines_of(nps.run(watch(kBelow)));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front()["at"] == "2020-01-02T00:00:00Z");
}

TEST_CASE("nps watch: every kind of alarm can be asked for at once", "[cli][watch]") {
  NpsCommand nps;
  std::string input = events("a", 100, 10, 1);
  input += events("b", 100, 3, 2);
  nps.process().input = input + event("next", 1, 9, 3);
  const auto lines =
      lines_of(nps.run(watch({"--alarm", "below=20,window=1d", "--alarm", "drop=10,window=1d",
                              "--alarm", "cusum,arl=5000,shift=20,promoters=0.5,detractors=0.3",
                              "--alarm", "since=2020-01-02,below=30", "--alarm", "silence"})));
  std::vector<std::string> kinds;
  for (const Json& line : lines) {
    const std::string kind = line["kind"];
    if (kinds.empty() || kinds.back() != kind) kinds.push_back(kind);
    CHECK(line["key"] == Json::object());
    if (kind == "drop") {
      CHECK(line["before"]["nps"] == 100);
      CHECK(line["p"] < 0.01);
    }
    if (kind == "since") CHECK(line["since"] == "2020-01-02T00:00:00Z");
  }
  CHECK(std::count(kinds.begin(), kinds.end(), "below") == 1);
  CHECK(std::count(kinds.begin(), kinds.end(), "drop") == 1);
  CHECK(std::count(kinds.begin(), kinds.end(), "since") == 1);
  CHECK(std::count(kinds.begin(), kinds.end(), "cusum") >= 1);
  CHECK(lines.front()["direction"] == "up");
}

TEST_CASE("nps watch: bad lines are counted and listed, and the stream goes on", "[cli][watch]") {
  NpsCommand nps;
  nps.process().input = "no json\n" + events("w", 40, 3, 1) +
                        R"({"type":"answered","version":1,"rating":9})" + "\n" +
                        event("bad", 1, 42, 1) + event("next", 1, 9, 2);
  Arguments arguments = watch(kBelow);
  arguments.insert(arguments.end(), {"--strict", "--rejects", "rejects.csv"});
  const Finished ran = nps.run(arguments);
  CHECK(ran.exit_code == 3);
  CHECK(lines_of(ran).size() == 1);
  CHECK(contains(ran.err, "rejected of 44 rows: "));
  const std::string rejects = nps.folder().read("rejects.csv");
  CHECK(sentences(rejects).size() == 4);
  CHECK(contains(rejects, "no_response_id"));
}

TEST_CASE("nps watch: a specification that means nothing is refused with what is allowed",
          "[cli][watch]") {
  NpsCommand nps;
  const auto refusal = [&nps](const std::string& spec) {
    const Finished ran = nps.run(watch({"--alarm", spec}));
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    REQUIRE(sentences(ran.err).size() == 1);
    CHECK(contains(ran.err, "--alarm '" + spec + "': "));
    return ran.err;
  };
  CHECK(contains(refusal("lower=3"), "below=20,window=30d, drop=10,window=7d"));
  CHECK(contains(refusal("below=20,arl=3"), "'arl' means nothing to below"));
  CHECK(contains(refusal("below=x"), "below= takes a number, such as below=20"));
  CHECK(contains(refusal("below="), "below= takes a number"));
  CHECK(contains(refusal("below=20,window=30"), "'30' is no window"));
  CHECK(contains(refusal("below=20,level=95"), "level= is between 0 and 1"));
  CHECK(contains(refusal("below=20,below=30"), "'below' stands there twice"));
  CHECK(contains(refusal("below=20,"), "nothing between two commas"));
  CHECK(contains(refusal("below=-100"), "a floor of -100 is not possible"));
  CHECK(contains(refusal("drop=-1"), "a drop of -1 is not possible"));
  CHECK(contains(refusal("cusum=5"), "'cusum' stands without a value"));
  CHECK(contains(refusal("cusum,promoters=0.5"), "takes both"));
  CHECK(contains(refusal("cusum,promoters=0.9,detractors=0.2"), "together at most 1"));
  CHECK(contains(refusal("cusum,shift=200"), "a shift of 200"));
  CHECK(contains(refusal("cusum,warmup=1.5"), "warmup= is a whole number"));
  CHECK(contains(refusal("since=2020-01-01"), "since= needs the floor"));
  CHECK(contains(refusal("since=soon,below=3"), "'soon' is no time"));
  CHECK(contains(refusal("silence,weeks=0"), "weeks= is a whole number from 1 to 52"));
}

TEST_CASE("nps watch: what cannot be watched or read is refused", "[cli][watch]") {
  NpsCommand nps;
  CHECK(nps.run({"watch"}).exit_code == 2);
  CHECK(contains(nps.run(watch({"--alarm", "silence", "--by", "@day"})).err, "labels only"));
  CHECK(contains(nps.run(watch({"--alarm", "silence", "--by", "rating"})).err, "no label"));
  CHECK(nps.run(watch({"--alarm", "silence"}, "nowhere.ndjson")).exit_code == 1);
}

TEST_CASE("nps watch: a full disk is an error, not a lost alarm", "[cli][watch]") {
  NpsCommand nps;
  nps.process().input = bad_day();
  nps.process().out = nps::test::Stream::Full;
  CHECK(nps.run(watch(kBelow)).exit_code == 1);
}

TEST_CASE("nps watch: a table is drawn on a terminal, without colours where none are wanted",
          "[cli][watch]") {
  NpsCommand nps;
  nps.process().input = bad_day();
  nps.process().err = nps::test::Stream::Terminal;
  nps.process().environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}};
  const Finished coloured = nps.run(watch(kBelow));
  CHECK(coloured.exit_code == 0);
  CHECK(lines_of(coloured).size() == 1);  // and nothing else
  CHECK(contains(coloured.err, "\x1b[31mweb "));
  CHECK(contains(coloured.err, "below 2020-01-02T00:00:00Z"));
  CHECK(contains(coloured.err, "-100.0"));
  CHECK(coloured.err.ends_with("\x1b[?25h"));
  nps.process().environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  const Finished plain = nps.run(watch(kBelow));
  CHECK(contains(plain.err, "\nweb "));
  CHECK_FALSE(contains(plain.err, "\x1b[31m"));
  nps.process().environment = {{"TERM", "dumb"}};
  CHECK(nps.run(watch(kBelow)).err.empty());
}

TEST_CASE("nps watch: a signal leaves the terminal as it was", "[cli][watch]") {
  NpsCommand nps;
  nps.file("first", bad_day());
  nps.file("follow.sh",
           "mkfifo in\n"
           "\"$1\" watch --by channel --alarm below=20,window=2d < in > out &\n"
           "exec 3> in\n"
           "cat first >&3\n"
           "until [ -s out ]; do sleep 0.05; done\n"
           "kill -INT $!\n"
           "wait $!\n");
  const Finished ran = nps::test::run({.program = "/bin/sh",
                                       .arguments = {"follow.sh", NPS_TEST_COMMAND},
                                       .environment = {{"TERM", "xterm"}},
                                       .directory = nps.folder().path(),
                                       .err = nps::test::Stream::Terminal});
  CHECK(ran.exit_code == 128 + 2);
  CHECK(contains(ran.err, "\x1b[?25l"));
  CHECK(ran.err.ends_with("\x1b[?25h"));
}

TEST_CASE("nps watch: help says what can be watched for", "[cli][watch]") {
  NpsCommand nps;
  const Finished ran = nps.run({"watch", "--help"});
  CHECK(ran.exit_code == 0);
  for (const auto* spec : {"below=20,window=30d", "drop=10,window=7d", "cusum,arl=5000,shift=10",
                           "since=INSTANT,below=30", "silence"}) {
    CHECK(contains(ran.out, spec));
  }
  for (const std::string& line : sentences(ran.out)) {
    if (!contains(line, NPS_TEST_COMMAND)) CHECK(line.size() <= 80);
  }
}
