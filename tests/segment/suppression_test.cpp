#include "nps/segment/suppression.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace {

using nps::Cube;
using nps::Dimension;
using nps::GroupSum;
using nps::Rating;

/// Which hidden groups follow from the shown ones: those for which Gauss-Jordan elimination of all
/// sums leaves a row of their own. Dense, modulo a prime of its own, one step after the other.
std::vector<std::size_t> given_away(const std::vector<bool>& hidden,
                                    const std::vector<GroupSum>& sums) {
  constexpr std::uint64_t kPrime = 1000000007;
  const auto power = [](std::uint64_t base, std::uint64_t exponent) {
    std::uint64_t result = 1;
    for (; exponent > 0; exponent /= 2, base = base * base % kPrime) {
      if (exponent % 2 == 1) result = result * base % kPrime;
    }
    return result;
  };
  std::vector<std::vector<std::uint64_t>> rows;
  for (const GroupSum& sum : sums) {
    std::vector<std::uint64_t> row(hidden.size(), 0);
    if (hidden[sum.whole]) row[sum.whole] = 1;
    for (const std::size_t part : sum.parts) row[part] = hidden[part] ? kPrime - 1 : 0;
    rows.push_back(row);
  }
  std::size_t rank = 0;
  for (std::size_t column = 0; column < hidden.size() && rank < rows.size(); ++column) {
    std::size_t pivot = rank;
    while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[pivot], rows[rank]);
    const std::uint64_t inverse = power(rows[rank][column], kPrime - 2);
    for (auto& cell : rows[rank]) cell = cell * inverse % kPrime;
    for (std::size_t other = 0; other < rows.size(); ++other) {
      const std::uint64_t factor = rows[other][column];
      if (other == rank || factor == 0) continue;
      for (std::size_t j = 0; j < hidden.size(); ++j) {
        rows[other][j] = (rows[other][j] + (kPrime - factor) * rows[rank][j]) % kPrime;
      }
    }
    ++rank;
  }
  std::vector<std::size_t> found;
  for (std::size_t r = 0; r < rank; ++r) {
    std::size_t terms = 0, last = 0;
    for (std::size_t j = 0; j < hidden.size(); ++j) {
      if (rows[r][j] == 0) continue;
      ++terms;
      last = j;
    }
    if (terms == 1) found.push_back(last);
  }
  return found;
}

struct Table {
  std::vector<std::uint64_t> responses;
  std::vector<GroupSum> sums;
};

/// Rows and columns with their margins and the total: the total is group 0, then rows, columns,
/// cells row by row.
Table table(const std::vector<std::vector<std::uint64_t>>& cells) {
  const std::size_t rows = cells.size();
  const std::size_t columns = cells.front().size();
  Table result;
  result.responses.assign(1 + rows + columns + rows * columns, 0);
  result.sums.resize(2 + rows + columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t cell = 1 + rows + columns + i * columns + j;
      result.responses[cell] = cells[i][j];
      result.responses[0] += cells[i][j];
      result.responses[1 + i] += cells[i][j];
      result.responses[1 + rows + j] += cells[i][j];
      result.sums[2 + i].parts.push_back(cell);
      result.sums[2 + rows + j].parts.push_back(cell);
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    result.sums[0].parts.push_back(1 + i);
    result.sums[2 + i].whole = 1 + i;
  }
  for (std::size_t j = 0; j < columns; ++j) {
    result.sums[1].parts.push_back(1 + rows + j);
    result.sums[2 + rows + j].whole = 1 + rows + j;
  }
  return result;
}

std::vector<bool> suppressed(const Table& report, std::uint64_t least = 5) {
  auto result = nps::suppress(report.responses, report.sums, least);
  REQUIRE(result);
  return *std::move(result);
}

bool safe(const Table& report, const std::vector<bool>& hidden, std::uint64_t least) {
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const std::uint64_t n = report.responses[i];
    if (n > 0 && n < least && !hidden[i]) return false;
    if (n == 0 && hidden[i]) return false;
  }
  for (const GroupSum& sum : report.sums) {
    std::uint64_t together = 0;
    for (const std::size_t part : sum.parts) together += hidden[part] ? report.responses[part] : 0;
    if (!hidden[sum.whole] && together > 0 && together < least) return false;
  }
  return given_away(hidden, report.sums).empty();
}

