// Making a tracker, and taking events in.
#include "nps/stream/tracker.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <functional>
#include <optional>

#include "stream/tracker_impl.h"

namespace nps {

using internal::FigurePlan;

namespace {

Error invalid(std::string sentence, std::string_view field) {
  return {ErrorCode::InvalidArgument, std::move(sentence), {.field = std::string(field)}};
}

std::optional<Error> refuse(const TrackerOptions& options) {
  if (!options.ledger.order) {
    return invalid(
        "nothing orders the stream: of many writers none is the first to decide it, so declare "
        "versions or times of update",
        "order");
  }
  if (options.cube.weighted || counted_once(options.cube.policy)) {
    return invalid(
        "a tracker counts all answers, without weights: follow its changes where others "
        "are to count",
        "cube");
  }
  if (!std::has_single_bit(options.shards) || options.shards > 256) {
    return invalid(fmt::format("{} shards are not possible: give a power of two from 1 to 256",
                               options.shards),
                   "shards");
  }
  return std::nullopt;
}

// Where in an answer each label stands, once the ledger's dimensions are settled.
std::vector<FigurePlan::Source> sources(const std::vector<Dimension>& by,
                                        const std::vector<std::string>& kept) {
  using From = FigurePlan::Source::From;
  std::vector<FigurePlan::Source> sources;
  for (const Dimension& dimension : by) {
    const std::string& name = dimension.name();
    FigurePlan::Source& source = sources.emplace_back();
    if (dimension.is_timing()) {
      source.from = From::Timing;
    } else if (name == "channel") {
      source.from = From::Channel;
    } else if (name == "journey_stage") {
      source.from = From::Stage;
    } else {
      for (const std::string& other : kept) {
        if (other == name) break;
        if (other != "channel" && other != "journey_stage") ++source.place;
      }
    }
  }
  return sources;
}

}  // namespace

Tracker::Tracker(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Tracker::Tracker(Tracker&& other) noexcept = default;
Tracker& Tracker::operator=(Tracker&& other) noexcept = default;
Tracker::~Tracker() = default;

Result<Tracker> Tracker::create(TrackerOptions options) {
  if (auto refused = refuse(options)) return *std::move(refused);
  auto& kept = options.ledger.dimensions;
  for (const Dimension& dimension : options.by) {
    const bool is_kept = std::ranges::find(kept, dimension.name()) != kept.end();
    if (!dimension.is_timing() && !is_kept) kept.push_back(dimension.name());
  }
  FigurePlan plan{.by = options.by, .sources = sources(options.by, kept), .units = {}};
  for (const WindowLength& window : options.windows) {
    const auto unit = std::ranges::find(plan.units, window.unit, [](const FigurePlan::Unit& known) {
      return known.bucketing.unit();
    });
    FigurePlan::Unit& of =
        unit != plan.units.end()
            ? *unit
            : plan.units.emplace_back(FigurePlan::Unit{
                  .bucketing = Bucketing(window.unit, options.zone), .lengths = {}});
    of.lengths.push_back(window.buckets);
  }
  std::optional<Watches> watches;
  if (!options.watches.empty() || !options.watch_by.empty()) {
    auto made = watches_of(options);
    if (!made) return std::move(made).error();
    watches = *std::move(made);
  }
  // The parts that a tracker stands for know what they refuse.
  if (auto cube = Cube::create(options.by, options.cube); !cube) return std::move(cube).error();
  if (auto ledger = Ledger::create(options.ledger); !ledger) return std::move(ledger).error();
  for (const FigurePlan::Unit& unit : plan.units) {
    auto windows = Windows::create(unit.bucketing, unit.lengths);
    if (!windows) return std::move(windows).error();
  }
  auto impl = std::make_unique<Impl>(std::move(options), std::move(plan));
  if (watches) impl->outbox.watch(*std::move(watches));
  return Tracker(std::move(impl));
}

Tracker::Impl::Impl(TrackerOptions chosen, FigurePlan planned)
    : options(std::move(chosen)),
      plan(std::move(planned)),
      cells(options.shards, options.cube.cell_limit),
      unclaimed(options.ledger.limit),
      claim(std::clamp<std::size_t>(options.ledger.limit / (options.shards * 256), 1, 4096)) {
  if (options.ledger.erasure_key) key = *options.ledger.erasure_key;
  LedgerOptions part = options.ledger;
  part.limit = 0;
  for (std::size_t number = 0; number < options.shards; ++number) {
    shards.emplace_back(*Ledger::create(part), plan, cells, number);
  }
  std::vector<std::size_t> used(plan.units.size());
  for (const WindowLength& window : options.windows) {
    std::size_t unit = 0;
    while (plan.units[unit].bucketing.unit() != window.unit) ++unit;
    windows.emplace_back(unit, used[unit]++);
  }
}

const TrackerOptions& Tracker::options() const noexcept { return impl_->options; }
void Tracker::on_change(Sink sink) { impl_->outbox.add_sink(std::move(sink)); }

// ---- events -------------------------------------------------------------------------------------

std::size_t Tracker::Impl::shard_of(std::string_view response_id) const {
  if (shards.size() == 1) return 0;
  return LedgerParts::part_of(detail::siphash(key, response_id), shards.size());
}

std::unique_ptr<Tracker::Impl::Parcel> Tracker::Impl::parcel() const {
  return outbox.wanted() ? std::make_unique<Parcel>() : nullptr;
}

void Tracker::Impl::put(std::unique_ptr<Parcel> told, const Event& event) noexcept {
  if (!told) return;
  told->now = clock_after(event);
  if (told->size() != 0 || told->now) outbox.put(std::move(told));
}

Error Tracker::Impl::full() const {
  return {ErrorCode::LimitReached,
          fmt::format("the tracker may hold {} responses, and as many erased customers, and has no "
                      "room for one more; nothing was changed: raise the limit",
                      options.ledger.limit),
          {.field = "limit"}};
}

Tracker::Impl::Draft& Tracker::Impl::own_draft() {
  thread_local Draft draft;
  return draft;
}

// Under the lock it would keep all writers waiting: within a few events each of them comes to the shard.
void Tracker::Impl::Shard::provide(std::size_t bytes) {
  try {
    internal::Pages block(bytes);
    block.touch();
    const std::lock_guard held(mutex);
    LedgerParts::give(ledger, std::move(block));
  } catch (const std::bad_alloc&) {  // whoever needs it will be told
  }
}

Result<Applied> Tracker::Impl::apply(const Event& event) {
  if (event.type == EventType::Erased) return erase(event);
  Shard& shard = shards[shard_of(event.response.id)];
  Draft& draft = own_draft();
  std::unique_lock held(shard.mutex);
  auto applied = apply_to(shard, event, draft);
  const std::size_t need = LedgerParts::take_need(shard.ledger);
  held.unlock();
  if (need != 0) shard.provide(need);
  return applied;
}

Result<Applied> Tracker::apply(const Event& event) {
  auto applied = impl_->apply(event);
  if (impl_->outbox.wanted()) impl_->outbox.hand_out();
  return applied;
}

namespace {

/// Events by shard, those of one shard in the order in which they came.
class Sorted {
 public:
  Sorted(const std::vector<std::pair<std::size_t, const Event*>>& events, std::size_t shards)
      : sorted_(events.size()), begin_(shards + 1) {
    for (const auto& [shard, event] : events) ++begin_[shard + 1];
    for (std::size_t s = 0; s < shards; ++s) begin_[s + 1] += begin_[s];
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    for (const auto& [shard, event] : events) sorted_[next[shard]++] = event;
  }
  [[nodiscard]] std::span<const Event* const> of(std::size_t shard) const noexcept {
    return std::span(sorted_).subspan(begin_[shard], begin_[shard + 1] - begin_[shard]);
  }

 private:
  std::vector<const Event*> sorted_;
  std::vector<std::size_t> begin_;
};

}  // namespace

Result<> Tracker::apply(std::span<const Event> events, Diagnostics& seen) {
  Result<> first;
  const auto note = [&](const Result<Applied>& applied) {
    if (applied) {
      seen.count(*applied);
    } else if (first) {
      first = applied.error();
    }
  };
  std::vector<std::pair<std::size_t, const Event*>> in_shards;
  in_shards.reserve(events.size());
  for (const Event& event : events) {
    if (impl_->outbox.watching() != nullptr) {
      note(impl_->apply(event));  // what is watched is the order in which answers come
    } else if (event.type == EventType::Erased) {
      note(impl_->erase(event));
    } else {
      in_shards.emplace_back(impl_->shard_of(event.response.id), &event);
    }
  }
  const std::size_t count = impl_->shards.size();
  const Sorted sorted(in_shards, count);
  Impl::Draft& draft = Impl::own_draft();
  for (std::size_t number = 0; number < count; ++number) {
    auto some = sorted.of(number);
    if (some.empty()) continue;
    Impl::Shard& shard = impl_->shards[number];
    std::unique_lock held(shard.mutex);
    while (!some.empty()) {
      const auto together = some.first(std::min(some.size(), Impl::kTogether));
      Impl::LedgerParts::expect(shard.ledger, together);
      for (const Event* const event : together) note(impl_->apply_to(shard, *event, draft));
      some = some.subspan(together.size());
    }
    const std::size_t need = Impl::LedgerParts::take_need(shard.ledger);
    held.unlock();
    if (need != 0) shard.provide(need);
  }
  if (impl_->outbox.wanted()) impl_->outbox.hand_out();
  return first;
}

Result<Applied> Tracker::Impl::propose(Shard& shard, const Event& event, Draft& draft) {
  for (;;) {
    auto applied = LedgerParts::propose(shard.ledger, event, draft.ledger);
    if (applied || applied.error().code != ErrorCode::LimitReached) return applied;
    std::size_t left = unclaimed.load(std::memory_order_relaxed);
    std::size_t more = 0;
    do {
      more = std::min(left, claim);
      if (more == 0) return full();
    } while (!unclaimed.compare_exchange_weak(left, left - more, std::memory_order_relaxed));
    LedgerParts::set_limit(shard.ledger, shard.ledger.options().limit + more);
  }
}

Result<Applied> Tracker::Impl::apply_to(Shard& shard, const Event& event, Draft& draft) {
  auto applied = propose(shard, event, draft);
  if (!applied) return applied;
  const Applied result{.outcome = applied->outcome, .fault = applied->fault, .changes = {}};
  if (result.outcome == Outcome::Rejected) return result;
  // All that can fail comes first.
  const bool tells = !applied->changes.empty() || outbox.watching() != nullptr;
  std::unique_ptr<Parcel> told = tells ? parcel() : nullptr;
  if (result.outcome != Outcome::Accepted && result.outcome != Outcome::Erased) {
    put(std::move(told), event);
    return result;
  }
  draft.figures.clear();
  for (const Change& change : applied->changes) {
    if (auto ready = shard.figures.prepare(change, draft.figures); !ready) {
      return std::move(ready).error();
    }
    if (told) told->add(change);
  }
  if (shard.events.open) shard.events.taken.push_back(event);
  LedgerParts::commit(shard.ledger, draft.ledger);
  shard.figures.commit(draft.figures, shard.ledger.counts());
  put(std::move(told), event);
  return result;
}

std::vector<std::unique_lock<internal::PoliteMutex>> Tracker::Impl::lock_all() const {
  std::vector<std::unique_lock<internal::PoliteMutex>> locks;
  locks.reserve(shards.size());
  for (const Shard& shard : shards) locks.emplace_back(shard.mutex);
  return locks;
}

Result<Applied> Tracker::Impl::erase(const Event& event) {
  const std::lock_guard alone(across);
  const auto locks = lock_all();
  std::unique_ptr<Parcel> told = parcel();
  Applied result;
  std::vector<internal::PreparedChanges> prepared(shards.size());
  for (std::size_t s = 0; s < shards.size(); ++s) {
    Shard& shard = shards[s];
    const auto applied = LedgerParts::propose_erasure(shard.ledger, event, options.ledger.limit);
    if (!applied) return full();
    result = {.outcome = applied->outcome, .fault = applied->fault, .changes = {}};
    if (result.outcome != Outcome::Accepted) {  // as it is in all shards
      if (result.outcome != Outcome::Rejected) put(std::move(told), event);
      return result;
    }
    for (const Change& change : applied->changes) {
      if (auto ready = shard.figures.prepare(change, prepared[s]); !ready) {
        return std::move(ready).error();
      }
      if (told) told->add(change);
    }
  }
  if (erasures.open) erasures.taken.push_back(event);
  epoch.begin();
  for (std::size_t s = 0; s < shards.size(); ++s) {
    shards[s].ledger.commit();
    shards[s].figures.commit(prepared[s], shards[s].ledger.counts());
  }
  epoch.end();
  put(std::move(told), event);
  return result;
}

void Tracker::move_to(Timestamp now) {
  for (Impl::Shard& shard : impl_->shards) {
    const std::lock_guard held(shard.mutex);
    shard.figures.move_to(now);
  }
}

std::size_t Tracker::memory() const {
  std::size_t bytes = 0;
  for (const Impl::Shard& shard : impl_->shards) {
    const std::lock_guard held(shard.mutex);
    bytes += shard.ledger.memory();
  }
  return bytes;
}

}  // namespace nps
