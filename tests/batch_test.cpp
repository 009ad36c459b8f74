#include "nps/batch.h"

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "support/catch.h"

using nps::BatchTally;
using nps::Rating;
using nps::tally_ratings;
using nps::TimeColumn;
using nps::Timestamp;
using std::chrono::microseconds;

namespace {

BatchTally plainly(std::span<const std::uint8_t> ratings) {
  BatchTally plain;
  for (const std::uint8_t value : ratings) {
    if (const auto rating = Rating::from(value)) {
      plain.tally.add(*rating);
    } else {
      ++plain.rejected;
    }
  }
  return plain;
}

// On the heap and no byte longer, so that a read past the end is caught.
struct Exact {
  std::unique_ptr<std::uint8_t[]> bytes;
  std::span<const std::uint8_t> span;
  explicit Exact(std::span<const std::uint8_t> from)
      : bytes(new std::uint8_t[from.size()]), span(bytes.get(), from.size()) {
    std::copy(from.begin(), from.end(), bytes.get());
  }
};

}  // namespace

TEST_CASE("tally_ratings: every byte value is a rating or is rejected", "[batch]") {
  for (int value = 0; value < 256; ++value) {
    const std::array one{static_cast<std::uint8_t>(value)};
    const BatchTally batch = tally_ratings(one);
    INFO("byte " << value);
    CHECK(batch.rejected == (value > 10 ? 1U : 0U));
    CHECK(batch.tally.responses() == (value > 10 ? 0U : 1U));
    if (value <= 10) CHECK(batch.tally.count(*Rating::from(value)) == 1);
  }
}

TEST_CASE("tally_ratings: a column of nothing is nothing", "[batch]") {
  CHECK(tally_ratings(std::span<const std::uint8_t>{}) == BatchTally{});
}

TEST_CASE("tally_ratings: equals a plain loop at every length and start", "[batch]") {
  std::mt19937 random(20201);
  std::vector<std::uint8_t> bytes(320);
  for (int round = 0; round < 2; ++round) {
    // First mostly ratings, then any bytes.
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % (round == 0 ? 12 : 256));
    for (std::size_t length = 0; length <= 300; ++length) {
      const Exact exact{std::span(bytes).first(length)};
      const BatchTally batch = tally_ratings(exact.span);
      INFO("length " << length);
      REQUIRE(batch == plainly(exact.span));
      REQUIRE(batch.tally.responses() + batch.rejected == length);
      for (const std::size_t start : {std::size_t{1}, std::size_t{3}, std::size_t{17}}) {
        if (start <= length) {
          REQUIRE(tally_ratings(exact.span.subspan(start)) == plainly(exact.span.subspan(start)));
        }
      }
    }
  }
}

TEST_CASE("tally_ratings: long runs of one rating are counted whole", "[batch]") {
  for (const int value : {0, 9, 10, 11, 255}) {
    const std::vector<std::uint8_t> run(100'003, static_cast<std::uint8_t>(value));
    CHECK(tally_ratings(run) == plainly(run));
  }
}

TEST_CASE("time column: bit i of the bitmap says whether instant i is known", "[batch]") {
  std::vector<Timestamp> values;
  for (int i = 0; i < 18; ++i) values.emplace_back(microseconds(i));
  const std::array<std::uint8_t, 3> validity{0b10000001, 0b00000010, 0b00000010};
  const TimeColumn column{values, validity};
  for (std::size_t row = 0; row < values.size(); ++row) {
    const bool known = row == 0 || row == 7 || row == 9 || row == 17;
    INFO("row " << row);
    REQUIRE(column[row].has_value() == known);
    if (known) CHECK(*column[row] == values[row]);
  }
}

TEST_CASE("time column: without a bitmap all instants are known", "[batch]") {
  const std::array values{Timestamp::min(), Timestamp{}, Timestamp::max()};
  const TimeColumn column{.values = values};
  CHECK(column[0] == Timestamp::min());
  CHECK(column[1] == Timestamp{});
  CHECK(column[2] == Timestamp::max());
  CHECK(TimeColumn{}.empty());
  CHECK_FALSE(column.empty());
}

TEMPLATE_TEST_CASE("batch: many threads count the same as one", "[batch][threads]", std::uint8_t,
                   std::int64_t, double) {
  constexpr std::size_t kRows = (std::size_t{5} << 21U) + 13;
  std::vector<TestType> values(kRows);
  std::vector<std::uint8_t> bitmap(kRows / 8 - 1000);  // ends before the column does
  for (std::size_t row = 0; row < kRows; ++row) {
    values[row] = static_cast<TestType>(row * 7919 % 13);
    if (row / 8 < bitmap.size() && row % 5 != 0) {
      bitmap[row / 8] = static_cast<std::uint8_t>(bitmap[row / 8] | 1U << (row % 8));
    }
  }
  const std::span<const TestType> column(values);
  for (const nps::Validity validity :
       {nps::Validity{}, nps::Validity{bitmap, 3}, nps::Validity{bitmap, ~std::size_t{0} - 5}}) {
    const BatchTally one = tally_ratings(column, validity);
    CHECK(one.tally.responses() + one.rejected + one.missing == kRows);
    for (const std::size_t threads : {0U, 2U, 3U, 8U, 1000U}) {
      CHECK(tally_ratings(column, validity, threads) == one);
    }
  }
}
