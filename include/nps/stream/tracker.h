// Tracker: what a host links for all of the live side. Events go in from any thread; totals, cells and
// windows are read from any other, and those who ask are told of every change and of every alarm.
//
//   auto tracker = nps::Tracker::create({.by = {nps::Dimension::label("channel")},
//                                        .windows = {{nps::BucketUnit::Day, 30}},
//                                        .watches = {nps::BelowWatch{.points = 20}},
//                                        .watch_by = {"channel"}});
//   tracker->on_change([](const nps::Change& change) { ... });   // one after the other
//   tracker->on_alarm([](const nps::Alarm& alarm) { page(nps::sentence(alarm)); });
//   auto applied = tracker->apply(event);                        // on any thread
//   tracker->total().score();                                    // on any other, meanwhile
//   tracker->window(0, now).tally.score();
//   auto web = tracker->cell({"web"});                           // found once
//   web->tally().score();                                        // read often
#ifndef NPS_STREAM_TRACKER_H_
#define NPS_STREAM_TRACKER_H_

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/change.h"
#include "nps/event.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/segment/dimension.h"
#include "nps/segment/zone.h"
#include "nps/stream/alarm.h"
#include "nps/stream/applied.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"
#include "nps/stream/window.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/wire/writer.h"

namespace nps {

namespace internal {
struct TrackedCellEntry;
}

struct TrackerOptions {
  /// What the cube is by: labels and timings.
  std::vector<Dimension> by = {};
  /// The windows that are followed, by civil days of the zone or by hours.
  std::vector<WindowLength> windows = {};
  Zone zone = Zone::utc();
  /// What is watched for, by the days of that zone and the scale of the cube's policy.
  std::vector<Watch> watches = {};
  /// A cell of the watches for each combination of these labels, which `by` has to name, too; none is
  /// one cell of all answers.
  std::vector<std::string> watch_by = {};
  /// The labels of `by` are kept in any case, after those that `dimensions` names. The order has to be
  /// declared: of many writers none is the first.
  LedgerOptions ledger = {.order = EventOrder::Version};
  /// Without weights, and of all answers: a host that counts one a customer follows on_change. The
  /// limit is on cells that ever held an answer or were asked for.
  CubeOptions cube = {};
  /// Into how many parts the responses are split, each with a lock of its own: a power of two from 1
  /// to 256. More let more writers work at once, and make each read a little longer.
  std::size_t shards = 16;
};

/// A tracker as two sections of bytes, of one moment: the ledger, which is a join and merges with
/// others, and the state of the watches, which goes by the order of arrival and does not. Each is an
/// envelope of its own. The second is empty where nothing is watched.
struct TrackerState {
  wire::Bytes ledger;
  wire::Bytes watches;
};

class TrackedCell;

/// A ledger, a cube, windows and watches for many threads.
///
/// State       is that of the events, by the ledger's law: the number of shards, of writers, and who
///             of them came first leave no trace.
/// Reads       are each of the state of some set of accepted events, with all of those whose apply()
///             had returned before the read began. Two reads are of two moments.
/// Waiting     total, counts, a cell and a window where it stands take no lock: no writer ever waits
///             for them. They wait for a writer in the middle of a change, some nanoseconds if it
///             is running, and for an erasure or a merge that is being entered. cube(), and windows
///             elsewhere, are copied a slice at a time: a writer to the same shard waits for 512 cells
///             at the most, some 20 microseconds. ledger() and snapshot() likewise for 128 responses,
///             some 25, and once a shard for its erased responses, some 50 nanoseconds each. Of such
///             copies one is made at a time, and one of the ledger.
/// Watches     follow what on_change is told, in that order. Their clock goes by events, as far as
///             they are not rejected: received_at, or answered_at where that is not known. It moves
///             before what the event changed is counted, so that the days and hours which close with it
///             are judged without it, and never back. Where no event comes, nothing closes and nobody
///             is told of a silence: a host whose stream may cease altogether tells the time itself
///             (advance). An erasure is to them what taking its answers back is. A merge is nothing
///             that arrived: Below and Drop count it, the others do not (Watches::adopt).
/// Errors      each call is all or nothing, across all its parts.
/// Threads     everything but moving and destroying it is safe with everything else, from all threads.
/// Complexity  apply: the ledger's, and O(dimensions + windows); an erasure locks all shards. Memory is
///             the ledger's, and for each shard about 110 bytes a cell and 130 a bucket. A cell that
///             was seen keeps its place, emptied or not. Watches are fed by one writer for all, as a
///             sink is: they bound how many events a second go in. Their memory is watch.h's.
class NPS_EXPORT Tracker {
 public:
  using Sink = std::function<void(const Change&)>;
  using AlarmSink = std::function<void(const Alarm&)>;

  /// InvalidArgument for an order that is not declared, dimensions named twice or more than 32, a
  /// window of no or more than 1,000,000 buckets, weights, a policy other than all answers, a number
  /// of shards that is no power of two up to 256, or what Watches::create() refuses.
  [[nodiscard]] static Result<Tracker> create(TrackerOptions options);
  Tracker(Tracker&& other) noexcept;
  Tracker& operator=(Tracker&& other) noexcept;
  ~Tracker();

  /// What it was created with; `ledger.dimensions` names all that is kept.
  [[nodiscard]] const TrackerOptions& options() const noexcept;

  /// Takes an event in: the ledger's apply, but that the changes go to on_change, not to the caller.
  /// LimitReached for the ledger's limit or the cube's; then nothing was changed. The ledger's may be
  /// reached when all but one of 256 of it is used, as shards take their parts of it in advance.
  Result<Applied> apply(const Event& event);

