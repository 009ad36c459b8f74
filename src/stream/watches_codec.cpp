// Watches as bytes. Format: nps/wire/FORMAT.md.
#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "nps/wire/counting_policy.h"
#include "nps/wire/envelope.h"
#include "nps/wire/tally.h"
#include "stream/watches_impl.h"

namespace nps {
namespace {

constexpr std::uint16_t kWatchesVersion = 1;

void write(wire::Writer& out, const std::optional<Timestamp>& time) {
  out.flag(time.has_value());
  if (time) out.i64(time->time_since_epoch().count());
}

std::optional<Timestamp> read_time(wire::Reader& in) {
  if (!in.flag("whether there is a time")) return std::nullopt;
  return Timestamp(std::chrono::microseconds(in.i64("a time")));
}

void write(wire::Writer& out, const WindowLength& window) {
  out.u8(static_cast<std::uint8_t>(window.unit));
  out.i64(window.buckets);
}

void write(wire::Writer& out, const Watch& watch) {
  out.u8(static_cast<std::uint8_t>(watch.index()));
  if (const auto* below = std::get_if<BelowWatch>(&watch)) {
    out.f64(below->points);
    write(out, below->window);
    out.f64(below->level.value());
  } else if (const auto* drop = std::get_if<DropWatch>(&watch)) {
    out.f64(drop->points);
    write(out, drop->window);
    out.f64(drop->level.value());
  } else if (const auto* cusum = std::get_if<CusumWatch>(&watch)) {
    out.f64(cusum->shift);
    out.f64(cusum->answers_per_false_alarm);
    out.varint(cusum->warm_up);
    out.flag(cusum->usual.has_value());
    if (cusum->usual) out.f64(cusum->usual->share(Band::Promoter));
    if (cusum->usual) out.f64(cusum->usual->share(Band::Detractor));
  } else if (const auto* since = std::get_if<SinceWatch>(&watch)) {
    out.i64(since->start.time_since_epoch().count());
    out.f64(since->points);
    out.f64(since->level.value());
  } else if (const auto* silence = std::get_if<SilenceWatch>(&watch)) {
    out.f64(silence->answers_per_false_alarm);
    out.i64(silence->weeks);
  }
}

void write(wire::Writer& out, const Buckets& buckets) {
  out.varint(buckets.size());
  for (const auto& [bucket, tally] : buckets.sorted()) {
    out.i64(bucket);
    wire::write_packed(out, tally);
  }
}

void read(wire::Reader& in, const Bucketing& bucketing, Buckets& buckets) {
  const std::size_t count =
      in.count("the number of buckets", sizeof(std::int64_t) + wire::kLeastPackedTally);
  std::int64_t before = bucketing.bucket(Timestamp::min()) - 1;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    const std::int64_t bucket = in.i64("a bucket");
    if (bucket <= before) in.fail("buckets are not sorted, or one comes twice");
    if (bucket > bucketing.bucket(Timestamp::max())) in.fail("no time lies in this bucket");
    const Tally tally = wire::read_packed_tally(in);
    if (tally.empty()) in.fail("a bucket has no responses");
    if (!in.failed()) buckets.add(bucket, tally);
    before = bucket;
  }
}

}  // namespace

// ---- the state of one watch in one cell ---------------------------------------------------------

