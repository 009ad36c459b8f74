// nps compare: what its users ask of it, and that its sentence is true.
#include "cli/nps_command.h"
#include "nps/stats/comparison.h"
#include "nps/stats/difference_in_differences.h"
#include "nps/stats/paired.h"
#include "support/golden.h"

using namespace nps::test;

namespace {

std::uint64_t n_of(const Json& figures) { return figures["responses"].get<std::uint64_t>(); }

/// Every row is on a side, unmatched, left out, rejected or superseded.
void check_all_rows(const Json& found) {
  std::uint64_t rows = n_of(found["before"]) + n_of(found["after"]) +
                       found["left_out"].get<std::uint64_t>() +
                       found.value("superseded", std::uint64_t{0});
  if (found.contains("control")) {
    rows += n_of(found["control"]["before"]) + n_of(found["control"]["after"]);
  }
  if (found.contains("unmatched")) {
    rows += found["unmatched"]["before"].get<std::uint64_t>() +
            found["unmatched"]["after"].get<std::uint64_t>();
  }
  for (const auto& [reason, count] : found["rejected"].items()) {
    if (reason != "bad_time") rows += count.get<std::uint64_t>();
  }
  CHECK(found["rows"] == rows);
}

/// The document of a run that must succeed.
Json compared(NpsCommand& nps, Arguments arguments) {
  arguments.insert(arguments.begin(), "compare");
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished ran = nps.run(std::move(arguments));
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  CHECK_FALSE(contains(ran.out, "nan"));
  CHECK_FALSE(contains(ran.out, "inf"));
  Json found = Json::parse(ran.out, nullptr, false);
  REQUIRE_FALSE(found.is_discarded());
  check_all_rows(found);
  return found;
}

nps::BandCounts bands(const Json& figures) {
  return {.detractors = figures["detractors"],
          .passives = figures["passives"],
          .promoters = figures["promoters"]};
}

std::string rows(const std::string& labels, int detractors, int passives, int promoters) {
  std::string text;
  for (int i = 0; i < detractors; ++i) text += labels + ",3\n";
  for (int i = 0; i < passives; ++i) text += labels + ",7\n";
  for (int i = 0; i < promoters; ++i) text += labels + ",10\n";
  return text;
}

/// One example of the golden decompositions as a file: period, segment, score.
std::string golden_file(const std::string& example) {
  std::string text = "period,segment,score\n";
  for (const auto& row : golden("golden_decomposition.csv")) {
    if (row.text("example") != example || row.text("segment") == "TOTAL") continue;
    const std::string segment = row.text("segment");
    const auto both = {std::pair("before", row.text("before_det_pas_pro")),
                       std::pair("after", row.text("after_det_pas_pro"))};
    for (const auto& [period, cells] : both) {
      const auto n = split(cells, '|');
      text += rows(std::string(period) + "," + segment, static_cast<int>(to_count(n[0])),
                   static_cast<int>(to_count(n[1])), static_cast<int>(to_count(n[2])));
    }
  }
  return text;
}

const Json& group_at(const Json& found, const Json& key) {
  for (const Json& group : found["groups"]) {
    if (group["key"] == key) return group;
  }
  FAIL("no group " << key.dump());
  return found;
}

}  // namespace

TEST_CASE("nps compare: two files give both sides' figures and the change between them", "[cli]") {
  NpsCommand nps;
  const std::string folder = NPS_TEST_DATA_DIR "/datacamp_2020q4/";
  const std::string mobile = folder + "2020Q4_nps_mobile.csv";
  const std::string web = folder + "2020Q4_nps_web.csv";
  const Json found = compared(nps, {mobile, web, "--level", "0.9"});
  Json alone = nps.json({mobile, "--level", "0.9"});
  for (const auto& [name, value] : found["before"].items()) CHECK(alone[name] == value);
  CHECK(found["after"]["responses"] == 2290);
  const auto change =
      nps::compare_independent(bands(found["before"]), bands(found["after"]),
                               nps::ComparisonMethod::Adjusted, *nps::Level::from(0.9));
  CHECK(found["change"] == Json({{"nps", change->nps},
                                 {"low", change->low},
                                 {"high", change->high},
                                 {"level", 0.9},
                                 {"method", "adjusted"},
                                 {"p", change->p}}));
  CHECK(found["direction"] == "up");
  CHECK(found["mix"].is_null());
  CHECK(found["rate"].is_null());
  CHECK(found["simpson"] == false);
  CHECK(found["groups"] == Json::array());
  CHECK(found["sides"] ==
        Json({{"by", "file"}, {"before", "2020Q4_nps_mobile"}, {"after", "2020Q4_nps_web"}}));
  CHECK(found["verdict"] ==
        "The score rose by 36.8 points, from -14.7 to +22.1; the 90 % interval of the change is "
        "+32.8 to +40.7.");
  const Json back = compared(nps, {web, mobile});
  CHECK(back["direction"] == "down");
  CHECK(contains(back["verdict"].get<std::string>(), "fell by 36.8 points, from +22.1 to -14.7;"));
}

