// Intervals against numbers worked out elsewhere. See tests/golden/README.md.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <string>

#include "nps/stats/interval.h"
#include "stats/reference_intervals.h"
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
      {"score_wilson_type_closed_form", IntervalMethod::Score},
      {"dirichlet_jeffreys_half", IntervalMethod::Dirichlet},
      {"bootstrap_percentile_exact", IntervalMethod::Bootstrap},
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
    // The file's own quadrature is good to 1e-7.
    const double tolerance = method->second == IntervalMethod::Dirichlet ? 1e-7 : 1e-12;
    compared[method->first] += agrees(*ours, row, tolerance);
  }
  CHECK(compared["tango_score"] == 120);
  CHECK(compared["adjusted_wald_3T"] == 120);
  CHECK(compared["wald"] == 120);
  CHECK(compared["score_wilson_type_closed_form"] == 120);
  CHECK(compared["dirichlet_jeffreys_half"] == 114);
  CHECK(compared["bootstrap_percentile_exact"] == 108);
  CHECK(compared["wald_unbiased_n_minus_1"] + left_out == 111);
  CHECK(left_out == 24);
}

TEST_CASE("interval: the reference's Student quantiles have their closed forms", "[interval]") {
  const double t = nps::test::student_quantile(1, 0.95);
  CHECK(t == Approx(std::tan(0.475 * std::numbers::pi)).epsilon(1e-13));
  CHECK(nps::test::student_quantile(2, 0.9) == Approx(0.9 * std::sqrt(2 / 0.19)).epsilon(1e-13));
}

TEST_CASE("interval: the references for the coverage table equal the formulas in high precision",
          "[interval][golden]") {
  const std::map<std::string, std::string> methods{{"adjusted_wald_3E", "adj_3E"},
                                                   {"adjusted_wald_3LS", "adj_3LS"},
                                                   {"adjusted_wald_3U", "adj_3U"},
                                                   {"adjusted_wald_z2_over_3", "adj_z2/3"},
                                                   {"agresti_min_plus2", "agresti_min"},
                                                   {"bonett_price", "bonett_price"},
                                                   {"dirichlet_triangular_3T", "dir_triangular"},
                                                   {"dirichlet_uniform_1", "dir_uniform"},
                                                   {"goodman_chi2_2df", "goodman_2df"},
                                                   {"hoeffding", "hoeffding"},
                                                   {"maurer_pontil", "maurer_pontil"},
                                                   {"mover_wilson", "mover_wilson"},
                                                   {"t_trinomial_mean", "t_mean"},
                                                   {"wald_unbiased_n_minus_1", "wald_unbiased"}};
  std::map<std::string, int> compared;
  for (const GoldenRow& row : nps::test::golden("golden_formulas.csv")) {
    const auto method = methods.find(row.text("method"));
    if (method == methods.end()) continue;
    const auto ours = nps::test::reference_interval(method->second, counts_of(row),
                                                    *Level::from(row.number("level")));
    // Of the file's Student quantiles 9 digits are right: 12.706204736 is tan(0.475 pi) to them.
    const double tolerance = method->second.starts_with("dir_") ? 1e-7
                             : method->second == "t_mean"       ? 1e-9
                                                                : 1e-12;
    INFO(row.describe());
    CAPTURE(ours.low, ours.high);
    CHECK(std::fabs(ours.low - row.number("lo")) <= tolerance * std::max(1.0, -ours.low));
    CHECK(std::fabs(ours.high - row.number("hi")) <= tolerance * std::max(1.0, ours.high));
    ++compared[method->second];
  }
  int rows = 0;
  for (const auto& [_, method] : methods) rows += compared[method];
  CHECK(rows == 9 * 120 + 3 * 111 + 2 * 114);
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
