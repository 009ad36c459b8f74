#include "bench/peers/table.h"

#include <chrono>

namespace nps::bench::peers {
namespace {

/// The answers of a hundred people: many tens, a hump at eight, few zeros.
constexpr std::array<unsigned, 11> kPercent{3, 1, 1, 2, 2, 6, 5, 11, 19, 16, 34};

constexpr auto kOfHundred = [] {
  std::array<std::uint8_t, 100> ratings{};
  std::size_t at = 0;
  for (std::size_t rating = 0; rating < kPercent.size(); ++rating) {
    for (unsigned i = 0; i < kPercent[rating]; ++i)
      ratings[at++] = static_cast<std::uint8_t>(rating);
  }
  return ratings;
}();

/// A one-to-one map of the 32-bit numbers that leaves no order in them. Its products stay below
/// 2^59, so that SQL's integers hold them too.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = ((x ^ (x >> 16U)) * 0x45d9f3bU) & 0xffffffffU;
  x = ((x ^ (x >> 16U)) * 0x45d9f3bU) & 0xffffffffU;
  return x ^ (x >> 16U);
}

}  // namespace

std::uint8_t rating_of(std::uint64_t i) noexcept { return kOfHundred[mix(2 * i) % 100]; }

Row row_of(std::uint64_t i, std::uint64_t rows) noexcept {
  const std::uint64_t a = mix(2 * i);
  const std::uint64_t b = mix(2 * i + 1);
  const std::uint64_t customers = rows < kRowsPerCustomer ? 1 : rows / kRowsPerCustomer;
  const std::uint64_t stride = rows < kYearSeconds ? kYearSeconds / rows : 1;
  const auto second = kFirstSecond + static_cast<std::int64_t>(i * stride % kYearSeconds);
  return {.rating = kOfHundred[a % 100],
          .channel = static_cast<std::uint8_t>((a >> 8U) % kChannels.size()),
          .stage = static_cast<std::uint8_t>((a >> 16U) % kStages.size()),
          .customer = static_cast<std::uint32_t>(b % customers),
          .micros = second * 1'000'000 + static_cast<std::int64_t>(i / kYearSeconds),
          .any_micros = (kFirstSecond + static_cast<std::int64_t>(b % kYearSeconds)) * 1'000'000};
}

std::uint64_t id_of(std::uint32_t customer) noexcept {
  return (mix(customer) << 32U) | mix(customer ^ 0x9e3779b9U);
}

Table::Table(std::size_t rows)
    : ratings(rows), channels(rows), stages(rows), times(rows), any_times(rows), customers(rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    const Row row = row_of(i, rows);
    ratings[i] = row.rating;
    channels[i] = row.channel;
    stages[i] = row.stage;
    times[i] = Timestamp(std::chrono::microseconds(row.micros));
    any_times[i] = Timestamp(std::chrono::microseconds(row.any_micros));
    customers[i] = id_of(row.customer);
  }
}

}  // namespace nps::bench::peers
