// CompactEncoder: rows of a batch as CompactEntries.
#ifndef NPS_SRC_SEGMENT_COMPACT_ENCODER_H_
#define NPS_SRC_SEGMENT_COMPACT_ENCODER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "nps/batch.h"
#include "segment/compact_layout.h"
#include "segment/upcoming.h"

namespace nps::internal {

/// Some rows, encoded: one array for each part of them, so that a processor encodes several rows at
/// a time.
struct CompactRows {
  static constexpr std::size_t kMost = 1024;

  alignas(64) std::array<std::uint64_t, kMost> who;
  alignas(64) std::array<std::uint64_t, kMost> what;  // 0: no rating, so no answer
  alignas(64) std::array<std::uint8_t, kMost> shard;

  [[nodiscard]] CompactEntry operator[](std::size_t i) const noexcept { return {who[i], what[i]}; }
};

class CompactEncoder {
 public:
  CompactEncoder(const CompactLayout& layout, const ResponseColumns& columns) noexcept
      : layout_(layout), columns_(columns), upcoming_(columns) {
    upcoming_.watch(columns.customer_ids);
  }

  /// Encodes at most CompactRows::kMost rows. False if there are some among them that do not fit;
  /// the others mean nothing then.
  bool encode(std::size_t first, std::size_t rows, CompactRows& encoded) const noexcept;
  /// Of the columns: to be called for each 64 rows, where nothing else waits for memory.
  [[nodiscard]] const Upcoming& upcoming() const noexcept { return upcoming_; }

 private:
  CompactLayout layout_;
  const ResponseColumns& columns_;
  Upcoming upcoming_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_ENCODER_H_
