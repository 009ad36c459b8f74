#include "segment/timeline.h"

#include <algorithm>
#include <iterator>

#include "kernels/kernel.h"

namespace nps::internal {
namespace {

constexpr std::size_t kMostSlots = std::size_t{1} << 18U;  // 6 MiB: 18 years of hours

// The greatest power of two of microseconds below the shortest period of a unit, as an exponent.
constexpr unsigned kHour = 31;     // 36 minutes
constexpr unsigned kDay = 36;      // 19 hours
constexpr unsigned kWeek = 39;     // 6.4 days
constexpr unsigned kMonth = 41;    // 25 days
constexpr unsigned kQuarter = 42;  // 51 days
constexpr unsigned kYear = 44;     // 204 days

unsigned shift_of(const Dimension& timing) {
  if (const Calendar* calendar = timing.as_calendar()) {
    switch (calendar->unit()) {
      case CalendarUnit::Hour: return kHour;
      case CalendarUnit::Day: return kDay;
      case CalendarUnit::Week: return kWeek;
      case CalendarUnit::Month: return kMonth;
      case CalendarUnit::Quarter: return kQuarter;
      case CalendarUnit::Year: return kYear;
    }
  }
  const Cycle* cycle = timing.as_cycle();
  return cycle != nullptr && cycle->unit() == CyclicUnit::Weekday ? kDay : kHour;
}

std::int64_t ticks(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp at(std::int64_t ticks) { return Timestamp(std::chrono::microseconds(ticks)); }

bool all_known(const TimeColumn& times, std::size_t first, std::size_t rows) {
  if (times.validity.empty()) return true;
  for (std::size_t row = first; row < first + rows;) {
    if (row % 8 == 0 && row + 8 <= first + rows) {
      if (times.validity[row / 8] != 0xff) return false;
      row += 8;
    } else if (!times[row++]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Timeline::Timeline(const Dimension& timing) : shift_(shift_of(timing)) {
  if (const Delays* delays = timing.as_delays()) delay_codes_.assign(delays->size(), kUnknown);
}

Code Timeline::code(const Dimension& timing, Dictionary labels,
                    std::optional<Timestamp> answered_at, std::optional<Timestamp> touchpoint_at) {
  if (!answered_at) return kAbsent;
  if (const Delays* delays = timing.as_delays()) {
    return touchpoint_at ? delay_code(*delays, labels, *touchpoint_at, *answered_at) : kAbsent;
  }
  return label_code(timing, labels, *answered_at);
}

Code Timeline::delay_code(const Delays& delays, Dictionary labels, Timestamp touchpoint,
                          Timestamp answered) {
  const std::size_t bucket = delays.bucket(touchpoint, answered);
  if (delay_codes_[bucket] == kUnknown) delay_codes_[bucket] = labels.intern(delays.label(bucket));
  return delay_codes_[bucket];
}

// Looks up a time of a calendar or a cycle; last_ is then the stretch that it lies in.
Code Timeline::label_code(const Dimension& timing, Dictionary labels, Timestamp time) {
  if (last_ != nullptr && last_->span.contains(time)) return last_->code;
  const auto next = stretches_.upper_bound(time);
  if (next != stretches_.begin()) {
    last_ = &std::prev(next)->second;
    if (last_->span.contains(time)) return last_->code;
  }
  const auto look_up = [&](const auto& kind) {
    const Code code = labels.intern(kind.label(time));
    const Span span = kind.span(time);
    last_ = &stretches_.insert_or_assign(next, span.from, Stretch{span, code})->second;
    return code;
  };
  const Calendar* calendar = timing.as_calendar();
  return calendar != nullptr ? look_up(*calendar) : look_up(*timing.as_cycle());
}

// Makes slots for a range of times. Not where it is so long that the table would be out of
// proportion: then its rows are looked up one by one.
bool Timeline::cover(std::int64_t least, std::int64_t greatest) {
  const std::int64_t from = least >> shift_;
  const std::int64_t to = (greatest >> shift_) + 1;
  const auto size = static_cast<std::int64_t>(slots_.size());
  if (size != 0 && base_ <= from && to <= base_ + size) return true;
  constexpr auto kMost = static_cast<std::int64_t>(kMostSlots);
  std::int64_t new_base = size == 0 ? from : std::min(from, base_);
  const std::int64_t new_end = size == 0 ? to : std::max(to, base_ + size);
  if (new_end - new_base > kMost) return false;
  // Backwards, room for as many again, as a vector makes it forwards.
  if (new_base < base_) new_base -= std::min(size, kMost - (new_end - new_base));
  if (size != 0 && new_base < base_) {
    slots_.insert(slots_.begin(), static_cast<std::size_t>(base_ - new_base), Slot{});
  }
  slots_.resize(static_cast<std::size_t>(new_end - new_base));
  base_ = new_base;
  return true;
}

// Remembers in the slot of `time` what last_, the stretch that it lies in, says about it. A slot
// with more than one boundary, near a change of clocks, keeps what agrees with the first.
void Timeline::learn(std::int64_t time) {
  const std::int64_t number = time >> shift_;
  Slot& slot = slots_[static_cast<std::size_t>(number - base_)];
  const auto& [span, code] = *last_;
  const std::int64_t slot_first = number << shift_;
  const std::int64_t slot_last = slot_first + ((std::int64_t{1} << shift_) - 1);
  const std::int64_t from = ticks(span.from);
  // The last instant of the stretch; a span without an end holds the very last one.
  const std::int64_t last = span.to == Timestamp::max() ? ticks(span.to) : ticks(span.to) - 1;
  const bool fresh = slot.codes[0] == kUnknown && slot.codes[1] == kUnknown;
  if (from <= slot_first && last >= slot_last) {
    slot = {slot_first, {code, code}};
  } else if (from <= slot_first && (fresh || slot.boundary == last + 1)) {
    slot.boundary = last + 1;
    slot.codes[0] = code;
  } else if (last >= slot_last && (fresh || slot.boundary == from)) {
    slot.boundary = from;
    slot.codes[1] = code;
  }
}

TimeCodes Timeline::codes(const Dimension& timing, Dictionary labels, const TimeColumn& answered_at,
                          const TimeColumn& touchpoint_at, std::size_t first, std::size_t rows,
                          Code* codes) {
  if (answered_at.empty()) return {.all = kAbsent, .has_absent = true};
  if (const Delays* delays = timing.as_delays()) {
    if (touchpoint_at.empty()) return {.all = kAbsent, .has_absent = true};
    bool has_absent = false;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto answered = answered_at[first + row];
      const auto touched = touchpoint_at[first + row];
      codes[row] = answered && touched ? delay_code(*delays, labels, *touched, *answered) : kAbsent;
      has_absent = has_absent || codes[row] == kAbsent;
    }
    return {.all = {}, .has_absent = has_absent};
  }

  if (all_known(answered_at, first, rows)) {
    return known_codes(timing, labels, answered_at.values.subspan(first, rows), codes);
  }
  // Rows without a time get that of a neighbour, and their own code afterwards.
  std::optional<Timestamp> neighbour;
  for (std::size_t row = first; row < first + rows && !neighbour; ++row) {
    neighbour = answered_at[row];
  }
  if (!neighbour) return {.all = kAbsent, .has_absent = true};
  filled_.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    neighbour = answered_at[first + row].value_or(*neighbour);
    filled_[row] = *neighbour;
  }
  if (const auto all = known_codes(timing, labels, filled_, codes).all) {
    std::fill_n(codes, rows, *all);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (!answered_at[first + row]) codes[row] = kAbsent;
  }
  return {.all = {}, .has_absent = true};
}

TimeCodes Timeline::known_codes(const Dimension& timing, Dictionary labels,
                                std::span<const Timestamp> known, Code* codes) {
  const Timestamp* const times = known.data();
  const std::size_t rows = known.size();
  const auto [least, greatest] = kernel::selected().group.span_of(times, rows);
  const Code one = label_code(timing, labels, at(least));
  if (last_->span.contains(at(greatest))) return {.all = one, .has_absent = false};
  if (!cover(least, greatest)) {
    for (std::size_t row = 0; row < rows; ++row) {
      codes[row] = label_code(timing, labels, times[row]);
    }
    return {};
  }

  const Slot* slots = slots_.data();
  const std::int64_t base = base_;
  const unsigned shift = shift_;
  Code greatest_code = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t time = ticks(times[row]);
    const Slot& slot = slots[static_cast<std::size_t>((time >> shift) - base)];
    const Code code = slot.codes[time < slot.boundary ? 0 : 1];  // an index: nothing to mispredict
    codes[row] = code;
    greatest_code = std::max(greatest_code, code);
  }
  if (greatest_code == kUnknown) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (codes[row] != kUnknown) continue;
      codes[row] = label_code(timing, labels, times[row]);
      learn(ticks(times[row]));
    }
  }
  return {};
}

}  // namespace nps::internal
