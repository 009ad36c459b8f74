// Slots: rows of codes as single numbers. A row's slot is the sum of its codes, each times the
// stride of its dimension, as the digits of a number in a mixed radix.
#ifndef NPS_SRC_SEGMENT_SLOTS_H_
#define NPS_SRC_SEGMENT_SLOTS_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "nps/batch.h"
#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "segment/timeline.h"

namespace nps::internal {

/// What grouping works on: a cube's dimensions and dictionaries, and the columns.
struct Batch {
  std::span<const Dimension> dimensions;
  std::span<Labels> labels;
  std::mutex* lock;  // of the labels; none where only one thread is at work
  const ResponseColumns& columns;
};

/// What became of a block.
enum class Numbered : std::uint8_t {
  Done,
  UnknownCode,  // a code that its dictionary does not have
  Outgrown,     // a time brought a label past the radix: lay out again, then number again
};

/// Where the slots of a block lie: from `first` on, `size` of them.
struct SlotRange {
  std::uint64_t first = 0;
  std::uint64_t size = 1;
};

/// The numbering: radices and strides, and from blocks of rows to their slots.
class Slots {
 public:
  static constexpr std::size_t kBlock = 2048;

  explicit Slots(std::span<const Dimension> dimensions);

  /// Makes room for every label there is, and for more of those that times bring. Returns whether
  /// anything changed, and with it the meaning of a slot. `roomy`: also for more of the others.
  bool lay_out(const Batch& batch, bool roomy);

  /// How many slots there are; no value where that does not fit 64 bits.
  [[nodiscard]] std::optional<std::uint64_t> count() const noexcept { return count_; }

  /// The codes that a slot stands for, in `codes`; returns whether one of them is kAbsent.
  bool decode(std::uint64_t slot, std::span<Code> codes) const noexcept;

  /// Adds the slots of `rows` rows from `first`, less range.first and each times `width`, to
  /// numbers[0..rows). Number must hold range.size times width.
  template <typename Number>
  Numbered number(const Batch& batch, std::size_t first, std::size_t rows, Number width,
                  Number* numbers, SlotRange& range);

  /// The codes of the same rows where slots are too many: row after row.
  Numbered spell(const Batch& batch, std::size_t first, std::size_t rows, Code* codes);

 private:
  struct Axis {
    bool timing;
    std::size_t column;   // of the codes, or of timelines_
    std::uint64_t radix;  // codes are below it; a timing's last one stands for kAbsent
    std::uint64_t stride;
    std::uint64_t known;  // labels when laid out
  };

  template <typename Number>
  Numbered add_labels(const CodeColumn& column, const Axis& axis, std::size_t first,
                      std::size_t rows, Number width, Number* numbers, SlotRange& range);
  TimeCodes find_times(const Batch& batch, std::size_t dimension, std::size_t first,
                       std::size_t rows);
  template <typename Number>
  Numbered add_times(const Batch& batch, std::size_t dimension, std::size_t first, std::size_t rows,
                     Number width, Number* numbers, SlotRange& range);

  std::vector<Axis> axes_;  // one a dimension
  std::vector<Timeline> timelines_;
  bool laid_out_ = false;
  std::optional<std::uint64_t> count_;
  std::vector<Code> time_codes_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_SLOTS_H_
