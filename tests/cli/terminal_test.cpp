// What a person at a terminal sees: colours, width, and nothing that a file's text could steer.
#include <algorithm>

#include "cli/nps_command.h"
#include "nps/detail/text.h"

using namespace nps::test;

namespace {

constexpr const char* kAnswers =
    "score,a channel with quite a long name\n"
    "10,\"an exceedingly long label of a channel, longer than a narrow terminal is wide\"\n"
    "0,\"another one, also long, much longer than anybody would like to read in a table\"\n";

Finished on_terminal(NpsCommand& nps, unsigned short columns, Arguments arguments) {
  nps.process().out = Stream::Terminal;
  nps.process().columns = columns;
  nps.process().environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}};
  return nps.report(std::move(arguments));
}

int widest(const std::string& out) {
  int most = 0;
  for (std::string line : sentences(out)) {
    for (auto at = line.find('\x1b'); at != std::string::npos; at = line.find('\x1b')) {
      line.erase(at, line.find('m', at) - at + 1);  // a colour
    }
    most = std::max(most, nps::detail::display_width(line));
  }
  return most;
}

}  // namespace

TEST_CASE("nps on a terminal: there are colours, unless NO_COLOR or a dumb terminal", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  CHECK(contains(on_terminal(nps, 80, {"a.csv"}).out, "\x1b[32m"));
  nps.process().environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  CHECK_FALSE(contains(nps.report({"a.csv"}).out, "\x1b"));
  nps.process().environment = {{"TERM", "dumb"}, {"NO_COLOR", ""}};
  CHECK_FALSE(contains(nps.report({"a.csv"}).out, "\x1b"));
}

TEST_CASE("nps on a terminal: a file or another format has no colours", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  CHECK(on_terminal(nps, 80, {"a.csv", "--output", "o.txt"}).exit_code == 0);
  CHECK_FALSE(contains(nps.folder().read("o.txt"), "\x1b"));
  for (const char* format : {"json", "csv", "markdown"}) {
    CHECK_FALSE(contains(on_terminal(nps, 80, {"a.csv", "--format", format}).out, "\x1b"));
  }
}

TEST_CASE("nps on a terminal: the table keeps to its width", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const auto columns = GENERATE(as<unsigned short>(), 80, 100, 120, 200);
  const Finished ran =
      on_terminal(nps, columns, {"a.csv", "--by", "a channel with quite a long name"});
  CHECK(ran.exit_code == 0);
  CHECK(widest(ran.out) <= columns);
  if (columns == 80) CHECK(contains(ran.out, "…"));
  if (columns == 200) CHECK(contains(ran.out, "longer than a narrow terminal is wide"));
}

TEST_CASE("nps on a terminal: text of a file never reaches it raw", "[cli]") {
  NpsCommand nps;
  const std::string evil =
      "\x1b]0;owned\x07\x1b[2J\xc2\x9b"
      "1m\r";
  nps.file("a" + evil + ".csv",
           "score,\"g" + evil + "\"\n9,\"x" + evil + "\"\n\"z" + evil + "\",y\n");
  nps.process().err = Stream::Terminal;
  const auto format = GENERATE(as<std::string>(), "table", "json", "csv", "markdown");
  const Finished ran = on_terminal(
      nps, 100, {"a" + evil + ".csv", "--by", "\"g" + evil + "\",@file", "--format", format});
  CHECK(ran.exit_code == 0);
  for (const std::string& text : {ran.out, ran.err}) {
    CHECK_FALSE(contains(text, "\x1b]"));
    CHECK_FALSE(contains(text, "\x1b[2J"));
    CHECK_FALSE(contains(text, "\x07"));
    CHECK_FALSE(contains(text, "\r"));
    CHECK_FALSE(contains(text, "\xc2\x9b"));
  }
}

TEST_CASE("nps in a pipe: labels are as the file has them, for programs to read", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,\x1b[31m\n");
  CHECK(contains(nps.report({"a.csv", "--by", "g", "--format", "csv"}).out, ",\x1b[31m,"));
  CHECK(sizes(nps.json({"a.csv", "--by", "g"})) == Sizes{{"\x1b[31m", 1}});
}

TEST_CASE("nps: a long file draws no progress into a pipe", "[cli]") {
  NpsCommand nps;
  std::string content = "score,g\n";
  for (int i = 0; i < 1'200'000; ++i) content += "9,abcde\n";
  nps.file("a.csv", content);
  const Finished ran = nps.report({"a.csv", "--rating", "score"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.err.empty());
}
