// The two interval methods that are worked out numerically: the bootstrap and the posterior.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nps/stats/interval.h"
#include "support/catch.h"

namespace {

using nps::BandCounts;
using nps::Interval;
using nps::IntervalMethod;
using nps::Level;

bool lawful(const Interval& interval) {  // false for NaN, too
  return -100 <= interval.low && interval.low <= interval.high && interval.high <= 100;
}

}  // namespace

TEST_CASE("interval: bootstrap is the law of resamples, drawn one after the other",
          "[interval][laws]") {
  int wrong = 0;
  for (std::uint64_t n = 1; n <= 12; ++n) {
    for (std::uint64_t d = 0; d <= n; ++d) {
      for (std::uint64_t p = 0; d + p <= n; ++p) {
        // chances[n + s]: that of a sum of s, after as many draws as there are responses
        std::vector<double> chances(2 * n + 1, 0.0);
        chances[n] = 1;
        for (std::uint64_t draw = 0; draw < n; ++draw) {
          std::vector<double> next(2 * n + 1, 0.0);
          for (std::size_t i = 0; i < chances.size(); ++i) {
            const double chance = chances[i] / static_cast<double>(n);
            if (chance == 0) continue;
            if (d > 0) next[i - 1] += chance * static_cast<double>(d);
            if (n - d - p > 0) next[i] += chance * static_cast<double>(n - d - p);
            if (p > 0) next[i + 1] += chance * static_cast<double>(p);
          }
          chances = next;
        }
        for (const double value : {0.9, 0.95, 0.99, 0.999999}) {
          const double tail = (1 - value) / 2 - 1e-13;
          std::size_t low = 0;
          for (double sum = chances[0]; sum < tail; sum += chances[++low]) {
          }
          std::size_t high = 2 * n;
          for (double sum = chances[2 * n]; sum < tail; sum += chances[--high]) {
          }
          const Interval ours =
              *nps::interval({d, n - d - p, p}, IntervalMethod::Bootstrap, *Level::from(value));
          const double size = static_cast<double>(n);
          const auto points = [size](std::size_t i) {
            return 100 * (static_cast<double>(i) - size) / size;
          };
          wrong += std::fabs(ours.low - points(low)) > 1e-9 ||
                   std::fabs(ours.high - points(high)) > 1e-9;
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("interval: past what they take, bootstrap is wald and dirichlet tango, and they say so",
          "[interval]") {
  const auto limits = [](std::uint64_t n, IntervalMethod method) {
    return *nps::interval({n / 4, n / 4, n - n / 2}, method);
  };
  const std::uint64_t most = nps::kMostBootstrapResponses;
  CHECK(limits(most, IntervalMethod::Bootstrap).method == IntervalMethod::Bootstrap);
  CHECK(limits(most + 1, IntervalMethod::Bootstrap) == limits(most + 1, IntervalMethod::Wald));
  // The last of the one is as good as the first of the other: they differ by less than a response.
  const Interval resampled = limits(most, IntervalMethod::Bootstrap);
  const Interval wald = limits(most, IntervalMethod::Wald);
  CHECK(std::fabs(resampled.low - wald.low) <= 100.0 / static_cast<double>(most));
  CHECK(std::fabs(resampled.high - wald.high) <= 100.0 / static_cast<double>(most));

  const std::uint64_t many = nps::kMostDirichletResponses;
  CHECK(limits(many, IntervalMethod::Dirichlet).method == IntervalMethod::Dirichlet);
  CHECK(limits(many + 1, IntervalMethod::Dirichlet) == limits(many + 1, IntervalMethod::Tango));
  const Interval posterior = limits(many, IntervalMethod::Dirichlet);
  const Interval tango = limits(many, IntervalMethod::Tango);
  CHECK(posterior.low == Approx(tango.low).margin(1e-3));
  CHECK(posterior.high == Approx(tango.high).margin(1e-3));
}

TEST_CASE("interval: bootstrap and dirichlet hold at very uneven counts and very high levels",
          "[interval]") {
  for (const BandCounts& counts :
       {BandCounts{1, 0, 99999}, BandCounts{1, 99998, 1}, BandCounts{0, 1, 99999},
        BandCounts{50000, 0, 50000}, BandCounts{49999, 2, 49999}, BandCounts{1, 0, 9998}}) {
    for (const double value : {1e-9, 0.95, 1 - 1e-12, std::nextafter(1.0, 0.0)}) {
      for (const auto method : {IntervalMethod::Dirichlet, IntervalMethod::Bootstrap}) {
        const Interval ours = *nps::interval(counts, method, *Level::from(value));
        const Interval mirror = *nps::interval(
            {counts.promoters, counts.passives, counts.detractors}, method, *Level::from(value));
        CAPTURE(counts.detractors, counts.passives, value, name(method), ours.low, ours.high);
        CHECK(lawful(ours));
        CHECK(ours.low == -mirror.high);
        // Within 9 standard errors, and a few responses where they are counted on one hand.
        const double variance = nps::detail::bands_of(counts).variance();
        const double n = static_cast<double>(counts.responses());
        const double reach = 900 * std::sqrt(variance / n) + 10000 / n;
        CHECK(std::fabs(ours.low - counts.score()->points()) <= reach);
        CHECK(std::fabs(ours.high - counts.score()->points()) <= reach);
      }
    }
  }
}

TEST_CASE("interval: dirichlet has closed forms where there are no responses but the prior's",
          "[interval]") {
  // Under (1/2, 1, 1/2) the score is T (2U - 1) with T uniform and U of the arcsine law.
  const nps::detail::DirichletScore law({0.5, 1, 0.5});
  CHECK(law.at(1e-300).first == Approx(0.5).epsilon(1e-9));
  // Under (1, 1, 1) the density of the score is 1 - |x|.
  const nps::detail::DirichletScore even({1, 1, 1});
  for (const double x : {-0.99, -0.5, -0.1, 0.1, 0.5, 0.99}) {
    CAPTURE(x);
    const auto [chance, density] = even.at(x);
    const double tail = (1 - std::fabs(x)) * (1 - std::fabs(x)) / 2;
    CHECK(chance == Approx(x < 0 ? tail : 1 - tail).epsilon(1e-11));
    CHECK(density == Approx(1 - std::fabs(x)).epsilon(1e-9));
  }
  for (const double chance : {1e-12, 0.025, 0.4}) {
    CHECK(nps::detail::dirichlet_quantile({1, 1, 1}, chance, 1) ==
          Approx(std::sqrt(2 * chance) - 1).epsilon(1e-9));
  }
}
