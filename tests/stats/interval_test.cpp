#include "nps/stats/interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "support/catch.h"

namespace {

using nps::BandCounts;
using nps::Interval;
using nps::IntervalMethod;
using nps::Level;

constexpr std::array kAllMethods{IntervalMethod::Tango,     IntervalMethod::AdjustedWald,
                                 IntervalMethod::Wald,      IntervalMethod::Score,
                                 IntervalMethod::Dirichlet, IntervalMethod::Bootstrap,
                                 IntervalMethod::Linearised};
static_assert(kAllMethods.size() == nps::kIntervalMethods.size() + 1);
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::vector<Level> levels() {
  std::vector<Level> levels;
  for (const double value :
       {1e-9, 0.5, 0.9, 0.95, 0.99, 0.999999999, 1 - 1e-12, std::nextafter(1.0, 0.0)}) {
    levels.push_back(*Level::from(value));
  }
  return levels;
}

bool lawful(const Interval& interval) {  // false for NaN, too
  return -100 <= interval.low && interval.low <= interval.high && interval.high <= 100;
}

bool promises_to_hold_the_score(IntervalMethod method) {
  return method != IntervalMethod::AdjustedWald && method != IntervalMethod::Dirichlet;
}

bool holds(const Interval& interval, double points) {
  return interval.low <= points && points <= interval.high;
}

/// T(x) of Tango's test, the textbook way: with whole counts and no care for cancellation.
long double tango_statistic(const BandCounts& counts, long double x) {
  const auto d = static_cast<long double>(counts.detractors);
  const auto p = static_cast<long double>(counts.promoters);
  const long double n = d + p + static_cast<long double>(counts.passives);
  const long double a = 2 * n;
  const long double b = -d - p + (2 * n - p + d) * x;
  const long double c = -d * x * (1 - x);
  const long double w = (std::sqrt(std::max(b * b - 4 * a * c, 0.0L)) - b) / (2 * a);
  return (p - d - n * x) / std::sqrt(n * (2 * w + x * (1 - x)));
}

}  // namespace

static_assert(nps::interval_method("tango") == IntervalMethod::Tango);
static_assert(nps::kIntervalMethods.front() == IntervalMethod::Tango);

TEST_CASE("interval: methods answer to their names, and to no others", "[interval]") {
  CHECK(name(IntervalMethod::Tango) == "tango");
  CHECK(name(IntervalMethod::AdjustedWald) == "adjusted_wald");
  CHECK(name(IntervalMethod::Wald) == "wald");
  CHECK(name(IntervalMethod::Score) == "score");
  CHECK(name(IntervalMethod::Dirichlet) == "dirichlet");
  CHECK(name(IntervalMethod::Bootstrap) == "bootstrap");
  CHECK(name(IntervalMethod::Linearised) == "linearised");
  for (const IntervalMethod method : nps::kIntervalMethods) {
    CHECK(nps::interval_method(name(method)) == method);
  }
  for (const std::string_view wrong : {"", "Tango", "tango ", "linearised", "adjusted-wald"}) {
    CAPTURE(wrong);
    CHECK_FALSE(nps::interval_method(wrong).has_value());
  }
}

TEST_CASE("interval: without responses there is none", "[interval]") {
  for (const IntervalMethod method : kAllMethods) {
    CHECK_FALSE(nps::interval(BandCounts{}, method).has_value());
  }
}

TEST_CASE("interval: it carries its level and method, tango at 0.95 unless asked", "[interval]") {
  const BandCounts counts{.detractors = 10, .passives = 40, .promoters = 50};
  const auto usual = nps::interval(counts);
  REQUIRE(usual.has_value());
  CHECK(usual->method == IntervalMethod::Tango);
  CHECK(usual->level == Level{});
  CHECK(usual->low == Approx(26.1).margin(0.05));  // as the header's example says
  CHECK(usual->high == Approx(52.2).margin(0.05));

  const Level level = *Level::from(0.9);
  const auto wald = nps::interval(counts, IntervalMethod::Wald, level);
  REQUIRE(wald.has_value());
  CHECK(wald->method == IntervalMethod::Wald);
  CHECK(wald->level == level);
}

TEST_CASE("interval: tango has closed forms where all answers lie in one band", "[interval]") {
  for (const Level level : levels()) {
    for (const std::uint64_t n : {1U, 2U, 10U, 1000U, 1000000U}) {
      CAPTURE(level.value(), n);
      const double k = level.z() * level.z() / static_cast<double>(n);
      const auto promoters = nps::interval({.promoters = n}, IntervalMethod::Tango, level);
      CHECK(promoters->low == Approx(100 * (1 - k) / (1 + k)).margin(1e-12));
      CHECK(promoters->high == 100);
      const auto passives = nps::interval({.passives = n}, IntervalMethod::Tango, level);
      CHECK(passives->high == Approx(100 * k / (1 + k)).margin(1e-12));
      CHECK(passives->low == -passives->high);
      const auto detractors = nps::interval({.detractors = n}, IntervalMethod::Tango, level);
      CHECK(detractors->low == -100);
      CHECK(detractors->high == -promoters->low);
    }
  }
}

