// Columns of other types than bytes, and columns with Arrow's validity bitmap.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "nps/batch.h"
#include "support/catch.h"

using nps::BatchTally;
using nps::tally_ratings;
using nps::Validity;

namespace {

using Sizes = std::initializer_list<std::size_t>;
template <typename T>
std::optional<nps::Rating> rating_of(T value) {
  for (int rating = 0; rating <= 10; ++rating) {
    if (value == static_cast<T>(rating)) return nps::Rating::from(rating);
  }
  return std::nullopt;
}

template <typename T>
BatchTally plainly(std::span<const T> values, Validity validity) {
  BatchTally plain;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::size_t bit = row + validity.offset;
    const bool valid =
        validity.bitmap.empty() ||
        (bit / 8 < validity.bitmap.size() && ((validity.bitmap[bit / 8] >> (bit % 8)) & 1U) != 0);
    if (!valid) {
      ++plain.missing;
    } else if (const auto rating = rating_of(values[row])) {
      plain.tally.add(*rating);
    } else {
      ++plain.rejected;
    }
  }
  return plain;
}

/// Ratings, their neighbours, and the values of T that are most likely to be taken for one.
template <typename T>
std::vector<T> special() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (int value = 0; value <= 12; ++value) values.push_back(static_cast<T>(value));
  values.insert(values.end(), {Limits::lowest(), Limits::max(), Limits::min()});
  if constexpr (std::is_integral_v<T>) {
    for (std::size_t bits = 4; bits < sizeof(T) * 8; ++bits) {
      const auto wraps = static_cast<T>((std::uint64_t{1} << bits) + 3);  // 3 if cut short
      values.push_back(wraps);
    }
    if constexpr (std::is_signed_v<T>) values.insert(values.end(), {T{-1}, T{-10}, T{-128}});
  } else {
    for (const T whole : {T{0}, T{1}, T{5}, T{10}}) {
      values.insert(values.end(), {std::nextafter(whole, T{-100}), std::nextafter(whole, T{100}),
                                   -whole, whole + T{0.5}});
    }
    values.insert(values.end(), {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(),
                                 -Limits::infinity(), Limits::denorm_min(), T{256}, T{4294967296},
                                 static_cast<T>(1e30)});
  }
  return values;
}

template <typename T>
std::vector<T> random_values(std::size_t rows, unsigned seed) {
  const std::vector<T> from = special<T>();
  std::mt19937 random(seed);
  std::vector<T> values(rows);
  for (auto& value : values) value = from[random() % from.size()];
  return values;
}

std::vector<std::uint8_t> random_bitmap(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bitmap(bytes);
  for (auto& byte : bitmap) byte = static_cast<std::uint8_t>(random());
  return bitmap;
}

template <typename Check>
void with_each_kernel(Check check) {
  const std::span<const std::string_view> kernels = nps::kernels();
  for (const std::string_view kernel : kernels) {
    INFO("kernel " << std::string(kernel));
    REQUIRE(nps::use_kernel(kernel));
    check();
  }
  REQUIRE(nps::use_kernel(kernels.front()));
}

}  // namespace

TEMPLATE_TEST_CASE("rating columns: what counts is an integer from 0 to 10", "[kernels]",
                   std::uint8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t, float,
                   double) {
  with_each_kernel([] {
    for (const TestType value : special<TestType>()) {
      // Alone, and where whole vectors of it are converted.
      for (const std::size_t rows : Sizes{1, 64, 203}) {
        const std::vector<TestType> column(rows, value);
        const BatchTally batch = tally_ratings(column);
        INFO("value " << +value << ", rows " << rows);
        REQUIRE(batch == plainly<TestType>(column, {}));
        REQUIRE(batch.tally.responses() + batch.rejected == rows);
        REQUIRE(batch.missing == 0);
      }
    }
  });
}

TEMPLATE_TEST_CASE("rating columns: each kernel equals a plain loop", "[kernels]", std::uint8_t,
                   std::int8_t, std::int16_t, std::int32_t, std::int64_t, float, double) {
  const std::vector<TestType> values = random_values<TestType>(20'000, 7);
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (std::size_t length = 0; length <= 300; ++length) {
      const auto some = std::span<const TestType>(values).subspan(length % 5, length);
      if (tally_ratings(some) != plainly<TestType>(some, {})) ++wrong;
    }
    for (const std::size_t length : Sizes{8191, 8192, 8193, 16'384, 20'000}) {
      const auto some = std::span<const TestType>(values).first(length);
      if (tally_ratings(some) != plainly<TestType>(some, {})) ++wrong;
    }
    CHECK(wrong == 0);
  });
}

TEMPLATE_TEST_CASE("rating columns: rows without a value are missing, whatever stands there",
                   "[kernels]", std::uint8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                   float, double) {
  const std::vector<TestType> values = random_values<TestType>(20'000, 8);
  const std::vector<std::uint8_t> bitmap = random_bitmap(2'600, 9);
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (const std::size_t length :
         Sizes{0, 1, 7, 8, 9, 63, 64, 65, 300, 8191, 8192, 8193, 20'000}) {
      for (const std::size_t offset : Sizes{0, 1, 3, 7, 8, 9, 64, 77, 700}) {
        // The bitmap ends with the byte of the last row, so that one byte too far is caught.
        const std::vector<std::uint8_t> exact(
            bitmap.begin(),
            bitmap.begin() + static_cast<std::ptrdiff_t>((length + offset + 7) / 8));
        const auto some = std::span<const TestType>(values).first(length);
        const BatchTally batch = tally_ratings(some, {exact, offset});
        if (batch != plainly<TestType>(some, {exact, offset})) ++wrong;
        if (batch.tally.responses() + batch.rejected + batch.missing != length) ++wrong;
      }
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("rating columns: all or none may be missing", "[kernels]") {
  const std::vector<std::int32_t> tens(10'000, 10);
  const std::vector<std::uint8_t> none(1'250, 0);
  const std::vector<std::uint8_t> all(1'250, 255);
  CHECK(tally_ratings(tens, {none, 0}).missing == 10'000);
  CHECK(tally_ratings(tens, {none, 0}).rejected == 0);
  CHECK(tally_ratings(tens, {all, 0}) == tally_ratings(tens));
  CHECK(tally_ratings(std::span<const double>{}, {all, 3}) == BatchTally{});
}

TEST_CASE("rating columns: rows past the end of the bitmap are missing", "[kernels]") {
  const std::vector<std::uint8_t> tens(10'000, 10);
  const std::array<std::uint8_t, 2> bitmap{255, 255};
  CHECK(tally_ratings(tens, {bitmap, 0}).missing == 10'000 - 16);
  CHECK(tally_ratings(tens, {bitmap, 3}).missing == 10'000 - 13);
  CHECK(tally_ratings(tens, {bitmap, 16}).missing == 10'000);
  CHECK(tally_ratings(tens, {bitmap, SIZE_MAX}).missing == 10'000);
  CHECK(tally_ratings(tens, {bitmap, SIZE_MAX - 7}).missing == 10'000);
}
