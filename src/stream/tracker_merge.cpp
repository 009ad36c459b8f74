// All of a tracker's ledger at once: copied while events come in, and taken in from elsewhere.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "stream/tracker_impl.h"

namespace nps {

using internal::Politely;

namespace {
constexpr std::uint32_t kSlice = 128;  // responses, some 50 microseconds
}

Ledger Tracker::ledger() const { return impl_->copy().first; }
wire::Bytes Tracker::snapshot() const { return ledger().encode(); }
Result<> Tracker::merge(const Tracker& other) { return merge(other.ledger()); }
Result<> Tracker::merge(const Ledger& other) {
  auto merged = impl_->merge(other);
  if (impl_->outbox.wanted()) impl_->outbox.hand_out();
  return merged;
}

// The state is a join of what is known of each response. So its parts may be copied at different
// moments, as long as none is missed: a response that stays as it is keeps its record, and events that
// change others meanwhile are written down and applied to the copy, whether or not it has them. What
// is written down last is of one moment of all shards, and so is the copy.
std::pair<Ledger, std::uint64_t> Tracker::Impl::copy(std::unique_ptr<Parcel> marker) const {
  const std::lock_guard alone(copying);
  LedgerOptions unlimited = options.ledger;
  unlimited.limit = std::numeric_limits<std::size_t>::max();
  Ledger copy = *Ledger::create(std::move(unlimited));
  if (horizon) copy.forget_before(*horizon);
  struct Taking {
    explicit Taking(const Impl& of) : tracker(of) {}
    Taking(const Taking&) = delete;
    Taking& operator=(const Taking&) = delete;
    ~Taking() {  // also where memory ran out
      const std::lock_guard no_erasure(tracker.across);
      static_cast<void>(tracker.erasures.end());
      static_cast<void>(tracker.merges.end());
      for (Shard& shard : tracker.shards) {
        const std::lock_guard held(shard.mutex);
        static_cast<void>(shard.events.end());
      }
    }
    const Impl& tracker;
  };
  {
    const std::lock_guard no_erasure(across);
    erasures.begin();
    merges.begin();
    LedgerParts::copy_erased(shards[0].ledger, copy);
  }
  const Taking taking(*this);
  std::size_t erasures_done = 0;
  std::size_t merges_done = 0;
  // What concerned several shards, as far as it is not in the copy yet.
  const auto take_in = [&copy](const std::vector<Event>& erased,
                               const std::vector<Ledger>& merged) {
    for (const Event& erasure : erased) static_cast<void>(copy.apply(erasure));
    for (const Ledger& other : merged) static_cast<void>(copy.merge(other));
  };
  const auto news = [](const auto& notes, std::size_t& done) {
    std::vector more(notes.taken.begin() + static_cast<std::ptrdiff_t>(done), notes.taken.end());
    done = notes.taken.size();
    return more;
  };
  for (Shard& shard : shards) {
    {
      const Politely held(shard.mutex);
      shard.events.begin();
    }
    std::uint32_t at = 0;
    for (bool more = true; more;) {
      const Politely held(shard.mutex);
      more = LedgerParts::copy_some(shard.ledger, at, kSlice, copy);
    }
    std::vector<Event> events;
    std::vector<Event> erased;
    std::vector<Ledger> merged;
    std::vector<LedgerParts::Stone> stones;
    {
      const Politely held(shard.mutex);
      stones = LedgerParts::stones(shard.ledger);
      erased = news(erasures, erasures_done);
      merged = news(merges, merges_done);
      events = shard.events.take();
    }
    // The stones come last: what was copied before it was erased is erased in the copy by then.
    take_in(erased, merged);
    for (const Event& event : events) static_cast<void>(copy.apply(event));
    LedgerParts::add_stones(stones, copy);
    // What the shards before this one go on writing down is not left to grow.
    for (Shard& before : shards) {
      if (&before == &shard) break;
      {
        const Politely held(before.mutex);
        events = before.events.take();
      }
      for (const Event& event : events) static_cast<void>(copy.apply(event));
    }
  }
  std::vector<std::vector<Event>> last(shards.size());
  std::vector<Event> erased;
  std::vector<Ledger> merged;
  std::uint64_t parcel = 0;
  {
    const std::lock_guard no_erasure(across);
    const auto locks = lock_all();
    for (std::size_t s = 0; s < shards.size(); ++s) last[s] = shards[s].events.end();
    erased = news(erasures, erasures_done);
    merged = news(merges, merges_done);
    if (marker) parcel = outbox.put(std::move(marker));
  }
  take_in(erased, merged);
  for (const auto& events : last) {
    for (const Event& event : events) static_cast<void>(copy.apply(event));
  }
  LedgerParts::set_limit(copy, options.ledger.limit);
  return {std::move(copy), parcel};
}

Result<> Tracker::Impl::merge(const Ledger& other) {
  if (other.horizon()) {
    return Error{
        ErrorCode::Mismatch,
        "the ledger has forgotten answers from before a horizon that still count where they "
        "were counted, and a tracker could not count them; merge one that forgot nothing"};
  }
  const auto parts = LedgerParts::split(other, shards.size());
  if (!parts) return parts.error();
  const std::lock_guard alone(across);
  const auto locks = lock_all();
  std::optional<Ledger> noted;
  if (merges.open) noted = other;
  merges.taken.reserve(merges.taken.size() + 1);
  std::unique_ptr<Parcel> told = parcel();
  if (told) told->arrives = false;
  auto entered = enter(*parts, std::move(told));
  if (entered && noted) merges.taken.push_back(*std::move(noted));
  return entered;
}

Result<> Tracker::Impl::restore(const Ledger& stored, std::unique_ptr<Parcel> told,
                                std::optional<Timestamp> now) {
  const auto parts = LedgerParts::split(stored, shards.size());
  if (!parts) return parts.error();
  // No copy is under way, which would not have the horizon.
  const std::lock_guard no_copy(copying);
  const std::lock_guard alone(across);
  const auto locks = lock_all();
  if (!is_new()) {
    return Error{ErrorCode::InvalidArgument,
                 "a tracker is restored before it takes in anything else; nothing was changed: "
                 "restore into a new one"};
  }
  if (!outbox.wanted()) told.reset();
  if (told) told->arrives = false;
  if (auto entered = enter(*parts, std::move(told)); !entered) return entered;
  if (stored.horizon()) {
    for (Shard& shard : shards) shard.ledger.forget_before(*stored.horizon());
    horizon = stored.horizon();
  }
  if (now) static_cast<void>(move_clock(*now));
  return {};
}

Result<> Tracker::Impl::enter(const std::vector<Ledger>& parts, std::unique_ptr<Parcel> told) {
  std::vector<Ledger> merged;
  std::vector<internal::PreparedChanges> prepared(shards.size());
  std::size_t known = 0;
  for (std::size_t s = 0; s < shards.size(); ++s) {
    Shard& shard = shards[s];
    Ledger& next = merged.emplace_back(shard.ledger);
    LedgerParts::set_limit(next, options.ledger.limit);
    auto done = next.merge(parts[s], [&](const Change& change) -> Result<> {
      if (auto ready = shard.figures.prepare(change, prepared[s]); !ready) return ready;
      if (told) told->add(change);
      return {};
    });
    if (!done) return done.error().where.field == "limit" ? Result<>(full()) : done;
    known += LedgerParts::known(next);
    LedgerParts::set_limit(next, LedgerParts::known(next));
  }
  if (known > options.ledger.limit) return full();
  epoch.begin();
  for (std::size_t s = 0; s < shards.size(); ++s) {
    shards[s].ledger = std::move(merged[s]);
    shards[s].figures.commit(prepared[s], shards[s].ledger.counts());
  }
  unclaimed.store(options.ledger.limit - known, std::memory_order_relaxed);
  epoch.end();
  if (told && (told->size() != 0 || told->errand)) outbox.put(std::move(told));
  return {};
}

}  // namespace nps
