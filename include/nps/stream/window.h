// Windows: the answers of the last 7, 30, 90 days, or so many hours, as they stand at an instant that
// the reader names.
//
//   auto windows = nps::Windows::create(nps::Bucketing(nps::BucketUnit::Day, berlin), {7, 30});
//   for (const nps::Change& change : applied->changes) windows->apply(change);
//   windows->move_to(now);                              // reads at this day are now O(1)
//   nps::WindowReading month = windows->read(1, now);   // this day and the 29 before
//   month.tally.score();
#ifndef NPS_STREAM_WINDOW_H_
#define NPS_STREAM_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nps/change.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/stream/buckets.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/window_length.h"
#include "nps/wire/writer.h"

namespace nps {

/// One window at one instant. The tally, what lies outside, and what has no time are all answers
/// that count: tally.responses() + before + after + untimed.
struct WindowReading {
  std::int64_t first = 0;  // bucket
  std::int64_t last = 0;   // bucket: the one that holds the instant
  Tally tally;
  std::uint64_t before = 0;   // answered before the window
  std::uint64_t after = 0;    // answered after its last bucket
  std::uint64_t untimed = 0;  // nobody knows when
  friend bool operator==(const WindowReading&, const WindowReading&) = default;
};

/// Buckets that follow a ledger, and the sums of the declared windows at the bucket moved to.
///
/// The buckets are all there is to know; which windows are declared and where they stand is a matter
/// of convenience.
///
/// Equality    the same bucketing, buckets and untimed answers.
/// Errors      each call is all or nothing.
/// Threads     distinct objects are independent; const calls on one are safe together.
/// Complexity  apply: O(windows) expected. move_to by k buckets: O(k * windows), at most O(all
///             buckets * windows). read: O(1) at the bucket moved to, O(all buckets) elsewhere.
class NPS_EXPORT Windows {
 public:
  /// Windows of so many buckets, each from 1 to 1,000,000: InvalidArgument otherwise.
  [[nodiscard]] static Result<Windows> create(Bucketing bucketing,
                                              std::vector<std::int64_t> lengths);
  Windows(const Windows& other);
  Windows(Windows&& other) noexcept;
  Windows& operator=(Windows other) noexcept;
  ~Windows();

  /// InvalidArgument when `before` is not there. What was applied can always be undone by the
  /// change's inverse().
  Result<> apply(const Change& change);

  /// Makes reads at the bucket of `now` fast.
  void move_to(Timestamp now);
  /// The bucket moved to, if ever.
  [[nodiscard]] std::optional<std::int64_t> current() const noexcept;
  /// The window of that index, as of `at`.
  [[nodiscard]] WindowReading read(std::size_t window, Timestamp at) const;

  [[nodiscard]] const Bucketing& bucketing() const noexcept;
  [[nodiscard]] std::span<const std::int64_t> lengths() const noexcept;
  [[nodiscard]] const Buckets& buckets() const noexcept;
  [[nodiscard]] const Tally& untimed() const noexcept;
  [[nodiscard]] Tally total() const noexcept;

  /// The bucketing, buckets and untimed answers as bytes to store or send: equal windows give equal
  /// bytes. Which windows are declared does not travel. Layout: FORMAT.md in nps/wire.
  [[nodiscard]] wire::Bytes encode() const;
  /// What encode() wrote, and no other bytes, with these windows. Malformed says what is wrong at
  /// which byte; NotFound is a time zone that this machine does not know.
  [[nodiscard]] static Result<Windows> decode(std::span<const std::byte> bytes,
                                              std::vector<std::int64_t> lengths);

  friend NPS_EXPORT bool operator==(const Windows& a, const Windows& b) noexcept;

 private:
  struct Impl;
  explicit Windows(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_STREAM_WINDOW_H_
