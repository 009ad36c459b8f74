// Intervals against numbers worked out elsewhere. See tests/golden/README.md.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>

#include "nps/stats/interval.h"
#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::BandCounts;
using nps::Interval;
using nps::IntervalMethod;
using nps::Level;
using nps::test::GoldenRow;

BandCounts counts_of(const GoldenRow& row) {
  return {.detractors = row.count("detractors"),
          .passives = row.count("passives"),
          .promoters = row.count("promoters")};
}

/// Golden limits lie on [-1, 1] and are not cut off.
bool agrees(const Interval& ours, const GoldenRow& row, double tolerance) {
  const double low = std::clamp(row.number("lo"), -1.0, 1.0);
  const double high = std::clamp(row.number("hi"), -1.0, 1.0);
  INFO(row.describe());
  CAPTURE(ours.low, ours.high);
  CHECK(std::fabs(ours.low / 100 - low) <= tolerance);
  CHECK(std::fabs(ours.high / 100 - high) <= tolerance);
  return std::fabs(ours.low / 100 - low) <= tolerance &&
         std::fabs(ours.high / 100 - high) <= tolerance;
}

}  // namespace

TEST_CASE("interval: equals the formulas in high precision, up to 7e8 responses",
          "[interval][golden]") {
  const std::map<std::string, IntervalMethod> methods{
      {"tango_score", IntervalMethod::Tango},
      {"adjusted_wald_3T", IntervalMethod::AdjustedWald},
      {"wald", IntervalMethod::Wald},
      {"wald_unbiased_n_minus_1", IntervalMethod::Linearised}};
  std::map<std::string, int> compared;
  int left_out = 0;
  for (const GoldenRow& row : nps::test::golden("golden_formulas.csv")) {
    const auto method = methods.find(row.text("method"));
    if (method == methods.end()) continue;
    const BandCounts counts = counts_of(row);
    const auto ours = nps::interval(counts, method->second, *Level::from(row.number("level")));
    REQUIRE(ours.has_value());
    if (method->second == IntervalMethod::Linearised && row.number("lo") == row.number("hi")) {
      // Zero variance: all answers equal. There ours is Tango's, which has a width.
      CHECK(ours->method == IntervalMethod::Tango);
      ++left_out;
      continue;
    }
    CHECK(ours->method == method->second);
    compared[method->first] += agrees(*ours, row, 1e-12);
  }
  CHECK(compared["tango_score"] == 120);
  CHECK(compared["adjusted_wald_3T"] == 120);
  CHECK(compared["wald"] == 120);
  CHECK(compared["wald_unbiased_n_minus_1"] + left_out == 111);
  CHECK(left_out == 24);
}

TEST_CASE("interval: equals R's NPS package", "[interval][golden]") {
  const std::map<std::string, IntervalMethod> methods{
      {"wald", IntervalMethod::Wald},
      {"adjusted.wald", IntervalMethod::AdjustedWald},
      {"iterative", IntervalMethod::Tango}};
  std::map<std::string, int> compared;
  int without_variance = 0;
  for (const GoldenRow& row : nps::test::golden("golden_nps_r.csv")) {
    const auto method = methods.find(row.text("test"));
    REQUIRE(method != methods.end());
    const BandCounts counts = counts_of(row);
    INFO(row.describe());
    CHECK(std::fabs(counts.score()->points() / 100 - row.number("nps")) <= 1e-12);
    CHECK(std::fabs(nps::detail::bands_of(counts).variance() - row.number("nps_var")) <= 1e-12);
    const auto ours = nps::interval(counts, method->second, *Level::from(row.number("conf")));
    REQUIRE(ours.has_value());
    const double tolerance = method->second == IntervalMethod::Tango ? 1e-6 : 1e-12;
    compared[row.text("source") + " " + method->first] += agrees(*ours, row, tolerance);
    // Where nothing varies, R's Wald gives p = 0 or nan. Of such rows only the p is left out, since
    // we offer no p for one group; the limits, which meet in the score, are what Wald's are.
    if (method->second == IntervalMethod::Wald && row.number("nps_se") == 0) {
      CHECK((row.text("p_value") == "nan" || row.number("p_value") == 0));
      ++without_variance;
    }
  }
  CHECK(compared["NPS-1.1 wald"] == 114);
  CHECK(compared["NPS-2.0.999 wald"] == 126);
  CHECK(compared["NPS-2.0.999 adjusted.wald"] == 126);
  CHECK(compared["NPS-2.0.999 iterative"] == 126);
  CHECK(without_variance == 69);
}

TEST_CASE("interval: tango equals that of R's packages for matched pairs", "[interval][golden]") {
  std::map<std::string, int> compared;
  int of_others = 0;
  for (const GoldenRow& row : nps::test::golden("golden_paired_oracles_r.csv")) {
    const std::string& oracle = row.text("oracle");
    if (oracle != "PropCIs::scoreci.mp" && oracle != "contingencytables::Tango") {
      ++of_others;  // Agresti-Min and Bonett-Price, which are not methods of ours
      continue;
    }
    const auto ours =
        nps::interval(counts_of(row), IntervalMethod::Tango, *Level::from(row.number("conf")));
    REQUIRE(ours.has_value());
    compared[oracle] += agrees(*ours, row, 1e-6);
  }
  CHECK(compared["PropCIs::scoreci.mp"] == 120);
  CHECK(compared["contingencytables::Tango"] == 120);
  CHECK(of_others == 240);
}
