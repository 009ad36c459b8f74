#include "nps/segment/timing.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "nps/detail/text.h"
#include "segment/civil.h"
#include "segment/period.h"

namespace nps {
namespace {

using detail::days_into_week;
using detail::floor_div;
using detail::from_seconds;
using detail::kFurthestOffset;
using detail::kSecondsPerDay;
using detail::Period;
using detail::period_of;
using detail::PeriodLabel;
using detail::to_seconds;

// The part of a stretch of one offset during which the wall shows a time of the period.
Span cut(const Zone::Stretch& stretch, Period period) {
  const std::int64_t offset = stretch.offset.count();
  return {std::max(stretch.span.from, from_seconds(period.from - offset)),
          std::min(stretch.span.to, from_seconds(period.to - offset))};
}

// The first instant at which the wall in the zone shows a time of the period, and, where an offset
// is given, shows it at that offset. No value when it never does.
std::optional<Timestamp> first_instant(Zone zone, Period period,
                                       std::optional<std::int64_t> offset = std::nullopt) {
  const Timestamp last = from_seconds(period.to + kFurthestOffset);
  for (Timestamp t = from_seconds(period.from - kFurthestOffset);;) {
    const Zone::Stretch stretch = zone.at(t);
    if (!offset || *offset == stretch.offset.count()) {
      const Span shown = cut(stretch, period);
      if (shown.from < shown.to) return shown.from;
    }
    t = stretch.span.to;
    if (t >= last) return std::nullopt;
  }
}

// ---- Order --------------------------------------------------------------------------------------

// `rank` gives an optional key; text without one comes last, in order of bytes.
template <typename Rank>
bool ranked_before(std::string_view a, std::string_view b, Rank rank) {
  const auto key_a = rank(a);
  const auto key_b = rank(b);
  if (key_a && key_b) return *key_a < *key_b;
  return key_a || key_b ? key_a.has_value() : a < b;
}

template <typename Labels>
std::optional<std::size_t> index_of(const Labels& labels, std::string_view label) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found == labels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - labels.begin());
}

std::int64_t civil_second(const Zone::Stretch& stretch, Timestamp t) {
  return to_seconds(t) + stretch.offset.count();
}

}  // namespace

std::string Calendar::label(Timestamp t) const {
  const Zone::Stretch here = zone_.at(t);
  return std::string(
      PeriodLabel(unit_, week_start_, civil_second(here, t), here.offset.count()).view());
}

Span Calendar::span(Timestamp t) const noexcept {
  const Zone::Stretch here = zone_.at(t);
  return cut(here, period_of(unit_, week_start_, civil_second(here, t)));
}

std::optional<std::string> Calendar::previous(std::string_view label) const {
  const auto start = detail::read_period_label(unit_, week_start_, label);
  if (!start) return std::nullopt;
  const bool hours = unit_ == CalendarUnit::Hour;
  Period period = period_of(unit_, week_start_, start->civil);
  const auto first =
      hours ? first_instant(zone_, period, start->offset) : first_instant(zone_, period);
  if (!first || *first == Timestamp::min()) return std::nullopt;
  if (hours) return this->label(*first - Timestamp::duration{1});

  for (int passed = 0; passed < 3; ++passed) {  // no zone ever passed over two days
    period = period_of(unit_, week_start_, period.from - 1);
    if (!first_instant(zone_, period)) continue;
    return std::string(PeriodLabel(unit_, week_start_, period.from, 0).view());
  }
  return std::nullopt;
}

bool Calendar::before(std::string_view a, std::string_view b) const {
  return ranked_before(a, b, [this](std::string_view label) -> std::optional<std::int64_t> {
    const auto start = detail::read_period_label(unit_, week_start_, label);
    if (!start) return std::nullopt;
    if (unit_ != CalendarUnit::Hour) return start->civil;
    // Two hours on the wall can begin at what would be the same instant by their offsets; what
    // decides is when the wall really began to show them.
    const auto first = first_instant(zone_, {start->civil, start->civil + 3600}, start->offset);
    if (!first) return std::nullopt;
    return first->time_since_epoch().count();
  });
}

std::string Cycle::label(Timestamp t) const {
  const std::int64_t civil = civil_second(zone_.at(t), t);
  const std::int64_t day = floor_div(civil, kSecondsPerDay);
  if (unit_ == CyclicUnit::Weekday) {
    return std::string(
        kWeekdayNames[static_cast<std::size_t>(days_into_week(day, std::chrono::Monday))]);
  }
  char text[2];
  detail::write_digits(text, static_cast<std::uint64_t>((civil - day * kSecondsPerDay) / 3600), 2);
  return {text, 2};
}

