// Which column is meant: the ratings', those of --by, and what is said when it is not clear.
#include "cli/nps_command.h"

using namespace nps::test;

TEST_CASE("nps report: the one well-known name is the rating column, and is told", "[cli]") {
  NpsCommand nps;
  const auto name = GENERATE(as<std::string>(), "score", "NPS", "nps_rating", "NPS Score",
                             "Likely-To-Recommend", "recommendation_score", "Rating", " nps ");
  nps.file("a.csv", "who," + name + ",age\na,9,30\nb,0,40\n");
  const Finished ran = nps.report({"a.csv", "--format", "json"});
  CHECK(ran.exit_code == 0);
  CHECK(Json::parse(ran.out)["responses"] == 2);
  const auto said = sentences(ran.err);
  REQUIRE(said.size() == 1);
  const auto trimmed = name == " nps " ? "nps" : name;
  CHECK(contains(said[0], "ratings are read from column '" + trimmed + "'"));
}

TEST_CASE("nps report: files that agree on the rating column name it once", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score\n9\n");
  nps.file("b.csv", "x,score\n1,9\n");
  nps.file("c.csv", "nps\n9\n");
  CHECK(sentences(nps.report({"a.csv", "b.csv"}).err) ==
        std::vector<std::string>{"nps: ratings are read from column 'score'"});
  const auto said = sentences(nps.report({"a.csv", "c.csv"}).err);
  REQUIRE(said.size() == 2);
  CHECK(contains(said[0], "a.csv: ratings are read from column 'score'"));
  CHECK(contains(said[1], "c.csv: ratings are read from column 'nps'"));
}

TEST_CASE("nps report: a rating column that is named is not told again", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "answer,nps,score\n9,1,2\n");
  const Finished ran = nps.report({"a.csv", "--rating", " answer "});
  CHECK(ran.exit_code == 0);
  CHECK(ran.err.empty());
}

TEST_CASE("nps report: without a rating column, or with several, the columns are listed", "[cli]") {
  NpsCommand nps;
  nps.file("none.csv", "who,answer\na,9\n");
  const std::string none = nps.refusal(2, {"none.csv"});
  CHECK(contains(none, "--rating"));
  CHECK(contains(none, "'who', 'answer'"));

  nps.file("several.csv", "who,score,nps\na,9,9\n");
  const std::string several = nps.refusal(2, {"several.csv"});
  CHECK(contains(several, "several columns could hold the ratings: 'score', 'nps'"));
  CHECK(nps.json({"several.csv", "--rating", "nps"})["responses"] == 1);
}

TEST_CASE("nps report: a name that fits no column or several exits 2 and lists them", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", ",score,x,x,\"City, State\"\n1,9,a,b,c\n");
  const auto option = GENERATE(as<std::string>(), "--rating", "--customer", "--response-id",
                               "--time", "--touchpoint", "--weight", "--by");
  const std::string unknown = nps.refusal(2, {"a.csv", option, "nope"});
  CHECK(contains(unknown, "a.csv: there is no column 'nope'"));
  CHECK(contains(unknown, "(column 1 has no name), 'score', 'x', 'x', 'City, State'"));
  const std::string twice = nps.refusal(2, {"a.csv", option, "x"});
  CHECK(contains(twice, "2 columns are called 'x' (numbers 3, 4)"));
  CHECK(contains(twice, "'City, State'"));
}

TEST_CASE("nps report: names are matched whole and with case, but for spaces around", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", " score  ,Channel \t\n9, web \n10,web\n0,WEB\n");
  CHECK(sizes(nps.json({"a.csv", "--by", " Channel"})) == Sizes{{"web", 2}, {"WEB", 1}});
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", "channel"}), "no column 'channel'"));
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", "Chan"}), "no column 'Chan'"));
}

TEST_CASE("nps report: --by takes names with commas and quotes as CSV writes them", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv",
           "score,\"City, State\",\"the \"\"x\"\"\",\"two\nlines\"\n9,\"A, B\",p,u\n0,C,q,u\n");
  CHECK(sizes(nps.json({"a.csv", "--by", "\"City, State\""})) == Sizes{{"A, B", 1}, {"C", 1}});
  const Json both = nps.json({"a.csv", "--by", "\"the \"\"x\"\"\",\"City, State\""});
  CHECK(both["groups"][0]["key"] == Json({{"the \"x\"", "p"}, {"City, State", "A, B"}}));
  CHECK(sizes(nps.json({"a.csv", "--by", "\"two\nlines\""})) == Sizes{{"u", 2}});
}

TEST_CASE("nps report: --by can be repeated, and its order is the order of keys", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,a,b,c\n9,1,2,3\n");
  const Json listed = nps.json({"a.csv", "--by", "c,a", "--by", "b"});
  const Json apart = nps.json({"--by", "c", "--by", "a", "a.csv", "--by", "b"});
  CHECK(listed == apart);
  const Finished ran = nps.report({"a.csv", "--by", "c,a", "--by", "b", "--format", "csv"});
  CHECK(contains(ran.out, "grouped_by,c,a,b,"));
}

TEST_CASE("nps report: an unnamed first column, 19-digit ids and empty cells are no trouble",
          "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", ",score,id,group\n1,9,1234567890123456789,\n2,10,1234567890123456788, \n");
  CHECK(sizes(nps.json({"a.csv", "--by", "id"})) ==
        Sizes{{"1234567890123456788", 1}, {"1234567890123456789", 1}});
  CHECK(sizes(nps.json({"a.csv", "--by", "group"})) == Sizes{{"", 2}});
  CHECK(contains(nps.report({"a.csv", "--by", "group"}).out, "(none)"));
}

TEST_CASE("nps report: files may have their columns in different places", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,channel\n9,web\n0,store\n");
  nps.file("b.csv", "id;channel;country;score\n1;web;de;10\n2;app;de;x\n");
  const Json report = nps.json({"a.csv", "b.csv", "--by", "channel"});
  CHECK(report["rows"] == 4);
  CHECK(sizes(report) == Sizes{{"store", 1}, {"web", 2}});
  CHECK(rejected(report) == Sizes{{"not_a_number", 1}});
  CHECK(contains(nps.refusal(2, {"a.csv", "b.csv", "--by", "country"}),
                 "a.csv: there is no column 'country'"));
}