std::uint64_t count(const std::vector<bool>& flags) {
  return static_cast<std::uint64_t>(std::count(flags.begin(), flags.end(), true));
}

}  // namespace

TEST_CASE("suppression: where no group is small nothing is hidden", "[suppression]") {
  CHECK(count(suppressed(table({{5, 9}, {7, 0}}))) == 0);
  CHECK(suppressed({}).empty());
}

TEST_CASE("suppression: a small cell takes others with it, so that no sum tells it",
          "[suppression]") {
  const Table report = table({{3, 20, 30}, {40, 50, 60}, {70, 80, 90}});
  const std::vector<bool> hidden = suppressed(report);
  CHECK(hidden[7]);           // the cell of 3
  CHECK(count(hidden) == 4);  // and the smallest three that make a rectangle with it
  CHECK_FALSE(hidden[0]);
  CHECK(safe(report, hidden, 5));
}

TEST_CASE("suppression: two small cells of a row do not hide each other if together they are small",
          "[suppression]") {
  const Table report{{12, 2, 1, 9}, {{0, {1, 2, 3}}}};
  const std::vector<bool> hidden = suppressed(report);
  CHECK(hidden == std::vector<bool>{false, true, true, true});
  CHECK(suppressed(report, 3) == std::vector<bool>{false, true, true, false});
}

TEST_CASE("suppression: what only several sums together tell is hidden too", "[suppression]") {
  // Two rectangles of hidden cells, joined by one cell: each row and column has two of them or none,
  // and yet the rows less the columns of one rectangle leave the joining cell.
  const Table report = table({{3, 3, 20, 20}, {3, 3, 3, 20}, {20, 20, 3, 3}, {20, 20, 3, 3}});
  std::vector<bool> primary;
  for (const std::uint64_t n : report.responses) primary.push_back(n > 0 && n < 5);
  CHECK(given_away(primary, report.sums) == std::vector<std::size_t>{1 + 4 + 4 + 6});
  const std::vector<bool> hidden = suppressed(report);
  CHECK(safe(report, hidden, 5));
  CHECK(count(hidden) > count(primary));
}

TEST_CASE("suppression: a small total hides everything in it", "[suppression]") {
  CHECK(suppressed({{4, 1, 3}, {{0, {1, 2}}}}) == std::vector<bool>{true, true, true});
  CHECK(suppressed({{4, 4}, {{0, {1}}}}) == std::vector<bool>{true, true});
  CHECK(suppressed({{3}, {}}) == std::vector<bool>{true});
}

TEST_CASE("suppression: no hidden count follows from the shown ones, in any small table",
          "[suppression][laws]") {
  std::mt19937_64 random(1);
  int unsafe = 0, tables = 0;
  std::uint64_t hidden_cells = 0;
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::vector<std::uint64_t>> cells(1 + random() % 5,
                                                  std::vector<std::uint64_t>(1 + random() % 5));
    for (auto& row : cells) {
      row.resize(cells.front().size());
      for (auto& cell : row) cell = random() % 3 == 0 ? random() % 6 : random() % 40;
    }
    const Table report = table(cells);
    for (const std::uint64_t least : {1U, 2U, 5U, 10U}) {
      const std::vector<bool> hidden = suppressed(report, least);
      unsafe += !safe(report, hidden, least);
      hidden_cells += count(hidden);
      CHECK(suppressed(report, least) == hidden);
      ++tables;
    }
  }
  CHECK(unsafe == 0);
  CHECK(tables == 6000);
  CHECK(hidden_cells > 10000);
}

