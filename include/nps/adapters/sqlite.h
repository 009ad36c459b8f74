// SqliteStore: answers that last. Every event, what is true of every response, the profile of every
// customer and the policy they are counted by, in one file of SQLite.
//
//   auto store = nps::SqliteStore::open_or_create("answers.db", {});
//   auto seen = store->apply(events);                 // one transaction; again is harmless
//   if (!seen) return log(seen.error().message);      // the file is as it was
//   auto ann = store->profile("ann");
//   auto gone = store->erase("ann");                  // on disk before it returns
//   if (gone && gone->pending) retry_later();         // a reader holds an old copy of the file
//
// The law of the ledger (nps/stream/ledger.h) holds of the file: any permutation, duplication and
// split of one set of events into calls, by whatever processes, gives the same dump(), byte for byte.
#ifndef NPS_ADAPTERS_SQLITE_H_
#define NPS_ADAPTERS_SQLITE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/customer/profile.h"
#include "nps/event.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/dimension.h"
#include "nps/stream/applied.h"
#include "nps/stream/ledger.h"
#include "nps/timestamp.h"
#include "nps/wire/writer.h"

struct sqlite3;

namespace nps {

/// When what was applied is on the disk. Either way a process that is killed loses nothing and
/// leaves nothing half done.
enum class StoreSync : std::uint8_t {
  Normal,  // a loss of power may take back the last transactions, whole, the last ones first
  Full,    // not even that: the disk is waited for in every call
};

/// What a store is for as long as it lives. It stands in the file.
struct StoreOptions {
  CountingPolicy policy = {};
  EventOrder order = EventOrder::Version;
  /// The labels that are part of what an event says where two events have one order and one id: as
  /// LedgerOptions::dimensions. All labels of a response are kept, declared or not.
  std::vector<std::string> dimensions = {"channel", "journey_stage"};
  /// The host's secret, for what stays of the erased. It is not in the file: only whether there is
  /// one, and what shows whether another one is the same.
  std::optional<std::array<std::byte, 16>> erasure_key = {};
  StoreSync sync = StoreSync::Normal;              // of this connection
  std::chrono::milliseconds busy_timeout{10'000};  // how long to wait for another process
};

/// How a store that exists is opened.
struct StoreOpen {
  bool read_only = false;
  std::optional<std::array<std::byte, 16>> erasure_key = {};
  StoreSync sync = StoreSync::Normal;
  std::chrono::milliseconds busy_timeout{10'000};
};

/// What an erasure took away. All counts are 0 where nothing was known of the customer.
struct Erasure {
  std::uint64_t events = 0;     // of the log
  std::uint64_t responses = 0;  // of which one of those events was the greatest
  std::uint64_t answers = 0;    // that counted until now
  bool profile = false;         // whether there was one
  bool already_erased = false;
  /// The content is out of the database, but not yet out of the bytes of the file and its WAL: a
  /// reader in the middle of a transaction still sees it. Call scrub() when the reader is done.
  bool pending = false;
  /// Answers from before this may be in the tallies that a retention kept: what the customer said
  /// there has no name any more, and cannot be told from the rest.
  std::optional<Timestamp> inseparable_before = {};
};

struct RetentionOptions {
  /// Tallies of the answers that go are kept by these dimensions (see kept()); none are kept without.
  std::optional<std::vector<Dimension>> keep = {};
  /// A cell of fewer answers than this is not kept by itself: its answers stay in the total alone.
  std::uint64_t min_cell = 10;
};

/// What a retention took away.
struct Retention {
  std::uint64_t events = 0;
  std::uint64_t responses = 0;
  std::uint64_t answers = 0;
  std::uint64_t customers = 0;  // of whom nothing is left
  std::uint64_t kept = 0;       // answers that stay in the tallies, nameless
  bool pending = false;         // as of an erasure
};

/// A store of events in a file of SQLite, in WAL mode.
///
/// In SQL       the tables are the store's own business; whoever reads by SQL reads the views
///              nps_event, nps_answer, nps_profile and nps_stage_profile. Times are microseconds of
///              UTC; a field that is not known is NULL, an empty text ''. Both views of profiles are
///              worked out from the answers whenever they are read: O(answers log answers).
/// What is kept every distinct valid event, whole. Two events are the same if they differ in nothing
///              but the time of receipt (the earliest stays) and in answered/updated, which mean the
///              same. Of the erased only what a Ledger keeps: keyed hashes and places in the order.
/// Order        of two events of one response that a ledger takes for one, because they differ only in
///              what is not declared, the greater by (account, labels, weight, comment) is current.
/// Errors       each call that writes is one transaction: after an error the file says what it said.
///              Unreadable where the file cannot be opened, read or written: it is locked for longer
///              than the busy timeout, the disk is full. Malformed for what is no store or is damaged;
///              Mismatch for a store of a newer nps, another key, other dimensions or another order.
/// Threads      one at a time for each store; any number of processes and stores for one file.
///              Readers do not wait for a writer, and see all of its transaction or nothing.
/// Files        beside the database SQLite keeps a -wal and a -shm while it is in use, and may leave
///              them, empty; they belong to it. A copy of a store that is in use is made by SQLite:
///              VACUUM INTO 'copy.db', or its backup interface.
/// Complexity   apply: O(batch log batch) and the events of the responses it touches; profile: O(that
///              customer's events); for_each_profile: O(customers) and the events of those it tells;
///              memory O(batch). Opening reads nothing but the head. See bench/sqlite_bench.
class NPS_EXPORT SqliteStore {
 public:
  struct Impl;  // the library's own
  /// Whether create() would make a store there: there is no such file, or it is empty, or a database
  /// without anything in it, as a process leaves it that is killed while it makes a store.
  [[nodiscard]] static bool can_create(
      const std::string& path, std::chrono::milliseconds busy_timeout = StoreOpen{}.busy_timeout);
  /// Makes a new file; InvalidArgument where can_create() says no. Of several processes that make one
  /// at the same time one does, and the others are told so.
  [[nodiscard]] static Result<SqliteStore> create(const std::string& path,
                                                  const StoreOptions& options);
  /// Opens the store that is there or, where can_create() says so, makes one, whichever process comes
  /// first. Mismatch where the one that is there has another policy, order, key or other dimensions.
  [[nodiscard]] static Result<SqliteStore> open_or_create(const std::string& path,
                                                          const StoreOptions& options);
  /// Opens a file that create() made, and brings an older schema up to date; Mismatch where it has one
  /// and is only read.
  [[nodiscard]] static Result<SqliteStore> open(const std::string& path, StoreOpen how = {});
  /// Uses a connection of the host's, which stays the host's and must outlive the store: its file may
  /// hold other tables, and its settings are left alone. Makes the store's tables where there are
  /// none. Within a transaction of the host's, apply() is a part of it.
  [[nodiscard]] static Result<SqliteStore> attach(sqlite3* connection, const StoreOptions& options);
  SqliteStore(SqliteStore&& other) noexcept;
  SqliteStore& operator=(SqliteStore&& other) noexcept;
  ~SqliteStore();

