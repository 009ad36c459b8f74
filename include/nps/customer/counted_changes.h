// CountedChanges: the changes of a ledger as a counting policy sees them. Where the latest answer of
// each customer counts, a second answer takes the first one's place, and its deletion brings that
// back: cubes, windows, trends and whatever else follows changes then counts by the policy, live.
//
//   auto counted = nps::CountedChanges::create({.which = nps::Which::Latest});
//   auto proposed = ledger->propose(event);
//   for (const nps::Change& change : counted->of(proposed->changes, *ledger)) windows->apply(change);
//   ledger->commit();
#ifndef NPS_CUSTOMER_COUNTED_CHANGES_H_
#define NPS_CUSTOMER_COUNTED_CHANGES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/stream/ledger.h"

namespace nps {

/// What became of the answers of a ledger under a policy: together all that the ledger counts. Those
/// who were asked and did not answer are none of them: LedgerCounts has them.
struct CountedAnswers {
  std::uint64_t counted = 0;
  std::uint64_t superseded = 0;   // gave way to another of the same customer, or customer and stage
  std::uint64_t no_customer = 0;  // name nobody, where one of each customer counts

  friend constexpr bool operator==(const CountedAnswers&, const CountedAnswers&) noexcept = default;
};

/// Turns the changes of answers into changes of answers that count.
///
/// State        none but rooms: what counts is worked out from the ledger. So what follows is a
///              function of the answers, and the order of events leaves no trace.
/// Accounts     count once by the mean of their answers, which is a matter of reading: here an account's
///              answers count like any, or one of each of its customers.
/// Errors       nothing fails.
/// Threads      a call needs the object for itself, and the ledger unchanged.
/// Complexity   O(answers of the customers concerned), O(changes) where all answers count.
class NPS_EXPORT CountedChanges {
 public:
  /// InvalidArgument for a policy that is not consistent, or has a window or an instant.
  [[nodiscard]] static Result<CountedChanges> create(CountingPolicy policy);
  CountedChanges(CountedChanges&&) noexcept;
  CountedChanges& operator=(CountedChanges&&) noexcept;
  ~CountedChanges();

  [[nodiscard]] const CountingPolicy& policy() const noexcept;

  /// What all changes of one event change among the answers that count, before the ledger commits it
  /// or right after. Each can be undone by its inverse(), the last first. The changes of a merge come
  /// from many events: build anew from for_each() what follows one. Valid as long as `changes` are, and
  /// until the next call.
  [[nodiscard]] std::span<const Change> of(std::span<const Change> changes, const Ledger& ledger);

  /// Every answer that counts, in no order: for an accumulator that starts later.
  /// Complexity   O(answers), each times the answers of its customer where one of them counts.
  CountedAnswers for_each(const Ledger& ledger,
                          const std::function<void(const Answer&)>& take) const;

 private:
  struct Impl;
  explicit CountedChanges(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_CUSTOMER_COUNTED_CHANGES_H_