TEST_CASE("nps compare: on two halves of one real survey it shows no change", "[cli]") {
  NpsCommand nps;
  const std::string folder = NPS_TEST_DATA_DIR "/datacamp_2020q4/";
  const Json found =
      compared(nps, {folder + "2020Q4_nps_email.csv", folder + "2020Q4_nps_mobile.csv",
                     folder + "2020Q4_nps_web.csv", "--time", "response_date", "--split-time",
                     "2020-11-15", "--by", "@file"});
  CHECK(found["before"]["responses"].get<int>() + found["after"]["responses"].get<int>() == 6043);
  CHECK(found["direction"] == "unclear");
  CHECK(found["change"]["low"] < 0);
  CHECK(found["change"]["high"] > 0);
  CHECK(found["verdict"] ==
        "No change is shown: the score went from +10.5 to +9.5, and the 95 % interval of the "
        "change, -4.9 to +3.0, includes 0.");
  CHECK(found["mix"].get<double>() + found["rate"].get<double>() ==
        Approx(found["change"]["nps"].get<double>()));
  REQUIRE(found["groups"].size() == 3);
  for (const Json& group : found["groups"]) {
    CHECK(group["direction"] == "unclear");
    CHECK(group["change"]["adjusted_p"] >= group["change"]["p"]);
  }
}

TEST_CASE("nps compare: it tells when every group rose and the total fell", "[cli][golden]") {
  NpsCommand nps;
  nps.file("a.csv", golden_file("simpson_every_segment_up_total_down"));
  const Json found = compared(nps, {"a.csv", "--split", "period=before,after", "--by", "segment"});
  CHECK(found["simpson"] == true);
  CHECK(found["direction"] == "down");
  CHECK(found["verdict"] ==
        "The score fell by 19.2 points, from +15.0 to -4.2 (95 % interval of the change -33.8 to "
        "-4.2), although every group by segment scored higher, because more of the answers come "
        "from store (78.8 % instead of 50.0 %), which scores lower than the whole.");
  for (const auto& row : golden("golden_decomposition.csv")) {
    if (row.text("example") != "simpson_every_segment_up_total_down") continue;
    const bool total = row.text("segment") == "TOTAL";
    const Json& part = total ? found : group_at(found, {{"segment", row.text("segment")}});
    CHECK(part["mix"].get<double>() ==
          Approx(100 * row.number("mix_effect_centred")).margin(1e-10));
    CHECK(part["rate"].get<double>() == Approx(100 * row.number("rate_effect")).margin(1e-10));
  }
}

TEST_CASE("nps compare: mix alone and rate alone are told apart", "[cli][golden]") {
  NpsCommand nps;
  nps.file("mix.csv", golden_file("pure_mix"));
  const Json mix = compared(nps, {"mix.csv", "--split", "period=before,after", "--by", "segment"});
  CHECK(mix["mix"].get<double>() == Approx(-20));
  CHECK(mix["rate"].get<double>() == Approx(0).margin(1e-10));
  CHECK(mix["simpson"] == false);  // no group moved
  nps.file("new.csv", golden_file("segment_appears"));
  const Json appears =
      compared(nps, {"new.csv", "--split", "period=before,after", "--by", "segment"});
  const Json& fresh = group_at(appears, {{"segment", "new"}});
  CHECK(fresh["before"]["responses"] == 0);
  CHECK(fresh["before"]["nps"].is_null());
  CHECK(fresh["change"].is_null());
  CHECK(fresh["direction"] == "unclear");
  CHECK(fresh["mix"].get<double>() == Approx(-37.5));
  CHECK(fresh["rate"] == 0.0);
}

