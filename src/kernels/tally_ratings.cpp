// The tally of one column: bytes go to the kernel as they lie, all else by way of a small buffer of
// bytes that stays in the first-level cache.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>

#include "detail/parallel.h"
#include "kernels/kernel.h"
#include "nps/batch.h"

namespace nps {
namespace {

using kernel::Kernel;

constexpr std::size_t kBlock = 8192;
using Block = std::array<std::uint8_t, kBlock>;

/// For eight bits of validity the eight bytes that, or-ed to ratings, leave those of a valid row as
/// they are and make no rating of the others.
constexpr auto kNulls = [] {
  std::array<std::uint64_t, 256> nulls{};
  for (std::size_t bits = 0; bits < nulls.size(); ++bits) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t row = 0; row < 8; ++row) {
      bytes[row] = ((bits >> row) & 1U) != 0 ? std::uint8_t{0} : kernel::kNoRating;
    }
    nulls[bits] = std::bit_cast<std::uint64_t>(bytes);
  }
  return nulls;
}();

/// The eight bits from `bit` on; those past the end of the bitmap are 0.
std::uint8_t eight_bits(std::span<const std::uint8_t> bitmap, std::size_t bit) noexcept {
  const std::size_t byte = bit / 8;
  const std::size_t shift = bit % 8;
  const unsigned low = bitmap[byte];
  const unsigned high = shift != 0 && byte + 1 < bitmap.size() ? bitmap[byte + 1] : 0U;
  return static_cast<std::uint8_t>((low | high << 8U) >> shift);
}

/// Overwrites what stands in rows without a value, and counts them. `bit` is that of row 0.
std::uint64_t drop_nulls(Block& block, std::size_t rows, std::span<const std::uint8_t> bitmap,
                         std::size_t bit) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t missing = 0;
  for (std::size_t row = 0; row < rows; row += 8) {
    unsigned bits = eight_bits(bitmap, bit + row);
    if (rows - row < 8) bits |= 0xffU << (rows - row) & 0xffU;  // past the end nothing is missing
    const std::uint64_t nulls = kNulls[bits];
    std::uint64_t eight;
    std::memcpy(&eight, &block[row], sizeof(eight));
    eight |= nulls;
    std::memcpy(&block[row], &eight, sizeof(eight));
    missing += ((nulls & kOnes) * kOnes) >> 56;  // the sum of the eight bytes, each 0 or 1
  }
  return missing;
}

/// How many of `rows` rows a bitmap speaks of. The offset is not believed to lie within it.
std::size_t rows_covered(Validity validity, std::size_t rows) noexcept {
  if (validity.bitmap.empty()) return rows;
  const std::size_t first_byte = validity.offset / 8;
  if (first_byte >= validity.bitmap.size()) return 0;
  const std::size_t bytes = validity.bitmap.size() - first_byte;
  if (bytes > rows / 8 + 1) return rows;  // also keeps the product below in range
  return std::min(rows, bytes * 8 - validity.offset % 8);
}

/// Adds the column to `counts`, block by block, and returns how many rows have no value.
template <typename T>
std::uint64_t count_blocks(const Kernel& kernel, std::span<const T> values, Validity validity,
                           Tally::Counts& counts) noexcept {
  const std::size_t covered = rows_covered(validity, values.size());
  std::uint64_t missing = values.size() - covered;
  alignas(64) Block block;
  for (std::size_t row = 0; row < covered; row += kBlock) {
    const std::size_t rows = std::min(kBlock, covered - row);
    std::get<kernel::Narrow<T>>(kernel.narrow)(values.data() + row, rows, block.data());
    if (!validity.bitmap.empty()) {
      missing += drop_nulls(block, rows, validity.bitmap, validity.offset + row);
    }
    kernel.count(block.data(), rows, counts);
  }
  return missing;
}

template <typename T>
BatchTally tally_column(std::span<const T> values, Validity validity) noexcept {
  const Kernel& kernel = kernel::selected();
  Tally::Counts counts{};
  std::uint64_t missing = 0;
  if (std::is_same_v<T, std::uint8_t> && validity.bitmap.empty()) {
    kernel.count(reinterpret_cast<const std::uint8_t*>(values.data()), values.size(), counts);
  } else {
    missing = count_blocks(kernel, values, validity, counts);
  }
  const Tally tally = Tally::of(counts);
  return {tally, values.size() - missing - tally.responses(), missing};
}

// Fewer bytes than this are not worth a thread.
constexpr std::size_t kBytesPerThread = std::size_t{1} << 21U;
constexpr std::size_t kMostThreads = 64;  // more than any memory feeds

template <typename T>
BatchTally tally_threads(std::span<const T> values, Validity validity,
                         std::size_t threads) noexcept {
  const std::size_t parts =
      std::min({threads, kMostThreads, values.size() / (kBytesPerThread / sizeof(T))});
  if (parts <= 1) return tally_column(values, validity);
  std::array<BatchTally, kMostThreads> tallies;
  internal::parallel_for(parts, parts, [&](std::size_t part) noexcept {
    const std::size_t first = values.size() / parts * part;
    const std::size_t rows = part + 1 == parts ? values.size() - first : values.size() / parts;
    Validity rest = validity;
    rest.offset += std::min(first, ~rest.offset);  // no further than there are numbers
    tallies[part] = tally_column(values.subspan(first, rows), rest);
  });
  BatchTally sum;
  for (std::size_t part = 0; part < parts; ++part) {
    sum.tally += tallies[part].tally;
    sum.rejected += tallies[part].rejected;
    sum.missing += tallies[part].missing;
  }
  return sum;
}

}  // namespace

BatchTally tally_ratings(std::span<const std::uint8_t> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const std::int8_t> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const std::int16_t> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const std::int32_t> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const std::int64_t> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const float> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}
BatchTally tally_ratings(std::span<const double> ratings, Validity validity,
                         std::size_t threads) noexcept {
  return tally_threads(ratings, validity, threads);
}

}  // namespace nps
