#include "nps/report/report.h"

#include <cstdint>
#include <limits>
#include <numeric>

#include "support/catch.h"

using nps::BandCounts;
using nps::Figures;
using nps::figures;
using nps::Grade;
using nps::Rating;
using nps::Reject;
using nps::Rejected;
using nps::Tally;

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

static_assert(!Rejected{}.any() && Rejected{}.uncounted() == 0);
static_assert(nps::kRejects == static_cast<std::size_t>(Reject::NoReceivedAt) + 1);
static_assert(nps::is_of_events(Reject::NotJson) && !nps::is_of_events(Reject::BadTime));

}  // namespace

TEST_CASE("figures: of nobody are all absent", "[report]") {
  for (const Figures& none : {figures(Tally{}), figures(BandCounts{})}) {
    CHECK(none.responses == 0);
    CHECK_FALSE(none.score);
    CHECK_FALSE(none.interval);
    CHECK_FALSE(none.grade);
    CHECK_FALSE(none.mean);
  }
  CHECK(figures(Tally{}).distribution == Tally::Counts{});
  CHECK_FALSE(figures(BandCounts{}).distribution);
}

TEST_CASE("figures: of one answer hold its score within the interval", "[report]") {
  for (int value = 0; value <= 10; ++value) {
    Tally one;
    one.add(*Rating::from(value));
    const Figures figures = nps::figures(one);
    INFO("one answer of " << value);
    CHECK(figures.responses == 1);
    REQUIRE((figures.score && figures.interval && figures.grade && figures.mean));
    CHECK(*figures.mean == value);
    CHECK(figures.interval->low <= figures.score->points());
    CHECK(figures.interval->high >= figures.score->points());
    CHECK(figures.interval->low >= -100);
    CHECK(figures.interval->high <= 100);
    CHECK(figures.interval->high > figures.interval->low);  // one answer proves little
  }
}

TEST_CASE("figures: all alike are 100, 0 and -100, graded", "[report]") {
  const Figures best = figures(BandCounts{.promoters = 50});
  CHECK(best.score->points() == 100);
  CHECK(best.grade == Grade::Excellent);
  CHECK(best.interval->high == 100);
  const Figures middle = figures(BandCounts{.passives = 50});
  CHECK(middle.score->points() == 0);
  CHECK(middle.grade == Grade::Acceptable);
  const Figures worst = figures(BandCounts{.detractors = 50});
  CHECK(worst.score->points() == -100);
  CHECK(worst.grade == Grade::NeedsWork);
  CHECK(worst.interval->low == -100);
}

TEST_CASE("figures: hold near 2^64", "[report]") {
  for (const BandCounts bands :
       {BandCounts{.promoters = kMost}, BandCounts{.detractors = kMost},
        BandCounts{.passives = kMost}, BandCounts{kMost / 3, kMost / 3, kMost / 3}}) {
    const Figures huge = figures(bands);
    REQUIRE((huge.score && huge.interval));
    CHECK(huge.interval->low <= huge.score->points());
    CHECK(huge.score->points() <= huge.interval->high);
    CHECK(huge.interval->high - huge.interval->low < 1e-6);
  }
}

TEST_CASE("figures: ratings off the scale are in no figure", "[report]") {
  const Tally tally = Tally::of({5, 1, 1, 1, 1, 1, 7, 0, 0, 0, 9});
  for (const auto& [name, scale] : nps::kNamedScales) {
    const Figures figures = nps::figures(tally, scale);
    INFO(name);
    REQUIRE(figures.distribution);
    CHECK(std::accumulate(figures.distribution->begin(), figures.distribution->end(),
                          std::uint64_t{0}) == figures.responses);
    CHECK(figures.bands.responses() == figures.responses);
    for (int value = 0; value <= 10; ++value) {
      const bool on = scale.contains(*Rating::from(value));
      CHECK((*figures.distribution)[static_cast<std::size_t>(value)] ==
            (on ? tally.count(*Rating::from(value)) : 0));
    }
  }
  CHECK(figures(tally, nps::kOneToFive).mean == 3.0);
  const Figures none = figures(Tally::of({5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), nps::kOneToTen);
  CHECK(none.responses == 0);
  CHECK_FALSE(none.score);
  CHECK_FALSE(none.interval);
  CHECK_FALSE(none.mean);
}

TEST_CASE("figures: the interval is of the method and level asked for", "[report]") {
  const BandCounts bands{.detractors = 10, .passives = 40, .promoters = 50};
  for (const auto method : nps::kIntervalMethods) {
    const auto level = nps::Level::from(0.8);
    REQUIRE(level);
    const Figures figures = nps::figures(bands, {.method = method, .level = *level});
    CHECK(figures.interval == nps::interval(bands, method, *level));
    CHECK(figures.interval->level == *level);
  }
}

TEST_CASE("weighted figures: of no weight are absent, of weights one are the score", "[report]") {
  const auto none = nps::weighted_figures(nps::WeightedTally{});
  CHECK_FALSE(none.points);
  CHECK_FALSE(none.effective_n);
  CHECK_FALSE(none.interval);
  CHECK(none.sum_weights == 0);

  nps::WeightedTally tally;
  REQUIRE(tally.add(Rating::of<10>(), 0));
  CHECK_FALSE(nps::weighted_figures(tally).points);
  for (const int value : {10, 9, 3, 8}) REQUIRE(tally.add(*Rating::from(value), 1));
  const auto ones = nps::weighted_figures(tally);
  CHECK(ones.points == 25.0);
  CHECK(ones.sum_weights == 4);
  CHECK(ones.effective_n == 4.0);
  REQUIRE(ones.interval);
  CHECK(ones.interval->method == nps::IntervalMethod::Linearised);
  CHECK(nps::weighted_figures(tally, nps::kOneToFive).sum_weights == 1);
}

TEST_CASE("rejected: every reason has its promised name and its own count", "[report]") {
  const std::array<std::string_view, nps::kRejects> names{
      "missing",      "out_of_range",   "fractional", "not_a_number",  "bad_weight",
      "no_customer",  "ragged",         "bad_time",   "not_json",      "bad_field",
      "unknown_type", "no_response_id", "no_order",   "no_received_at"};
  Rejected rejected;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < nps::kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    CHECK(name(reason) == names[i]);
    rejected.add(reason, i + 1);
    CHECK(rejected.count(reason) == i + 1);
    if (reason != Reject::BadTime) sum += i + 1;
    CHECK(rejected.any());
  }
  CHECK(rejected.uncounted() == sum);
}

TEST_CASE("rejected: a bad time alone is something, and not uncounted", "[report]") {
  Rejected rejected;
  rejected.add(Reject::BadTime);
  CHECK(rejected.any());
  CHECK(rejected.uncounted() == 0);
  Rejected nothing;
  nothing.add(Reject::Missing, 0);
  CHECK_FALSE(nothing.any());
  CHECK(nothing == Rejected{});
}
