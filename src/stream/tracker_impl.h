// Tracker::Impl: the shards, and what is between them.
//
// An event belongs to one shard, by a keyed hash of its response's id, so shards read at different
// moments are together still the state of some set of events. Only erasures and merges touch several:
// they hold `across` and every shard's lock, and readers that overlapped with one read again (`epoch`).
//
// Locks are taken in this order: reading or copying, across, shards by number, and the directory's and
// outbox's own.
#ifndef NPS_SRC_STREAM_TRACKER_IMPL_H_
#define NPS_SRC_STREAM_TRACKER_IMPL_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "nps/detail/siphash.h"
#include "nps/stream/tracker.h"
#include "stream/cell_directory.h"
#include "stream/figures.h"
#include "stream/ledger_parts.h"
#include "stream/outbox.h"
#include "stream/published.h"
#include "stream/rows.h"

namespace nps {

namespace internal {

/// A mutex at which those who only copy let those who change things go first.
class PoliteMutex {
 public:
  void lock() {
    if (mutex_.try_lock()) return;
    waiting_.fetch_add(1, std::memory_order_relaxed);
    // A change takes less than a microsecond, and going to sleep and being woken up several.
    bool is_mine = false;
    for (unsigned tries = 0; tries < 16 && !is_mine; ++tries) {
      std::this_thread::yield();
      is_mine = mutex_.try_lock();
    }
    if (!is_mine) mutex_.lock();
    waiting_.fetch_sub(1, std::memory_order_relaxed);
  }
  void unlock() { mutex_.unlock(); }
  void lock_politely() {
    for (unsigned tries = 0; tries < 100 && waiting_.load(std::memory_order_relaxed) != 0;
         ++tries) {
      std::this_thread::yield();
    }
    mutex_.lock();
  }

 private:
  std::mutex mutex_;
  std::atomic<unsigned> waiting_{0};
};

class Politely {
 public:
  explicit Politely(PoliteMutex& mutex) : mutex_(mutex) { mutex_.lock_politely(); }
  Politely(const Politely&) = delete;
  Politely& operator=(const Politely&) = delete;
  ~Politely() { mutex_.unlock(); }

 private:
  PoliteMutex& mutex_;
};

/// What is written down for somebody who copies meanwhile.
template <typename T>
struct Notes {
  bool open = false;
  std::vector<T> taken = {};

  void begin() noexcept {
    taken.clear();
    open = true;
  }
  std::vector<T> take() noexcept { return std::exchange(taken, {}); }
  std::vector<T> end() noexcept {
    open = false;
    return take();
  }
};

}  // namespace internal

/// As many as Watches take.
inline constexpr std::size_t kMostWatchedCells = (std::size_t{1} << 24U) - 1;
Result<Watches> watches_of(const TrackerOptions& options);

struct Tracker::Impl {
  using LedgerParts = internal::LedgerParts;
  using Parcel = internal::Outbox::Parcel;

  /// What a writer works out before it writes. Each thread has its own for all shards: what is written
  /// anew for every event then stays in its processor's cache.
  struct Draft {
    LedgerParts::Draft ledger;
    internal::PreparedChanges figures;
  };

  // On lines of its own, so that writers to two shards do not wait for each other's cache.
  struct alignas(128) Shard {
    Shard(Ledger empty, const internal::FigurePlan& plan, internal::CellDirectory& cells,
          std::size_t number)
        : figures(plan, cells, number), ledger(std::move(empty)) {}

    /// Makes so much memory for the ledger, where nobody waits for it.
    void provide(std::size_t bytes);

    mutable internal::PoliteMutex mutex;
    internal::Figures figures;
    Ledger ledger;                  // its limit is what the shard has taken of the whole one
    internal::Notes<Event> events;  // that are accepted while the ledger is copied
  };

  Impl(TrackerOptions chosen, internal::FigurePlan planned);

  // ---- tracker.cpp ----
  [[nodiscard]] std::size_t shard_of(std::string_view response_id) const;
  static Draft& own_draft();  // this thread's
  Result<Applied> apply(const Event& event);
  Result<Applied> apply_to(Shard& shard, const Event& event, Draft& draft);  // whose lock is held
  static constexpr std::size_t kTogether = 16;  // events whose memory is asked for at once
  Result<Applied> propose(Shard& shard, const Event& event, Draft& draft);
  Result<Applied> erase(const Event& event);
  [[nodiscard]] std::unique_ptr<Parcel> parcel() const;
  /// Puts what an event did, and where it moves the watches' clock, if it did either.
  void put(std::unique_ptr<Parcel> told, const Event& event) noexcept;
  [[nodiscard]] Error full() const;
  /// All shards' locks, for whoever holds `across`.
  [[nodiscard]] std::vector<std::unique_lock<internal::PoliteMutex>> lock_all() const;

  // ---- tracker_read.cpp ----
  /// The sum of what look(figures of a shard) returns.
  template <typename Sum, typename Look>
  [[nodiscard]] Sum add_up(Look look) const;
  /// Calls take(key, tally) for the rows of each shard, all as they stood at one moment.
  template <typename Key, typename RowsOf, typename Take>
  void copy_rows(RowsOf rows_of, Take take) const;

  // ---- tracker_merge.cpp ----
  /// Of one moment, at which `marker` is put, where there is one: what was put before it is what the
  /// copy knows. Says which parcel that is.
  [[nodiscard]] std::pair<Ledger, std::uint64_t> copy(std::unique_ptr<Parcel> marker = {}) const;
  Result<> merge(const Ledger& other);
  /// Into a tracker that has taken in nothing yet. `told` has what is to be done with the watches.
  Result<> restore(const Ledger& stored, std::unique_ptr<Parcel> told,
                   std::optional<Timestamp> now);
  /// For the holder of all locks.
  Result<> enter(const std::vector<Ledger>& parts, std::unique_ptr<Parcel> told);

  // ---- tracker_watch.cpp ----
  [[nodiscard]] std::optional<Timestamp> clock_after(const Event& event) noexcept;
  [[nodiscard]] bool move_clock(Timestamp now) noexcept;
  [[nodiscard]] bool is_new() const noexcept;  // for the holder of all locks

  TrackerOptions options;
  internal::FigurePlan plan;
  detail::SipKey key{};  // the ledgers' own, for the hashes of response ids
  std::vector<std::pair<std::size_t, std::size_t>> windows;  // each one's unit, and place in it
  internal::CellDirectory cells;
  mutable std::deque<Shard> shards;
  std::atomic<std::size_t> unclaimed;  // of the limit: no shard has taken it yet
  std::size_t claim;                   // how much a shard takes at once
  internal::Sequence epoch;            // odd while an erasure or a merge is entered
  mutable internal::Outbox outbox;
  std::atomic<Timestamp::rep> clock{std::numeric_limits<Timestamp::rep>::min()};  // of the watches

  mutable std::mutex across;
  mutable internal::Notes<Event> erasures;  // while the ledger is copied; these two by `across` and
  mutable internal::Notes<Ledger> merges;   // all shards: one shard's lock is enough to read them
  std::optional<Timestamp> horizon;         // by `across` and `copying`
  mutable std::mutex reading;               // one copy of rows at a time
  mutable std::mutex copying;               // one copy of the ledger at a time
};

template <typename Sum, typename Look>
Sum Tracker::Impl::add_up(Look look) const {
  return epoch.read([&] {
    Sum sum{};
    for (const Shard& shard : shards) look(sum, shard.figures);
    return sum;
  });
}

}  // namespace nps

#endif  // NPS_SRC_STREAM_TRACKER_IMPL_H_
