// Whole columns at once: the shape in which responses reach cubes, and the tally of one column.
//
//   std::vector<std::uint8_t> ratings = read();
//   auto [tally, rejected] = nps::tally_ratings(ratings);     // tally.score(), and what did not count
//
// The columns are views: nothing is copied, and what they point to must live until the call returns.
#ifndef NPS_BATCH_H_
#define NPS_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "nps/export.h"
#include "nps/tally.h"
#include "nps/timestamp.h"

namespace nps {

/// A tally, and how many values were no rating: tally.responses() + rejected == what was read.
struct BatchTally {
  Tally tally;
  std::uint64_t rejected = 0;
  friend bool operator==(const BatchTally&, const BatchTally&) = default;
};

/// Tallies one column of ratings.
/// Shape       one byte per response, any length, any alignment, no padding; read once.
/// Result      tally.responses() + rejected == ratings.size().
/// Errors      none: a byte above 10 is counted in `rejected`, never dropped or clamped.
/// Threads     reentrant. Complexity: O(ratings.size()), no allocation; see bench/tally_bench.
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::uint8_t> ratings) noexcept;

/// What an integer of a code column stands for: the label that a dimension's Labels gave it.
using Code = std::uint32_t;

/// One code per response, of 8, 16 or 32 bits; or a single code that all responses share.
using CodeColumn = std::variant<Code, std::span<const std::uint8_t>, std::span<const std::uint16_t>,
                                std::span<const std::uint32_t>>;

/// One instant per response, with Arrow's validity bitmap: bit i of byte i/8, least significant
/// first, is 1 where the instant is known. No bitmap: all are.
struct TimeColumn {
  std::span<const Timestamp> values = {};
  std::span<const std::uint8_t> validity = {};

  [[nodiscard]] bool empty() const noexcept { return values.empty(); }
  [[nodiscard]] std::optional<Timestamp> operator[](std::size_t row) const noexcept {
    const bool valid = validity.empty() || ((validity[row / 8] >> (row % 8)) & 1U) != 0;
    return valid ? std::optional(values[row]) : std::nullopt;
  }
};

/// Responses as columns. Every column is as long as `ratings`, or empty where nothing is known.
///
/// `codes` has one column for each label dimension of the cube that it is added to, in the cube's
/// order; timing dimensions read the two time columns instead.
struct ResponseColumns {
  std::span<const std::uint8_t> ratings = {};  // 0..10; anything else is counted as rejected
  std::span<const CodeColumn> codes = {};
  TimeColumn answered_at = {};
  TimeColumn touchpoint_at = {};
  std::span<const double> weights = {};
  std::span<const std::string_view> customers = {};     // who answered; "" when not known
  std::span<const std::string_view> response_ids = {};  // breaks ties between equal times

  [[nodiscard]] std::size_t size() const noexcept { return ratings.size(); }
};

}  // namespace nps

#endif  // NPS_BATCH_H_
