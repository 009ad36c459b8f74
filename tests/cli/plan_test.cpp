// nps plan: how many answers are enough. The formulas are tested with their header; here, that the
// command asks them what it was asked.
#include "cli/nps_command.h"
#include "nps/stats/sample_size.h"

using namespace nps::test;

namespace {

Json planned(NpsCommand& nps, Arguments arguments) {
  arguments.insert(arguments.begin(), {"plan", "--format", "json"});
  const Finished ran = nps.run(std::move(arguments));
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  return Json::parse(ran.out);
}

const nps::AssumedShares kShares = *nps::AssumedShares::from(0.5, 0.2);

}  // namespace

TEST_CASE("nps plan: so many answers leave a margin", "[cli]") {
  NpsCommand nps;
  const Json plan = planned(nps, {"--margin", "3", "--promoters", ".5", "--detractors", ".2"});
  CHECK(plan["n"] == nps::responses_for_margin(kShares, 3)->responses);
  CHECK(plan["margin"] == 3.0);
  CHECK(plan["level"] == 0.95);
  CHECK(plan["assumed"]["from"] == "given");
  CHECK(plan["assumed"]["promoters"] == 0.5);
  CHECK_FALSE(plan.contains("per_group"));
  CHECK(planned(nps, {"--margin", "3"})["n"] > plan["n"]);  // the widest case
}

TEST_CASE("nps plan: so many answers show a difference", "[cli]") {
  NpsCommand nps;
  const Json plan = planned(
      nps, {"--detect", "5", "--power", "0.9", "--promoters", "0.5", "--detractors", "0.2"});
  const auto size = nps::responses_for_difference(kShares, 5, *nps::Power::from(0.9));
  CHECK(plan["per_group"] == size->responses);
  CHECK(plan["n"] == 2 * size->responses);
  CHECK(plan["detect"] == 5.0);
  CHECK(plan["power"] == 0.9);
  CHECK(planned(nps, {"--detect", "-5", "--power", "0.9", "--promoters", "0.5", "--detractors",
                      "0.2"})["n"] == plan["n"]);
}

TEST_CASE("nps plan: answers at hand have a margin, a least difference and a power", "[cli]") {
  NpsCommand nps;
  const Arguments shares{"--promoters", "0.5", "--detractors", "0.2"};
  Arguments arguments{"--n", "401"};
  arguments.insert(arguments.end(), shares.begin(), shares.end());
  const Json plan = planned(nps, arguments);
  CHECK(plan["n"] == 401);
  CHECK(plan["per_group"] == 200);
  CHECK(plan["margin"].get<double>() == Approx(*nps::margin_of(kShares, 401)));
  CHECK(plan["detect"].get<double>() == Approx(*nps::detectable_difference(kShares, {200, 200})));
  CHECK(plan["power"] == 0.8);
  arguments.insert(arguments.end(), {"--detect", "5"});
  CHECK(planned(nps, arguments)["power"].get<double>() ==
        Approx(*nps::power_of(kShares, {200, 200}, 5)));
  CHECK(planned(nps, {"--n", "2", "--power", "0.99"})["detect"]
            .is_null());  // no difference is that great
}

TEST_CASE("nps plan: shares come from a file", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score\n10\n9\n8\n0\nn/a\n");
  const Json plan = planned(nps, {"a.csv", "--margin", "5"});
  CHECK(plan["assumed"]["from"] == "file");
  CHECK(plan["assumed"]["promoters"] == 0.5);
  CHECK(plan["assumed"]["detractors"] == 0.25);
  CHECK(plan["assumed"]["nps"] == 25.0);
  CHECK(plan["n"] == nps::responses_for_margin(*nps::AssumedShares::from(0.5, 0.25), 5)->responses);
}

TEST_CASE("nps plan: a person reads sentences", "[cli]") {
  NpsCommand nps;
  const auto says = [&nps](Arguments arguments) {
    arguments.insert(arguments.begin(), "plan");
    return nps.run(std::move(arguments)).out;
  };
  CHECK(contains(says({"--margin", "3", "--promoters", ".5", "--detractors", ".2"}),
                 "answers leave 3.0 points on either side of the score."));
  CHECK(contains(says({"--detect", "5"}),
                 "show a difference of 5.0 points with a probability of 80 %"));
  CHECK(
      contains(says({"--detect", "5"}), "the widest case, 50.0 % promoters and 50.0 % detractors"));
  CHECK(contains(says({"--n", "3", "--power", "0.99"}), "too small to show any difference"));
}

TEST_CASE("nps plan: what cannot be planned is refused in a sentence", "[cli]") {
  NpsCommand nps;
  nps.file("empty.csv", "score\nn/a\n");
  nps.file("alike.csv", "score\n10\n10\n");
  const std::vector<std::pair<Arguments, std::string>> cases{
      {{}, "say what to plan for"},
      {{"--margin", "3", "--n", "5"}, "neither --n nor --detect"},
      {{"--margin", "3", "--power", "0.9"}, "--power is for --detect and --n"},
      {{"--n", "50", "--detect", "3", "--power", "0.9"}, "the power is what comes out"},
      {{"--margin", "3", "--promoters", "0.5"}, "go together"},
      {{"--margin", "3", "--promoters", "0.9", "--detractors", "0.2"}, "together 1 at most"},
      {{"--margin", "3", "--promoters", "nan", "--detractors", "0.2"}, "together 1 at most"},
      {{"--margin", "0"}, "a margin must be more than 0"},
      {{"--margin", "nan"}, "a margin must be more than 0"},
      {{"--detect", "0"}, "must not be 0"},
      {{"--detect", "5", "--power", "1"}, "--power: 1 is not"},
      {{"--n", "1"}, "two answers at least"},
      {{"--n", "-4"}, "no whole number"},
      {{"--margin", "3", "--level", "1"}, "is no level"},
      {{"--margin", "3", "--promoters", "1", "--detractors", "0"}, "one band"},
      {{"alike.csv", "--margin", "3"}, "one band"},
      {{"alike.csv", "--margin", "3", "--promoters", "1", "--detractors", "0"}, "not both"},
  };
  for (const auto& [arguments, words] : cases) {
    Arguments all{"plan"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished ran = nps.run(all);
    INFO(words << "\n" << ran.err);
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, words));
  }
  const Finished ran = nps.run({"plan", "empty.csv", "--margin", "3"});
  CHECK(ran.exit_code == 1);
  CHECK(contains(ran.err, "no answer in the file"));
  CHECK(nps.run({"plan", "missing.csv", "--margin", "3"}).exit_code == 1);
}