TEST_CASE("interval: all answers alike still leave tango, adjusted Wald, dirichlet a width",
          "[interval]") {
  for (const BandCounts counts : {BandCounts{.promoters = 20}, BandCounts{.passives = 20},
                                  BandCounts{.detractors = 20}, BandCounts{.promoters = 1}}) {
    for (const auto method :
         {IntervalMethod::Tango, IntervalMethod::AdjustedWald, IntervalMethod::Dirichlet}) {
      const auto interval = nps::interval(counts, method);
      CHECK(interval->high - interval->low > 5);
    }
    const auto wald = nps::interval(counts, IntervalMethod::Wald);
    CHECK(wald->high == wald->low);  // as its comment says
    const auto bootstrap = nps::interval(counts, IntervalMethod::Bootstrap);
    CHECK(bootstrap->high == bootstrap->low);  // too
    const auto score = nps::interval(counts, IntervalMethod::Score);
    CHECK((score->high == score->low) == (counts.passives > 0));  // too
    const auto linearised = nps::interval(counts, IntervalMethod::Linearised);
    CHECK(*linearised == *nps::interval(counts, IntervalMethod::Tango));
  }
}

TEST_CASE("interval: adjusted Wald and dirichlet may leave the score itself out", "[interval]") {
  const auto adjusted = nps::interval({.promoters = 1}, IntervalMethod::AdjustedWald);
  CHECK(adjusted->high == Approx(98.5).margin(0.05));  // as their comments say
  const auto dirichlet = nps::interval({.promoters = 1}, IntervalMethod::Dirichlet);
  CHECK(dirichlet->high == Approx(97.6).margin(0.05));
}

TEST_CASE("interval: up to 25 responses it is lawful for every count, level and method",
          "[interval][laws]") {
  for (const Level level : levels()) {
    std::uint64_t unlawful = 0, without_score = 0, unsymmetric = 0, cases = 0;
    for (std::uint64_t n = 1; n <= 25; ++n) {
      for (std::uint64_t d = 0; d <= n; ++d) {
        for (std::uint64_t p = 0; d + p <= n; ++p) {
          const BandCounts counts{.detractors = d, .passives = n - d - p, .promoters = p};
          const BandCounts mirror{.detractors = p, .passives = n - d - p, .promoters = d};
          for (const IntervalMethod method : kAllMethods) {
            if (method == IntervalMethod::Dirichlet && n > 4) continue;  // takes too long
            const Interval interval = *nps::interval(counts, method, level);
            const Interval other = *nps::interval(mirror, method, level);
            ++cases;
            unlawful += !lawful(interval);
            unsymmetric += interval.low != -other.high || interval.high != -other.low;
            without_score +=
                promises_to_hold_the_score(method) && !holds(interval, counts.score()->points());
          }
        }
      }
    }
    CAPTURE(level.value());
    CHECK(cases == 6 * 3275 + 34);
    CHECK(unlawful == 0);
    CHECK(without_score == 0);
    CHECK(unsymmetric == 0);
  }
}

TEST_CASE("interval: tango's limits are where its test statistic is z", "[interval][laws]") {
  for (const double value : {0.5, 0.9, 0.95, 0.99, 0.999999999}) {
    const Level level = *Level::from(value);
    double worst = 0;
    for (std::uint64_t n = 2; n <= 25; ++n) {
      for (std::uint64_t d = 0; d <= n; ++d) {
        for (std::uint64_t p = 0; d + p <= n; ++p) {
          const BandCounts counts{.detractors = d, .passives = n - d - p, .promoters = p};
          const Interval limits = *nps::interval(counts, IntervalMethod::Tango, level);
          // At the very ends the statistic has no value: there all answers lie in the end band.
          CHECK((limits.low > -100) == (d < n));
          CHECK((limits.high < 100) == (p < n));
          const auto off = [&](double points, double z) {
            const long double statistic = tango_statistic(counts, points / 100.0L);
            return static_cast<double>(std::fabs(statistic - static_cast<long double>(z)));
          };
          if (d < n) worst = std::max(worst, off(limits.low, level.z()));
          if (p < n) worst = std::max(worst, off(limits.high, -level.z()));
        }
      }
    }
    CAPTURE(value);
    CHECK(worst <= 1e-11);
  }
}

