// Buckets: answers counted by day or by hour, so that any span of time is a sum, and an answer can be
// taken away again from where it was counted.
//
//   nps::Bucketing days(nps::BucketUnit::Day, *nps::Zone::load("Europe/Berlin"));
//   nps::Buckets counted;
//   counted.add(days.bucket(answered_at), nps::Rating::of<9>());
//   counted.sum(days.bucket(now) - 29, days.bucket(now));       // the last 30 days
#ifndef NPS_STREAM_BUCKETS_H_
#define NPS_STREAM_BUCKETS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nps/export.h"
#include "nps/rating.h"
#include "nps/segment/zone.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/window_length.h"

namespace nps {

/// How instants are numbered: by civil days in a zone, 0 being 1970-01-01, or by hours of UTC since
/// then. Hours are those of UTC in every zone: a clock that goes back shows an hour twice.
///
/// Threads     a plain value.
/// Complexity  a binary search over the zone's clock changes, for days; no allocation.
class NPS_EXPORT Bucketing {
 public:
  explicit Bucketing(BucketUnit unit, Zone zone = Zone::utc()) noexcept
      : zone_(zone), unit_(unit) {}

  [[nodiscard]] BucketUnit unit() const noexcept { return unit_; }
  [[nodiscard]] Zone zone() const noexcept { return zone_; }
  [[nodiscard]] std::int64_t bucket(Timestamp t) const noexcept;
  /// When it begins.
  [[nodiscard]] Timestamp begin(std::int64_t bucket) const noexcept;
  /// 2020-10-25 for a day, 2020-10-25T02:00:00Z for an hour.
  [[nodiscard]] std::string label(std::int64_t bucket) const;

  friend bool operator==(const Bucketing&, const Bucketing&) noexcept = default;

 private:
  Zone zone_;
  BucketUnit unit_;
};

/// A tally for each bucket in which anybody answered. Small while it is empty, so that each cell of a
/// cube can have its own.
///
/// Algebra     += merges, exactly and in any order; what was added can be removed again.
/// Equality    the same buckets with the same tallies: emptied ones leave no trace.
/// Errors      remove() and replace() say so where there is nothing to remove; the rest cannot fail.
/// Threads     distinct objects are independent; const calls on one are safe together.
/// Complexity  add, remove, find: O(1) expected. Memory is O(buckets), about 110 bytes each,
///             and up to 300 where two in three have no answers.
class NPS_EXPORT Buckets {
 public:
  using Bucket = std::pair<std::int64_t, Tally>;

  Buckets();
  Buckets(const Buckets& other);
  Buckets(Buckets&& other) noexcept;
  Buckets& operator=(Buckets other) noexcept;
  ~Buckets();

  void add(std::int64_t bucket, Rating rating);
  void add(std::int64_t bucket, const Tally& tally);
  /// Takes one answer away. False, and nothing is changed, when it is not there.
  [[nodiscard]] bool remove(std::int64_t bucket, Rating rating) noexcept;
  /// Takes one answer away and adds another, in the same bucket or elsewhere. False, and nothing is
  /// changed, when the one is not there.
  [[nodiscard]] bool replace(std::int64_t from, Rating was, std::int64_t to, Rating is);
  Buckets& operator+=(const Buckets& other);

  /// How many buckets have answers.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// What was answered in that bucket, which may be nothing.
  [[nodiscard]] Tally at(std::int64_t bucket) const noexcept;
  /// From bucket `first` to `last`, both included. O(the fewer of: buckets asked for, kept).
  [[nodiscard]] Tally sum(std::int64_t first, std::int64_t last) const noexcept;
  [[nodiscard]] Tally total() const noexcept;
  /// All that have answers, in order of time.
  [[nodiscard]] std::vector<Bucket> sorted() const;

  friend NPS_EXPORT bool operator==(const Buckets& a, const Buckets& b) noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_STREAM_BUCKETS_H_
