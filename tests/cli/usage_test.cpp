// How the command is called: help, its examples, and what is said when the call is wrong.
#include <algorithm>

#include "cli/nps_command.h"

using namespace nps::test;

namespace {

constexpr const char* kAnswers = "score,channel\n10,web\n9,web\n3,store\n";

/// The indented lines of a help text that begin with the program's name, continued lines joined.
std::vector<std::string> examples(const std::string& help) {
  const std::string program = NPS_TEST_COMMAND;
  std::vector<std::string> found;
  std::string line;
  for (const std::string& part : sentences(help)) {
    if (line.empty() && !part.starts_with("  " + program)) continue;
    line += part;
    if (line.ends_with('\\')) {
      line.pop_back();
    } else {
      found.push_back(std::exchange(line, ""));
    }
  }
  return found;
}

/// The names of all subcommands, as the sentence about one that there is not lists them.
std::vector<std::string> subcommands(NpsCommand& nps, Arguments of) {
  of.emplace_back("nosuch");
  const std::string said = refusal_of(nps.run(of), 2);
  const std::string_view before = "there is no command 'nosuch'; there is ";
  std::vector<std::string> names;
  for (std::size_t at = said.find(before) + before.size(); at < said.size();) {
    const std::size_t end = std::min(said.find(", ", at), said.size());
    names.push_back(said.substr(at, end - at));
    at = end + 2;
  }
  return names;
}

}  // namespace

