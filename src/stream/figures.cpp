#include "stream/figures.h"

#include <utility>

#include "nps/stream/window.h"
#include "stream/tombstones.h"

namespace nps::internal {

// ---- windows ------------------------------------------------------------------------------------

namespace {

bool within(std::int64_t bucket, std::int64_t end, std::int64_t length) noexcept {
  return bucket <= end && bucket > end - length;
}

}  // namespace

UnitFigures::UnitFigures(const FigurePlan::Unit& plan) : clock_(plan.bucketing) {
  for (const std::int64_t length : plan.lengths) windows_.emplace_back(length);
}

std::uint32_t UnitFigures::row_of(std::int64_t bucket) {
  if (const auto known = places_.find(bucket); known != places_.end()) return known->second;
  places_.reserve(places_.size() + 1);
  const std::uint32_t row = rows.add(bucket);
  places_.emplace(bucket, row);
  return row;
}

void UnitFigures::change(const RowChange& change) noexcept {
  rows.change(change);
  const std::uint64_t one = change.in ? 1 : ~std::uint64_t{0};  // modulo 2^64
  const std::int64_t bucket = rows.key(change.row);
  if (bucket == kUntimed) return untimed_.add(one);
  timed_.add(one);
  if (end_ == kUntimed) return;
  if (bucket > end_) after_.add(one);
  for (Window& window : windows_) {
    if (within(bucket, end_, window.length)) window.sum.add(change.rating, change.in);
  }
}

UnitFigures::Move UnitFigures::sum_up(std::int64_t end) const {
  Move to{.end = end, .sums = std::vector<Tally>(windows_.size())};
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const std::int64_t bucket = rows.key(row);
    if (bucket == kUntimed) continue;
    if (bucket > end) to.after += rows.tally(row).read().responses();
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      if (within(bucket, end, windows_[w].length)) to.sums[w] += rows.tally(row).read();
    }
  }
  return to;
}

void UnitFigures::move(const Move& to) noexcept {
  end_ = to.end;
  published_end_.set(static_cast<std::uint64_t>(to.end));
  after_.set(to.after);
  for (std::size_t w = 0; w < windows_.size(); ++w) windows_[w].sum.set(to.sums[w]);
}

UnitFigures::Reading UnitFigures::read(std::size_t window) const noexcept {
  return {.end = static_cast<std::int64_t>(published_end_.read()),
          .sum = windows_[window].sum.read(),
          .after = after_.read(),
          .timed = timed_.read(),
          .untimed = untimed_.read()};
}

// ---- changes ------------------------------------------------------------------------------------

Figures::Figures(const FigurePlan& plan, CellDirectory& cells, std::size_t shard)
    : plan_(plan), directory_(cells), shard_(shard), timing_labels_(plan.by.size()) {
  for (const Dimension& dimension : plan.by) {
    timelines_.emplace_back();
    if (dimension.is_timing()) timelines_.back().emplace(dimension);
  }
  for (const FigurePlan::Unit& unit : plan.units) units_.emplace_back(unit);
}

Result<> Figures::prepare(const Change& change, PreparedChanges& before) {
  if (change.before) {
    if (auto ready = prepare(*change.before, false, before); !ready) return ready;
  }
  if (change.after) return prepare(*change.after, true, before);
  return {};
}

Result<> Figures::prepare(const Answer& answer, bool in, PreparedChanges& before) {
  const auto cell = cell_of(answer, before.key_);
  if (!cell) return cell.error();
  PreparedChanges::Step step{.cell = *cell, .rating = answer.rating.value(), .in = in};
  for (std::size_t u = 0; u < units_.size(); ++u) {
    step.buckets[u] = units_[u].row_of(units_[u].bucket_of(answer));
    units_[u].rows.tally(step.buckets[u]).prefetch(step.rating);
  }
  cells_.tally(step.cell).prefetch(step.rating);
  before.steps_.push_back(step);
  cells_.reserve(before.steps_.size());
  for (UnitFigures& unit : units_) unit.rows.reserve(before.steps_.size());
  return {};
}

Result<std::uint32_t> Figures::cell_of(const Answer& answer, std::string& key) {
  using From = FigurePlan::Source::From;
  key.clear();
  for (std::size_t d = 0; d < plan_.by.size(); ++d) {
    const FigurePlan::Source& source = plan_.sources[d];
    switch (source.from) {
      case From::Channel: CellKey::append(key, answer.channel); break;
      case From::Stage: CellKey::append(key, answer.journey_stage); break;
      case From::Others: CellKey::append(key, answer.dimensions[source.place].second); break;
      case From::Timing: {
        Labels& labels = timing_labels_[d];
        const Code code =
            timelines_[d]->code(plan_.by[d], {labels}, answer.answered_at, answer.touchpoint_at);
        CellKey::append(key, code == kAbsent ? std::optional<std::string_view>()
                                             : std::optional(labels.text(code)));
        break;
      }
    }
  }
  if (const auto known = cell_places_.find(absl::string_view(key.data(), key.size()));
      known != cell_places_.end()) {
    return known->second;
  }
  auto cell = directory_.at(key);
  if (!cell) return std::move(cell).error();
  TrackedCellEntry& entry = **cell;
  cell_places_.reserve(cell_places_.size() + 1);
  const std::uint32_t row = cells_.add(&entry);
  cell_places_.emplace(absl::string_view(entry.key.data(), entry.key.size()), row);
  entry.shards[shard_].store(&cells_.tally(row), std::memory_order_release);
  return row;
}

void Figures::commit(const PreparedChanges& prepared, const LedgerCounts& counts) noexcept {
  sequence_.begin();
  for (const PreparedChanges::Step& step : prepared.steps_) {
    total_.add(step.rating, step.in);
    cells_.change({step.cell, step.rating, step.in});
    for (std::size_t u = 0; u < units_.size(); ++u) {
      units_[u].change({step.buckets[u], step.rating, step.in});
    }
  }
  const std::array now{counts.responses, counts.dismissed, counts.deleted, counts.erased,
                       counts.erased_customers};
  for (std::size_t i = 0; i < now.size(); ++i) counts_[i].set(now[i]);
  sequence_.end();
}

void Figures::move_to(Timestamp now) {
  std::vector<UnitFigures::Move> moves;
  for (std::size_t u = 0; u < units_.size(); ++u) {
    moves.push_back(units_[u].sum_up(plan_.units[u].bucketing.bucket(now)));
  }
  sequence_.begin();
  for (std::size_t u = 0; u < units_.size(); ++u) units_[u].move(moves[u]);
  sequence_.end();
}

LedgerCounts Figures::counts() const noexcept {
  return {.responses = counts_[0].read(),
          .dismissed = counts_[1].read(),
          .deleted = counts_[2].read(),
          .erased = counts_[3].read(),
          .erased_customers = counts_[4].read()};
}

}  // namespace nps::internal
