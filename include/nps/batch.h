// Whole columns at once: the shape in which responses reach cubes, and the tally of one column.
//
//   std::vector<std::uint8_t> ratings = read();
//   auto [tally, rejected, missing] = nps::tally_ratings(ratings);   // tally.score(), and the rest
//
//   std::span<const double> values = ...;             // any of the types below, in place
//   nps::tally_ratings(values, {bitmap, offset});     // with Arrow's validity bitmap
//
// The columns are views: nothing is copied, and what they point to must live until the call
// returns.
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

/// A tally and what is not in it: tally.responses() + rejected + missing == rows.
struct BatchTally {
  Tally tally;
  std::uint64_t rejected = 0;  // values that are no rating
  std::uint64_t missing = 0;   // rows that the validity bitmap says have no value
  friend bool operator==(const BatchTally&, const BatchTally&) = default;
};

/// Which rows have a value, as Arrow says it: row i has one when bit i + offset is 1, bits counted
/// from the least significant of the first byte. No bitmap: all have one. A row past the end of a
/// bitmap has none.
struct Validity {
  std::span<const std::uint8_t> bitmap = {};
  std::size_t offset = 0;
};

/// Tallies one column of ratings. A value that is an integer from 0 to 10 counts, floating-point
/// ones such as 9.0 and -0.0 included; all others (11, -1, 9.5, NaN) are `rejected`, never dropped
/// or clamped. What stands in a row without a value does not matter; the row is `missing`.
/// Shape       one value per response, any length, any alignment, no padding; read once.
/// Result      tally.responses() + rejected + missing == rows, bit for bit on every kernel
/// Errors      none.
/// Threads     reentrant. Works on up to `threads` threads, where there are millions of rows.
/// Complexity  O(rows), no allocation on one thread; see bench/tally_bench.
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::uint8_t> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::int8_t> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::int16_t> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::int32_t> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const std::int64_t> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const float> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;
[[nodiscard]] NPS_EXPORT BatchTally tally_ratings(std::span<const double> ratings,
                                                  Validity validity = {},
                                                  std::size_t threads = 1) noexcept;

/// The kernels that run on this processor, best first: "avx512", "avx2", "neon", "scalar". The
/// first is used unless `use_kernel` names another; results are the same with each.
/// Threads     reentrant; the processor is asked once. The names live as long as the program.
[[nodiscard]] NPS_EXPORT std::span<const std::string_view> kernels() noexcept;

/// Makes every later call in this program use the kernel of that name: for tests and benchmarks.
/// use_kernel(kernels().front()) undoes it.
/// Result      whether `name` is one of kernels(); if not, nothing changes.
/// Threads     safe at any time; a call that is under way ends with the kernel it began with.
NPS_EXPORT bool use_kernel(std::string_view name) noexcept;

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

/// Ids for responses that came without one: the text "stem:row", of the stem of the file that they
/// came in and the row there with noughts before it, so that ids of one stem sort as their rows do.
struct RowIds {
  std::string_view stem = {};
  std::span<const std::uint64_t> rows = {};
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
  std::span<const std::uint64_t> customer_ids = {};     // or who answered, as integers
  std::span<const std::string_view> response_ids = {};  // breaks ties between equal times
  RowIds row_ids = {};                                  // or this does, where there are none

  [[nodiscard]] std::size_t size() const noexcept { return ratings.size(); }
};

}  // namespace nps

#endif  // NPS_BATCH_H_