  [[nodiscard]] const StoreOptions& options() const noexcept;
  /// For queries of the host's own.
  [[nodiscard]] sqlite3* connection() const noexcept;
  [[nodiscard]] Result<LedgerCounts> counts() const;

  /// Takes events in, in one transaction. Says what became of them; a stale event that is in the log
  /// already counts as a duplicate. InvalidArgument, and nothing is stored, where a weight is not
  /// finite.
  Result<Diagnostics> apply(std::span<const Event> events);

  /// Every answer that counts, sorted by response id. The views live until the call returns. With
  /// `as_of`: what counted by the events received until then (those without a time of receipt are
  /// taken as received); who is erased now is not among them, nor is a response that such a customer
  /// had last, even where another one had it then.
  Result<> for_each_answer(const std::function<void(const Answer&)>& take,
                           std::optional<Timestamp> as_of = {}) const;
  /// Every event of the log, sorted by response id, and of one response in the ledger's order as far
  /// as it is not a matter of digests.
  Result<> for_each_event(const std::function<void(const Event&)>& take) const;
  /// All that is true, as a ledger in memory: the same that the events would have made.
  [[nodiscard]] Result<Ledger> ledger() const;
  /// All of the state, in one canonical form (nps/wire/FORMAT.md, "Dump of a store"): equal bytes for
  /// equal sets of events. O(events) memory.
  [[nodiscard]] Result<wire::Bytes> dump() const;

  /// No value for a customer without answers that count.
  [[nodiscard]] Result<std::optional<Profile>> profile(std::string_view customer) const;
  /// The number of the last transaction that changed a profile. Grows.
  [[nodiscard]] Result<std::int64_t> changed() const;
  /// Every profile that changed after that number, in no order. 0 for all there are; after any other
  /// number those customers, too, whose last answer went away since, deleted, dismissed or taken over
  /// by another one: without answers and without a latest. Not those who were erased, or of whom a
  /// retention left nothing: nothing names them any more.
  Result<> for_each_profile(std::int64_t since,
                            const std::function<void(const Profile&)>& take) const;

  /// Forgets a customer, as an Erased event does, and says what that took away. On disk when it
  /// returns, whatever the sync; and out of the file's bytes, unless `pending`. InvalidArgument
  /// within a transaction of the host's, who alone could make it last.
  Result<Erasure> erase(std::string_view customer);
  /// Takes what was erased out of the bytes of the file and its WAL. False while a reader holds them.
  Result<bool> scrub();
  /// All that is held of a customer, as JSON.
  [[nodiscard]] Result<std::string> export_customer(std::string_view customer) const;

  /// Takes away the responses that were answered before the cutoff, with all of their events, and
  /// refuses such events from now on (TooOld). Beyond it the law is not promised. A cutoff before an
  /// earlier one does nothing. On disk when it returns.
  Result<Retention> retain_since(Timestamp cutoff, const RetentionOptions& options = {});
  [[nodiscard]] Result<std::optional<Timestamp>> horizon() const;
  /// The tallies that retentions kept, as a Cube's bytes (Cube::decode). None where none were kept.
  [[nodiscard]] Result<std::optional<wire::Bytes>> kept() const;

 private:
  explicit SqliteStore(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_ADAPTERS_SQLITE_H_