  /// Takes many events in, each as apply() would, and counts what became of them. Faster than one by
  /// one, and more so beside other writers: a shard is locked once for all of its events. Those of one
  /// response keep their order, others may not, unless something is watched, where all do, one by one.
  /// An event that is refused is no part of it, the others are; the first error comes back, and the
  /// whole batch can be given again.
  Result<> apply(std::span<const Event> events, Diagnostics& seen);

  /// Calls the sink for every change of events that are accepted from now on. Each comes once, one call
  /// at a time, all sinks in the same order: the changes of one response in the order in which the
  /// ledger accepted them, those of one event together. They come from the thread of some writer, when
  /// the change can be read already, and outside any lock, so that a sink may read, and apply events,
  /// whose changes follow later. It is not said that they have come when apply() returns: another
  /// writer may be handing them out. They all have when all apply() have. A sink that falls 65,536
  /// changes behind makes writers wait. It must not throw, nor wait for a writer.
  void on_change(Sink sink);

  /// Calls the sink for every alarm that events bring which come in from now on: one call at a time,
  /// on_change's included, and by the same rules. An alarm comes after the change that brought it and
  /// before the next one; what closes with the clock comes before the changes of the event that moved
  /// it. Which alarms there are does not depend on who listens.
  void on_alarm(AlarmSink sink);

  /// Moves the clock of the watches on, as an event that was received then would, and tells what that
  /// brings: for a host that wants to hear of a silence while no event comes at all. A time before the
  /// clock does nothing.
  void advance(Timestamp now);

  /// Ledger::forget_before, in all shards, one after the other; no copy of the ledger is under way
  /// meanwhile. Figures and watches keep what they have counted; counts() are of what is still known.
  /// The forgotten responses are no part of the limit any more.
  /// Complexity  O(responses), of which each shard's writers wait for its own part.
  void forget_before(Timestamp cutoff);
  [[nodiscard]] std::optional<Timestamp> horizon() const;

  /// Makes windows that end with the bucket of `now` fast to read; others are read as well.
  /// Complexity  O(buckets) for each shard, during which its writers wait.
  void move_to(Timestamp now);

  // ---- one figure ----

  [[nodiscard]] Tally total() const;
  /// How many responses are in which state.
  [[nodiscard]] LedgerCounts counts() const;
  /// The window of that index in the options, as of `at`. O(shards) at the bucket moved to, O(buckets *
  /// shards) elsewhere.
  [[nodiscard]] WindowReading window(std::size_t index, Timestamp at) const;
  /// A cell to be read again and again, one label for each dimension; a timing's as Cube::cells() spells
  /// them. It need not hold an answer yet. Mismatch for another number of labels, LimitReached for too
  /// many cells.
  [[nodiscard]] Result<TrackedCell> cell(std::span<const std::string_view> labels);
  [[nodiscard]] Result<TrackedCell> cell(std::initializer_list<std::string_view> labels);

  /// The latest alarm of each watch in each cell, in the order in which they were given, with the
  /// corrections that came to be known since: Watches::alarms(), of what has been handed out.
  [[nodiscard]] std::vector<Alarm> alarms() const;

  // ---- all of it ----

  /// Every cell, as one cube that had followed all changes. O(cells * shards).
  [[nodiscard]] Cube cube() const;
  /// One ledger, as if all events had come to it. O(responses).
  [[nodiscard]] Ledger ledger() const;
  /// ledger().encode(): bytes to store or send, the same for any number of shards. The figures are
  /// worked out again from it by merge().
  [[nodiscard]] wire::Bytes snapshot() const;

  /// The snapshot, and the watches as they stood at the moment of which it is. It waits until all that
  /// was taken in before that moment is handed out, so that a sink cannot ask for it: InvalidArgument.
  /// Complexity  O(responses). The watches are copied between two changes, during which no others are
  ///             handed out.
  [[nodiscard]] Result<TrackerState> state() const;
  /// Into a tracker of the same options that has taken in nothing yet: InvalidArgument otherwise. The
  /// watches go on where they stood; without their section, Below and Drop count the answers of the
  /// ledger and the others begin anew. Sinks are told of its answers, and no alarms. Of a ledger that
  /// has forgotten answers from before a horizon, those do not come back and count no more.
  /// Malformed, Mismatch and LimitReached as Ledger::decode and Watches::decode have them.
  Result<> restore(const TrackerState& stored);

  /// Takes in all that a ledger knows, as if its events had come here; the figures follow, and sinks are
  /// told. Mismatch for a ledger of other dimensions, another order or key, or one that has forgotten
  /// answers from before a horizon; LimitReached as for apply.
  /// Complexity  O(both), during which writers wait; holds two copies of its ledger meanwhile.
  Result<> merge(const Ledger& other);
  /// merge(other.ledger())
  Result<> merge(const Tracker& other);

  /// Bytes of memory that the ledgers hold.
  [[nodiscard]] std::size_t memory() const;

 private:
  friend class TrackedCell;
  struct Impl;
  explicit Tracker(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// One cell of a tracker, found. Copies are cheap; valid for as long as the tracker is, wherever that
/// is moved.
class NPS_EXPORT TrackedCell {
 public:
  /// What is answered there. O(shards), without a lock.
  [[nodiscard]] Tally tally() const;

 private:
  friend class Tracker;
  TrackedCell(const Tracker::Impl* tracker, const internal::TrackedCellEntry* entry) noexcept
      : tracker_(tracker), entry_(entry) {}

  const Tracker::Impl* tracker_;
  const internal::TrackedCellEntry* entry_;
};

}  // namespace nps

#endif  // NPS_STREAM_TRACKER_H_
