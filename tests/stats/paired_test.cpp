#include "nps/stats/paired.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "nps/mergeable.h"
#include "nps/stats/comparison.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/laws.h"

namespace {

using nps::Band;
using nps::Level;
using nps::PairedComparison;
using nps::PairedMethod;
using nps::Transitions;

constexpr std::array kBands{Band::Detractor, Band::Passive, Band::Promoter};

/// Nine counts, row by row: from detractor to detractor, passive, promoter; from passive to ...
Transitions table(const std::array<std::uint64_t, 9>& counts) {
  Transitions moves;
  for (std::size_t i = 0; i < 9; ++i) moves.add(kBands[i / 3], kBands[i % 3], counts[i]);
  return moves;
}

Transitions mirrored(const Transitions& moves) {  // promoters and detractors exchanged
  Transitions result;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      result.add(kBands[2 - i], kBands[2 - j], moves.count(kBands[i], kBands[j]));
    }
  }
  return result;
}

bool lawful(const PairedComparison& c) {  // false for NaN, too
  return -200 <= c.low && c.low <= c.nps && c.nps <= c.high && c.high <= 200 && 0 < c.p && c.p <= 1;
}

/// Every table of so many customers.
std::vector<Transitions> all_tables(std::uint64_t customers) {
  std::vector<Transitions> all;
  std::array<std::uint64_t, 9> counts{};
  const auto fill = [&](auto&& self, std::size_t cell, std::uint64_t left) -> void {
    if (cell == 8) {
      counts[8] = left;
      all.push_back(table(counts));
      return;
    }
    for (counts[cell] = 0; counts[cell] <= left; ++counts[cell]) {
      self(self, cell + 1, left - counts[cell]);
    }
  };
  fill(fill, 0, customers);
  return all;
}

}  // namespace

static_assert(nps::Subtractable<Transitions>);

TEST_CASE("paired: methods answer to their names, and to no others", "[paired]") {
  CHECK(name(PairedMethod::Score) == "score");
  CHECK(name(PairedMethod::Wald) == "wald");
  for (const PairedMethod method : nps::kPairedMethods) {
    CHECK(nps::paired_method(name(method)) == method);
  }
  for (const std::string_view wrong : {"", "Score", "mcnemar"}) {
    CHECK_FALSE(nps::paired_method(wrong).has_value());
  }
}

TEST_CASE("transitions: rows are before, columns after", "[paired]") {
  const Transitions moves = table({10, 3, 2, 4, 20, 5, 1, 6, 49});
  CHECK(moves.customers() == 100);
  CHECK(moves.before() == nps::BandCounts{15, 29, 56});
  CHECK(moves.after() == nps::BandCounts{15, 29, 56});
  CHECK(moves.count(Band::Detractor, Band::Promoter) == 2);
  CHECK(moves.reversed().count(Band::Promoter, Band::Detractor) == 2);
  CHECK(moves.reversed().before() == moves.after());
}

TEST_CASE("transitions: merging obeys the group laws", "[paired][laws]") {
  const std::array seen{Transitions{}, table({1, 0, 0, 0, 0, 0, 0, 0, 0}),
                        table({1, 2, 3, 4, 5, 6, 7, 8, 9}), table({0, 0, 9, 0, 0, 0, 0, 0, 0})};
  nps::test::check_merge_laws<Transitions>(seen);
  struct Move {
    Band before;
    Band after;
  };
  const std::array moves{Move{Band::Detractor, Band::Promoter}, Move{Band::Passive, Band::Passive},
                         Move{Band::Promoter, Band::Passive}};
  nps::test::check_splits<Transitions>(
      moves, [](Transitions& all, const Move& move) { all.add(move.before, move.after); });
}

