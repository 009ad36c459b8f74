// Timeline: from instants to the codes of their labels, without a civil-time conversion per row.
//
// A period is at least so long (a month 28 days, less an hour where clocks go forward), so time cut
// into slots of a power of two below that has at most one boundary in each slot. A slot remembers
// where the boundary is and the code on either side; a row costs a shift, a load and a compare. What
// a slot holds is found when a row first falls into it, so that only labels that occur get a code.
#ifndef NPS_SRC_SEGMENT_TIMELINE_H_
#define NPS_SRC_SEGMENT_TIMELINE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "segment/cells.h"

namespace nps::internal {

/// A dimension's dictionary, for several threads: `lock` is held while it is read or written.
struct Dictionary {
  Labels& labels;
  std::mutex* lock = nullptr;  // none: nobody else is there

  Code intern(std::string_view label) const {
    if (lock == nullptr) return labels.intern(label);
    const std::lock_guard held(*lock);
    return labels.intern(label);
  }
};

/// The codes of a block of rows: one for all of them, or one each in the caller's array.
struct TimeCodes {
  std::optional<Code> all = {};
  bool has_absent = false;  // whether kAbsent is among them
};

class Timeline {
 public:
  /// `timing` is a timing dimension. It is given to each call, as is the dictionary, because cubes
  /// move; both must be the same ones at each.
  explicit Timeline(const Dimension& timing);
  Timeline(Timeline&&) noexcept = default;  // last_ moves with what it points into
  Timeline& operator=(Timeline&&) = delete;
  ~Timeline() = default;

  /// The code of one row; kAbsent when a time that it takes is not known.
  Code code(const Dimension& timing, Dictionary labels, std::optional<Timestamp> answered_at,
            std::optional<Timestamp> touchpoint_at);

  /// The codes of `rows` rows from `first`, in codes[0..rows) unless they are all one.
  TimeCodes codes(const Dimension& timing, Dictionary labels, const TimeColumn& answered_at,
                  const TimeColumn& touchpoint_at, std::size_t first, std::size_t rows,
                  Code* codes);

 private:
  static constexpr Code kUnknown = kAbsent - 1;

  struct Slot {
    std::int64_t boundary = 0;                      // the code changes here
    std::array<Code, 2> codes{kUnknown, kUnknown};  // before it, and from it on
  };
  struct Stretch {
    Span span;
    Code code;
  };

  TimeCodes known_codes(const Dimension& timing, Dictionary labels,
                        std::span<const Timestamp> known, Code* codes);
  Code label_code(const Dimension& timing, Dictionary labels, Timestamp time);
  Code delay_code(const Delays& delays, Dictionary labels, Timestamp touchpoint,
                  Timestamp answered);
  bool cover(std::int64_t least, std::int64_t greatest);
  void learn(std::int64_t time);

  unsigned shift_;
  std::int64_t base_ = 0;  // the slot number (time >> shift_) of slots_[0]
  std::vector<Slot> slots_;
  std::map<Timestamp, Stretch> stretches_;  // by their start: what has been looked up
  const Stretch* last_ = nullptr;           // of those, the one looked up last
  std::vector<Code> delay_codes_;
  std::vector<Timestamp> filled_;  // a block in which some times are not known
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_TIMELINE_H_
