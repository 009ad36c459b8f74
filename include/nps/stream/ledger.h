// Ledger: what is true of every response, whatever order its events came in. Events go in, late,
// twice and corrected; out come the changes to the answers that count.
//
//   auto ledger = nps::Ledger::create({.dimensions = {"channel"}, .order = nps::EventOrder::Version});
//   auto applied = ledger->apply(event);
//   if (!applied) return log(applied.error().message);         // a limit: nothing was changed
//   for (const nps::Change& change : applied->changes) cube->apply(change);
//
// The law: any permutation, duplication, split and merge of one set of events gives the same state,
// byte for byte. The state is a join and nothing else: of each response the greatest event by (order,
// event id, digest of what it says), and of customers the set of the erased.
#ifndef NPS_STREAM_LEDGER_H_
#define NPS_STREAM_LEDGER_H_

#include <array>
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
#include "nps/event.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/stream/applied.h"
#include "nps/timestamp.h"
#include "nps/wire/writer.h"

namespace nps {

struct LedgerOptions {
  /// The labels that are kept of a response: all that anybody groups by. "channel", "journey_stage"
  /// and "account" are those fields, any other is the entry of that name in Response::dimensions.
  std::vector<std::string> dimensions = {};
  /// What orders the stream. Where it is not declared, the first event decides, by its version if it
  /// has one. Declare it where events may carry both or either: only then does the law hold.
  std::optional<EventOrder> order = {};
  /// The host's secret, for the hashes that stay of the erased. Without one they are hashes that
  /// anybody can work out for an id that they guess.
  std::optional<std::array<std::byte, 16>> erasure_key = {};
  /// The most responses, of whatever state, and the most erased customers.
  std::size_t limit = 100'000'000;
};

/// How many response ids are in which state; together, all that are known. And the erased customers.
struct LedgerCounts {
  std::uint64_t responses = 0;  // that count
  std::uint64_t dismissed = 0;
  std::uint64_t deleted = 0;
  std::uint64_t erased = 0;
  std::uint64_t erased_customers = 0;
  friend constexpr bool operator==(const LedgerCounts&, const LedgerCounts&) noexcept = default;
};

/// The greatest event of every response, and who is erased.
///
/// What is kept  of a response its id, customer, rating, two times and declared labels; not its
///               weight, comment or time of receipt, which are no part of what an event says here.
///               Of a dismissed or deleted one the id and customer. Of one whose greatest event is of
///               an erased customer a keyed hash of its id, and the event's order, id and keyed
///               digest: event ids had better say nothing about a customer. Of an erased customer a
///               keyed hash.
/// Units         responses. Ids are compared as bytes.
/// Errors        each call is all or nothing. LimitReached is an error, never an eviction.
/// Threads       a plain value, without locks; const calls on one ledger are safe together.
/// Complexity    apply: O(dimensions) expected, and memory of about 80 bytes a response with ids of up
///               to 16 bytes (or UUIDs, or integers of up to 19 digits) and two dimensions, 4 more for
///               each further one, 17 for event ids once there are any, and 40 a customer. See
///               bench/ledger_bench. Longer ids cost their length and 48 bytes.
class NPS_EXPORT Ledger {
 public:
  /// Where the changes of a merge go. An error stops and undoes the merge.
  using ChangeSink = std::function<Result<>(const Change&)>;

  /// InvalidArgument when a dimension is named twice, or there are more than 32.
  [[nodiscard]] static Result<Ledger> create(LedgerOptions options);
  Ledger(const Ledger& other);
  Ledger(Ledger&& other) noexcept;
  Ledger& operator=(Ledger other) noexcept;
  ~Ledger();

  [[nodiscard]] const LedgerOptions& options() const noexcept;
  /// What orders the stream, once it is known.
  [[nodiscard]] std::optional<EventOrder> order() const noexcept;
  /// Whether the hashes of the erased are keyed by a secret of the host's.
  [[nodiscard]] bool erasure_is_keyed() const noexcept;
  [[nodiscard]] LedgerCounts counts() const noexcept;
  /// Whether the customer of that id is erased.
  [[nodiscard]] bool is_erased(std::string_view customer) const noexcept;

  /// Takes an event in. LimitReached when there is no room for one more response.
  Result<Applied> apply(const Event& event);

  /// Says what apply would do, and makes room for it; the state stays as it is. Then commit() does it
  /// and cannot fail, so that others can follow the changes first: if one of them refuses, undo what
  /// the rest did by Change::inverse() and do not commit. Whatever else may change the ledger
  /// withdraws the proposal; without one, commit() does nothing.
  Result<Applied> propose(const Event& event);
  void commit() noexcept;

  /// Takes in all that another ledger knows, as if its events had come here, and hands the changes
  /// to the sink before anything is changed. Where the sink refuses one it is given the inverses of
  /// those that it took, the last first, and its error comes back. Mismatch for ledgers of other
  /// dimensions, another order or another key; LimitReached as for apply.
  /// Complexity    O(both); holds a copy of this ledger meanwhile.
  Result<> merge(const Ledger& other, const ChangeSink& sink = {});

  /// One customer's answers that count, in order of (answered_at, response id), those without a time
  /// first. Nobody's where the id is "". The views live until the call returns to the ledger.
  void for_each_of(std::string_view customer, const std::function<void(const Answer&)>& take) const;
  /// Every answer that counts, in no order: for an accumulator that starts later.
  void for_each(const std::function<void(const Answer&)>& take) const;

  /// Gives memory back: forgets the answers from before the cutoff, and refuses (TooOld) events that
  /// say they were answered before it. What has been counted stays counted. A cutoff before an
  /// earlier one does nothing. Beyond it the law is not promised.
  void forget_before(Timestamp cutoff);
  [[nodiscard]] std::optional<Timestamp> horizon() const noexcept;

  /// All that is true of the events, as bytes to store or send; ledgers that know the same give equal
  /// bytes. The key and the limit are the host's and do not travel. O(responses log responses).
  /// Layout: FORMAT.md in nps/wire.
  [[nodiscard]] wire::Bytes encode() const;
  /// The ledger that encode() wrote, and no other bytes. Malformed says what is wrong at which byte;
  /// Mismatch are other dimensions, another order or another key than the options'; LimitReached are
  /// more responses than their limit. Memory is O(bytes), whatever they say.
  [[nodiscard]] static Result<Ledger> decode(std::span<const std::byte> bytes,
                                             LedgerOptions options);

  /// Bytes of memory held, unused room included.
  [[nodiscard]] std::size_t memory() const noexcept;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_STREAM_LEDGER_H_