namespace internal {

void WindowWatch::write(wire::Writer& out) const {
  out.flag(alarmed_.has_value());
  if (alarmed_) out.i64(*alarmed_);
}

void WindowWatch::read(wire::Reader& in) {
  if (in.flag("whether a window has alarmed")) alarmed_ = in.i64("the bucket that alarmed");
}

void CusumFollower::write(wire::Writer& out) const {
  for (std::size_t side = 0; side < sides_.size(); ++side) {
    out.flag(sides_[side].has_value());
    if (!sides_[side]) continue;
    const CusumSide::State state = sides_[side]->state();
    for (const double step : state.steps) out.f64(step);
    out.f64(state.threshold);
    out.f64(state.statistic);
    out.varint(state.responses);
    out.varint(state.since);
    const Run& run = runs_[side];
    out.varint(run.since);
    out.varint(run.first);
    nps::write(out, run.began);
    wire::write_packed(out, run.tally);
  }
  for (const std::uint64_t count : {learnt_.detractors, learnt_.passives, learnt_.promoters}) {
    out.varint(count);
  }
  out.varint(corrected_.size());
  for (const std::uint64_t number : corrected_) out.varint(number);
  out.varint(alarmed_from_);
}

void CusumFollower::read(wire::Reader& in) {
  for (std::size_t side = 0; side < sides_.size(); ++side) {
    sides_[side].reset();
    if (!in.flag("whether a side is watched")) continue;
    CusumSide::State state{};
    for (double& step : state.steps) step = in.f64("a step of a CUSUM");
    state.threshold = in.f64("the threshold of a CUSUM");
    state.statistic = in.f64("the statistic of a CUSUM");
    state.responses = in.varint("the answers of a CUSUM");
    state.since = in.varint("where the run of a CUSUM begins");
    if (in.failed()) return;
    sides_[side] = CusumSide::from(state);
    if (!sides_[side]) in.fail("no CUSUM gets into this state");
    Run& run = runs_[side];
    run.since = in.varint("where a run begins");
    run.first = in.varint("the first answer of a run");
    run.began = read_time(in);
    run.tally = wire::read_packed_tally(in);
  }
  for (std::uint64_t* count : {&learnt_.detractors, &learnt_.passives, &learnt_.promoters}) {
    *count = in.varint("a count of learnt answers");
  }
  const std::size_t count = in.count("the number of corrected answers", 1);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    corrected_.push_back(in.varint("a corrected answer"));
  }
  alarmed_from_ = in.varint("the first answer of an alarm");
}

void SinceFollower::write(wire::Writer& out) const {
  const ConfidenceSequence::State state = sequence_.state();
  out.varint(state.past.n);
  for (const double figure : {state.past.sum, state.past.squares, state.bets, state.won,
                              state.spread_below, state.spread_above}) {
    out.f64(figure);
  }
  wire::write_packed(out, tally_);
  out.varint(corrected_);
  out.flag(told_);
}

void SinceFollower::read(wire::Reader& in, Level level) {
  ConfidenceSequence::State state{};
  state.past.n = in.varint("the answers of a sequence");
  for (double* figure : {&state.past.sum, &state.past.squares, &state.bets, &state.won,
                         &state.spread_below, &state.spread_above}) {
    *figure = in.f64("a sum of a sequence");
  }
  const auto sequence = ConfidenceSequence::from(state, level);
  if (sequence) sequence_ = *sequence;
  if (!sequence) in.fail("no confidence sequence gets into this state");
  tally_ = wire::read_packed_tally(in);
  corrected_ = in.varint("the corrected answers");
  told_ = in.flag("whether it was told");
}

void SilenceFollower::write(wire::Writer& out) const {
  out.flag(began_.has_value());
  if (!began_) return;
  out.i64(*began_);
  out.i64(last_);
  nps::write(out, last_clock_);
  out.f64(log_p_);
  out.flag(told_);
  for (const std::uint32_t count : counts_) out.varint(count);
}

void SilenceFollower::read(wire::Reader& in, const std::optional<std::int64_t>& open_hour) {
  if (!in.flag("whether anybody answered")) return;
  began_ = in.i64("the first hour");
  last_ = in.i64("the last hour");
  const std::optional<Timestamp> at = read_time(in);
  if (!at) in.fail("the time of a last answer is not known");
  last_clock_ = at.value_or(Timestamp{});
  log_p_ = in.f64("the chance of a silence");
  told_ = in.flag("whether it was told");
  const std::int64_t first = Bucketing(BucketUnit::Hour).bucket(Timestamp::min());
  if (!open_hour || *began_ < first || *began_ > last_ || last_ > *open_hour) {
    in.fail("the hours of a silence are not in order");
  }
  if (!(log_p_ <= 0)) in.fail("a chance is above 1");
  for (std::uint32_t& count : counts_) {
    if (in.failed()) return;
    count = static_cast<std::uint32_t>(
        in.index("a count of answers", std::uint64_t{std::numeric_limits<std::uint32_t>::max()}));
  }
}

}  // namespace internal

// ---- cells and alarms ---------------------------------------------------------------------------

void Watches::Impl::write(wire::Writer& out, const internal::Kept& kept) const {
  const Alarm& alarm = kept.alarm;
  out.varint(alarm.number);
  nps::write(out, alarm.at);
  nps::write(out, alarm.since);
  wire::write_packed(out, alarm.tally);
  out.flag(alarm.before.has_value());
  if (alarm.before) wire::write_packed(out, *alarm.before);
  out.flag(alarm.direction.has_value());
  if (alarm.direction) out.u8(static_cast<std::uint8_t>(*alarm.direction));
  out.flag(alarm.interval.has_value());
  if (alarm.interval) out.f64(alarm.interval->low);
  if (alarm.interval) out.f64(alarm.interval->high);
  out.flag(alarm.p.has_value());
  if (alarm.p) out.f64(*alarm.p);
  out.varint(alarm.corrected);
  out.varint(kept.change);
  out.varint(kept.from);
  out.i64(kept.first);
  out.i64(kept.last);
}

