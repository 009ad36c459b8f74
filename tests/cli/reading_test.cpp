// What files look like: delimiters, encodings, header and footer rows, line ends.
#include <filesystem>
#include <string>

#include "cli/nps_command.h"
#include "nps/detail/text.h"

using namespace nps::test;

TEST_CASE("nps report: comma, semicolon and tab are detected, or named", "[cli]") {
  NpsCommand nps;
  const auto [delimiter, name] = GENERATE(table<std::string, std::string>(
      {{",", ","}, {";", ";"}, {"\t", "tab"}, {"\t", "\\t"}, {"\t", "\t"}}));
  nps.file("a.csv", "score" + delimiter + "text\n9" + delimiter + "x\n");
  CHECK(sizes(nps.json({"a.csv", "--by", "text"})) == Sizes{{"x", 1}});
  CHECK(sizes(nps.json({"a.csv", "--by", "text", "--delimiter", name})) == Sizes{{"x", 1}});
}

TEST_CASE("nps report: a named delimiter is final", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score|a,b\n9|x,y\n");
  CHECK(sizes(nps.json({"a.csv", "--by", "\"a,b\"", "--delimiter", "|"})) == Sizes{{"x,y", 1}});
  CHECK(contains(nps.refusal(2, {"a.csv", "--delimiter", ";"}), "'score|a,b'"));
}

TEST_CASE("nps report: marks, line ends and the last line may be as they like", "[cli]") {
  NpsCommand nps;
  const auto content = GENERATE(as<std::string>(), "score,g\n9,a\n0,b\n", "score,g\n9,a\n0,b",
                                "score,g\r\n9,a\r\n0,b\r\n", "score,g\r9,a\r0,b",
                                "\xef\xbb\xbfscore,g\r\n9,a\r\n0,b",
                                "\xef\xbb\xbf\"score\",g\n9,a\n0,b\n", "score,g\n\n9,a\n\n0,b\n\n");
  nps.file("a.csv", content);
  const Json report = nps.json({"a.csv", "--by", "g"});
  CHECK(report["rows"] == 2);
  CHECK(sizes(report) == Sizes{{"a", 1}, {"b", 1}});
}

TEST_CASE("nps report: quoted cells hold delimiters, quotes and lines", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,\"a, \"\"b\"\"\nc\"\n\"8\",plain\n");
  CHECK(sizes(nps.json({"a.csv", "--by", "g"})) == Sizes{{"a, \"b\"\nc", 1}, {"plain", 1}});
}