TEST_CASE("nps compare: a split leaves other rows out, and counts them", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv",
           "score,plan,when\n10,old,2024-01-01\n3,new,2024-02-01\n9,trial,2024-01-01\n8,,\n"
           "n/a,old,2024-01-01\n7,\"new, big\",2024-03-01\n");
  const Json found = compared(nps, {"a.csv", "--split", "plan=old,new"});
  CHECK(found["before"]["responses"] == 1);
  CHECK(found["after"]["responses"] == 1);
  CHECK(found["left_out"] == 3);
  CHECK(rejected(found) == Sizes{{"missing", 1}});
  CHECK(found["sides"]["by"] == "plan");
  // A label with a comma stands in quotes; an empty one is one too.
  CHECK(compared(nps, {"a.csv", "--split", "plan=,\"new, big\""})["left_out"] == 3);

  const Json times = compared(nps, {"a.csv", "--time", "when", "--split-time", "2024-02-01"});
  CHECK(times["before"]["responses"] == 2);
  CHECK(times["after"]["responses"] == 2);  // at the instant is after
  CHECK(times["left_out"] == 1);
  CHECK(times["rejected"]["bad_time"] == 1);
  // A time without an offset is in the named zone.
  nps.file("b.csv", "score,when\n10,2024-02-01T04:59:59Z\n3,2024-02-01T05:00:00Z\n");
  const Json zoned = compared(
      nps, {"b.csv", "--time", "when", "--split-time", "2024-02-01", "--zone", "America/New_York"});
  CHECK(zoned["before"]["nps"] == 100.0);
  CHECK(zoned["after"]["nps"] == -100.0);
}

TEST_CASE("nps compare: pairs are customers on both sides, the latest answer of each", "[cli]") {
  NpsCommand nps;
  nps.file("before.csv",
           "who,score,when,team\na,3,2024-01-02,x\na,9,2024-01-01,x\nb,7,2024-01-01,x\n"
           "c,10,2024-01-01,y\nd,8,2024-01-01,y\n,9,2024-01-01,y\n");
  nps.file("after.csv",
           "who,score,when,team\nc,9,2024-03-01,x\nb,9,2024-03-01,x\na,10,2024-03-01,y\n"
           "e,1,2024-03-01,y\n");
  const Arguments asked{"before.csv", "after.csv", "--customer", "who", "--paired"};
  const auto with = [&](Arguments more) {
    Arguments all = asked;
    all.insert(all.end(), more.begin(), more.end());
    return compared(nps, all);
  };
  const Json found = with({"--time", "when", "--by", "team"});
  nps::Transitions moves;
  moves.add(nps::Band::Detractor, nps::Band::Promoter);
  moves.add(nps::Band::Passive, nps::Band::Promoter);
  moves.add(nps::Band::Promoter, nps::Band::Promoter);
  const auto change = nps::compare_paired(moves);
  CHECK(found["change"] == Json({{"nps", change->nps},
                                 {"low", change->low},
                                 {"high", change->high},
                                 {"level", 0.95},
                                 {"method", "paired"},
                                 {"p", change->p}}));
  CHECK(found["before"]["responses"] == 3);
  CHECK(found["after"]["responses"] == 3);
  CHECK(found["unmatched"] == Json({{"before", 1}, {"after", 1}}));
  CHECK(found["superseded"] == 1);
  CHECK(rejected(found) == Sizes{{"no_customer", 1}});
  CHECK(found["policy"]["which"] == "latest");
  CHECK(found["policy"]["per"] == "customer and side");
  CHECK(found["policy"]["paired"] == true);
  // a was in team x before, whatever after.
  CHECK(group_at(found, {{"team", "x"}})["before"]["responses"] == 2);
  CHECK(group_at(found, {{"team", "x"}})["after"]["nps"] == 100.0);
  CHECK(group_at(found, {{"team", "y"}})["change"]["nps"] == 0.0);
  CHECK(found["mix"].get<double>() == Approx(0).margin(1e-10));

  CHECK(with({"--time", "when", "--count", "first"})["change"]["nps"] == Approx(100.0 / 3));
  // Without a time the later row is the later answer: a's is the 9.
  CHECK(with({})["before"]["distribution"] == Json({0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1}));
  CHECK(contains(found["verdict"].get<std::string>(),
                 "Among the 3 customers who answered on both sides, no change is shown: the score "
                 "went from 0.0 to +100.0, and"));
}

