// The responses that every engine is given: each value follows from the number of its row by a
// formula of 32-bit steps, which data.mjs repeats in SQL and in JavaScript.
#ifndef NPS_BENCH_PEERS_TABLE_H_
#define NPS_BENCH_PEERS_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nps/timestamp.h"

namespace nps::bench::peers {

inline constexpr std::array<std::string_view, 3> kChannels{"web", "mobile", "store"};
inline constexpr std::array<std::string_view, 6> kStages{"onboarding", "purchase", "delivery",
                                                         "support",    "renewal",  "return"};
inline constexpr std::uint64_t kRowsPerCustomer = 10;
inline constexpr std::uint64_t kYearSeconds = 31'536'000;
inline constexpr std::int64_t kFirstSecond = 1'735'689'600;  // 2025-01-01T00:00:00Z

/// One answer. `customer` is below rows / kRowsPerCustomer. `micros` goes through the seconds of a
/// year, over and over, and differs from row to row; `any_micros` is any second of the year.
struct Row {
  std::uint8_t rating;
  std::uint8_t channel;
  std::uint8_t stage;
  std::uint32_t customer;
  std::int64_t micros;
  std::int64_t any_micros;
};

/// Row `i`, below 2^31, of a table of so many rows.
[[nodiscard]] Row row_of(std::uint64_t i, std::uint64_t rows) noexcept;
[[nodiscard]] std::uint8_t rating_of(std::uint64_t i) noexcept;

/// A sparse 64-bit id for each customer number, no two alike.
[[nodiscard]] std::uint64_t id_of(std::uint32_t customer) noexcept;

/// The rows as columns.
struct Table {
  explicit Table(std::size_t rows);

  std::vector<std::uint8_t> ratings;
  std::vector<std::uint8_t> channels;
  std::vector<std::uint8_t> stages;
  std::vector<Timestamp> times;
  std::vector<Timestamp> any_times;
  std::vector<std::uint64_t> customers;
};

}  // namespace nps::bench::peers

#endif  // NPS_BENCH_PEERS_TABLE_H_
