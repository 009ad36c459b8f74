// nps interval: the figures of three counts.
#include "cli/nps_command.h"

using namespace nps::test;

namespace {

Json figures(Arguments arguments) {
  NpsCommand nps;
  arguments.insert(arguments.begin(), "interval");
  const Finished ran = nps.run(std::move(arguments));
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  CHECK(ran.err.empty());
  return Json::parse(ran.out);
}

}  // namespace

TEST_CASE("nps interval: counts are promoters, passives, detractors, and JSON the default",
          "[cli]") {
  const Json found = figures({"70", "20", "10"});
  CHECK(found["responses"] == 100);
  CHECK(found["promoters"] == 70);
  CHECK(found["passives"] == 20);
  CHECK(found["detractors"] == 10);
  CHECK(found["nps"] == 60.0);
  CHECK(found["grade"] == "excellent");
  CHECK(found["interval"]["level"] == 0.95);
  CHECK(found["interval"]["method"] == "tango");
  CHECK(found["interval"]["low"] < 60.0);
  CHECK(found["interval"]["high"] > 60.0);
  CHECK(found["mean"].is_null());          // bands alone do not tell
  CHECK(found["distribution"].is_null());  // nor this
}

TEST_CASE("nps interval: level and method are the caller's", "[cli]") {
  const auto method = GENERATE(as<std::string>(), "tango", "adjusted_wald", "wald", "score",
                               "dirichlet", "bootstrap");
  const Json wide = figures({"7", "2", "1", "--method", method, "--level", "0.99"})["interval"];
  const Json narrow = figures({"7", "2", "1", "--method", method, "--level", "0.5"})["interval"];
  CHECK(wide["method"] == method);
  CHECK(wide["level"] == 0.99);
  CHECK(wide["low"] < narrow["low"]);
  CHECK(wide["high"] > narrow["high"]);
}

TEST_CASE("nps interval: nobody gives no score", "[cli]") {
  const Json found = figures({"0", "0", "0"});
  CHECK(found["responses"] == 0);
  CHECK(found["nps"].is_null());
  CHECK(found["interval"].is_null());
  CHECK(found["grade"].is_null());
}

TEST_CASE("nps interval: each format", "[cli]") {
  NpsCommand nps;
  const auto out = [&nps](const char* format) {
    return nps.run({"interval", "70", "20", "10", "--format", format}).out;
  };
  CHECK(contains(out("table"), "NPS +60.0"));
  CHECK(out("csv").starts_with("responses,promoters,passives,detractors,nps,low,high,"));
  CHECK(contains(out("csv"), "\n100,70,20,10,60,"));
  CHECK(out("markdown").starts_with("| n | NPS |"));
  CHECK(out("json").starts_with("{\"responses\":100,"));
}

TEST_CASE("nps interval: counts near 2^64 are counted, those past it refused", "[cli]") {
  CHECK(figures({"18446744073709551615", "0", "0"})["responses"] == 18446744073709551615U);
  NpsCommand nps;
  const auto [counts, says] = GENERATE(table<Arguments, std::string>({
      {{"18446744073709551615", "1", "0"}, "more than 2^64 - 1"},
      {{"18446744073709551616", "0", "0"}, "no whole number"},
      {{"-1", "2", "3"}, "'-1' is no whole number"},
      {{"1.5", "2", "3"}, "'1.5' is no whole number"},
      {{"1e3", "2", "3"}, "'1e3' is no whole number"},
      {{"", "2", "3"}, "'' is no whole number"},
      {{"1", "2"}, "D is required"},
      {{"1", "2", "3", "4"}, "'4' is one argument too many"},
      {{"1", "2", "3", "--level", "95"}, "'95' is no level"},
      {{"1", "2", "3", "--method", "exact"}, "'exact' is none of"},
  }));
  Arguments arguments{"interval"};
  arguments.insert(arguments.end(), counts.begin(), counts.end());
  const Finished ran = nps.run(arguments);
  INFO(ran.err);
  CHECK(ran.exit_code == 2);
  CHECK(ran.out.empty());
  CHECK(sentences(ran.err).size() == 1);
  CHECK(contains(ran.err, says));
}

TEST_CASE("nps interval: fails when standard output cannot be written", "[cli]") {
  NpsCommand nps;
  nps.process().out = GENERATE(Stream::Full, Stream::Closed);
  const Finished ran = nps.run({"interval", "70", "20", "10"});
  CHECK(ran.exit_code == 1);
  CHECK(contains(ran.err, "cannot write to standard output"));
}
