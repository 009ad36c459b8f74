// CompactSorted: some rows of a batch as CompactEntries, sorted by shard.
#ifndef NPS_SRC_SEGMENT_COMPACT_SORTED_H_
#define NPS_SRC_SEGMENT_COMPACT_SORTED_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "segment/compact_encoder.h"
#include "segment/compact_table.h"
#include "segment/customer_shards.h"

namespace nps::internal {

/// A shard's entries lie in blocks, in the order of their rows; shard s begins with block s.
class CompactSorted {
 public:
  static constexpr std::size_t kPiece = 64;  // entries

  /// The memory that so many rows are sorted into, in entries: an eighth more than they are, or
  /// kShards pieces.
  [[nodiscard]] static std::size_t room(std::size_t rows) noexcept;

  /// Sorts rows that lie side by side into `memory`, which is large enough for them.
  void sort(const CompactEncoder& encoder, std::size_t first, std::size_t rows,
            std::span<CompactEntry> memory);

  /// Whether all rows could be encoded; if not, nothing else here means anything.
  [[nodiscard]] bool fits() const noexcept { return fits_; }
  [[nodiscard]] std::size_t count(std::size_t shard) const noexcept { return counts_[shard]; }
  [[nodiscard]] std::size_t count() const noexcept;

  /// Calls f(piece) with a shard's entries, in order, at most kPiece at a time.
  template <typename F>
  void for_each_piece(std::size_t shard, F f) const {
    std::size_t left = counts_[shard];
    const std::size_t ahead = std::min(block_, kAhead);
    for (std::size_t block = shard; left > 0; block = next_[block]) {
      const CompactEntry* const begin = blocks_ + block * block_;
      const CompactEntry* const next = left > block_ ? blocks_ + next_[block] * block_ : begin;
      const std::size_t here = std::min(left, block_);
      for (std::size_t at = 0; at < here; at += kPiece) {
        fetch(at + ahead < block_ ? begin + at + ahead : next + (at + ahead - block_));
        f(std::span(begin + at, std::min(kPiece, here - at)));
      }
      left -= here;
    }
  }

 private:
  // A processor foresees what is read in sequence, but not past a page, nor where the next block is.
  static constexpr std::size_t kAhead = 256;  // entries

  static std::size_t block_of(std::size_t rows) noexcept;
  static void fetch(const CompactEntry* piece) noexcept;

  const CompactEntry* blocks_ = nullptr;
  std::size_t block_ = 0;  // entries
  std::array<std::uint32_t, kShards> counts_{};
  std::vector<std::uint32_t> next_;  // the block after a full one
  bool fits_ = true;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_SORTED_H_
