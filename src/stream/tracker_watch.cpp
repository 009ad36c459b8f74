// What a tracker watches for, and what it can be stored as together with that.
#include <atomic>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "stream/tracker_impl.h"

namespace nps {

using internal::Watching;

/// Each cell of the watches is one or several of the tracker's, so that the tracker's limit is enough.
Result<Watches> watches_of(const TrackerOptions& options) {
  for (const std::string& name : options.watch_by) {
    const auto known = std::ranges::find(options.by, name, &Dimension::name);
    if (known == options.by.end() || known->is_timing()) {
      return Error{ErrorCode::InvalidArgument,
                   "'" + name +
                       "' is no label that the tracker counts by, and what is watched is "
                       "of such: name it in `by`, too",
                   {.field = "watch_by"}};
    }
  }
  return Watches::create(options.watches, {.by = options.watch_by,
                                           .zone = options.zone,
                                           .scale = options.cube.policy.scale,
                                           .cell_limit = kMostWatchedCells});
}

void Tracker::on_alarm(AlarmSink sink) { impl_->outbox.add_sink(std::move(sink)); }

std::vector<Alarm> Tracker::alarms() const {
  const Watching* const watching = impl_->outbox.watching();
  return watching == nullptr ? std::vector<Alarm>() : watching->alarms();
}

// ---- the event clock ----------------------------------------------------------------------------

bool Tracker::Impl::move_clock(Timestamp now) noexcept {
  const Timestamp::rep ticks = now.time_since_epoch().count();
  Timestamp::rep known = clock.load(std::memory_order_relaxed);
  while (known < ticks) {
    if (clock.compare_exchange_weak(known, ticks, std::memory_order_relaxed)) return true;
  }
  return false;
}

/// Where the event moves the clock to; none where it stays.
std::optional<Timestamp> Tracker::Impl::clock_after(const Event& event) noexcept {
  if (outbox.watching() == nullptr) return std::nullopt;
  const auto now = event.received_at ? event.received_at : event.response.answered_at;
  return now && move_clock(*now) ? now : std::nullopt;
}

void Tracker::advance(Timestamp now) {
  if (impl_->outbox.watching() == nullptr) return;
  auto told = std::make_unique<Impl::Parcel>();
  told->now = now;
  if (impl_->move_clock(now)) impl_->outbox.put(std::move(told));
  impl_->outbox.hand_out();
}

// ---- storing ------------------------------------------------------------------------------------

Result<TrackerState> Tracker::state() const {
  if (impl_->outbox.watching() == nullptr) return TrackerState{.ledger = snapshot(), .watches = {}};
  if (impl_->outbox.is_handed_out_here()) {
    return Error{
        ErrorCode::InvalidArgument,
        "a sink cannot take the state, since the changes that it is being told are part of "
        "it: do so on another thread"};
  }
  struct Copied {
    std::optional<Watches> watches;
    std::exception_ptr thrown;  // std::bad_alloc: whoever hands out is not the one to be told
  };
  const auto copied = std::make_shared<Copied>();
  auto marker = std::make_unique<Impl::Parcel>();
  marker->errand = [copied](Watching& watching) {
    try {
      copied->watches.emplace(watching.copy());
    } catch (const std::bad_alloc&) {
      copied->thrown = std::current_exception();
    }
  };
  const auto [ledger, parcel] = impl_->copy(std::move(marker));
  impl_->outbox.wait_for(parcel);
  if (copied->thrown) std::rethrow_exception(copied->thrown);
  return TrackerState{.ledger = ledger.encode(), .watches = copied->watches->encode()};
}

bool Tracker::Impl::is_new() const noexcept {
  for (const Shard& shard : shards) {
    if (LedgerParts::known(shard.ledger) != 0 || shard.ledger.counts() != LedgerCounts{}) {
      return false;
    }
  }
  return !horizon && clock == std::numeric_limits<Timestamp::rep>::min();
}

Result<> Tracker::restore(const TrackerState& stored) {
  const bool watches = impl_->outbox.watching() != nullptr;
  auto told = std::make_unique<Impl::Parcel>();
  std::optional<Timestamp> clock;
  if (!stored.watches.empty()) {
    if (!watches) {
      return Error{ErrorCode::Mismatch,
                   "what is stored has watches and this tracker has none: declare them as they "
                   "were, or leave their section out"};
    }
    const Watches declared = impl_->outbox.watching()->copy();
    auto read = Watches::decode(
        stored.watches, {declared.watches().begin(), declared.watches().end()}, declared.options());
    if (!read) return std::move(read).error();
    if (read->cells() > kMostWatchedCells - impl_->options.cube.cell_limit) {
      return Error{ErrorCode::LimitReached,
                   "the watches have more cells than this tracker could add its own to: store "
                   "fewer, or lower the limit on cells",
                   {.field = "cell_limit"}};
    }
    clock = read->clock();
    told->errand = [read = std::make_shared<Watches>(*std::move(read))](Watching& watching) {
      watching.replace(std::move(*read));
    };
  }
  auto ledger = Ledger::decode(stored.ledger, impl_->options.ledger);
  if (!ledger) return std::move(ledger).error();
  auto merged = impl_->restore(*ledger, std::move(told), clock);
  if (impl_->outbox.wanted()) impl_->outbox.hand_out();
  return merged;
}

// ---- forgetting ---------------------------------------------------------------------------------

void Tracker::forget_before(Timestamp cutoff) {
  // No copy is under way, which would have what is forgotten, or not.
  const std::lock_guard no_copy(impl_->copying);
  const std::lock_guard alone(impl_->across);
  if (impl_->horizon && cutoff <= *impl_->horizon) return;
  impl_->horizon = cutoff;
  for (Impl::Shard& shard : impl_->shards) {
    const std::lock_guard held(shard.mutex);
    shard.ledger.forget_before(cutoff);
    const std::size_t limit = shard.ledger.options().limit;
    const std::size_t known = internal::LedgerParts::known(shard.ledger);
    if (known < limit) {
      internal::LedgerParts::set_limit(shard.ledger, known);
      impl_->unclaimed.fetch_add(limit - known, std::memory_order_relaxed);
    }
    shard.figures.commit({}, shard.ledger.counts());
  }
}

std::optional<Timestamp> Tracker::horizon() const {
  const std::lock_guard no_change(impl_->across);
  return impl_->horizon;
}

}  // namespace nps