TEST_CASE("nps compare: pairs show what two groups of strangers do not", "[cli]") {
  NpsCommand nps;
  std::string before = "who,score\n";
  std::string after = before;
  for (int i = 0; i < 60; ++i) {
    const std::string who = "c" + std::to_string(i);
    before += who + (i % 2 == 0 ? ",10\n" : ",3\n");
    after += who + (i % 2 == 0 ? ",10\n" : i % 5 == 0 ? ",7\n" : ",3\n");
  }
  nps.file("before.csv", before);
  nps.file("after.csv", after);
  const Json strangers = compared(nps, {"before.csv", "after.csv", "--customer", "who"});
  CHECK(strangers["direction"] == "unclear");
  CHECK(strangers["customers"] == Json({{"before", 60}, {"after", 60}, {"both", 60}}));
  CHECK(strangers["change"]["method"] == "adjusted");  // nobody answered twice on a side
  const Json pairs = compared(nps, {"before.csv", "after.csv", "--customer", "who", "--paired"});
  CHECK(pairs["change"]["nps"] == strangers["change"]["nps"]);
  CHECK(pairs["direction"] == "up");
}

TEST_CASE("nps compare: repeated answers are judged between customers", "[cli]") {
  NpsCommand nps;
  std::string before = "who,score\n";
  std::string after = before;
  for (int i = 0; i < 40; ++i) {
    for (int again = 0; again < 5; ++again) {
      before += "c" + std::to_string(i) + (i % 2 == 0 ? ",10\n" : ",3\n");
      after += "d" + std::to_string(i) + (i % 3 == 0 ? ",3\n" : ",10\n");
    }
  }
  nps.file("before.csv", before);
  nps.file("after.csv", after);
  const Json known = compared(nps, {"before.csv", "after.csv", "--customer", "who"});
  const Json unknown = compared(nps, {"before.csv", "after.csv"});
  CHECK(known["change"]["method"] == "clustered");
  CHECK(unknown["change"]["method"] == "adjusted");
  CHECK(unknown["direction"] == "up");  // 200 answers a side seem to show what 40 customers do not
  CHECK(known["direction"] == "unclear");
  CHECK(known["change"]["nps"] == unknown["change"]["nps"]);
}

TEST_CASE("nps compare: weights count, and stand beside the plain figures", "[cli]") {
  NpsCommand nps;
  nps.file("before.csv", "score,w,team\n10,1,a\n10,1,b\n3,2,a\n7,0,b\n8,-1,a\n");
  nps.file("after.csv", "score,w,team\n10,3,a\n3,1,b\n7,1,a\n9,1,b\n");
  const Json found = compared(nps, {"before.csv", "after.csv", "--weight", "w", "--by", "team"});
  CHECK(found["before"]["responses"] == 4);
  CHECK(found["before"]["nps"] == 25.0);
  CHECK(found["before"]["weighted"]["nps"] == 0.0);
  CHECK(found["change"]["method"] == "linearised");
  CHECK(found["change"]["nps"] == Approx(50));
  CHECK(found["mix"].get<double>() + found["rate"].get<double>() == Approx(50));
  CHECK(rejected(found) == Sizes{{"bad_weight", 1}});
  CHECK(contains(found["verdict"].get<std::string>(), "the weighted score went from 0.0 to +50.0"));
}

TEST_CASE("nps compare: against a control, the treated are what has changed", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "wave,arm,score\n" + rows("1,new", 60, 60, 60) + rows("2,new", 20, 50, 110) +
                        rows("1,", 50, 50, 50) + rows("2,", 45, 50, 60));
  const Json found = compared(nps, {"a.csv", "--split", "wave=1,2", "--control", "arm="});
  const auto effect =
      nps::compare_with_control({{60, 60, 60}, {20, 50, 110}}, {{50, 50, 50}, {45, 50, 60}});
  CHECK(found["control"]["effect"] == Json({{"nps", effect->nps},
                                            {"low", effect->low},
                                            {"high", effect->high},
                                            {"level", 0.95},
                                            {"p", effect->p}}));
  CHECK(found["control"]["key"] == Json({{"arm", ""}}));
  CHECK(found["before"]["responses"] == 180);  // the treated
  CHECK(found["control"]["before"]["responses"] == 150);
  CHECK(found["change"]["nps"] == Approx(50));
  CHECK(found["control"]["direction"] == "up");
  CHECK(found["verdict"].get<std::string>().starts_with(
      "Relative to the control (arm = (none)), the treated gained 40.3 points: the score of the "
      "treated went from 0.0 to +50.0, that of the control from 0.0 to +9.7; the 95 % interval of "
      "the difference is "));
  // Both rose alike: the change is shown, and no effect.
  nps.file("b.csv", "wave,arm,score\n" + rows("1,new", 60, 60, 60) + rows("2,new", 20, 50, 110) +
                        rows("1,old", 60, 60, 60) + rows("2,old", 22, 50, 110));
  const Json alike = compared(nps, {"b.csv", "--split", "wave=1,2", "--control", "arm=old"});
  CHECK(alike["direction"] == "up");
  CHECK(alike["control"]["direction"] == "unclear");
  CHECK(alike["verdict"].get<std::string>().starts_with(
      "No effect is shown relative to the control (arm = old): "));
  const Json nobody = compared(nps, {"b.csv", "--split", "wave=1,2", "--control", "arm=none"});
  CHECK(nobody["control"]["effect"].is_null());
  CHECK(nobody["verdict"] ==
        "In the control (arm = none) there are no answers on either side, so "
        "that there is nothing to compare.");
}

