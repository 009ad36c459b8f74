// Words: what several renderers say in the same way.
#ifndef NPS_SRC_REPORT_WORDS_H_
#define NPS_SRC_REPORT_WORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/report/report.h"

namespace nps::internal {

/// 13612 as "13,612".
std::string grouped(std::uint64_t number);
/// "+10.0"; "-" where there is no score.
std::string signed_points(std::optional<double> points);
std::string signed_points(const Figures& figures);
/// "+8.0 to +12.0"; "-" where there is no interval.
std::string range(double low, double high);
std::string range(const std::optional<Interval>& interval);
/// "95 % interval", the level without trailing zeros; "interval" where there is none.
std::string interval_title(const std::optional<Interval>& interval);
/// The grade's name; "-" where there is none.
std::string_view word(const std::optional<Grade>& grade);
/// A share of the whole in percent with one decimal: "36.3 %".
std::string percent(std::uint64_t part, std::uint64_t whole);
/// How a group's value is shown: "(none)" where it is empty.
std::string_view shown(std::string_view label);
/// The group's label in a dimension; no value where that dimension is rolled up.
std::optional<std::string_view> label_in(const Group& group, std::size_t dimension);

/// The groups that a table with a total of its own shows: all but the total's.
std::vector<const Group*> below_total(const Report& report);

/// What a reader must know beside the figures, a sentence each: what was not counted and why, by
/// which policy, in which zone, and what the interval takes for granted.
std::vector<std::string> notes(const Report& report);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_WORDS_H_