internal::Kept Watches::Impl::read_kept(wire::Reader& in, std::size_t watch) const {
  internal::Kept kept;
  Alarm& alarm = kept.alarm;
  alarm.watch = watch;
  alarm.kind = static_cast<AlarmKind>(watches[watch].index());
  alarm.number = in.varint("the number of an alarm");
  alarm.at = read_time(in);
  alarm.since = read_time(in);
  alarm.tally = wire::read_packed_tally(in);
  if (in.flag("whether there is a window before")) alarm.before = wire::read_packed_tally(in);
  if (in.flag("whether there is a direction")) {
    alarm.direction = static_cast<Direction>(in.choice("a direction", 2));
  }
  if (in.flag("whether there is an interval")) {
    const double low = in.f64("the lower limit");
    alarm.interval = AlarmInterval{low, in.f64("the upper limit"), {}};
  }
  if (in.flag("whether there is a p")) alarm.p = in.f64("a p");
  alarm.corrected = in.varint("the corrected answers of an alarm");
  kept.change = in.varint("the change of an alarm");
  kept.from = in.varint("the first change of an alarm");
  kept.first = in.i64("the first bucket of an alarm");
  kept.last = in.i64("the last bucket of an alarm");
  if (alarm.number < 1 || alarm.number > numbered) in.fail("an alarm has a number of none");
  if (kept.change > changes) in.fail("an alarm is of a change that has not come");
  // What every alarm of this watch has.
  if (const auto* below = std::get_if<BelowWatch>(&watches[watch])) {
    alarm.points = below->points;
    if (alarm.interval) alarm.interval->level = below->level;
  } else if (const auto* drop = std::get_if<DropWatch>(&watches[watch])) {
    alarm.points = drop->points;
    if (alarm.interval) alarm.interval->level = drop->level;
  } else if (const auto* cusum = std::get_if<CusumWatch>(&watches[watch])) {
    alarm.points = cusum->shift;
    alarm.answers_per_false_alarm = cusum->answers_per_false_alarm;
  } else if (const auto* since = std::get_if<SinceWatch>(&watches[watch])) {
    alarm.points = since->points;
    if (alarm.interval) alarm.interval->level = since->level;
  } else if (const auto* silence = std::get_if<SilenceWatch>(&watches[watch])) {
    alarm.answers_per_false_alarm = silence->answers_per_false_alarm;
  }
  return kept;
}

void Watches::Impl::write(wire::Writer& out, const Cell& cell) const {
  for (const std::string& label : cell.key) out.text(label);
  for (std::size_t unit = 0; unit < clocks.size(); ++unit) {
    if (has_windows(unit)) nps::write(out, cell.timed[unit]);
  }
  for (std::size_t w = 0; w < watches.size(); ++w) {
    std::visit([&out](const auto& state) { state.write(out); }, cell.states[w]);
    out.flag(cell.kept[w].has_value());
    if (cell.kept[w]) write(out, *cell.kept[w]);
  }
}

void Watches::Impl::read_cell(wire::Reader& in) {
  std::vector<std::string> key;
  for (std::size_t d = 0; d < options.by.size(); ++d) key.emplace_back(in.text("a label"));
  if (find(key)) in.fail("a cell comes twice");
  if (in.failed()) return;
  const std::size_t position = make(key);
  Cell& cell = cells[position];
  for (std::size_t unit = 0; unit < clocks.size(); ++unit) {
    if (has_windows(unit)) nps::read(in, clocks[unit].clock.bucketing(), cell.timed[unit]);
  }
  for (std::size_t w = 0; w < watches.size() && !in.failed(); ++w) {
    internal::WatchState& state = cell.states[w];
    if (auto* window = std::get_if<internal::WindowWatch>(&state)) window->read(in);
    if (auto* cusum = std::get_if<internal::CusumFollower>(&state)) cusum->read(in);
    if (auto* since = std::get_if<internal::SinceFollower>(&state)) {
      since->read(in, std::get<SinceWatch>(watches[w]).level);
    }
    if (auto* silence = std::get_if<internal::SilenceFollower>(&state)) {
      silence->read(in, clocks[internal::kHour].open);
    }
    if (!in.flag("whether there is an alarm")) continue;
    cell.kept[w] = read_kept(in, w);
    cell.kept[w]->cell = position;
    cell.kept[w]->alarm.key = key;
  }
}

