// Times from text, and the calendar labels of what was read. The first byte picks the format, the
// second the zone; a first line is the pattern where the format is one. Every text is an exact copy
// on the heap, so that one byte too far is caught.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "nps/adapters/time_text.h"
#include "nps/segment/timing.h"

namespace {

using nps::Calendar;
using nps::CalendarUnit;
using nps::TimeFormat;
using nps::Timestamp;
using nps::Zone;

void require(bool holds) {
  if (!holds) std::abort();
}

Zone zone(unsigned pick) {
  static const std::array zones{Zone::utc(), *Zone::load("Europe/Berlin"),
                                *Zone::load("America/St_Johns"), *Zone::load("Pacific/Apia"),
                                *Zone::load("Australia/Lord_Howe")};
  return zones[pick % zones.size()];
}

template <typename Timing>
void check_span(const Timing& timing, Timestamp t) {
  const nps::Span span = timing.span(t);
  const std::string label = timing.label(t);
  require(span.contains(t));
  require(timing.label(span.from) == label);
  require(timing.label(span.to - Timestamp::duration{1}) == label);
  require(!timing.before(label, label));
}

void check_labels(Timestamp t, Zone where) {
  for (unsigned unit = 0; unit < nps::kCalendarUnitNames.size(); ++unit) {
    const Calendar calendar(static_cast<CalendarUnit>(unit), where);
    check_span(calendar, t);
    const std::string label = calendar.label(t);
    if (const auto previous = calendar.previous(label)) {
      require(calendar.before(*previous, label) && !calendar.before(label, *previous));
    }
  }
  check_span(nps::Cycle(nps::CyclicUnit::HourOfDay, where), t);
  check_span(nps::Cycle(nps::CyclicUnit::Weekday, where), t);
}

// Text that happens to be a label is the label of some period, just after the one before it.
void check_as_label(std::string_view text, Zone where) {
  for (unsigned unit = 0; unit < nps::kCalendarUnitNames.size(); ++unit) {
    const Calendar calendar(static_cast<CalendarUnit>(unit), where);
    if (const auto previous = calendar.previous(text)) {
      require(calendar.before(*previous, text) && !calendar.before(text, *previous));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Zone where = zone(data[1]);
  const auto copy = std::make_unique<char[]>(size - 2);
  for (std::size_t i = 2; i < size; ++i) copy[i - 2] = static_cast<char>(data[i]);
  std::string_view text(copy.get(), size - 2);

  constexpr std::array<std::string_view, 8> kSpecs{"iso", "unix", "unix_ms", "excel",
                                                   "dmy", "mdy",  "ymd",     ""};
  std::string_view spec = kSpecs[data[0] % kSpecs.size()];
  if (spec.empty()) {
    spec = text.substr(0, text.find('\n'));
    text.remove_prefix(spec.size());
  }
  const auto format = TimeFormat::parse(spec);
  if (!format) {
    require(!format.error().message.empty());
    return 0;
  }
  (void)nps::day_or_month_first(text);
  (void)nps::Delays::parse(text);
  check_as_label(text, where);

  const auto time = format->read(text, where);
  if (!time) return 0;
  check_labels(*time, where);
  const std::string written = nps::rfc3339(*time);
  const bool four_digit_year = written[0] != '-' && written[0] != '+';
  const auto again = TimeFormat::iso().read(written, where);
  require(four_digit_year ? again == time : !again);
  return 0;
}
