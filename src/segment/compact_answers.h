// CompactAnswers: one answer a customer in sixteen bytes, for customers who are integers and answers
// of which only time, rating and codes are known.
//
// A batch is sorted by shard, a round of rows at a time, and then each shard's rows are put into the
// shard's table while that is in the cache: all memory is read and written in sequence, or is near.
#ifndef NPS_SRC_SEGMENT_COMPACT_ANSWERS_H_
#define NPS_SRC_SEGMENT_COMPACT_ANSWERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "detail/pages.h"
#include "nps/batch.h"
#include "nps/counting_policy.h"
#include "nps/segment/per_customer.h"
#include "segment/compact_layout.h"
#include "segment/compact_sorted.h"
#include "segment/compact_table.h"
#include "segment/customer_shards.h"
#include "segment/kept_columns.h"
#include "segment/wide_answers.h"

namespace nps::internal {

class CompactAnswers {
 public:
  CompactAnswers(Which which, std::size_t dimensions);

  /// Whether answers of such columns can be kept here, as far as one can say without reading them.
  [[nodiscard]] static bool may_hold(const ResponseColumns& columns) noexcept;

  /// Places rows from the first on, and adds to `placed`. Result: how many rows it has placed; the
  /// row after that is near one that does not fit, if there is one.
  std::size_t add(const ResponseColumns& columns, std::size_t threads, Placed& placed);

  [[nodiscard]] std::uint64_t customers() const noexcept;
  [[nodiscard]] std::uint64_t placed() const noexcept;
  [[nodiscard]] KeptColumns columns(std::size_t threads) const;
  /// The same answers with room for more.
  [[nodiscard]] WideAnswers widened() const;

 private:
  std::size_t add_few(const ResponseColumns& columns, Placed& placed);
  void place(std::span<const CompactSorted> round, std::size_t shard);

  CompactLayout layout_;
  ShardMemory memory_;
  Pages scratch_;  // of rows that are being sorted
  std::array<CompactTable, kShards> shards_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_ANSWERS_H_