TEST_CASE("nps report: standard input is -, from a pipe, and can stand among files", "[cli]") {
  NpsCommand nps;
  nps.process().input = "score,g\n9,in\n";
  for (int i = 0; i < 20'000; ++i) nps.process().input += "0,in\n";  // more than a pipe holds
  nps.file("a.csv", "score,g\n9,file\n");
  CHECK(sizes(nps.json({"-", "a.csv", "--by", "g"})) == Sizes{{"file", 1}, {"in", 20'001}});
  CHECK(contains(nps.report({"-"}).out, "standard input"));
}

TEST_CASE("nps report: a file, a pipe, and what a file is redirected to are read alike", "[cli]") {
  NpsCommand nps;
  std::string text = "score,g\n";
  for (int row = 0; row < 150'000; ++row) {  // several blocks
    text += std::to_string(row % 11) + (row % 5 == 0 ? ",\"two\nlines\"\n" : ",store\n");
  }
  nps.file("a.csv", text);
  nps.file("b.csv", "not for us\n" + text);
  const Json expected = nps.json({"a.csv", "--by", "g", "--threads", "1"});
  CHECK(sizes(expected) == Sizes{{"store", 120'000}, {"two\nlines", 30'000}});

  const std::string report_by =
      "nps=$1 threads=$2\n"
      "report() { \"$nps\" report \"$1\" --by g --format json --threads \"$threads\"; }\n";
  nps.process().program = "/bin/sh";
  const auto way = GENERATE(
      as<std::string>(), "report - < a.csv", "report /dev/stdin < a.csv", "cat a.csv | report -",
      "cat a.csv | report /dev/stdin", "mkfifo f && { cat a.csv > f & } && report f",
      "{ read -r first; report -; } < b.csv",  // another has read a line of it
      "{ report -; cat; } < a.csv");           // and leaves nothing to another
  for (const char* threads : {"1", "2", "8"}) {
    CAPTURE(way, threads);
    std::filesystem::remove(nps.folder().path() / "f");
    const Finished ran = nps.run({"-c", report_by + way, "sh", NPS_TEST_COMMAND, threads});
    INFO(ran.err);
    REQUIRE(ran.exit_code == 0);
    const Json report = Json::parse(ran.out, nullptr, false);
    REQUIRE_FALSE(report.is_discarded());  // nor if something follows
    CHECK(report["groups"] == expected["groups"]);
    CHECK(report["rows"] == 150'000);
  }
}

TEST_CASE("nps report: latin1 bytes are read as such, and come out as UTF-8", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,pr\xe9nom\n9,Zo\xeb\n8,Zoe\nfa\xe7on,Zoe\n");
  const Arguments arguments{"a.csv", "--encoding", "latin1", "--by", "prénom"};
  CHECK(sizes(nps.json(arguments)) == Sizes{{"Zoe", 1}, {"Zoë", 1}});
  CHECK(nps.report({"a.csv", "--encoding", "latin1", "--rejects", "r.csv"}).exit_code == 0);
  CHECK(contains(nps.folder().read("r.csv"), "façon"));
}

TEST_CASE("nps report: a file's name is not in the file's encoding", "[cli]") {
  NpsCommand nps;
  nps.file("été.csv", "score\n9\n");
  CHECK(sizes(nps.json({"été.csv", "--encoding", "latin1", "--by", "@file"})) == Sizes{{"été", 1}});
}

TEST_CASE("nps report: bytes that are no UTF-8 are marked, and told of", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,Zo\xeb\n8,\xc3\n7,ok\nx\xff,ok\n");
  const auto format = GENERATE(as<std::string>(), "table", "json", "csv", "markdown");
  const Finished ran = nps.report({"a.csv", "--by", "g", "--rejects", "r.csv", "--format", format});
  CHECK(ran.exit_code == 0);
  CHECK(nps::detail::is_utf8(ran.out));
  CHECK(contains(ran.out, "Zo\xef\xbf\xbd"));
  CHECK(contains(ran.err, "--encoding latin1"));
  CHECK(nps::detail::is_utf8(nps.folder().read("r.csv")));
}

TEST_CASE("nps report: a column that is not found may be a matter of encoding", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,pr\xe9nom\n9,x\n");
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", "prénom"}), "--encoding latin1"));
  nps.file("b.csv", "score,prenom\n9,x\n");
  CHECK_FALSE(contains(nps.refusal(2, {"b.csv", "--by", "prénom"}), "latin1"));
}

TEST_CASE("nps report: with several header rows a column answers to each of its names", "[cli]") {
  NpsCommand nps;
  // Two rows, as Survicate exports: the second names what the first leaves empty.
  nps.file("two.csv",
           "\"Date & Time (UTC)\",\"Q#1: How likely are you to recommend us?\",,city\n"
           ",Score,Label,\n"
           "\"2023-03-27 17:31:53\",7,Passive,Columbus\n"
           "\"2023-03-27 17:32:10\",9,Promoter,Yerevan\n");
  CHECK(nps.json({"two.csv", "--header-rows", "2"})["responses"] == 2);
  const Json named = nps.json({"two.csv", "--header-rows", "2", "--rating",
                               "Q#1: How likely are you to recommend us?", "--by", "Label,@month",
                               "--time", "Date & Time (UTC)"});
  CHECK(sizes(named).size() == 2);

  // Three rows, as Qualtrics exports: id, question, and JSON.
  nps.file("three.csv",
           "ResponseId,Q1_NPS_GROUP,Q1\n"
           "Response ID,How likely are you to recommend us? - Group,\"How likely are\nyou?\"\n"
           "\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1_NPS_GROUP\"\"}\","
           "\"{\"\"ImportId\"\":\"\"QID1\"\"}\"\n"
           "R_1,2,7\nR_2,,\n");
  const auto rating =
      GENERATE(as<std::string>(), "Q1", "How likely are\nyou?", "{\"ImportId\":\"QID1\"}");
  const Json report = nps.json({"three.csv", "--header-rows", "3", "--rating", rating});
  CHECK(report["rows"] == 2);
  CHECK(rejected(report) == Sizes{{"missing", 1}});
}

TEST_CASE("nps report: header rows that are not there, or not alike, are refused", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,x\n9,x,y\n");
  CHECK(contains(nps.refusal(1, {"a.csv", "--header-rows", "4"}), "line 3"));
  nps.file("b.csv", "score,g\n9,x\n");
  CHECK(contains(nps.refusal(1, {"b.csv", "--header-rows", "4"}), "ends after 2 of its 4"));
}

TEST_CASE("nps report: footer rows are left out, whatever their shape", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "Agent,Rating\nJane,5\nJo,4\n\"Reporting period 2024-01-01\nto 31\"\n");
  CHECK(contains(nps.refusal(1, {"a.csv"}), "--footer-rows"));
  const Json report = nps.json({"a.csv", "--footer-rows", "1", "--by", "Agent"});
  CHECK(report["rows"] == 2);
  CHECK(sizes(report) == Sizes{{"Jane", 1}, {"Jo", 1}});
  CHECK(nps.json({"a.csv", "--footer-rows", "2"})["rows"] == 1);
  CHECK(nps.json({"a.csv", "--footer-rows", "50"})["rows"] == 0);
}

TEST_CASE("nps report: a row of another length refuses the file, or is counted as ragged",
          "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,\"g\nh\"\n9,a\n8\n7,b,c\n");
  const std::string said = nps.refusal(1, {"a.csv"});
  CHECK(contains(said, "a.csv, line 4: 1 cell where the header has 2"));
  CHECK(contains(said, "--ragged reject"));
  const Json report = nps.json({"a.csv", "--ragged", "reject"});
  CHECK(report["responses"] == 1);
  CHECK(rejected(report) == Sizes{{"ragged", 2}});
}

TEST_CASE("nps report: a header that lost a comma is refused at its first row", "[cli]") {
  NpsCommand nps;
  nps.file("corrupted.csv", "response_date,rating, nps32,2\n2020-10-29,1,63\n2020-10-11,4,51\n");
  const std::string said = nps.refusal(1, {"corrupted.csv", "--rating", "rating"});
  CHECK(contains(said, "line 2"));
  CHECK(contains(said, "3 cells where the header has 4"));
}

TEST_CASE("nps report: any number of threads writes the same bytes", "[cli]") {
  std::string text = "who,score,when,channel,note\n";
  for (int row = 0; row < 60'000; ++row) {  // several blocks
    const std::string day = std::to_string(10 + row % 20);
    text += "c" + std::to_string(row % 997) + "," + std::to_string(row % 13) + ",2020-0" +
            std::to_string(1 + row % 9) + "-" + day + "T23:30:00Z," +
            (row % 7 == 0   ? "\"web, \"\"new\"\"\""
             : row % 5 == 0 ? ""
                            : "store") +
            (row % 11 == 0 ? ",\"two\nlines\"\n" : ",\n");
  }
  NpsCommand nps;
  nps.file("a.csv", text);
  const Arguments arguments{"a.csv",      "-",
                            "--customer", "who",
                            "--time",     "when",
                            "--by",       "channel,@month,@file",
                            "--zone",     "Europe/Berlin",
                            "--rollup",   "--rejects",
                            "r.csv"};
  for (const char* count : {"all", "latest"}) {
    const auto with = [&](std::vector<std::string> more) {
      nps.process().input = text;
      Arguments all = arguments;
      all.insert(all.end(), {"--count", count, "--format", "json"});
      all.insert(all.end(), more.begin(), more.end());
      const Finished ran = nps.report(all);
      CHECK(ran.exit_code == 0);
      return std::vector{ran.out, ran.err, nps.folder().read("r.csv")};
    };
    const auto one = with({"--threads", "1"});
    CHECK(one[0].size() > 1000);
    CHECK(one[2].size() > 100'000);
    for (const char* threads : {"2", "3", "8", "1024"}) {
      CAPTURE(count, threads);
      CHECK((with({"--threads", threads}) == one));
    }
    CHECK((with({}) == one));
  }
}