TEST_CASE("nps compare: what has no answer has a sentence that says why", "[cli]") {
  NpsCommand nps;
  nps.file("none.csv", "score,w,who\n");
  nps.file("one.csv", "score,w,who\n10,1,a\n");
  nps.file("low.csv", "score,w,who\n3,1,b\n");
  nps.file("weightless.csv", "score,w,who\n10,0,a\n");
  nps.file("alike.csv", "score,w,who\n10,1,a\n10,1,b\n10,1,c\n");
  struct Case {
    Arguments arguments;
    bool change;
    std::string says;
  };
  const std::vector<Case> cases{
      {{"none.csv", "one.csv"}, false, "There are no answers before (none), so that a change"},
      {{"one.csv", "none.csv"}, false, "There are no answers after (none), so that a change"},
      {{"none.csv", "./none.csv"}, false, "There are no answers on either side"},
      {{"one.csv", "low.csv"}, true, "No change is shown: the score went from +100.0 to -100.0"},
      {{"one.csv", "one.csv"}, true, "No change is shown: the score went from +100.0 to +100.0"},
      {{"alike.csv", "alike.csv"}, true, "No change is shown"},
      {{"alike.csv", "weightless.csv", "--weight", "w"}, false, "No answer has weight after"},
      {{"weightless.csv", "alike.csv", "--weight", "w"}, false, "No answer has weight before"},
      {{"one.csv", "low.csv", "--customer", "who", "--paired"}, false, "No customer answered on"},
      {{"one.csv", "one.csv", "--customer", "who", "--paired"},
       true,
       "Among the one customer who answered on both sides, no change is shown"},
      {{"one.csv", "alike.csv", "--weight", "w"}, true, "No change is shown"},
  };
  for (const Case& one : cases) {
    INFO(one.says);
    const Json found = compared(nps, one.arguments);
    CHECK(found["change"].is_null() == !one.change);
    CHECK(found["direction"] == "unclear");
    CHECK(contains(found["verdict"].get<std::string>(), one.says));
    for (const char* format : {"table", "csv", "markdown"}) {
      Arguments arguments{"compare"};
      arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
      arguments.insert(arguments.end(), {"--format", format});
      const Finished ran = nps.run(arguments);
      CHECK(ran.exit_code == 0);
      CHECK_FALSE(contains(ran.out, "nan"));
    }
  }
}

