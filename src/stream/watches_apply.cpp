// How watches follow time and changes.
#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "nps/detail/siphash.h"
#include "stream/answer_label.h"
#include "stream/watches_impl.h"

namespace nps {

using internal::CusumFollower;
using internal::kDay;
using internal::Kept;
using internal::kHour;
using internal::label_of;
using internal::SilenceFollower;
using internal::SinceFollower;
using internal::WatchClock;
using internal::WindowWatch;

namespace {

// Two responses are taken for the same one once in 2^64 pairs.
std::uint64_t hash_of(std::string_view response_id) {
  const detail::Digest digest = detail::siphash({}, response_id);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8U | digest[i];
  return hash;
}

/// The window of a watch by that unit, and on how many buckets it looks back: 0 for other watches.
std::int64_t look_back(const Watch& watch, std::size_t unit) {
  const auto in_unit = [unit](const WindowLength& window, std::int64_t windows) {
    return static_cast<std::size_t>(window.unit) == unit ? windows * window.buckets : 0;
  };
  if (const auto* below = std::get_if<BelowWatch>(&watch)) return in_unit(below->window, 1);
  if (const auto* drop = std::get_if<DropWatch>(&watch)) return in_unit(drop->window, 2);
  return 0;
}

}  // namespace

std::vector<std::string> Watches::Impl::key_of(const Answer& answer) const {
  std::vector<std::string> key;
  for (const std::string& dimension : options.by) key.emplace_back(label_of(answer, dimension));
  return key;
}

std::optional<std::size_t> Watches::Impl::find(const std::vector<std::string>& key) const {
  const auto found = cell_of.find(key);
  return found == cell_of.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Watches::Impl::make(std::vector<std::string> key) {
  Cell cell;
  cell.states = fresh_states;
  cell.kept.resize(watches.size());
  cell_of.emplace(key, cells.size());
  cell.key = std::move(key);
  cells.push_back(std::move(cell));
  return cells.size() - 1;
}

// ---- alarms -------------------------------------------------------------------------------------

void Watches::Impl::give(std::size_t cell, std::size_t watch, Kept kept) {
  kept.cell = cell;
  kept.change = changes;
  kept.alarm.watch = watch;
  kept.alarm.key = cells[cell].key;
  if (!kept.alarm.at) kept.alarm.at = now;
  given.push_back(std::move(kept));
}

void Watches::Impl::number_alarms() {
  std::ranges::stable_sort(given, {}, [](const Kept& kept) { return kept.alarm.at; });
  alarms.clear();
  for (Kept& kept : given) {
    kept.alarm.number = ++numbered;
    alarms.push_back(kept.alarm);
    auto& place = cells[kept.cell].kept[kept.alarm.watch];
    place = std::move(kept);
  }
  given.clear();
}

// ---- time ---------------------------------------------------------------------------------------

void Watches::Impl::judge(std::size_t cell, std::size_t unit, std::int64_t closing) {
  const Bucketing& bucketing = clocks[unit].clock.bucketing();
  const Buckets& buckets = cells[cell].timed[unit];
  for (std::size_t w = 0; w < watches.size(); ++w) {
    const std::int64_t buckets_back = look_back(watches[w], unit);
    if (buckets_back == 0) continue;
    auto& state = std::get<WindowWatch>(cells[cell].states[w]);
    const auto* below = std::get_if<BelowWatch>(&watches[w]);
    auto alarm = below != nullptr ? state.judge(*below, buckets, closing, options.scale)
                                  : state.judge(std::get<DropWatch>(watches[w]), buckets, closing,
                                                options.scale);
    if (!alarm) continue;
    alarm->at = bucketing.begin(closing + 1);
    const std::int64_t length = below != nullptr ? buckets_back : buckets_back / 2;
    alarm->since = bucketing.begin(closing - length + 1);
    give(cell, w,
         {.alarm = *std::move(alarm), .first = closing - buckets_back + 1, .last = closing});
  }
}

// All that close from `from` up to, and not with, `end`. Windows without an answer need no judgement,
// so that a clock that jumps by millennia does not take as long.
void Watches::Impl::judge_all(std::size_t cell, std::size_t unit, std::int64_t from,
                              std::int64_t end) {
  if (end - from == 1) return judge(cell, unit, from);
  for (const auto& [bucket, tally] : cells[cell].timed[unit].sorted()) {
    from = std::max(from, bucket);
    for (; from < std::min(end, bucket + clocks[unit].span); ++from) judge(cell, unit, from);
  }
}

// Gives back what no window that closes from now on looks back on.
void Watches::Impl::prune(Cell& cell, std::size_t unit) const {
  Buckets& buckets = cell.timed[unit];
  if (buckets.size() <= 2 * static_cast<std::size_t>(clocks[unit].span) + 16) return;
  Buckets kept;
  for (const auto& [bucket, tally] : buckets.sorted()) {
    if (bucket > *clocks[unit].open - clocks[unit].span) kept.add(bucket, tally);
  }
  buckets = std::move(kept);
}

void Watches::Impl::move_on(std::size_t unit, std::int64_t to) {
  WatchClock& clock = clocks[unit];
  const std::int64_t from = clock.open.value_or(to);
  clock.open = to;
  if (from == to) return;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    if (has_windows(unit)) {
      judge_all(cell, unit, from, to);
      prune(cells[cell], unit);
    }
    if (unit != kHour) continue;
    for (std::size_t w = 0; w < watches.size(); ++w) {
      const auto* silence = std::get_if<SilenceWatch>(&watches[w]);
      if (silence == nullptr) continue;
      auto& state = std::get<SilenceFollower>(cells[cell].states[w]);
      if (auto alarm = state.close(*silence, from, to)) give(cell, w, {.alarm = *std::move(alarm)});
    }
  }
}

std::span<const Alarm> Watches::advance(Timestamp now) {
  Impl& self = *impl_;
  self.alarms.clear();
  if (self.now && now <= *self.now) return self.alarms;
  self.now = now;
  for (const std::size_t unit : {kHour, kDay}) {
    self.move_on(unit, self.clocks[unit].clock.bucket(now));
  }
  self.number_alarms();
  return self.alarms;
}

// ---- changes ------------------------------------------------------------------------------------

void Watches::Impl::count(std::size_t cell, const Answer& answer) {
  if (!answer.answered_at) return;
  for (const std::size_t unit : {kHour, kDay}) {
    if (!has_windows(unit)) continue;
    cells[cell].timed[unit].add(clocks[unit].clock.bucket(*answer.answered_at), answer.rating);
  }
}

void Watches::Impl::take(std::size_t cell, const Answer& answer) {
  const internal::Arrival arrival{changes, answer.rating, answer.answered_at, now};
  for (std::size_t w = 0; w < watches.size(); ++w) {
    internal::WatchState& state = cells[cell].states[w];
    if (const auto* cusum = std::get_if<CusumWatch>(&watches[w])) {
      auto& follower = std::get<CusumFollower>(state);
      if (auto alarm = follower.add(*cusum, arrival, options.scale)) {
        give(cell, w, {.alarm = *std::move(alarm), .from = follower.alarmed_from()});
      }
    } else if (const auto* since = std::get_if<SinceWatch>(&watches[w])) {
      auto& follower = std::get<SinceFollower>(state);
      if (auto alarm = follower.add(*since, arrival, options.scale)) {
        give(cell, w, {.alarm = *std::move(alarm)});
      }
    } else if (auto* silence = std::get_if<SilenceFollower>(&state); silence != nullptr && now) {
      silence->add(*clocks[kHour].open, *now);
    }
  }
  Taken& place = taken[hash_of(answer.response_id)];
  place.change = changes & ((std::uint64_t{1} << 40U) - 1);
  place.cell = cell & ((std::uint64_t{1} << 24U) - 1);
}

// Counts the correction, once for each alarm that rests on the answer, and once for what will alarm.
void Watches::Impl::correct(std::optional<std::size_t> counted_in, const Answer& before,
                            bool is_gone) {
  const std::uint64_t hash = hash_of(before.response_id);
  const auto first = taken.find(hash);
  const std::uint64_t came = first == taken.end() ? 0 : first->second.change;
  std::uint64_t& last = corrected[hash];  // 0: never yet
  for (std::size_t w = 0; w < watches.size(); ++w) {
    if (std::holds_alternative<BelowWatch>(watches[w]) ||
        std::holds_alternative<DropWatch>(watches[w])) {
      if (!counted_in || !before.answered_at) continue;
      auto& kept = cells[*counted_in].kept[w];
      if (!kept || came > kept->change || last > kept->change) continue;
      const BucketUnit unit = std::visit(
          [](const auto& any) {
            if constexpr (requires { any.window; }) return any.window.unit;
            return BucketUnit::Day;
          },
          watches[w]);
      const std::int64_t bucket =
          clocks[static_cast<std::size_t>(unit)].clock.bucket(*before.answered_at);
      if (kept->first <= bucket && bucket <= kept->last) ++kept->alarm.corrected;
    } else if (came != 0 && last == 0) {
      Cell& cell = cells[first->second.cell];
      auto& kept = cell.kept[w];
      const bool is_alarmed = kept && kept->from <= came && came <= kept->change;
      if (auto* cusum = std::get_if<CusumFollower>(&cell.states[w])) {
        cusum->correct(came);
        if (is_alarmed) ++kept->alarm.corrected;
      } else if (auto* since = std::get_if<SinceFollower>(&cell.states[w])) {
        const bool was_taken =
            before.answered_at && *before.answered_at >= std::get<SinceWatch>(watches[w]).start;
        if (was_taken) since->correct();
        if (was_taken && is_alarmed) ++kept->alarm.corrected;
      }
    }
  }
  last = changes;
  if (is_gone) {
    taken.erase(hash);
    corrected.erase(hash);
  }
}

Result<> Watches::Impl::follow(const Change& change, bool arrives) {
  std::optional<std::size_t> to;
  if (change.after) {
    std::vector<std::string> key = key_of(*change.after);
    to = find(key);
    if (!to && cells.size() >= options.cell_limit) {
      return Error{ErrorCode::LimitReached,
                   fmt::format("more than {} cells would have to be watched; group by fewer "
                               "dimensions, or raise the limit",
                               options.cell_limit)};
    }
    if (!to) to = make(std::move(key));
  }
  ++changes;
  if (change.before) {
    const auto from = find(key_of(*change.before));
    correct(from, *change.before, !change.after);
    for (const std::size_t unit : {kHour, kDay}) {
      if (!from || !change.before->answered_at || !has_windows(unit)) continue;
      // Not there where it is older than any window looks back, or came before the watches.
      static_cast<void>(cells[*from].timed[unit].remove(
          clocks[unit].clock.bucket(*change.before->answered_at), change.before->rating));
    }
  }
  if (to) count(*to, *change.after);
  if (to && !change.before && arrives) take(*to, *change.after);
  number_alarms();
  return {};
}

Result<std::span<const Alarm>> Watches::apply(const Change& change) {
  if (auto followed = impl_->follow(change, true); !followed) return std::move(followed).error();
  return std::span<const Alarm>(impl_->alarms);
}

Result<> Watches::adopt(const Change& change) { return impl_->follow(change, false); }

}  // namespace nps
