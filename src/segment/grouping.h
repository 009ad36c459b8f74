// Grouping: the way of whole columns into cells. It belongs to one set of cells and one thread.
//
// Rows become slots, block by block (slots.h). Where there are few slots, each has counters in one
// small table, to which the rows add one by one, and whose sums go to the cells at the end. Where
// there are many, each row finds its cell by a hash of its slot; where a slot does not even fit 64
// bits, by its codes.
#ifndef NPS_SRC_SEGMENT_GROUPING_H_
#define NPS_SRC_SEGMENT_GROUPING_H_

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nps/batch.h"
#include "nps/segment/cube.h"
#include "nps/segment/dimension.h"
#include "segment/cells.h"
#include "segment/slots.h"
#include "segment/upcoming.h"

namespace nps::internal {

/// So many slots at most have a table, and none has one of more than twice its rows: beyond either,
/// reading the table off would cost more than it saves.
inline constexpr std::uint64_t kMostTableSlots = 1U << 15U;

enum class Grouped : std::uint8_t { Done, UnknownCode, TooManyCells };

struct RowRange {
  std::size_t first;
  std::size_t last;
};

class Grouping {
 public:
  explicit Grouping(std::span<const Dimension> dimensions)
      : slots_(dimensions), codes_(dimensions.size()) {}

  /// Adds rows to `cells`, which are the same at each call. The columns must have been checked, but
  /// not their codes. After a failure what was counted is taken away again; cells without a
  /// response may stay, for the caller to drop.
  Grouped add(const Batch& batch, RowRange rows, std::size_t cell_limit, Cells& cells,
              Added& added);

  static constexpr Cells::Index kNoCell = ~Cells::Index{0};
  /// The cell of each row of the batch, made where there is none, or kNoCell where `counted` says
  /// that the row does not. Nothing is counted but `added`.
  Grouped find(const Batch& batch, const std::vector<bool>& counted, std::size_t cell_limit,
               Cells& cells, std::vector<Cells::Index>& cell_of, Added& added);

 private:
  struct Known {
    Cells::Index cell;
    bool absent;  // has no value in some timing
  };

  void lay_out(const Batch& batch, const Cells& cells, bool roomy);
  Grouped add_by_table(const Batch& batch, RowRange& rows, std::size_t cell_limit, Cells& cells,
                       Added& added);
  template <typename Counter>
  Grouped fill_table(const Batch& batch, RowRange& rows, const Upcoming& upcoming);
  void use(const SlotRange& range);
  void clear_table();
  bool empty_table(std::size_t cell_limit, Cells& cells, Added& added);
  template <typename Counts, typename Visit>
  Grouped visit_rows(const Batch& batch, RowRange& rows, std::size_t cell_limit, Cells& cells,
                     Added& added, Counts counts, Visit visit);
  Known known_cell(std::uint64_t slot, Cells& cells);

  Slots slots_;
  std::vector<Code> codes_;           // of one row
  std::vector<std::uint32_t> table_;  // kLanes tables of kSlotWidth counters a slot, or one
  SlotRange used_{0, 0};              // of the table: all else is zero
  std::vector<Known> cell_of_slot_;   // of the table; kNoCell where not yet known
  absl::flat_hash_map<std::uint64_t, Known> known_;
  std::uint64_t cells_version_ = 0;  // of the cells that those two speak of
  // Where the last rows ended: what lies there was asked for with them. Compared, and never read.
  const std::uint8_t* next_rating_ = nullptr;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_GROUPING_H_
