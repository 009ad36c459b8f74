// Figures: what is counted of the answers that one shard of a tracker holds: all of them, each cell,
// and each window with the buckets behind it. Changes are prepared, which may fail, and then made, which
// may not; whatever is to be read fast is published while it is made.
#ifndef NPS_SRC_STREAM_FIGURES_H_
#define NPS_SRC_STREAM_FIGURES_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "detail/cache_line.h"
#include "nps/change.h"
#include "nps/result.h"
#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "nps/stream/buckets.h"
#include "nps/stream/ledger.h"
#include "segment/timeline.h"
#include "stream/bucket_clock.h"
#include "stream/cell_directory.h"
#include "stream/published.h"
#include "stream/rows.h"

namespace nps::internal {

/// What is counted, the same for all shards.
struct FigurePlan {
  struct Source {  // where a dimension's label stands in an answer
    enum class From : std::uint8_t { Channel, Stage, Others, Timing } from = From::Others;
    std::size_t place = 0;  // among Answer::dimensions
  };
  struct Unit {  // windows whose buckets are of one kind
    Bucketing bucketing;
    std::vector<std::int64_t> lengths;
  };

  std::vector<Dimension> by;
  std::vector<Source> sources;  // one a dimension
  std::vector<Unit> units;      // at most one of days and one of hours
};

/// The windows of one unit.
class UnitFigures {
 public:
  /// In place of a bucket: of the answers that have no time.
  static constexpr std::int64_t kUntimed = std::numeric_limits<std::int64_t>::min();

  explicit UnitFigures(const FigurePlan::Unit& plan);

  [[nodiscard]] std::int64_t bucket_of(const Answer& answer) noexcept {
    return answer.answered_at ? clock_.bucket(*answer.answered_at) : kUntimed;
  }
  /// The row of a bucket, which is made if need be.
  std::uint32_t row_of(std::int64_t bucket);
  void change(const RowChange& change) noexcept;

  /// Where the windows are to end, worked out before it is shown by move().
  struct Move {
    std::int64_t end = kUntimed;
    std::vector<Tally> sums;
    std::uint64_t after = 0;
  };
  [[nodiscard]] Move sum_up(std::int64_t end) const;
  void move(const Move& to) noexcept;

  /// What a reader adds up. `end` is kUntimed before the first move.
  struct Reading {
    std::int64_t end = kUntimed;
    Tally sum;
    std::uint64_t after = 0, timed = 0, untimed = 0;
  };
  [[nodiscard]] Reading read(std::size_t window) const noexcept;

  Rows<std::int64_t> rows;

 private:
  struct Window {
    explicit Window(std::int64_t buckets) noexcept : length(buckets) {}
    std::int64_t length;
    PublishedTally sum;
  };

  BucketClock clock_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> places_;
  std::int64_t end_ = kUntimed;
  std::deque<Window> windows_;
  // What each event writes to stands together.
  alignas(detail::kCacheLine) PublishedNumber published_end_{static_cast<std::uint64_t>(kUntimed)};
  PublishedNumber after_;
  PublishedNumber timed_;
  PublishedNumber untimed_;
};

/// Changes that are prepared. It says nothing of the figures: a thread has one for all of them.
class PreparedChanges {
 public:
  void clear() noexcept { steps_.clear(); }

 private:
  friend class Figures;
  static constexpr std::size_t kUnits = 2;
  struct Step {
    std::uint32_t cell = 0;
    std::array<std::uint32_t, kUnits> buckets{};
    std::uint8_t rating = 0;
    bool in = true;
  };
  std::vector<Step> steps_;
  std::string key_;  // of a cell
};

/// Reading through read() needs no lock; all else is for the holder of the shard's.
class Figures {
 public:
  Figures(const FigurePlan& plan, CellDirectory& cells, std::size_t shard);

  /// Makes room for a change, after those prepared before. LimitReached for too many cells.
  Result<> prepare(const Change& change, PreparedChanges& before);
  /// Makes the changes that were prepared, and shows them with the counts.
  void commit(const PreparedChanges& prepared, const LedgerCounts& counts) noexcept;
  void move_to(Timestamp now);

  /// What look(*this) returns, of a moment at which nothing was half done.
  template <typename Look>
  [[nodiscard]] auto read(Look look) const noexcept {
    return sequence_.read([&] { return look(*this); });
  }
  [[nodiscard]] Tally total() const noexcept { return total_.read(); }
  [[nodiscard]] LedgerCounts counts() const noexcept;
  [[nodiscard]] const UnitFigures& unit(std::size_t unit) const noexcept { return units_[unit]; }

  [[nodiscard]] Rows<const TrackedCellEntry*>& cells() noexcept { return cells_; }
  [[nodiscard]] Rows<std::int64_t>& buckets(std::size_t unit) noexcept { return units_[unit].rows; }

 private:
  Result<> prepare(const Answer& answer, bool in, PreparedChanges& before);
  Result<std::uint32_t> cell_of(const Answer& answer, std::string& key);

  // What each event writes to stands together.
  Sequence sequence_;
  PublishedTally total_;
  std::array<PublishedNumber, 5> counts_;

  const FigurePlan& plan_;
  CellDirectory& directory_;
  std::size_t shard_;
  std::vector<Labels> timing_labels_;  // one a dimension, empty but for timings
  std::vector<std::optional<Timeline>> timelines_;

  Rows<const TrackedCellEntry*> cells_;
  absl::flat_hash_map<absl::string_view, std::uint32_t> cell_places_;
  std::deque<UnitFigures> units_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_FIGURES_H_
