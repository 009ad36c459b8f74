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
#include "stats/reference_intervals.h"
#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::BandCounts;
using nps::Interval;
using nps::IntervalMethod;
using nps::test::Limits;

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

/// The library's own, by the file's names for them; the others are references.
const std::map<std::string, IntervalMethod>& methods() {
  static const std::map<std::string, IntervalMethod> all{
      {"tango", IntervalMethod::Tango},
      {"adj_3T", IntervalMethod::AdjustedWald},
      {"wald", IntervalMethod::Wald},
      {"score_quad", IntervalMethod::Score},
      {"dir_jeffreys", IntervalMethod::Dirichlet},
      {"bootstrap_pct_exact", IntervalMethod::Bootstrap}};
  return all;
}

Limits limits_of(const std::string& method, const BandCounts& counts) {
  const auto ours = methods().find(method);
  if (ours != methods().end()) {
    const Interval interval = *nps::interval(counts, ours->second);
    return {interval.low / 100, interval.high / 100};
  }
  const Limits limits = nps::test::reference_interval(method, counts, {});
  return {std::clamp(limits.low, -1.0, 1.0), std::clamp(limits.high, -1.0, 1.0)};
}

struct Sample {
  double log_ways;  // of the orders that it may come in
  BandCounts counts;
  Limits limits;
};

/// Every sample of n responses, with its limits.
std::vector<Sample> samples(const std::string& method, std::uint64_t n) {
  std::vector<double> log_factorial(n + 1, 0.0);
  for (std::uint64_t i = 2; i <= n; ++i) {
    log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
  }
  std::vector<Sample> all;
  for (std::uint64_t d = 0; d <= n; ++d) {
    for (std::uint64_t p = 0; d + p <= n; ++p) {
      const BandCounts counts{d, n - d - p, p};
      all.push_back(
          {log_factorial[n] - log_factorial[d] - log_factorial[n - d - p] - log_factorial[p],
           counts, limits_of(method, counts)});
    }
  }
  return all;
}

/// ln of share^count, which is 1 for no count of no share.
double log_power(double share, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(count) * std::log(share);
}

struct Coverage {
  double coverage = 0;
  double mean_width = 0;
};

/// Samples rarer than `least` are left out.
Coverage exact_coverage(const Population& population, const std::vector<Sample>& samples,
                        double least = 0) {
  const double truth = population.promoters - population.detractors;
  Coverage result;
  for (const auto& [log_ways, counts, limits] : samples) {
    const double chance = std::exp(log_ways + log_power(population.detractors, counts.detractors) +
                                   log_power(population.passives, counts.passives) +
                                   log_power(population.promoters, counts.promoters));
    if (chance < least) continue;
    result.mean_width += chance * (limits.high - limits.low);
    // A limit that is the truth itself holds it, whatever the last bits say.
    if (limits.low - 1e-11 <= truth && truth <= limits.high + 1e-11) result.coverage += chance;
  }
  return result;
}

/// Checks all rows of these sizes, and returns how many methods have them.
std::size_t check_sizes(const std::vector<std::uint64_t>& sizes) {
  std::map<std::pair<std::string, std::uint64_t>, std::vector<Sample>> known;
  int widths = 0;
  for (const auto& row : nps::test::golden("coverage_exact.csv")) {
    const std::string& method = row.text("method");
    const std::uint64_t n = row.count("n");
    if (std::find(sizes.begin(), sizes.end(), n) == sizes.end()) continue;
    const auto population = populations().find(row.text("population(D,N,P)"));
    REQUIRE(population != populations().end());
    auto& found = known[{method, n}];
    if (found.empty()) found = samples(method, n);
    // Of posteriors the file leaves out the samples that are rarer than 1e-9.
    const bool posterior = method.starts_with("dir_");
    const Coverage ours = exact_coverage(population->second, found, posterior ? 1e-9 : 0);
    INFO(row.describe());
    CAPTURE(ours.coverage, ours.mean_width);
    CHECK(std::fabs(ours.coverage - row.number("coverage95")) <= 1e-9);
    if (posterior) continue;  // nor has it their widths
    CHECK(std::fabs(ours.mean_width - row.number("mean_width_clamped")) <= 1e-9);
    ++widths;
  }
  CHECK(widths % 8 == 0);
  return known.size() / sizes.size();
}

}  // namespace

TEST_CASE("interval: coverage and width are as enumerated elsewhere, at 5 to 50 responses",
          "[interval][golden]") {
  CHECK(check_sizes({5, 10, 20, 50}) == 15);
}

TEST_CASE("interval: coverage and width are as enumerated elsewhere, at 100 and 200 responses",
          "[interval][golden][slow]") {
  CHECK(check_sizes({100, 200}) == 12);  // without the posteriors and the bootstrap
}

TEST_CASE("interval: the worst coverage of eight populations is what the header states",
          "[interval][golden][slow]") {
  const std::map<std::string, std::array<int, 4>> stated{
      {"wald", {18, 33, 64, 73}},         {"adj_3T", {89, 94, 94, 94}},
      {"tango", {90, 95, 94, 94}},        {"score_quad", {82, 93, 92, 94}},
      {"dir_jeffreys", {90, 94, 94, 94}}, {"bootstrap_pct_exact", {18, 33, 63, 86}}};
  CHECK(stated.size() == nps::kIntervalMethods.size());
  const std::array<std::uint64_t, 4> sizes{10, 20, 50, 100};
  for (const auto& [method, percent] : stated) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::vector<Sample> all = samples(method, sizes[i]);
      double worst = 1;
      for (const auto& [_, population] : populations()) {
        worst = std::min(worst, exact_coverage(population, all).coverage);
      }
      CAPTURE(method, sizes[i], worst);
      CHECK(static_cast<int>(std::lround(100 * worst)) == percent[i]);
    }
  }
}
