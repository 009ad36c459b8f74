// Where the report goes, and the list of what was rejected.
#include <sys/stat.h>

#include "cli/nps_command.h"

using namespace nps::test;

namespace {

constexpr const char* kAnswers = "score,g\n9,a\n8,b\nx,b\n";

}  // namespace

TEST_CASE("nps report: each format says the same figures", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const auto out = [&nps](const char* format) {
    return nps.report({"a.csv", "--by", "g", "--format", format}).out;
  };
  CHECK(nps.json({"a.csv", "--by", "g"})["nps"] == 50.0);
  CHECK(contains(out("table"), "NPS +50.0"));
  CHECK(contains(out("table"), "95 % interval"));
  CHECK(contains(out("csv"), "\n,,2,1,1,0,50,"));
  CHECK(contains(out("markdown"), "| **total** | 2 | +50.0 |"));
  CHECK(out("table") == nps.report({"a.csv", "--by", "g"}).out);
  CHECK_FALSE(contains(out("table"), "\x1b"));  // no terminal, no colours
}

TEST_CASE("nps report: --output takes the whole report, standard output nothing", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const std::string printed = nps.report({"a.csv", "--format", "json"}).out;
  nps.file("old.json", std::string(10'000, 'x'));
  const auto target = GENERATE(as<std::string>(), "new.json", "old.json", "./old.json");
  const Finished ran = nps.report({"a.csv", "--format", "json", "--output", target});
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.empty());
  CHECK(nps.folder().read(target) == printed);
  const std::size_t files = target == "new.json" ? 3 : 2;
  CHECK(nps.folder().names().size() == files);  // nothing else is left behind
}

TEST_CASE("nps report: - as --output is standard output", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  CHECK(contains(nps.report({"a.csv", "--output", "-"}).out, "NPS +50.0"));
  CHECK(nps.folder().names().size() == 1);
}

TEST_CASE("nps report: an output file keeps its permissions, and a link its target", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  nps.file("old.txt", "old");
  const auto old = nps.folder().path() / "old.txt";
  std::filesystem::permissions(old, std::filesystem::perms(0640));
  std::filesystem::create_symlink("old.txt", nps.folder().path() / "link.txt");
  CHECK(nps.report({"a.csv", "--output", "link.txt"}).exit_code == 0);
  CHECK(std::filesystem::is_symlink(nps.folder().path() / "link.txt"));
  CHECK(std::filesystem::status(old).permissions() == std::filesystem::perms(0640));
  CHECK(contains(nps.folder().read("old.txt"), "NPS +50.0"));
}

TEST_CASE("nps report: a file that cannot be written exits 1 before anything is read", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  std::filesystem::create_directory(nps.folder().path() / "folder");
  const auto option = GENERATE(as<std::string>(), "--output", "--rejects");
  CHECK(contains(nps.refusal(1, {"a.csv", option, "none/r.csv"}),
                 "cannot write none/r.csv: No such file or directory"));
  CHECK(contains(nps.refusal(1, {"a.csv", option, "folder"}), "Is a directory"));
  CHECK(contains(nps.refusal(1, {"none.csv", option, "none/r.csv"}), "cannot write"));
  const Finished full = nps.report({"a.csv", option, "/dev/full"});
  CHECK(full.exit_code == 1);
  CHECK(full.out.empty());
  CHECK(contains(full.err, "No space left"));
}

TEST_CASE("nps report: fails when standard output is closed or full", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  nps.process().out = GENERATE(Stream::Closed, Stream::Full);
  const Finished ran = nps.report({"a.csv", "--rejects", "r.csv"});
  CHECK(ran.exit_code == 1);
  CHECK(contains(ran.err, "cannot write to standard output"));
  CHECK_FALSE(contains(nps.folder().read("r.csv"), "NPS"));  // a closed stream lends no number
  CHECK(nps.run({"report", "--help"}).exit_code == 1);
  CHECK(nps.report({"a.csv", "--output", "o.txt"}).exit_code == 0);
  CHECK(contains(nps.folder().read("o.txt"), "NPS +50.0"));
}

TEST_CASE("nps report: without standard error it works in silence", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  nps.process().err = GENERATE(Stream::Closed, Stream::Full);
  const Finished ran = nps.report({"a.csv", "--rejects", "r.csv"});
  CHECK(ran.exit_code == 0);
  CHECK(contains(ran.out, "NPS +50.0"));
  CHECK(nps.folder().read("r.csv") ==
        "file,line,column,value,reason\na.csv,4,score,x,not_a_number\n");
  CHECK(nps.report({"none.csv"}).exit_code == 1);
}

TEST_CASE("nps report: a file that is read is not written, however it is called", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  std::filesystem::create_symlink("a.csv", nps.folder().path() / "soft.csv");
  std::filesystem::create_hard_link(nps.folder().path() / "a.csv",
                                    nps.folder().path() / "hard.csv");
  const auto option = GENERATE(as<std::string>(), "--output", "--rejects");
  const auto name = GENERATE(as<std::string>(), "a.csv", "./a.csv", "soft.csv", "hard.csv");
  CHECK(contains(nps.refusal(2, {"a.csv", option, name}), "cannot also be written"));
  CHECK(nps.folder().read("a.csv") == kAnswers);
  CHECK(contains(nps.refusal(2, {"a.csv", "--output", "new.csv", "--rejects", "./new.csv"}),
                 "the same file"));
}

TEST_CASE("nps report: --rejects lists each rejected cell as RFC 4180 has it", "[cli]") {
  NpsCommand nps;
  nps.file("a,b.csv",
           "id,score,when,\"note\nof two lines\"\n"
           "1,9,2020-01-01,fine\n"
           "2,\"8\n9\",2020-01-01,\"two\nlines\"\n"
           "3,\" \"\"10\"\" \",2020-01-01,\n"
           "4,,2020-01-01,\n"
           "5,11,2020-01-01,\n"
           "6,9.5,2020-01-01,\n"
           "7,9,someday,\n"
           "8,9\n"
           "9,10,,\n");
  const Json report = nps.json(
      {"a,b.csv", "--time", "when", "--ragged", "reject", "--rejects", "r.csv", "--by", "@day"});
  CHECK(nps.folder().read("r.csv") ==
        "file,line,column,value,reason\n"
        "\"a,b.csv\",4,score,\"8\n9\",not_a_number\n"
        "\"a,b.csv\",7,score,\" \"\"10\"\" \",not_a_number\n"
        "\"a,b.csv\",8,score,,missing\n"
        "\"a,b.csv\",9,score,11,out_of_range\n"
        "\"a,b.csv\",10,score,9.5,fractional\n"
        "\"a,b.csv\",11,when,someday,bad_time\n"
        "\"a,b.csv\",12,,,ragged\n"
        "\"a,b.csv\",13,when,,bad_time\n");
  CHECK(rejected(report) == Sizes{{"bad_time", 2},
                                  {"fractional", 1},
                                  {"missing", 1},
                                  {"not_a_number", 2},
                                  {"out_of_range", 1},
                                  {"ragged", 1}});
}

TEST_CASE("nps report: --rejects lists customers and weights, of every file", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,who,when,w\n9,,2020-01-01,1\n9,ann,2020-01-01,-1\n");
  nps.process().input = "score,who,when,w\nx,ann,2020-01-01,1\n";
  nps.json({"a.csv", "-", "--customer", "who", "--time", "when", "--weight", "w", "--count",
            "latest", "--rejects", "r.csv"});
  CHECK(nps.folder().read("r.csv") ==
        "file,line,column,value,reason\n"
        "a.csv,2,who,,no_customer\n"
        "a.csv,3,w,-1,bad_weight\n"
        "standard input,2,score,x,not_a_number\n");
}

TEST_CASE("nps report: --rejects can itself be read by nps", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n\"a, \"\"b\"\"\n\",x\n,y\n");
  nps.json({"a.csv", "--rejects", "r.csv"});
  CHECK(sizes(nps.json({"r.csv", "--rating", "line", "--by", "value"})) ==
        Sizes{{"", 1}, {"a, \"b\"", 1}});
  nps.file("clean.csv", "score\n9\n");
  nps.json({"clean.csv", "--rejects", "r.csv"});
  CHECK(nps.folder().read("r.csv") == "file,line,column,value,reason\n");
}