// ---- all of it ----------------------------------------------------------------------------------

void Watches::Impl::write_declaration(wire::Writer& out) const {
  out.varint(options.by.size());
  for (const std::string& name : options.by) out.text(name);
  out.text(options.zone.name());
  wire::write(out, options.scale);
  out.varint(watches.size());
  for (const Watch& watch : watches) nps::write(out, watch);
}

void Watches::Impl::write(wire::Writer& out) const {
  out.section([this](wire::Writer& inner) { write_declaration(inner); });
  nps::write(out, now);
  out.varint(changes);
  out.varint(numbered);
  out.varint(cells.size());
  for (const Cell& cell : cells) write(out, cell);

  std::vector<std::pair<std::uint64_t, Taken>> all(taken.begin(), taken.end());
  std::ranges::sort(all, {}, [](const auto& one) { return one.first; });
  out.varint(all.size());
  for (const auto& [hash, place] : all) {
    out.u64(hash);
    out.varint(place.change);
    out.varint(place.cell);
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> last(corrected.begin(), corrected.end());
  std::ranges::sort(last);
  out.varint(last.size());
  for (const auto& [hash, change] : last) {
    out.u64(hash);
    out.varint(change);
  }
}

void Watches::Impl::read_taken(wire::Reader& in) {
  std::optional<std::uint64_t> before;
  const auto read_hash = [&in, &before] {
    const std::uint64_t hash = in.u64("the hash of an answer");
    if (before && hash <= *before) in.fail("answers are not sorted, or one comes twice");
    before = hash;
    return hash;
  };
  std::size_t count = in.count("the number of answers", sizeof(std::uint64_t) + 2);
  taken.reserve(count);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    Taken& place = taken[read_hash()];
    place.change =
        in.index("the change of an answer", changes + 1) & ((std::uint64_t{1} << 40U) - 1);
    place.cell = in.index("the cell of an answer", cells.size()) & ((std::uint64_t{1} << 24U) - 1);
  }
  before.reset();
  count = in.count("the number of corrected answers", sizeof(std::uint64_t) + 1);
  corrected.reserve(count);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    std::uint64_t& last = corrected[read_hash()];
    last = in.index("the change of a correction", changes + 1);
  }
}

void Watches::Impl::read(wire::Reader& in) {
  wire::Writer declared;
  write_declaration(declared);
  in.section("the declaration", [&declared](wire::Reader& inner) {
    const auto stored = inner.raw("the declaration", inner.remaining());
    if (!std::ranges::equal(stored, declared.written())) {
      inner.fail(
          "these are the states of other watches: declare the same ones, by the same "
          "dimensions, zone and scale",
          ErrorCode::Mismatch);
    }
  });
  now = read_time(in);
  for (internal::WatchClock& clock : clocks) {
    if (now) clock.open = clock.clock.bucket(*now);
  }
  changes = in.varint("the number of changes");
  if (changes >> 40U != 0) in.fail("so many changes cannot be followed");
  numbered = in.varint("the number of alarms");
  const std::size_t least = options.by.size() + 2 * watches.size();
  const std::size_t count = in.count("the number of cells", std::max<std::size_t>(least, 1));
  if (count > options.cell_limit) {
    in.fail("there are more cells than the limit", ErrorCode::LimitReached);
  }
  for (std::size_t i = 0; i < count && !in.failed(); ++i) read_cell(in);
  if (!in.failed()) read_taken(in);
}

wire::Bytes Watches::encode() const {
  return wire::seal(wire::Kind::Watches, kWatchesVersion,
                    [this](wire::Writer& out) { impl_->write(out); });
}

Result<Watches> Watches::decode(std::span<const std::byte> bytes, std::vector<Watch> watches,
                                WatchesOptions options) {
  auto made = create(std::move(watches), std::move(options));
  if (!made) return made;
  auto opened = wire::open(bytes, wire::Kind::Watches, kWatchesVersion);
  if (!opened) return std::move(opened).error();
  made->impl_->read(opened->payload);
  if (auto read = opened->payload.finish(); !read) return std::move(read).error();
  return made;
}

}  // namespace nps
