// What nps report counts: ratings and reasons, scales, one answer a customer, weights.
#include "cli/nps_command.h"

using namespace nps::test;

TEST_CASE("nps report: every cell that is no rating is counted under its reason", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv",
           "score,x\n10 - Extremely likely,\n9.0,\n 7 ,\n0 (Not at all likely),\n"
           ",\nNA,\nn/a,\nNULL,\nnan,\nNone,\n99,\n"
           "11,\n-1,\n10.5,\n42.7,\n8.5,\n8-9,\n10-11-2020,\nten,\n");
  const Json report = nps.json({"a.csv", "--missing", "99"});
  CHECK(report["rows"] == 19);
  CHECK(report["distribution"] == Json({1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1}));
  CHECK(rejected(report) ==
        Sizes{{"missing", 7}, {"out_of_range", 4}, {"fractional", 1}, {"not_a_number", 3}});
  const Finished ran = nps.report({"a.csv", "--missing", "99"});
  CHECK(contains(ran.err,
                 "rejected of 19 rows: 7 missing, 4 out_of_range, 1 fractional, 3 not_a_number"));
}

TEST_CASE("nps report: codes of --missing are lists, repeatable, quoted as CSV", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,x\n99,\n-1,\n\"no, thanks\",\n9,\n");
  CHECK(rejected(nps.json({"a.csv", "--missing", "99,-1", "--missing", "\"no, thanks\""})) ==
        Sizes{{"missing", 3}});
}

TEST_CASE("nps report: each scale has its range and its cuts", "[cli]") {
  struct Scale {
    const char* name;
    int promoters, passives, detractors, out_of_range;
  };
  const auto scale = GENERATE(Scale{"0-10", 2, 2, 7, 1}, Scale{"1-10", 2, 2, 6, 2},
                              Scale{"1-5", 1, 1, 3, 7}, Scale{"1-7", 2, 1, 4, 5});
  NpsCommand nps;
  nps.file("a.csv", "score\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
  const Json report = nps.json({"a.csv", "--scale", scale.name});
  INFO(scale.name);
  CHECK(report["promoters"] == scale.promoters);
  CHECK(report["passives"] == scale.passives);
  CHECK(report["detractors"] == scale.detractors);
  CHECK(rejected(report) ==
        Sizes{{"out_of_range", static_cast<std::uint64_t>(scale.out_of_range)}});
  CHECK(report["policy"]["scale"] == scale.name);
}

TEST_CASE("nps report: latest and first take one answer of each customer", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv",
           "score,who,when,id,channel\n"
           "10,ann,2020-01-01,1,web\n"
           "0,ann,2020-03-01,2,store\n"
           "9,ann,2020-02-01,3,web\n"
           "7,bob,2020-01-01,4,web\n"
           "8,,2020-01-01,5,web\n"
           "x,bob,2020-09-01,6,web\n");
  const Arguments base{"a.csv", "--customer", "who",     "--time",
                       "when",  "--by",       "channel", "--count"};
  const auto count = [&](const char* which) {
    Arguments arguments = base;
    arguments.emplace_back(which);
    return nps.json(arguments);
  };
  const Json latest = count("latest");
  CHECK(latest["distribution"] == Json({1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}));
  CHECK(sizes(latest) == Sizes{{"store", 1}, {"web", 1}});  // under that answer's own channel
  CHECK(latest["customers"] == 2);
  CHECK(latest["superseded"] == 2);
  CHECK(latest["policy"]["which"] == "latest");
  CHECK(latest["policy"]["per"] == "customer");
  CHECK(rejected(latest) == Sizes{{"no_customer", 1}, {"not_a_number", 1}});

  const Json first = count("first");
  CHECK(first["distribution"] == Json({0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1}));
  CHECK(first["superseded"] == 2);

  const Json all = count("all");
  CHECK(all["responses"] == 5);
  CHECK(all["customers"] == 2);
  CHECK_FALSE(all.contains("superseded"));
  CHECK(rejected(all) == Sizes{{"not_a_number", 1}});
}

TEST_CASE("nps report: answers of one time are ordered by their id, or by file and row", "[cli]") {
  NpsCommand nps;
  nps.file("b.csv", "score,who,when,id\n1,ann,2020-01-01,x9\n");
  nps.file("a.csv", "score,who,when,id\n2,ann,2020-01-01,x8\n3,ann,2020-01-01,x7\n");
  const auto counted = [&nps](const char* which, Arguments more) {
    Arguments arguments{"b.csv", "a.csv", "--customer", "who", "--time", "when", "--count", which};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return nps.json(arguments)["mean"].get<double>();
  };
  CHECK(counted("latest", {"--response-id", "id"}) == 1.0);
  CHECK(counted("first", {"--response-id", "id"}) == 3.0);
  CHECK(counted("latest", {}) == 1.0);  // b:000000000001
  CHECK(counted("first", {}) == 2.0);   // a:000000000001
}