TEST_CASE("interval: tango's variance at the score is the sample's, and nothing cancels in it",
          "[interval][laws]") {
  for (const int bits : {2, 10, 30, 45}) {  // shares that double holds exactly
    const double small = std::ldexp(1.0, -bits);
    for (const nps::detail::Bands bands : {nps::detail::Bands{small, small, 1 - 2 * small},
                                           {small, 1 - 2 * small, small},
                                           nps::detail::Bands{1 - 2 * small, small, small},
                                           {0, small, 1 - small}}) {
      const double variance = bands.variance();
      const double ours =
          nps::detail::tango_variance(bands.promoters, bands.passives, bands.detractors,
                                      bands.promoters - bands.detractors)
              .value;
      CAPTURE(bits, bands.detractors, bands.passives, bands.promoters);
      CHECK(std::fabs(ours / variance - 1) <= 1e-14);
    }
  }
}

TEST_CASE("interval: tango's variance keeps its digits where the assumed score nears the end",
          "[interval]") {
  // As 1 - x goes to 0, V(x) / (1 - x) goes to 1 + d / (q + d).
  const double rest = std::ldexp(1.0, -40);
  CHECK(nps::detail::tango_variance(0.5, 0.37, 0.13, 1 - rest).value / rest ==
        Approx(1.26).epsilon(1e-11));
  CHECK(nps::detail::tango_variance(0.13, 0.37, 0.5, rest - 1).value / rest ==
        Approx(1.26).epsilon(1e-11));
}

TEST_CASE("interval: a limit of zero has no sign", "[interval]") {
  const Level tiny = *Level::from(1e-200);  // so low that the interval closes on the score
  for (const IntervalMethod method : kAllMethods) {
    const Interval interval = *nps::interval({.passives = 3}, method, tiny);
    CAPTURE(name(method), interval.low, interval.high);
    CHECK(std::fabs(interval.low) <= 1e-12);
    CHECK_FALSE((interval.low == 0 && std::signbit(interval.low)));
    CHECK_FALSE(std::signbit(interval.high));
  }
}

TEST_CASE("interval: a higher level is never narrower", "[interval][laws]") {
  for (const BandCounts counts :
       {BandCounts{1, 2, 3}, BandCounts{0, 1, 9}, BandCounts{0, 0, 5}, BandCounts{40, 0, 2}}) {
    for (const IntervalMethod method : kAllMethods) {
      Interval last = *nps::interval(counts, method, levels().front());
      for (const Level level : levels()) {
        const Interval wider = *nps::interval(counts, method, level);
        CAPTURE(name(method), level.value());
        CHECK(wider.low <= last.low);
        CHECK(wider.high >= last.high);
        last = wider;
      }
    }
  }
}

TEST_CASE("interval: counters near 2^64, and totals past it, give no NaN", "[interval]") {
  std::vector<BandCounts> extremes;
  const std::array<std::uint64_t, 7> counts{0, 1, 2, 1ULL << 32U, 1ULL << 63U, kMost - 1, kMost};
  for (const std::uint64_t d : counts) {
    for (const std::uint64_t s : counts) {
      for (const std::uint64_t p : counts) extremes.push_back({d, s, p});
    }
  }
  for (const BandCounts& bands : extremes) {
    if (bands == BandCounts{}) continue;
    for (const Level level : levels()) {
      for (const IntervalMethod method : kAllMethods) {
        CAPTURE(bands.detractors, bands.passives, bands.promoters, level.value(), name(method));
        const auto interval = nps::interval(bands, method, level);
        REQUIRE(interval.has_value());
        CHECK(lawful(*interval));
        if (promises_to_hold_the_score(method)) {
          CHECK(holds(*interval, nps::detail::points_of(bands)));
        }
      }
    }
  }
  // 2^64 + 2^63 responses: half the score that their total modulo 2^64 would give.
  const auto wrapped =
      nps::interval({.detractors = 0, .passives = kMost, .promoters = 1ULL << 63U});
  CHECK(wrapped->low == Approx(100.0 / 3));
  CHECK(wrapped->high == Approx(100.0 / 3));
}

TEST_CASE("interval: the score in it is the double that Score gives", "[interval]") {
  for (const BandCounts& counts :
       {BandCounts{1, 2, 3}, BandCounts{123456789, 234567890, 345678901},
        BandCounts{(1ULL << 60U) + 1, (1ULL << 61U) + 3, (1ULL << 62U) + 5},
        BandCounts{kMost - 7, 3, 4}, BandCounts{0, 7, 0}}) {
    CHECK(nps::detail::points_of(counts) == counts.score()->points());
  }
}
