// ComparisonReport: what changed between two sets of answers, as a value.
//
//   nps::ComparisonReport report = *builder.finish();        // nps/report/comparison_builder.h
//   std::cout << report.verdict;                             // one sentence, and no more than is known
//   if (report.direction == nps::ChangeDirection::Down) alert(report.change->nps, report.change->low);
//
// A change never stands without its interval, and the verdict calls nothing a change whose interval
// includes 0.
#ifndef NPS_REPORT_COMPARISON_REPORT_H_
#define NPS_REPORT_COMPARISON_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/counting_policy.h"
#include "nps/report/report.h"
#include "nps/segment/dimension.h"
#include "nps/stats/difference_in_differences.h"
#include "nps/stats/level.h"

namespace nps {

/// How a change was judged: what its interval and p come from.
enum class ChangeMethod : std::uint8_t {
  Adjusted,    // two groups of different customers: compare_independent()
  Linearised,  // their answers carry weights: compare_weighted()
  Clustered,   // customers who answered more than once on a side: compare_clustered()
  Paired,      // the same customers on both sides: compare_paired()
};

[[nodiscard]] constexpr std::string_view name(ChangeMethod method) noexcept {
  switch (method) {
    case ChangeMethod::Adjusted: return "adjusted";
    case ChangeMethod::Linearised: return "linearised";
    case ChangeMethod::Clustered: return "clustered";
    case ChangeMethod::Paired: return "paired";
  }
  return "";
}

/// After minus before, in points.
struct ScoreChange {
  double nps;
  double low;
  double high;
  double p;
  Level level;
  ChangeMethod method;
  std::optional<double> adjusted_p = {};  // for the number of groups that were compared
};

/// Where a change goes. Unclear: its interval includes 0, or the score went the other way, or there
/// is none.
enum class ChangeDirection : std::uint8_t { Up, Down, Unclear };

[[nodiscard]] constexpr std::string_view name(ChangeDirection direction) noexcept {
  switch (direction) {
    case ChangeDirection::Up: return "up";
    case ChangeDirection::Down: return "down";
    case ChangeDirection::Unclear: return "unclear";
  }
  return "";
}

/// What was answered on both sides, and the difference.
struct BeforeAndAfter {
  Figures before = {};
  Figures after = {};
  std::optional<WeightedFigures> weighted_before = {};
  std::optional<WeightedFigures> weighted_after = {};
  std::optional<ScoreChange> change = {};  // none where a side is empty or has no weight
  ChangeDirection direction = ChangeDirection::Unclear;
};

/// One group on both sides, and what it added to the whole's change.
struct ComparedGroup {
  std::vector<KeyPart> key;
  BeforeAndAfter figures = {};
  std::optional<double> mix = {};  // none where the whole has no change
  std::optional<double> rate = {};
  bool suppressed = false;  // too small to be shown: it has no figures
};

/// The group that was not treated, and how much more the treated changed.
struct ControlGroup {
  std::string column;
  std::string label;
  BeforeAndAfter figures = {};
  std::optional<DifferenceInDifferences> effect = {};    // none where one of the four is empty
  ChangeDirection direction = ChangeDirection::Unclear;  // of the effect
};

/// How the two sides came about.
struct SideNames {
  std::string by = "file";  // "file", "time", or the column whose labels tell them apart
  std::string before = "before";
  std::string after = "after";
};

/// A whole comparison. With a control, everything but `control` is about the treated.
/// Adds up     rows == the responses of both sides (with a control: of all four groups) + unmatched
///             + left_out + rejected.uncounted() + superseded.
struct ComparisonReport {
  SideNames sides = {};
  BeforeAndAfter total = {};
  std::optional<double> mix = {};  // none where nothing is grouped, or nothing changed hands
  std::optional<double> rate = {};
  bool simpson = false;  // every group moved one way, or not at all, and the total the other way
  ChangeDirection direction = ChangeDirection::Unclear;  // total.direction once more
  std::string verdict = {};
  std::optional<ControlGroup> control = {};

  std::uint64_t rows = 0;
  Rejected rejected = {};
  std::uint64_t left_out = 0;  // answers on neither side
  std::uint64_t superseded = 0;
  bool paired = false;
  std::uint64_t unmatched_before = 0;  // paired: customers who answered on this side only
  std::uint64_t unmatched_after = 0;
  /// Where customers are known and not paired: how many on each side, and on both.
  struct Customers {
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    std::uint64_t both = 0;
  };
  std::optional<Customers> customers = {};
  std::uint64_t anonymous = 0;  // counted answers that name no customer

  CountingPolicy policy = {};
  std::vector<Dimension> dimensions = {};
  std::vector<ComparedGroup> groups = {};
  std::uint64_t groups_omitted = 0;
  std::uint64_t min_n = 0;  // groups with fewer responses on a side are hidden; 0: none is
};

}  // namespace nps

#endif  // NPS_REPORT_COMPARISON_REPORT_H_
