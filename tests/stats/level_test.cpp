#include "nps/stats/level.h"

#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include "support/catch.h"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Quantile {
  double level;
  double z;
};

// sqrt(2) * erfinv(level), worked out with 40 digits.
constexpr std::array kQuantiles{
    Quantile{1e-300, 1.253314137315500282615e-300},
    Quantile{1e-9, 1.253314137315500329594e-9},
    Quantile{0.01, 0.01253346950806926342206},
    Quantile{0.1, 0.1256613468550740412226},
    Quantile{0.3, 0.3853204664075676088239},
    Quantile{0.5, 0.6744897501960817432022},
    Quantile{0.68, 0.9944578832097532681249},
    Quantile{0.8, 1.281551565544600593487},
    Quantile{0.9, 1.644853626951472822511},
    Quantile{0.95, 1.959963984540053855604},
    Quantile{0.99, 2.575829303548900453857},
    Quantile{0.999, 3.290526731491894543339},
    Quantile{0.999999999, 6.109410209383449111395},
    Quantile{0.999999999999, 7.130509892879272447283},
    Quantile{0.9999999999999999, 8.292361075813595538234},
};

}  // namespace

static_assert(std::is_trivially_copyable_v<nps::Level>);
static_assert(nps::Level{}.value() == 0.95);
static_assert(nps::Level{} == nps::Level{});

TEST_CASE("level: only what lies strictly between 0 and 1 is one", "[level]") {
  for (const double wrong : {0.0, -0.0, 1.0, -0.95, 95.0, kInfinity, -kInfinity,
                             std::numeric_limits<double>::quiet_NaN()}) {
    CAPTURE(wrong);
    CHECK_FALSE(nps::Level::from(wrong).has_value());
  }
  for (const double right :
       {std::numeric_limits<double>::denorm_min(), 1e-9, 0.5, 0.95, std::nextafter(1.0, 0.0)}) {
    CAPTURE(right);
    const auto level = nps::Level::from(right);
    REQUIRE(level.has_value());
    CHECK(level->value() == right);
    CHECK(level->z() > 0);
    CHECK(level->z() < 9);
  }
}

TEST_CASE("level: the default is what 0.95 gives, to the last bit", "[level]") {
  CHECK(nps::Level::from(0.95) == nps::Level{});
}

TEST_CASE("level: the normal quantile is right to a few last bits at every level",
          "[level][golden]") {
  for (const auto& [value, z] : kQuantiles) {
    CAPTURE(value);
    const auto level = nps::Level::from(value);
    REQUIRE(level.has_value());
    CHECK(std::fabs(level->z() / z - 1) <= 4e-16);
  }
}

TEST_CASE("level: the quantile rises with the level, without a jump where the tail changes",
          "[level]") {
  double last = 0;
  for (int i = 1; i < 100000; ++i) {
    const double z = nps::detail::two_sided_z(i / 100000.0);
    if (!(z > last)) FAIL_CHECK("not rising at " << i);
    last = z;
  }
  const double below = nps::detail::two_sided_z(std::nextafter(0.5, 0.0));
  const double at = nps::detail::two_sided_z(0.5);
  CHECK(std::fabs(at / below - 1) <= 1e-15);
}

TEST_CASE("level: the two-sided p-value undoes the quantile and keeps small values", "[level]") {
  CHECK(nps::detail::two_sided_p(0) == 1);
  for (const auto& [value, z] : kQuantiles) {
    CAPTURE(value);
    CHECK(std::fabs(nps::detail::two_sided_p(z) - (1 - value)) <= 4e-16);
    CHECK(nps::detail::two_sided_p(-z) == nps::detail::two_sided_p(z));
  }
  // erfc(10 / sqrt 2) and erfc(30 / sqrt 2), worked out with 40 digits.
  CHECK(nps::detail::two_sided_p(10) == Approx(1.523970604832105e-23).epsilon(1e-12));
  CHECK(nps::detail::two_sided_p(30) == Approx(9.813427854296374e-198).epsilon(1e-12));
  CHECK(nps::detail::two_sided_p(38) > 0);
  CHECK(nps::detail::two_sided_p(39) == 0);
  CHECK(nps::detail::two_sided_p(kInfinity) == 0);
}
