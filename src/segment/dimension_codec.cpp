#include "segment/dimension_codec.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "segment/period.h"

namespace nps::internal {
namespace {

enum class DimensionKind : std::uint8_t { Label, Calendar, Cycle, Delay };

}  // namespace

void write(wire::Writer& out, Zone zone) { out.text(zone.name()); }

void write(wire::Writer& out, const Calendar& calendar) {
  out.u8(static_cast<std::uint8_t>(calendar.unit()));
  out.u8(static_cast<std::uint8_t>(calendar.week_start().iso_encoding()));
  write(out, calendar.zone());
}

void write(wire::Writer& out, const Cycle& cycle) {
  out.u8(static_cast<std::uint8_t>(cycle.unit()));
  write(out, cycle.zone());
}

void write(wire::Writer& out, const Delays& delays) { out.text(delays.text()); }

void write(wire::Writer& out, const Dimension& dimension) {
  const auto put = [&out](DimensionKind kind) { out.u8(static_cast<std::uint8_t>(kind)); };
  out.text(dimension.name());
  if (const Calendar* calendar = dimension.as_calendar()) {
    put(DimensionKind::Calendar);
    write(out, *calendar);
  } else if (const Cycle* cycle = dimension.as_cycle()) {
    put(DimensionKind::Cycle);
    write(out, *cycle);
  } else if (const Delays* delays = dimension.as_delays()) {
    put(DimensionKind::Delay);
    write(out, *delays);
  } else {
    put(DimensionKind::Label);
  }
}

Zone read_zone(wire::Reader& in) {
  const std::string_view name = in.text("the time zone");
  if (in.failed()) return Zone::utc();
  auto zone = Zone::load(name);
  if (zone) return *zone;
  const bool absent = zone.error().code == ErrorCode::NotFound;
  in.fail(zone.error().message, absent ? ErrorCode::NotFound : ErrorCode::Malformed);
  return Zone::utc();
}

Calendar read_calendar(wire::Reader& in) {
  const auto unit = CalendarUnit{
      in.choice("the unit of the calendar", static_cast<unsigned>(kCalendarUnitNames.size()))};
  const unsigned week_start = in.choice("the first day of the week", 8);
  if (week_start == 0) in.fail("there is no first day of the week");
  return {unit, read_zone(in), std::chrono::weekday{week_start}};
}

Cycle read_cycle(wire::Reader& in) {
  const auto unit = CyclicUnit{
      in.choice("the unit of the cycle", static_cast<unsigned>(kCyclicUnitNames.size()))};
  return {unit, read_zone(in)};
}

Delays read_delays(wire::Reader& in) {
  const std::string_view limits = in.text("the limits of delays");
  auto delays = Delays::parse(limits);
  if (delays && delays->text() == limits) return *std::move(delays);
  in.fail(delays ? "the limits of delays are not as they would be written here"
                 : delays.error().message);
  return *Delays::parse("1h");
}

Dimension read_dimension(wire::Reader& in) {
  std::string name(in.text("the name of a dimension"));
  switch (DimensionKind{in.choice("the kind of a dimension", 4)}) {
    case DimensionKind::Label: break;
    case DimensionKind::Calendar: return Dimension::calendar(std::move(name), read_calendar(in));
    case DimensionKind::Cycle: return Dimension::cycle(std::move(name), read_cycle(in));
    case DimensionKind::Delay: return Dimension::delay(std::move(name), read_delays(in));
  }
  return Dimension::label(std::move(name));
}

bool could_have(const Dimension& dimension, std::string_view label) {
  if (const Calendar* calendar = dimension.as_calendar()) {
    return detail::read_period_label(calendar->unit(), calendar->week_start(), label).has_value();
  }
  if (const Cycle* cycle = dimension.as_cycle()) {
    if (cycle->unit() == CyclicUnit::Weekday) {
      return std::ranges::find(kWeekdayNames, label) != kWeekdayNames.end();
    }
    const auto hour = label.size() == 2 ? detail::read_number(label) : std::nullopt;
    return hour && *hour < 24;
  }
  if (const Delays* delays = dimension.as_delays()) {
    for (std::size_t i = 0; i < delays->size(); ++i) {
      if (delays->label(i) == label) return true;
    }
    return false;
  }
  return true;
}

}  // namespace nps::internal