TEST_CASE("nps compare: wrong usage is told in one sentence", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,plan,when,who,w\n10,x,2024-01-01,a,1\n");
  const std::vector<std::pair<Arguments, std::string>> cases{
      {{}, "FILE is required"},
      {{"a.csv"}, "and one is given; to compare the answers in a file with each other"},
      {{"a.csv", "a.csv", "a.csv"}, "and 3 are given"},
      {{"a.csv", "--split", "plan"}, "'plan' is not of the form COLUMN=BEFORE,AFTER"},
      {{"a.csv", "--split", "plan=x"}, "is not of the form"},
      {{"a.csv", "--split", "plan=x,y,z"}, "is not of the form"},
      {{"a.csv", "--split", "=x,y"}, "is not of the form"},
      {{"a.csv", "--split", "plan=x,\"y"}, "is not of the form"},
      {{"a.csv", "--split", "plan=x,x"}, "both sides are 'x'"},
      {{"a.csv", "--split", "nope=x,y"}, "there is no column 'nope'"},
      {{"a.csv", "--split", "plan=x,y", "--split-time", "2024-01-01"}, "pass one of them"},
      {{"a.csv", "--split-time", "2024-01-01"}, "pass --time COLUMN"},
      {{"a.csv", "--split-time", "soon", "--time", "when"}, "'soon' is no time"},
      {{"a.csv", "a.csv", "--control", "plan"}, "is not of the form COLUMN=LABEL"},
      {{"a.csv", "a.csv", "--control", "nope=x"}, "there is no column 'nope'"},
      {{"a.csv", "a.csv", "--paired"}, "pass --customer COLUMN"},
      {{"a.csv", "a.csv", "--paired", "--customer", "who", "--weight", "w"}, "without --weight"},
      {{"a.csv", "a.csv", "--paired", "--customer", "who", "--count", "all"}, "--count latest or"},
      {{"a.csv", "a.csv", "--count", "latest", "--customer", "who"}, "pass --customer COLUMN and"},
      {{"a.csv", "a.csv", "--level", "1"}, "'1' is no level"},
      {{"a.csv", "a.csv", "--sort", "nps"}, "none of key, change, n"},
      {{"a.csv", "a.csv", "--min-n", "0"}, "no whole number from 1"},
      {{"-", "-"}, "can be read once only"},
  };
  for (const auto& [arguments, says] : cases) {
    Arguments all{"compare"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished ran = nps.run(all);
    INFO(says << "\n" << ran.err);
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    CHECK(sentences(ran.err).size() == 1);
    CHECK(contains(ran.err, says));
  }
  CHECK(nps.run({"compare", "a.csv", "missing.csv"}).exit_code == 1);
  nps.file("bad.csv", "score,plan,when,who,w\nx,x,2024-01-01,a,1\n");
  CHECK(nps.run({"compare", "a.csv", "bad.csv", "--strict"}).exit_code == 3);
}

TEST_CASE("nps compare: formats say the same, and lists of rejects are written", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", golden_file("simpson_every_segment_up_total_down") + "after,web,x\n");
  const auto out = [&nps](const char* format) {
    return nps
        .run({"compare", "a.csv", "--split", "period=before,after", "--by", "segment", "--format",
              format, "--rejects", "rejects.csv", "--output", "out.txt"})
        .exit_code;
  };
  for (const char* format : {"table", "json", "csv", "markdown"}) {
    REQUIRE(out(format) == 0);
    const std::string text = nps.folder().read("out.txt");
    CHECK(contains(text, "store"));
    const bool verdict = std::string(format) != "csv";
    std::string unwrapped = text;
    for (auto at = unwrapped.find("\n  "); at != std::string::npos; at = unwrapped.find("\n  ")) {
      unwrapped.replace(at, 3, " ");
    }
    CHECK(contains(unwrapped, "The score fell by 19.2 points, from +15.0 to -4.2 (") == verdict);
  }
  CHECK(contains(nps.folder().read("rejects.csv"), ",score,x,not_a_number"));
}

TEST_CASE("nps compare: small groups are hidden on both sides, and in what explains the change",
          "[cli]") {
  NpsCommand nps;
  nps.file("before.csv", "team,score\n" + rows("a", 20, 20, 20) + rows("b", 1, 1, 1) +
                             rows("c", 10, 10, 10) + rows("d", 30, 20, 10));
  nps.file("after.csv", "team,score\n" + rows("a", 20, 20, 30) + rows("b", 9, 9, 9) +
                            rows("c", 10, 10, 40) + rows("d", 30, 20, 20));
  const Json found =
      compared(nps, {"before.csv", "after.csv", "--by", "team", "--min-n", "5", "--rollup"});
  std::string hidden;
  for (const Json& group : found["groups"]) {
    if (!group.contains("suppressed")) continue;
    CHECK(group == Json({{"key", group["key"]}, {"suppressed", true}}));
    hidden += group["key"]["team"].get<std::string>();
  }
  CHECK(hidden == "bc");  // b is small before; c would give it away
  CHECK(found["min_n"] == 5);
  // The change is still explained in full, the hidden ones taken as one.
  CHECK(found["mix"].get<double>() + found["rate"].get<double>() ==
        Approx(found["change"]["nps"].get<double>()));
  nps.file("few.csv", "team,score\na,9\n");
  const Finished ran = nps.run({"compare", "before.csv", "few.csv", "--min-n", "5"});
  CHECK(ran.exit_code == 1);
  CHECK(ran.out.empty());
  CHECK(contains(ran.err, "nothing can be shown"));
}
