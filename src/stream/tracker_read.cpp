// Reading a tracker: single figures without a lock, whole tables a slice at a time.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "stream/tracker_impl.h"

namespace nps {

using internal::CellKey;
using internal::Figures;
using internal::Politely;
using internal::Rows;
using internal::TrackedCellEntry;
using internal::UnitFigures;

// ---- one figure ---------------------------------------------------------------------------------

Tally Tracker::total() const {
  return impl_->add_up<Tally>([](Tally& sum, const Figures& figures) {
    sum += figures.read([](const Figures& of) { return of.total(); });
  });
}

LedgerCounts Tracker::counts() const {
  return impl_->add_up<LedgerCounts>([](LedgerCounts& sum, const Figures& figures) {
    const LedgerCounts counts = figures.read([](const Figures& of) { return of.counts(); });
    sum.responses += counts.responses;
    sum.dismissed += counts.dismissed;
    sum.deleted += counts.deleted;
    sum.erased += counts.erased;
    sum.erased_customers = counts.erased_customers;  // every shard knows all of them
  });
}

Tally TrackedCell::tally() const {
  return tracker_->epoch.read([&] {
    Tally sum;
    for (std::size_t s = 0; s < tracker_->shards.size(); ++s) {
      const auto* const counted = entry_->shards[s].load(std::memory_order_acquire);
      if (counted == nullptr) continue;
      sum += tracker_->shards[s].figures.read([&](const Figures&) { return counted->read(); });
    }
    return sum;
  });
}

Result<TrackedCell> Tracker::cell(std::initializer_list<std::string_view> labels) {
  return cell(std::span(labels.begin(), labels.size()));
}

Result<TrackedCell> Tracker::cell(std::span<const std::string_view> labels) {
  if (labels.size() != impl_->plan.by.size()) {
    return Error{ErrorCode::Mismatch,
                 fmt::format("{} labels for a tracker of {} dimensions; give one for each",
                             labels.size(), impl_->plan.by.size())};
  }
  std::string key;
  for (const std::string_view label : labels) CellKey::append(key, label);
  const auto entry = impl_->cells.at(key);
  if (!entry) return entry.error();
  return TrackedCell(impl_.get(), *entry);
}

// ---- whole tables -------------------------------------------------------------------------------

template <typename Key, typename RowsOf, typename Take>
void Tracker::Impl::copy_rows(RowsOf rows_of, Take take) const {
  const std::lock_guard alone(reading);
  struct Copies {
    explicit Copies(std::deque<Shard>& from, RowsOf rows) : shards(from), of(rows) {}
    Copies(const Copies&) = delete;
    Copies& operator=(const Copies&) = delete;
    ~Copies() {  // where memory ran out; elsewhere nothing is written down any more
      for (Shard& shard : shards) {
        const std::lock_guard held(shard.mutex);
        of(shard.figures).abandon();
      }
    }
    std::deque<Shard>& shards;
    RowsOf of;
    std::vector<typename Rows<Key>::Copy> made{shards.size()};
  } copies(shards, rows_of);
  for (Shard& shard : shards) {
    const Politely held(shard.mutex);
    rows_of(shard.figures).begin();
  }
  for (std::size_t s = 0; s < shards.size(); ++s) {
    for (bool more = true; more;) {
      const Politely held(shards[s].mutex);
      more = rows_of(shards[s].figures).step(copies.made[s]);
    }
  }
  {
    // No erasure is half entered, and each shard is a moment of its own.
    const std::lock_guard no_erasure(across);
    for (std::size_t s = 0; s < shards.size(); ++s) {
      const std::lock_guard held(shards[s].mutex);
      rows_of(shards[s].figures).finish(copies.made[s]);
    }
  }
  for (auto& copy : copies.made) copy.for_each(take);
}

Cube Tracker::cube() const {
  std::vector<std::pair<const TrackedCellEntry*, Tally>> cells;
  impl_->copy_rows<const TrackedCellEntry*>(
      [](Figures & figures) -> auto& { return figures.cells(); },
      [&](const TrackedCellEntry* entry, const Tally& tally) {
        if (cells.size() <= entry->number) cells.resize(entry->number + 1);
        cells[entry->number].first = entry;
        cells[entry->number].second += tally;
      });
  Cube cube = *Cube::create(impl_->options.by, impl_->options.cube);
  for (const auto& [entry, tally] : cells) {
    if (!tally.empty()) static_cast<void>(cube.add(CellKey::labels(entry->key), tally));
  }
  return cube;
}

WindowReading Tracker::window(std::size_t index, Timestamp at) const {
  const auto [unit, place] = impl_->windows[index];
  const auto& plan = impl_->plan.units[unit];
  WindowReading reading;
  reading.last = plan.bucketing.bucket(at);
  reading.first = reading.last - plan.lengths[place] + 1;

  struct Sum {
    UnitFigures::Reading of = {};
    bool is_there = true;
  };
  const Sum sum =
      impl_->add_up<Sum>([&, unit = unit, place = place](Sum& all, const Figures& shard) {
        if (!all.is_there) return;
        const auto part = shard.read([&](const Figures& of) { return of.unit(unit).read(place); });
        all.is_there = part.end == reading.last;
        all.of.sum += part.sum;
        all.of.after += part.after;
        all.of.timed += part.timed;
        all.of.untimed += part.untimed;
      });
  if (sum.is_there) {
    reading.tally = sum.of.sum;
    reading.after = sum.of.after;
    reading.untimed = sum.of.untimed;
    reading.before = sum.of.timed - sum.of.after - sum.of.sum.responses();
    return reading;
  }
  impl_->copy_rows<std::int64_t>(
      [unit = unit](Figures & figures) -> auto& { return figures.buckets(unit); },
      [&](std::int64_t bucket, const Tally& tally) {
        if (bucket == UnitFigures::kUntimed) {
          reading.untimed += tally.responses();
        } else if (bucket > reading.last) {
          reading.after += tally.responses();
        } else if (bucket < reading.first) {
          reading.before += tally.responses();
        } else {
          reading.tally += tally;
        }
      });
  return reading;
}

}  // namespace nps
