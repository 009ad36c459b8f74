// Merging: what the other ledger knows comes in as if its events had. It is worked out on a copy, so
// that the ledger itself still says what was before while the changes are told.
#include <algorithm>
#include <utility>

#include "stream/ledger_impl.h"

namespace nps {

using internal::Entry;
using internal::State;

namespace {

std::optional<Error> unlike(const Ledger& a, const Ledger& b) {
  if (a.options().dimensions != b.options().dimensions) {
    return Error{ErrorCode::Mismatch,
                 "the two ledgers keep different dimensions; declare the same ones for both"};
  }
  if (a.options().erasure_key != b.options().erasure_key) {
    return Error{ErrorCode::Mismatch,
                 "the two ledgers have different erasure keys, so neither knows whom the other has "
                 "erased; give both the same key"};
  }
  if (a.order() && b.order() && *a.order() != *b.order()) {
    return Error{ErrorCode::Mismatch,
                 "one ledger is ordered by version and the other by time of update, which do not "
                 "compare; order both streams by one of them"};
  }
  return std::nullopt;
}

}  // namespace

/// Tells the changes of a merge, and takes them back. A change is remembered as the record that it
/// takes away, of the ledger as it was, and the record that it adds, of the other ledger.
class Ledger::Impl::Telling {
 public:
  Telling(const Impl& was, const Impl& other, const ChangeSink& sink)
      : was_(was), other_(other), sink_(sink) {}

  /// `source` is the record of the other ledger that the changes come from.
  Result<> tell(std::span<const Change> made, std::uint32_t source) {
    if (!sink_) return {};
    for (const Change& change : made) {
      if (auto taken = sink_(change); !taken) {
        take_back();
        return taken;
      }
      told_.emplace_back(
          change.before ? was_.find(internal::key_of(change.before->response_id)) : kNone,
          change.after ? source : kNone);
    }
    return {};
  }

  /// Gives the sink the inverses of all that it took, the last first.
  void take_back() {
    if (!sink_) return;
    for (; !told_.empty(); told_.pop_back()) {
      const auto [before, after] = told_.back();
      Change change;
      if (before != kNone) change.before = answer(was_, before, before_rooms_, before_labels_);
      if (after != kNone) change.after = answer(other_, after, after_rooms_, after_labels_);
      static_cast<void>(sink_(change.inverse()));
    }
  }

 private:
  static Answer answer(const Impl& ledger, std::uint32_t at, std::array<IdText, 2>& rooms,
                       std::vector<Label>& labels) {
    labels.resize(ledger.other_dimensions);
    const Entry& entry = ledger.records[at];
    return ledger.answer_of(at, ledger.text(entry.id, rooms[0]),
                            ledger.customer_text(entry, rooms[1]), labels);
  }

  const Impl& was_;
  const Impl& other_;
  const ChangeSink& sink_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> told_;
  std::array<IdText, 2> before_rooms_;
  std::array<IdText, 2> after_rooms_;
  std::vector<Label> before_labels_;
  std::vector<Label> after_labels_;
};

// Whoever the other has erased is erased here.
Result<> Ledger::Impl::merge_erased(const Impl& other, Telling& telling) {
  std::vector<std::uint32_t> owners(other.erased.size(), kNone);
  IdText room;
  for (std::uint32_t at = 0; !owners.empty() && at < customers.positions(); ++at) {
    if (customers[at].id.empty()) continue;
    const std::uint32_t place = other.erased.find(keyed(text(customers[at].id, room)));
    if (place != kNone) owners[place] = at;
  }
  for (std::size_t i = 0; i < owners.size(); ++i) {
    settle();
    const auto applied = consider_erasure(other.erased.all()[i], owners[i], proposal);
    if (!applied) return applied.error();
    if (auto told = telling.tell(applied->changes, kNone); !told) return told;
    commit(proposal);
  }
  settle();
  return {};
}

Result<> Ledger::Impl::merge_tombstones(const Impl& other, Telling& telling) {
  std::vector<std::uint32_t> held(other.tombstones.size(), kNone);
  IdText room;
  for (std::uint32_t at = 0; !held.empty() && at < records.size(); ++at) {
    if (records[at].state == State::Free) continue;
    const std::uint32_t place = other.tombstones.find(keyed(text(records[at].id, room)));
    if (place != kNone) held[place] = at;
  }
  for (std::uint32_t i = 0; i < held.size(); ++i) {
    const Tombstone& stone = other.tombstones[i];
    const auto applied =
        consider_tombstone(stone, other.text(stone.event_id, room), held[i], proposal);
    if (!applied) return applied.error();
    if (auto told = telling.tell(applied->changes, kNone); !told) return told;
    commit(proposal);
  }
  return {};
}

Result<> Ledger::Impl::merge_records(const Impl& other, Telling& telling) {
  FactRoom room;
  for (std::uint32_t at = 0; at < other.records.size(); ++at) {
    const Entry& entry = other.records[at];
    if (entry.state == State::Free) continue;
    const auto answered = internal::answered_at(entry);
    if (horizon && answered && *answered < *horizon) continue;
    settle();
    const auto applied = consider(other.fact_of(at, room), proposal);
    if (!applied) return applied.error();
    if (auto told = telling.tell(applied->changes, at); !told) return told;
    commit(proposal);
  }
  return {};
}

Result<> Ledger::merge(const Ledger& other, const ChangeSink& sink) {
  if (&other == this) return {};
  if (auto differ = unlike(*this, other)) return *std::move(differ);
  impl_->settle();
  auto merged = std::make_unique<Impl>(*impl_);
  Impl::Telling telling(*impl_, *other.impl_, sink);
  auto done = merged->merge_erased(*other.impl_, telling);
  if (done) done = merged->merge_tombstones(*other.impl_, telling);
  if (done) done = merged->merge_records(*other.impl_, telling);
  if (!done) {
    telling.take_back();
    return done;
  }
  merged->settle();
  if (!merged->order) merged->order = other.impl_->order;
  impl_ = std::move(merged);
  if (other.horizon()) forget_before(*other.horizon());
  return {};
}

}  // namespace nps
