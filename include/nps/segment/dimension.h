// Dimension: something to group by. A label that the host declares (channel, journey stage, plan),
// or a timing that the cube works out from the time columns.
//
//   std::vector<nps::Dimension> by{nps::Dimension::label("channel"),
//                                  nps::Dimension::calendar("@month", nps::Calendar(month, berlin))};
#ifndef NPS_SEGMENT_DIMENSION_H_
#define NPS_SEGMENT_DIMENSION_H_

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "nps/export.h"
#include "nps/segment/timing.h"

namespace nps {

/// Name and kind of one thing to group by. Equality is what decides whether two cubes are alike: the
/// same name, kind, zone, week start and buckets.
///
/// Threads     a plain value.
class NPS_EXPORT Dimension {
 public:
  [[nodiscard]] static Dimension label(std::string name);
  /// Calendar periods of the answer: hour, day, week, month, quarter, year in a named zone.
  [[nodiscard]] static Dimension calendar(std::string name, Calendar calendar);
  /// What comes round again: hour of day, weekday of the answer in a named zone.
  [[nodiscard]] static Dimension cycle(std::string name, Cycle cycle);
  /// From touchpoint to answer, in declared buckets.
  [[nodiscard]] static Dimension delay(std::string name, Delays delays);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is_timing() const noexcept { return kind_.index() != 0; }
  [[nodiscard]] const Calendar* as_calendar() const noexcept {
    return std::get_if<Calendar>(&kind_);
  }
  [[nodiscard]] const Cycle* as_cycle() const noexcept { return std::get_if<Cycle>(&kind_); }
  [[nodiscard]] const Delays* as_delays() const noexcept { return std::get_if<Delays>(&kind_); }

  /// Whether label `a` is listed before `b`: in time for timings, by bytes for labels.
  [[nodiscard]] bool before(std::string_view a, std::string_view b) const;

  friend bool operator==(const Dimension&, const Dimension&) = default;

 private:
  using Kind = std::variant<std::monostate, Calendar, Cycle, Delays>;
  Dimension(std::string name, Kind kind) : name_(std::move(name)), kind_(std::move(kind)) {}

  std::string name_;
  Kind kind_;
};

}  // namespace nps

#endif  // NPS_SEGMENT_DIMENSION_H_