Span Cycle::span(Timestamp t) const noexcept {
  const Zone::Stretch here = zone_.at(t);
  const auto unit = unit_ == CyclicUnit::HourOfDay ? CalendarUnit::Hour : CalendarUnit::Day;
  return cut(here, period_of(unit, std::chrono::Monday, civil_second(here, t)));
}

bool Cycle::before(std::string_view a, std::string_view b) const noexcept {
  return ranked_before(a, b, [this](std::string_view label) -> std::optional<std::size_t> {
    if (unit_ == CyclicUnit::Weekday) return index_of(kWeekdayNames, label);
    const auto hour = label.size() == 2 ? detail::read_number(label) : std::nullopt;
    if (!hour || *hour > 23) return std::nullopt;
    return static_cast<std::size_t>(*hour);
  });
}

// ---- Delays -------------------------------------------------------------------------------------

namespace {

Error bad_delays(std::string_view limit, std::string_view what) {
  std::string message = "The delay limit \"" + detail::printable(limit.substr(0, 40)) + "\" ";
  message.append(what).append(
      ": give whole numbers with a unit, s, m, h, d or w, each greater than the one before, such "
      "as 1h,1d,7d.");
  return Error{ErrorCode::InvalidArgument, std::move(message), Where{{}, 0, "delays"}};
}

std::int64_t microseconds_in(char unit) {
  constexpr std::int64_t kSecond = 1'000'000;
  switch (unit) {
    case 's': return kSecond;
    case 'm': return 60 * kSecond;
    case 'h': return 3600 * kSecond;
    case 'd': return kSecondsPerDay * kSecond;
    case 'w': return 7 * kSecondsPerDay * kSecond;
    default: return 0;
  }
}

}  // namespace

Result<Delays> Delays::parse(std::string_view text) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::vector<std::chrono::microseconds> limits;
  std::vector<std::string> labels{"<0"};
  std::string last;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view limit = detail::trim(text.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);

    const std::int64_t unit = limit.empty() ? 0 : microseconds_in(limit.back());
    const std::string_view digits = limit.substr(0, limit.empty() ? 0 : limit.size() - 1);
    if (unit == 0 || digits.empty() ||
        digits.find_first_not_of("0123456789") != std::string_view::npos) {
      return bad_delays(limit, "is no number with a unit");
    }
    std::int64_t count = 0;
    for (const char c : digits) {
      if (count > (kMax / unit - (c - '0')) / 10) return bad_delays(limit, "is too long");
      count = count * 10 + (c - '0');
    }
    const std::chrono::microseconds length{count * unit};
    if (count == 0) return bad_delays(limit, "is not positive");
    if (!limits.empty() && length <= limits.back()) {
      return bad_delays(limit, "is not greater than the one before it");
    }
    std::string shown = std::to_string(count) + limit.back();
    labels.push_back(limits.empty() ? "<" : last + '-');
    labels.back() += shown;
    limits.push_back(length);
    last = std::move(shown);
  }
  labels.push_back(">=" + last);
  return Delays(std::move(limits), std::move(labels));
}

std::string Delays::text() const {
  // "<1h", "1h-1d", "1d-7d", ">=7d" between "<0" and the end: the last limit of each but the last.
  std::string text = labels_[1].substr(1);
  for (std::size_t i = 2; i + 1 < labels_.size(); ++i) {
    text += ',' + labels_[i].substr(labels_[i].find('-') + 1);
  }
  return text;
}

std::size_t Delays::bucket(Timestamp touchpoint, Timestamp answered) const noexcept {
  if (answered < touchpoint) return 0;
  // The difference fits 64 bits without a sign, whatever the two are.
  const auto delay = static_cast<std::uint64_t>(answered.time_since_epoch().count()) -
                     static_cast<std::uint64_t>(touchpoint.time_since_epoch().count());
  const auto above = std::upper_bound(limits_.begin(), limits_.end(), delay,
                                      [](std::uint64_t value, std::chrono::microseconds limit) {
                                        return value < static_cast<std::uint64_t>(limit.count());
                                      });
  return static_cast<std::size_t>(above - limits_.begin()) + 1;
}

bool Delays::before(std::string_view a, std::string_view b) const noexcept {
  return ranked_before(a, b, [this](std::string_view label) { return index_of(labels_, label); });
}

}  // namespace nps
