// Words: what several renderers say in the same way.
#ifndef NPS_SRC_REPORT_WORDS_H_
#define NPS_SRC_REPORT_WORDS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/customer/unplaced.h"
#include "nps/report/comparison_report.h"
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
/// A length of time in days.
double in_days(std::chrono::microseconds length);
/// "0.012", or "<0.001".
std::string p_value(double p);
/// "2 groups are hidden: ..."; empty where none is.
std::string hidden_note(std::uint64_t hidden, std::uint64_t min_n, bool on_a_side);
/// How a group's value is shown: "(none)" where it is empty.
std::string_view shown(std::string_view label);
/// The key's label in a dimension; no value where that dimension is rolled up.
std::optional<std::string_view> label_in(const std::vector<KeyPart>& key, std::size_t dimension);
/// "channel x @month": the dimensions that a key is not rolled up over.
std::string grouped_by(const std::vector<KeyPart>& key, const std::vector<Dimension>& dimensions);
/// "1 row", "2,000 rows".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);
/// "2 of 10 rows (2 without a rating)"; empty where all were counted.
std::string rejected_of(const Rejected& rejected, std::uint64_t rows);
/// "3 of 12 answers take no part in this: 1 without a customer, ..."
std::string unplaced_note(const Unplaced& unplaced, std::uint64_t answers);
/// The zones that periods and times of day are in, each once; empty where there are none.
std::string zones_of(const std::vector<Dimension>& dimensions);
/// A change with an arrow where its interval leaves out 0: "▲ +3.5 (+0.4 to +6.6)".
std::string change_with_arrow(ChangeDirection direction, double nps, double low, double high);

/// In Markdown: what it or HTML would take for markup is written out.
std::string escaped(std::string_view label);

/// The groups that a table with a total of its own shows: all but the total's.
std::vector<const Group*> below_total(const Report& report);

/// What a reader must know beside the figures, a sentence each: what was not counted and why, by
/// which policy, in which zone, and what the interval takes for granted.
std::vector<std::string> notes(const Report& report);
std::vector<std::string> notes(const ComparisonReport& report);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_WORDS_H_
