// How often an interval holds the true score, worked out by enumerating every sample.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nps/stats/interval.h"
#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::BandCounts;
using nps::Interval;
using nps::IntervalMethod;

struct Population {
  double detractors;
  double passives;
  double promoters;
};

const std::map<std::string, Population>& populations() {
  static const std::map<std::string, Population> all{
      {"E(.5,0,.5)", {0.5, 0, 0.5}},
      {"LS(1/12,1/12,10/12)", {1 / 12.0, 1 / 12.0, 10 / 12.0}},
      {"T(.25,.5,.25)", {0.25, 0.5, 0.25}},
      {"U(1/3)", {1 / 3.0, 1 / 3.0, 1 / 3.0}},
      {"NPS+40(.15,.30,.55)", {0.15, 0.30, 0.55}},
      {"NPS+80(.05,.10,.85)", {0.05, 0.10, 0.85}},
      {"NPS-20(.40,.40,.20)", {0.40, 0.40, 0.20}},
      {"NPS+97(.01,.01,.98)", {0.01, 0.01, 0.98}}};
  return all;
}

const std::map<std::string, IntervalMethod>& methods() {
  static const std::map<std::string, IntervalMethod> all{{"tango", IntervalMethod::Tango},
                                                         {"adj_3T", IntervalMethod::AdjustedWald},
                                                         {"wald", IntervalMethod::Wald}};
  return all;
}

/// share^count, which is 1 for no count of no share.
double log_power(double share, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(count) * std::log(share);
}

struct Coverage {
  double coverage = 0;
  double mean_width = 0;  // on [-1, 1]
};

Coverage exact_coverage(const Population& population, std::uint64_t n, IntervalMethod method) {
  const double truth = 100 * (population.promoters - population.detractors);
  std::vector<double> log_factorial(n + 1, 0.0);
  for (std::uint64_t i = 2; i <= n; ++i) {
    log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
  }
  Coverage result;
  for (std::uint64_t d = 0; d <= n; ++d) {
    for (std::uint64_t p = 0; d + p <= n; ++p) {
      const std::uint64_t s = n - d - p;
      const double chance =
          std::exp(log_factorial[n] - log_factorial[d] - log_factorial[s] - log_factorial[p] +
                   log_power(population.detractors, d) + log_power(population.passives, s) +
                   log_power(population.promoters, p));
      const Interval interval = *nps::interval({d, s, p}, method);
      result.mean_width += chance * (interval.high - interval.low) / 100;
      // A limit that is the truth itself holds it, whatever the last bits say.
      if (interval.low - 1e-9 <= truth && truth <= interval.high + 1e-9) result.coverage += chance;
    }
  }
  return result;
}

void check_sizes(const std::vector<std::uint64_t>& sizes) {
  int rows = 0;
  for (const auto& row : nps::test::golden("coverage_exact.csv")) {
    const auto method = methods().find(row.text("method"));
    const std::uint64_t n = row.count("n");
    if (method == methods().end() || std::find(sizes.begin(), sizes.end(), n) == sizes.end()) {
      continue;
    }
    const auto population = populations().find(row.text("population(D,N,P)"));
    REQUIRE(population != populations().end());
    const Coverage ours = exact_coverage(population->second, n, method->second);
    INFO(row.describe());
    CAPTURE(ours.coverage, ours.mean_width);
    CHECK(std::fabs(ours.coverage - row.number("coverage95")) <= 1e-9);
    CHECK(std::fabs(ours.mean_width - row.number("mean_width_clamped")) <= 1e-9);
    ++rows;
  }
  CHECK(rows == static_cast<int>(sizes.size()) * 8 * 3);
}

}  // namespace

TEST_CASE("interval: coverage and width are as enumerated elsewhere, at 5 to 50 responses",
          "[interval][golden]") {
  check_sizes({5, 10, 20, 50});
}

TEST_CASE("interval: coverage and width are as enumerated elsewhere, at 100 and 200 responses",
          "[interval][golden][slow]") {
  check_sizes({100, 200});
}

TEST_CASE("interval: the worst coverage of eight populations is what the header states",
          "[interval][golden]") {
  const std::map<std::string, std::array<int, 4>> stated{
      {"wald", {18, 33, 64, 73}}, {"adj_3T", {89, 94, 94, 94}}, {"tango", {90, 95, 94, 94}}};
  const std::array<std::uint64_t, 4> sizes{10, 20, 50, 100};
  for (const auto& [method, percent] : stated) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      double worst = 1;
      for (const auto& [_, population] : populations()) {
        worst =
            std::min(worst, exact_coverage(population, sizes[i], methods().at(method)).coverage);
      }
      CAPTURE(method, sizes[i], worst);
      CHECK(static_cast<int>(std::lround(100 * worst)) == percent[i]);
    }
  }
}