TEST_CASE("paired: equals R, less where R has no variance", "[paired][golden]") {
  int compared = 0, wald_without_variance = 0, nobody_moved = 0;
  for (const auto& row : nps::test::golden("golden_paired_change_r.csv")) {
    INFO(row.describe());
    std::array<std::uint64_t, 9> counts{};
    const auto cells = nps::test::split(row.text("table_rowmajor_before_x_after"), '|');
    REQUIRE(cells.size() == 9);
    for (std::size_t i = 0; i < 9; ++i) counts[i] = nps::test::to_count(cells[i]);
    const Transitions moves = table(counts);
    REQUIRE(moves.customers() == row.count("n"));
    const Level level = *Level::from(row.number("conf"));
    for (const PairedMethod method : nps::kPairedMethods) {
      const auto ours = nps::compare_paired(moves, method, level);
      REQUIRE(ours.has_value());
      const std::string prefix(name(method));
      CHECK(std::fabs(ours->nps / 100 - row.number("nps_change")) <= 1e-12);
      if (row.text(prefix + "_p") == "nan") {
        // Nobody moved: R has no p, and an interval without width.
        CHECK(ours->p == 1);
        CHECK(ours->low < 0);
        CHECK(ours->high == -ours->low);
        ++nobody_moved;
        continue;
      }
      if (row.number(prefix + "_p") == 0) {
        // All moved alike: R is certain after one customer. The score test is not.
        CHECK(ours->method == PairedMethod::Score);
        CHECK(ours == nps::compare_paired(moves, PairedMethod::Score, level));
        ++wald_without_variance;
        continue;
      }
      CHECK(ours->method == method);
      const double low = std::clamp(row.number(prefix + "_lo"), -2.0, 2.0);
      const double high = std::clamp(row.number(prefix + "_hi"), -2.0, 2.0);
      CHECK(std::fabs(ours->low / 100 - low) <= 1e-12);
      CHECK(std::fabs(ours->high / 100 - high) <= 1e-12);
      CHECK(std::fabs(ours->p - row.number(prefix + "_p")) <= 1e-12);
      ++compared;
    }
  }
  CHECK(compared == 21);
  CHECK(wald_without_variance == 3);
  CHECK(nobody_moved == 6);
}

TEST_CASE("paired: without customers there is nothing to compare", "[paired]") {
  for (const PairedMethod method : nps::kPairedMethods) {
    CHECK_FALSE(nps::compare_paired({}, method).has_value());
  }
}

TEST_CASE("paired: where nobody moved, more customers leave less open", "[paired]") {
  double last = 201;
  for (const std::uint64_t n : {1U, 10U, 100U, 10000U}) {
    const auto none = *nps::compare_paired(table({n, 0, 0, 0, 0, 0, 0, 0, n}));
    CHECK(none.nps == 0);
    CHECK(none.p == 1);
    const double k = Level{}.z() * Level{}.z() / static_cast<double>(2 * n);
    CHECK(none.high == Approx(200 * k / (1 + k)));
    CHECK(none.high < last);
    last = none.high;
  }
}

TEST_CASE("paired: pairs tell more than the same answers of different customers", "[paired]") {
  const Transitions moves = table({20, 5, 0, 1, 20, 8, 0, 1, 45});
  const auto change = *nps::compare_paired(moves);
  const auto apart = *nps::compare_independent(moves.before(), moves.after());
  CHECK(change.nps == Approx(11));
  CHECK(change.nps == Approx(apart.nps));
  CHECK(change.p < 0.01);
  CHECK(apart.p > 0.3);
}

TEST_CASE("paired: it is lawful for every small table, and changes sign with it",
          "[paired][laws]") {
  for (const double value : {1e-200, 0.5, 0.95, 1 - 1e-12}) {
    const Level level = *Level::from(value);
    int unlawful = 0, unsymmetric = 0, narrower = 0;
    for (const std::uint64_t n : {1U, 2U, 3U, 5U}) {
      for (const Transitions& moves : all_tables(n)) {
        for (const PairedMethod method : nps::kPairedMethods) {
          const auto forth = *nps::compare_paired(moves, method, level);
          unlawful += !lawful(forth);
          for (const Transitions& other : {moves.reversed(), mirrored(moves)}) {
            const auto back = *nps::compare_paired(other, method, level);
            unsymmetric += forth.nps != -back.nps || forth.low != -back.high ||
                           forth.high != -back.low || forth.p != back.p;
          }
        }
        const auto score = *nps::compare_paired(moves, PairedMethod::Score, level);
        const auto wald = *nps::compare_paired(moves, PairedMethod::Wald, level);
        narrower += score.p < wald.p;
      }
    }
    CAPTURE(value);
    CHECK(unlawful == 0);
    CHECK(unsymmetric == 0);
    CHECK(narrower == 0);
  }
}

TEST_CASE("paired: counters near 2^64 give no NaN", "[paired]") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  for (const auto& counts :
       {std::array<std::uint64_t, 9>{kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost},
        std::array<std::uint64_t, 9>{0, 0, 1, 0, kMost, 0, 0, 0, 0},
        std::array<std::uint64_t, 9>{0, 0, kMost, 0, 0, 0, 0, 0, 0}}) {
    for (const PairedMethod method : nps::kPairedMethods) {
      const auto ours = *nps::compare_paired(table(counts), method);
      CHECK((-200 <= ours.low && ours.low <= ours.nps && ours.nps <= ours.high));
      CHECK((ours.high <= 200 && ours.p >= 0 && ours.p <= 1));
    }
  }
}
