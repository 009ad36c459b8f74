// ProfileStore: the profile of every customer, in memory, kept up to date by the changes of a ledger.
//
//   nps::ProfileStore profiles(nps::kZeroToTen, [](const nps::BandTransition& moved) { ... });
//   auto proposed = ledger->propose(event);
//   if (auto kept = profiles.apply(proposed->changes, *ledger); !kept) return log(kept.error());
//   ledger->commit();
//   if (auto ann = profiles.find("ann")) use(ann->latest->rating, ann->stages);
#ifndef NPS_CUSTOMER_PROFILE_STORE_H_
#define NPS_CUSTOMER_PROFILE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "nps/change.h"
#include "nps/customer/profile.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/stream/ledger.h"

namespace nps {

/// One profile for each customer who has an answer that counts. Answers that name nobody are in none.
///
/// State        is a function of the answers that count: the order of events leaves no trace. Profiles
///              have the stages and channels that the ledger keeps ("journey_stage" and "channel"
///              among its dimensions).
/// Errors       LimitReached from 4,294,967,294 customers on; nothing is changed then.
/// Threads      a plain value, without locks; const calls on one store are safe together.
/// Complexity   a change costs the answers of its customers, which the ledger is asked for; find costs
///              the stages. Memory, from a million customers on: 46 to 48 bytes each, if ids are integers
///              of up to 18 digits and answers are about one stage; 17 more for other ids up to 16 bytes
///              and UUIDs, while longer ones cost their length and 50; from the second stage on 32,
///              and 44 for each stage. Below that, blocks of 32,768 customers show. Labels, and which
///              of them occur together, stay. See bench/profile_bench.
class NPS_EXPORT ProfileStore {
 public:
  /// Is told of every customer who moves to another band by the latest answer, once for each call
  /// that moves one. It must not throw, and not call the store.
  using TransitionSink = std::function<void(const BandTransition&)>;

  explicit ProfileStore(const Scale& scale = kZeroToTen, TransitionSink sink = {});
  ProfileStore(const ProfileStore& other);
  ProfileStore(ProfileStore&& other) noexcept;
  ProfileStore& operator=(ProfileStore other) noexcept;
  ~ProfileStore();

  /// Takes in all changes of one event, before the ledger commits it or right after. It is undone by
  /// the inverses, the last first, as long as no other event came between; the sink is told of the
  /// moves back. The changes of a merge come from many events: use refresh() when it is done.
  Result<> apply(std::span<const Change> changes, const Ledger& ledger);
  Result<> apply(const Change& change, const Ledger& ledger) {
    return apply(std::span(&change, 1), ledger);
  }
  /// Makes one customer's profile that of the answers in the ledger.
  Result<> refresh(std::string_view customer, const Ledger& ledger);
  /// Forgets all, and takes in the answers of a ledger whose changes were not followed. Nobody moved,
  /// so the sink is told nothing. Where there is no room, the store is empty. O(answers).
  Result<> rebuild(const Ledger& ledger);

  [[nodiscard]] const Scale& scale() const noexcept;
  [[nodiscard]] std::uint64_t customers() const noexcept;
  /// No value for a customer without answers that count.
  [[nodiscard]] std::optional<Profile> find(std::string_view customer) const;
  /// Every profile, in no order.
  void for_each(const std::function<void(const Profile&)>& take) const;

  /// Bytes of memory held, unused room included.
  [[nodiscard]] std::size_t memory() const noexcept;

  /// The same profiles; scales and sinks are not compared. O(customers).
  friend NPS_EXPORT bool operator==(const ProfileStore& a, const ProfileStore& b);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_CUSTOMER_PROFILE_STORE_H_
