// CompactLayout: how an answer becomes a CompactEntry, and what it was.
#ifndef NPS_SRC_SEGMENT_COMPACT_LAYOUT_H_
#define NPS_SRC_SEGMENT_COMPACT_LAYOUT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "nps/batch.h"
#include "segment/compact_table.h"

namespace nps::internal {

/// A rank is the time, then the rating, turned round where the first answer is wanted; an answer
/// without a time has 0 for it and so gives way either way. The sixteen bits beside customer and rank
/// are divided among the code columns.
struct CompactLayout {
  static constexpr std::size_t kMaxDimensions = 4;
  static constexpr unsigned kTimeBits = 52;
  static constexpr std::uint64_t kTimeEnd = std::uint64_t{1} << kTimeBits;
  static constexpr std::uint64_t k1970 = std::uint64_t{1} << 50U;  // times from 1934 to 2077 fit
  static constexpr unsigned kRatingBits = 4;
  static constexpr unsigned kSideBits = 2 * CompactEntry::kSide;

  bool first = false;
  std::size_t dimensions = 0;

  [[nodiscard]] constexpr unsigned code_bits() const noexcept {
    return dimensions == 0 ? kSideBits : kSideBits / static_cast<unsigned>(dimensions);
  }

  /// Microseconds from the beginning of what fits, which is 1 <= ticks < kTimeEnd.
  static constexpr std::uint64_t ticks_of(Timestamp time) noexcept {
    return static_cast<std::uint64_t>(time.time_since_epoch().count()) + k1970;
  }
  /// Not 0 where they do not fit.
  static constexpr std::uint64_t unfit(std::uint64_t ticks) noexcept {
    return ticks >> kTimeBits | static_cast<std::uint64_t>(ticks == 0);
  }

  /// The rank, in place.
  [[nodiscard]] constexpr std::uint64_t rank(std::uint64_t ticks,
                                             std::uint64_t rating) const noexcept {
    // (x ^ 0) + c is x + c, and (x ^ ~0) + c is c - 1 - x: no branch in either.
    const std::uint64_t turn = first ? ~std::uint64_t{0} : 0;
    const std::uint64_t time = (ticks ^ turn) + (first ? kTimeEnd + 1 : 0);
    const std::uint64_t low = (rating ^ turn) + (first ? 16 : 1);  // 1..11 or 5..15: never 0
    return (time << kRatingBits | low) << CompactEntry::kSide;
  }
  /// The second word of an entry, less its time.
  static constexpr std::uint64_t untimed(std::uint64_t what) noexcept {
    return what & ((std::uint64_t{1} << (kRatingBits + CompactEntry::kSide)) - 1);
  }
  static constexpr CompactEntry entry(std::uint64_t key, std::uint64_t rank,
                                      std::uint64_t codes) noexcept {
    return {key << kShardBits | codes >> CompactEntry::kSide,
            rank | (codes & CompactEntry::kSideMask)};
  }

  [[nodiscard]] constexpr std::uint8_t rating(const CompactEntry& entry) const noexcept {
    const auto low = static_cast<unsigned>(entry.rank() & 15U);
    return static_cast<std::uint8_t>(first ? 15 - low : low - 1);
  }
  [[nodiscard]] constexpr std::optional<Timestamp> time(const CompactEntry& entry) const noexcept {
    const std::uint64_t time = entry.rank() >> kRatingBits;
    if (time == 0) return std::nullopt;
    const std::uint64_t ticks = first ? kTimeEnd - time : time;
    return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(ticks - k1970)));
  }
  [[nodiscard]] constexpr Code code(const CompactEntry& entry,
                                    std::size_t dimension) const noexcept {
    const std::uint64_t codes = (entry.who & CompactEntry::kSideMask) << CompactEntry::kSide |
                                (entry.what & CompactEntry::kSideMask);
    const unsigned bits = code_bits();
    return static_cast<Code>(codes >> (bits * dimension) & ((std::uint64_t{1} << bits) - 1));
  }
  static constexpr std::uint64_t key(const CompactEntry& entry, std::size_t shard) noexcept {
    return std::uint64_t{shard} << (64U - kShardBits) | entry.who >> kShardBits;
  }
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_LAYOUT_H_
