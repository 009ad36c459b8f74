// Rows: tallies by key that stay where they are, so that they can be read while they change; and a
// copy of all of them as they stood at one moment, made a slice at a time. While a copy is made, what
// changes is also written down, and a slice then takes over what was written down after it.
#ifndef NPS_SRC_STREAM_ROWS_H_
#define NPS_SRC_STREAM_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "nps/tally.h"
#include "stream/published.h"
#include "stream/tombstones.h"

namespace nps::internal {

struct RowChange {
  std::uint32_t row = 0;
  std::uint8_t rating = 0;
  bool in = true;
};

/// Locking is the caller's business: everything here is for whoever holds the lock of the rows, but
/// for reading a row's tally, which is for all.
template <typename Key>
class Rows {
 public:
  /// A row for that key, which is the caller's to find again.
  std::uint32_t add(Key key) {
    rows_.emplace_back(key);
    return static_cast<std::uint32_t>(rows_.size() - 1);
  }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(rows_.size());
  }
  [[nodiscard]] Key key(std::uint32_t row) const noexcept { return rows_[row].key; }
  [[nodiscard]] const PublishedTally& tally(std::uint32_t row) const noexcept {
    return rows_[row].tally;
  }

  /// Makes room for so many changes.
  void reserve(std::size_t changes) {
    if (writes_down_) make_room(written_, changes);
  }
  /// There must be room for it.
  void change(const RowChange& change) noexcept {
    rows_[change.row].tally.add(change.rating, change.in);
    if (writes_down_) written_.push_back(change);
  }

  /// A copy under way.
  class Copy {
   public:
    /// Calls take(key, tally) for each row. Once, of a copy that is finished.
    template <typename Take>
    void for_each(Take take) {
      for (std::size_t i = 0; i < written_.size(); ++i) {
        const RowChange& change = written_[i];
        if (change.row < size_ && i < seen_[change.row / kSlice]) continue;
        tallies_[change.row].add(*Rating::from(change.rating), change.in ? 1 : ~std::uint64_t{0});
      }
      for (std::size_t row = 0; row < tallies_.size(); ++row) take(keys_[row], tallies_[row]);
    }

   private:
    friend class Rows;
    std::vector<Key> keys_;
    std::vector<Tally> tallies_;
    std::vector<std::size_t> seen_;  // a slice: how much was written down before it was copied
    std::size_t size_ = 0;           // rows copied by slices
    std::vector<RowChange> written_;
  };

  void begin() noexcept {
    written_.clear();
    writes_down_ = true;
  }
  /// Copies one more slice, and says whether there are others.
  bool step(Copy& copy) const {
    const std::size_t end = std::min(rows_.size(), copy.size_ + kSlice);
    copy.seen_.push_back(written_.size());
    for (; copy.size_ < end; ++copy.size_) {
      copy.keys_.push_back(rows_[copy.size_].key);
      copy.tallies_.push_back(rows_[copy.size_].tally.read());
    }
    return copy.size_ % kSlice == 0 && copy.size_ < rows_.size();
  }
  /// The copy is of this moment.
  void finish(Copy& copy) {
    // Rows that are new since the last slice have all that they hold written down.
    for (std::size_t row = copy.size_; row < rows_.size(); ++row) {
      copy.keys_.push_back(rows_[row].key);
      copy.tallies_.emplace_back();
    }
    std::swap(copy.written_, written_);
    abandon();
  }
  void abandon() noexcept { writes_down_ = false; }

 private:
  static constexpr std::size_t kSlice = 512;  // some 10 microseconds

  struct Row {
    explicit Row(Key of) noexcept : key(of) {}
    Key key;
    PublishedTally tally;
  };

  std::deque<Row> rows_;
  bool writes_down_ = false;
  std::vector<RowChange> written_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_ROWS_H_
