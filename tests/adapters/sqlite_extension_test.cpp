// The loadable extension in the sqlite3 shell: the program that everybody has, which knows nothing of
// nps.
#include <string>

#include "support/catch.h"
#include "support/process.h"

using nps::test::Finished;
using nps::test::Folder;

namespace {

Finished shell(const std::string& script) {
  const Folder folder;
  return nps::test::run({.program = NPS_TEST_SQLITE_SHELL,
                         .arguments = {"-batch", "-bail", ":memory:"},
                         .input = script,
                         .directory = folder.path()});
}

const std::string kLoad = ".load " NPS_TEST_SQLITE_EXTENSION "\n";

}  // namespace

TEST_CASE("sqlite extension: the shell loads it and scores a CSV file that it imports",
          "[sqlite][extension]") {
  // The scores, intervals and counts are those of `nps report --by @file` on the same file.
  const auto ran = shell(kLoad +
                         ".mode csv\n"
                         ".import " NPS_TEST_SOURCE_DIR
                         "/examples/data/2020Q4_nps_email.csv answers\n"
                         ".mode list\n"
                         "SELECT printf('%.1f|%d|%.1f|%.1f', nps_score(t), nps_responses(t), "
                         "nps_low(t, 0.95), nps_high(t, 0.95)) FROM (SELECT nps_tally(nps_rating) "
                         "AS t FROM answers);\n"
                         "SELECT count(*) FROM (SELECT nps(nps_rating) OVER (ORDER BY "
                         "response_date RANGE CURRENT ROW) AS s FROM answers) WHERE s IS NULL;\n");
  INFO(ran.err);
  CHECK(ran.exit_code == 0);
  CHECK(ran.err.empty());
  CHECK(ran.out == "18.6|1952|15.1|22.1\n0\n");
}

TEST_CASE("sqlite extension: an error is the shell's, and the shell goes on",
          "[sqlite][extension]") {
  const auto ran = shell(".bail off\n" + kLoad + "SELECT nps(11);\nSELECT nps(9);\n");
  CHECK(ran.out == "100.0\n");
  CHECK(ran.err.find("nps(): 11 is no rating: it is outside 0 to 10") != std::string::npos);
}

TEST_CASE("sqlite extension: it is found by the name of its file and by the common entry point",
          "[sqlite][extension]") {
  for (const char* entry : {"", " sqlite3_npssqlite_init", " sqlite3_extension_init"}) {
    const auto ran = shell(".load " NPS_TEST_SQLITE_EXTENSION + std::string(entry) +
                           "\nSELECT nps_counts(nps_tally(10));\n");
    INFO(ran.err);
    CHECK(ran.exit_code == 0);
    CHECK(ran.out == "[0,0,0,0,0,0,0,0,0,0,1]\n");
  }
}

TEST_CASE("sqlite extension: what one connection stores as a tally, another one rolls up",
          "[sqlite][extension]") {
  const Folder folder;
  const auto run = [&folder](const std::string& script) {
    return nps::test::run({.program = NPS_TEST_SQLITE_SHELL,
                           .arguments = {"-batch", "-bail", "days.db"},
                           .input = kLoad + script,
                           .directory = folder.path()});
  };
  REQUIRE(run("CREATE TABLE daily(day TEXT PRIMARY KEY, t BLOB) STRICT;\n"
              "INSERT INTO daily SELECT 'mon', nps_tally(value) FROM json_each('[9,10,3]');\n"
              "INSERT INTO daily SELECT 'tue', nps_tally(value) FROM json_each('[7,null]');\n")
              .exit_code == 0);
  const auto ran =
      run("SELECT nps_score(nps_rollup(t)), nps_responses(nps_rollup(t)) FROM daily;\n");
  CHECK(ran.out == "25.0|4\n");
}
