// The groups of a comparison: made, hidden where they are small, explained, adjusted, put in order.
#ifndef NPS_SRC_REPORT_COMPARED_GROUPS_H_
#define NPS_SRC_REPORT_COMPARED_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nps/report/comparison_builder.h"
#include "nps/report/comparison_report.h"
#include "nps/result.h"
#include "report/compared_segments.h"
#include "report/subsets.h"

namespace nps::internal {

/// The groups of one subset, before any are left out.
struct SubsetGroups {
  Subset subset;
  std::vector<Segment> segments;
  std::vector<bool> hidden;
};

/// The total first, then the subsets that are to be shown.
Result<std::vector<SubsetGroups>> groupings(const Sample& sample, const ComparisonOptions& options);

/// Marks what options.min_n hides; LimitReached where that is the total.
Result<> hide_small(std::vector<SubsetGroups>& groupings, const ComparisonOptions& options);

/// Adds the groups to the report, with what they did to its change.
void add_groups(std::vector<SubsetGroups> groupings, const ComparisonOptions& options,
                ComparisonReport& report);

/// Keeps the first groups of each subset, all where `top` is 0; returns how many others there were.
std::uint64_t keep_first(std::vector<ComparedGroup>& groups, std::size_t top);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_COMPARED_GROUPS_H_