TEST_CASE("command: the help of each subcommand has examples that work when pasted", "[cli]") {
  const auto [subcommand, count] = GENERATE(std::pair("report", 3), std::pair("compare", 3),
                                            std::pair("replay", 1), std::pair("interval", 1));
  NpsCommand nps;
  const Finished help = nps.run({subcommand, "--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.err.empty());
  const auto pasted = examples(help.out);
  REQUIRE(pasted.size() == static_cast<std::size_t>(count));
  for (const std::string& line : pasted) {
    const Finished ran =
        run({.program = "/bin/sh", .arguments = {"-c", line}, .directory = NPS_TEST_SOURCE_DIR});
    INFO(line << "\n" << ran.err);
    CHECK(ran.exit_code == 0);
    CHECK(contains(ran.out, std::string(subcommand) == "compare" ? " score " : "NPS "));
  }
}

TEST_CASE("command: help fits 80 columns", "[cli]") {
  NpsCommand nps;
  std::vector<Arguments> helps{{}, {"store"}};
  for (const std::string& name : subcommands(nps, {})) helps.push_back({name});
  for (const std::string& verb : subcommands(nps, {"store"})) helps.push_back({"store", verb});
  CHECK(helps.size() > 20);
  for (Arguments& arguments : helps) {
    arguments.emplace_back("--help");
    const Finished help = nps.run(arguments);
    CHECK(help.exit_code == 0);
    for (const std::string& line : sentences(help.out)) {
      INFO(line);
      if (!contains(line, NPS_TEST_COMMAND)) CHECK(line.size() <= 80);  // examples are as long
    }
  }
}

TEST_CASE("command: the help of report tells every option", "[cli]") {
  NpsCommand nps;
  const std::string help = nps.report({"--help"}).out;
  for (const char* option :
       {"--rating",    "--customer",    "--response-id", "--time",        "--touchpoint",
        "--weight",    "--by",          "--rollup",      "--delays",      "--zone",
        "--scan",      "--adjust",      "--min-n",       "--week-start",  "--sort",
        "--top",       "--max-cells",   "--scale",       "--count",       "--missing",
        "--level",     "--interval",    "--format",      "--time-format", "--encoding",
        "--delimiter", "--header-rows", "--footer-rows", "--threads",     "--ragged",
        "--output",    "--rejects",     "--strict"}) {
    CHECK(contains(help, std::string("\n  ") + option + " "));
  }
  CHECK(contains(help, "Reichheld"));  // the source of the scale's cuts
}

TEST_CASE("command: the version is told", "[cli]") {
  NpsCommand nps;
  const Finished ran = nps.run({"--version"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.starts_with("nps 0."));
}

TEST_CASE("command: wrong usage exits 2 with one sentence and no report", "[cli]") {
  struct Wrong {
    Arguments arguments;
    std::string says;
  };
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const auto wrong = GENERATE(values<Wrong>({
      {{},
       "nps report FILE..., nps compare BEFORE AFTER, nps replay EVENTS..., nps watch EVENTS, nps "
       "store VERB DB, nps interval P S D or nps plan"},
      {{"repot", "a.csv"}, "no command 'repot'"},
      {{"report"}, "FILE is required"},
      {{"report", "a.csv", "--nosuch"}, "no option --nosuch"},
      {{"report", "-x.csv"}, "no option -x.csv"},
      {{"--by", "channel", "report", "a.csv"}, "no option --by"},
      {{"report", "a.csv", "--top"}, "--top needs a value"},
      {{"report", "a.csv", "--zone", "UTC", "--zone", "UTC"}, "--zone is given more than once"},
      {{"report", "a.csv", "--top", "-1"}, "'-1' is no whole number from 1"},
      {{"report", "a.csv", "--top", "0"}, "'0' is no whole number from 1"},
      {{"report", "a.csv", "--top", "1.5"}, "'1.5' is no whole number"},
      {{"report", "a.csv", "--top", "18446744073709551616"}, "no whole number"},
      {{"report", "a.csv", "--max-cells", "-1"}, "'-1' is no whole number"},
      {{"report", "a.csv", "--header-rows", "0"}, "from 1 to 100000"},
      {{"report", "a.csv", "--threads", "0"}, "from 1 to 1024"},
      {{"report", "a.csv", "--threads", "many"}, "from 1 to 1024"},
      {{"report", "a.csv", "--threads", "-1"}, "from 1 to 1024"},
      {{"report", "a.csv", "--footer-rows", "-1"}, "from 0 to 100000"},
      {{"report", "a.csv", "--format", "xml"}, "'xml' is none of table, json, csv, markdown"},
      {{"report", "a.csv", "--scale", "1-9"}, "'1-9' is none of 0-10, 1-10, 1-5, 1-7"},
      {{"report", "a.csv", "--count", "last"}, "'last' is none of all, latest, first"},
      {{"report", "a.csv", "--sort", "N"}, "'N' is none of key, nps, n"},
      {{"report", "a.csv", "--ragged", "skip"}, "'skip' is none of refuse, reject"},
      {{"report", "a.csv", "--encoding", "utf8"}, "'utf8' is none of utf-8, latin1"},
      {{"report", "a.csv", "--interval", "exact"}, "none of tango, adjusted_wald, wald"},
      {{"report", "a.csv", "--week-start", "someday"}, "'someday' is no weekday"},
      {{"report", "a.csv", "--level", "1"}, "'1' is no level between 0 and 1"},
      {{"report", "a.csv", "--level", "0"}, "'0' is no level"},
      {{"report", "a.csv", "--level", "95"}, "'95' is no level"},
      {{"report", "a.csv", "--level", "-0.5"}, "'-0.5' is no level"},
      {{"report", "a.csv", "--level", "nan"}, "'nan' is no level"},
      {{"report", "a.csv", "--level", "1e400"}, "'1e400' is no level"},
      {{"report", "a.csv", "--level", ""}, "'' is no level"},
      {{"report", "a.csv", "--delimiter", ";;"}, "';;' is not a single byte"},
      {{"report", "a.csv", "--delimiter", "\""}, "cannot delimit"},
      {{"report", "a.csv", "--zone", "Mars/Base"}, "Mars/Base"},
      {{"report", "a.csv", "--zone", ""}, "zone"},
      {{"report", "a.csv", "--time-format", "dd/mm"}, "no time format \"dd/mm\""},
      {{"report", "a.csv", "--time-format", "%q"}, "%q"},
      {{"report", "a.csv", "--by", "@month"}, "pass --time COLUMN"},
      {{"report", "a.csv", "--by", "@fortnight"}, "there is no '@fortnight'"},
      {{"report", "a.csv", "--by", "@delay", "--time", "channel"}, "--touchpoint COLUMN"},
      {{"report", "a.csv", "--delays", "1h"}, "--delays is for --by @delay"},
      {{"report", "a.csv", "--by", ""}, "the list is empty"},
      {{"report", "a.csv", "--by", "channel,"}, "nothing between two commas"},
      {{"report", "a.csv", "--by", "\"channel"}, "is a quote left open?"},
      {{"report", "a.csv", "--by", "channel\nscore"}, "two lines"},
      {{"report", "a.csv", "--missing", " "}, "the list is empty"},
      {{"report", "a.csv", "--rollup"}, "--rollup needs --by"},
      {{"report", "a.csv", "--by", "channel,channel"}, "'channel' is named twice"},
      {{"report", "a.csv", "--by", "channel", "--by", "channel"}, "'channel' is named twice"},
      {{"report", "a.csv", "--count", "latest"}, "--customer COLUMN and --time COLUMN"},
      {{"report", "a.csv", "--count", "first", "--customer", "channel"}, "--time COLUMN"},
      {{"report", "-", "-"}, "standard input"},
      {{"report", "a.csv", "--output", "./a.csv"}, "cannot also be written"},
      {{"report", "a.csv", "--rejects", "a.csv"}, "cannot also be written"},
      {{"report", "a.csv", "--output", "o", "--rejects", "./o"}, "name the same file"},
      {{"report", "a.csv", "--rejects", "-"}, "--rejects needs a file"},
  }));
  const Finished ran = nps.run(wrong.arguments);
  INFO(ran.err);
  CHECK(ran.exit_code == 2);
  CHECK(ran.out.empty());
  const auto said = sentences(ran.err);
  REQUIRE(said.size() == 1);
  CHECK(said.front().starts_with("nps: "));
  CHECK(contains(said.front(), wrong.says));
  CHECK(nps.folder().names() == std::vector<std::string>{"a.csv"});
}

TEST_CASE("command: an option takes one value and leaves the files alone", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  nps.file("interval", kAnswers);  // also the name of a subcommand
  nps.file("-x.csv", kAnswers);
  CHECK(sizes(nps.json({"--by", "channel", "a.csv"})) == Sizes{{"web", 2}, {"store", 1}});
  CHECK(nps.json({"--missing", "3", "a.csv", "interval"})["responses"] == 4);
  CHECK(nps.json({"--missing", "-1", "a.csv"})["responses"] == 3);
  CHECK(nps.json({"--missing=-1,3", "a.csv"})["responses"] == 2);
  CHECK(nps.json({"--delimiter", ",", "--by=channel", "a.csv"})["groups"].size() == 2);

  const Finished dashed = nps.report({"--format", "json", "--", "-x.csv"});
  CHECK(dashed.exit_code == 0);
  CHECK(Json::parse(dashed.out)["responses"] == 3);
}