TEST_CASE("nps report: which answers count does not depend on the order of files", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,who,when\n2,ann,2020-01-01\n3,bob,2020-01-01\n9,ann,\n");
  nps.file("b.csv", "score,who,when\n7,bob,2020-01-01\n10,ann,2020-05-05\n");
  const Arguments options{"--customer", "who", "--time", "when", "--count", "latest"};
  Arguments forth{"a.csv", "b.csv"};
  Arguments back{"b.csv", "a.csv"};
  forth.insert(forth.end(), options.begin(), options.end());
  back.insert(back.end(), options.begin(), options.end());
  CHECK(nps.json(forth) == nps.json(back));
}

TEST_CASE("nps report: customers who answer twice are told of, as intervals then mislead",
          "[cli]") {
  NpsCommand nps;
  nps.file("twice.csv", "score,who\n9,ann\n8,ann\n7,bob\n");
  nps.file("once.csv", "score,who\n9,ann\n7,bob\n");
  const std::string twice = nps.report({"twice.csv", "--customer", "who"}).out;
  CHECK(contains(twice, "2 customers"));
  CHECK(contains(twice, "independent"));
  CHECK_FALSE(contains(nps.report({"once.csv", "--customer", "who"}).out, "independent"));
}

TEST_CASE("nps report: weights give a weighted score beside the plain one", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,w\n10,3\n0,1\n9,0\n8,-1\n8,x\n8,\n8,inf\n8,1e-400\nx,1\n");
  const Json report = nps.json({"a.csv", "--weight", "w"});
  CHECK(report["responses"] == 3);
  CHECK(report["weighted"]["nps"] == Approx(50.0));
  CHECK(report["weighted"]["sum_weights"] == 4.0);
  CHECK(report["weighted"]["effective_n"] == Approx(1.6));  // 4^2 / (3^2 + 1^2)
  CHECK(report["weighted"].contains("interval"));
  CHECK(rejected(report) == Sizes{{"bad_weight", 5}, {"not_a_number", 1}});
  CHECK_FALSE(nps.json({"a.csv"}).contains("weighted"));
}

TEST_CASE("nps report: --strict exits 3 when something was rejected, the report printed", "[cli]") {
  NpsCommand nps;
  nps.file("clean.csv", "score\n9\n");
  nps.file("rating.csv", "score\n9\nx\n");
  nps.file("time.csv", "score,when\n9,\n");
  CHECK(nps.json({"clean.csv", "--strict"})["responses"] == 1);
  CHECK(nps.json({"rating.csv", "--strict"}, 3)["responses"] == 1);
  CHECK(nps.json({"time.csv", "--time", "when", "--strict"}, 3)["responses"] == 1);
  CHECK(nps.json({"time.csv", "--strict"})["responses"] == 1);  // its times were not asked for
}

TEST_CASE("nps report: level and method of intervals are the caller's", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,a\n8,a\n3,a\n10,a\n");
  const auto method = GENERATE(as<std::string>(), "tango", "adjusted_wald", "wald");
  const Json report = nps.json({"a.csv", "--by", "g", "--level", "0.8", "--interval", method});
  CHECK(report["interval"]["method"] == method);
  CHECK(report["interval"]["level"] == 0.8);
  CHECK(report["groups"][0]["interval"] == report["interval"]);
  const Json wider = nps.json({"a.csv", "--interval", method})["interval"];
  CHECK(wider["low"] < report["interval"]["low"]);
}

TEST_CASE("nps report: a header without rows is a report of nothing", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", GENERATE(as<std::string>(), "score,g", "score,g\n", "\xef\xbb\xbfscore,g\r\n"));
  const Json report = nps.json({"a.csv", "--by", "g"});
  CHECK(report["rows"] == 0);
  CHECK(report["responses"] == 0);
  CHECK(report["nps"].is_null());
  CHECK(report["interval"].is_null());
  CHECK(report["grade"].is_null());
  CHECK(report["mean"].is_null());
  CHECK(report["groups"].empty());
  const auto format = GENERATE(as<std::string>(), "table", "csv", "markdown");
  CHECK(nps.report({"a.csv", "--by", "g", "--format", format}).exit_code == 0);
}