TEST_CASE("suppression: the same holds for cubes with any roll-ups", "[suppression][laws]") {
  std::mt19937_64 random(3);
  const std::vector<std::vector<std::string>> choices{{"a"}, {"b"}, {"c"}, {"a", "b"}, {"c", "b"}};
  for (int round = 0; round < 150; ++round) {
    auto cube = Cube::create({Dimension::label("a"), Dimension::label("b"), Dimension::label("c")});
    REQUIRE(cube);
    const std::uint64_t answers = 20 + random() % 200;
    for (std::uint64_t i = 0; i < answers; ++i) {
      const auto label = [&] { return std::to_string(random() % (1 + random() % 3)); };
      const std::string a = label(), b = label(), c = label();
      REQUIRE(cube->add({a, b, c}, Rating::of<9>()));
    }
    std::vector<std::vector<std::string>> roll_ups;
    for (const auto& choice : choices) {
      if (random() % 2 == 0) roll_ups.push_back(choice);
    }
    const auto report = nps::suppress_small_cells(*cube, roll_ups);
    REQUIRE(report);
    // Every group against every other one that it is part of, whatever the levels.
    Table all;
    std::vector<bool> hidden;
    for (const nps::ReportedGroup& group : report->groups) {
      all.responses.push_back(group.tally.responses());
      hidden.push_back(group.suppressed);
    }
    const auto contains = [](const auto& fine, const auto& coarse) {
      return std::all_of(coarse.begin(), coarse.end(), [&](const auto& part) {
        return std::find(fine.begin(), fine.end(), part) != fine.end();
      });
    };
    const auto names = [](const nps::ReportedGroup& group) {
      std::vector<std::string> found;
      for (const auto& [dimension, _] : group.key) found.push_back(dimension);
      return found;
    };
    std::vector<std::vector<std::string>> levels = roll_ups;
    levels.push_back({"a", "b", "c"});
    for (std::size_t whole = 0; whole < all.responses.size(); ++whole) {
      for (const auto& level : levels) {
        GroupSum sum{whole, {}};
        for (std::size_t part = 0; part < all.responses.size(); ++part) {
          if (part != whole && names(report->groups[part]) == level &&
              level.size() > report->groups[whole].key.size() &&
              contains(report->groups[part].key, report->groups[whole].key)) {
            sum.parts.push_back(part);
          }
        }
        std::uint64_t together = 0;
        for (const std::size_t part : sum.parts) together += all.responses[part];
        // A level that lacks one of the group's dimensions is no sum of it.
        if (together == all.responses[whole]) all.sums.push_back(sum);
      }
    }
    CHECK(safe(all, hidden, 5));
  }
}

TEST_CASE("suppression: a cube's report has the total, its roll-ups and its cells",
          "[suppression]") {
  auto cube = Cube::create({Dimension::label("channel"), Dimension::label("stage")});
  REQUIRE(cube);
  const auto add = [&](std::string_view channel, std::string_view stage, int times) {
    for (int i = 0; i < times; ++i) REQUIRE(cube->add({channel, stage}, Rating::of<8>()));
  };
  add("web", "checkout", 30);
  add("web", "support", 2);
  add("store", "checkout", 20);
  const std::vector<std::vector<std::string>> roll_ups{{"channel"}};
  const auto report = nps::suppress_small_cells(*cube, roll_ups);
  REQUIRE(report);
  REQUIRE(report->groups.size() == 6);
  CHECK(report->groups[0].key.empty());
  CHECK(report->groups[0].tally.responses() == 52);
  CHECK_FALSE(report->groups[0].suppressed);
  for (const nps::ReportedGroup& group : report->groups) {
    const bool of_the_small_one = group.key.size() == 2 && group.key[0].second == "web";
    CHECK(group.suppressed == of_the_small_one);
  }
  const std::vector<std::vector<std::string>> unknown{{"plan"}};
  const auto refused = nps::suppress_small_cells(*cube, unknown);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == nps::ErrorCode::NotFound);
}

TEST_CASE("suppression: sums that cannot be are refused", "[suppression]") {
  const std::vector<std::uint64_t> responses{9, 4, 5};
  for (const GroupSum& wrong :
       {GroupSum{3, {1, 2}}, GroupSum{0, {1, 7}}, GroupSum{0, {0}}, GroupSum{0, {1}}}) {
    const std::vector<GroupSum> sums{wrong};
    const auto refused = nps::suppress(responses, sums);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == nps::ErrorCode::InvalidArgument);
  }
}

TEST_CASE("suppression: a large table with many small cells is done in time", "[suppression]") {
  std::mt19937_64 random(5);
  std::vector<std::vector<std::uint64_t>> cells(300, std::vector<std::uint64_t>(100));
  for (auto& row : cells) {
    for (auto& cell : row) cell = random() % 30;
  }
  const Table report = table(cells);
  const auto hidden = nps::suppress(report.responses, report.sums);
  REQUIRE(hidden);
  for (std::size_t i = 0; i < report.responses.size(); ++i) {
    if (report.responses[i] > 0 && report.responses[i] < 5 && !(*hidden)[i]) {
      FAIL("a small cell is shown");
    }
  }
}
