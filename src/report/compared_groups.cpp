#include "report/compared_groups.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "nps/stats/false_discovery.h"
#include "segment/suppression_levels.h"

namespace nps::internal {
namespace {

void sort_groups(std::vector<ComparedGroup>& groups, ComparisonOrder order) {
  // What is hidden stands last, so that its place tells nothing.
  if (order == ComparisonOrder::Change) {
    std::ranges::stable_sort(groups, std::greater<>{}, [](const ComparedGroup& group) {
      const auto& change = group.figures.change;
      return std::pair(!group.suppressed, change ? std::optional(change->nps) : std::nullopt);
    });
  } else if (order == ComparisonOrder::Responses) {
    std::ranges::stable_sort(groups, std::greater<>{}, [](const ComparedGroup& group) {
      const BeforeAndAfter& figures = group.figures;
      return std::pair(!group.suppressed, figures.before.responses + figures.after.responses);
    });
  }
}

/// The changes of all shown groups are one family.
void adjust(std::vector<ComparedGroup>& groups) {
  std::vector<std::optional<double>> p;
  for (const ComparedGroup& group : groups) {
    const auto& change = group.figures.change;
    p.push_back(change && !group.key.empty() ? std::optional(change->p) : std::nullopt);
  }
  const auto adjusted = adjust_p(p, PAdjustment::BenjaminiHochberg);
  if (!adjusted) return;  // no p of ours is outside of 0..1
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].figures.change) groups[i].figures.change->adjusted_p = (*adjusted)[i];
  }
}

}  // namespace

Result<std::vector<SubsetGroups>> groupings(const Sample& sample,
                                            const ComparisonOptions& options) {
  std::vector<Subset> wanted = subsets(options.by.size(), options.roll_up);
  if (wanted.empty() || !wanted.front().empty()) wanted.insert(wanted.begin(), Subset{});
  std::vector<SubsetGroups> result;
  for (const Subset& subset : wanted) {
    auto found = segments(sample, subset, options);
    if (!found) return std::move(found).error();
    std::vector<bool> hidden(found->size(), false);
    result.push_back({subset, *std::move(found), std::move(hidden)});
  }
  return result;
}

Result<> hide_small(std::vector<SubsetGroups>& groupings, const ComparisonOptions& options) {
  if (options.min_n == 0) return {};
  std::vector<GroupLevel> levels;
  std::array<std::vector<std::uint64_t>, 2> responses;
  for (const SubsetGroups& grouping : groupings) {
    GroupLevel& level = levels.emplace_back();
    level.dimensions = grouping.subset;
    for (const Segment& segment : grouping.segments) {
      level.groups.emplace(segment.labels, responses[0].size());
      responses[0].push_back(segment.before.responses());
      responses[1].push_back(segment.after.responses());
    }
  }
  // What is hidden on one side is hidden on both, or the other would show whom it is about.
  for (const auto& side : responses) {
    const auto flags = suppress_levels(levels, side, options.min_n);
    if (!flags) return flags.error();
    std::size_t next = 0;
    for (SubsetGroups& grouping : groupings) {
      for (std::size_t i = 0; i < grouping.hidden.size(); ++i, ++next) {
        if ((*flags)[next]) grouping.hidden[i] = true;
      }
    }
  }
  if (!groupings.front().hidden.front()) return {};
  return nothing_to_show(options.min_n);
}

void add_groups(std::vector<SubsetGroups> groupings, const ComparisonOptions& options,
                ComparisonReport& report) {
  const bool shows_total = options.roll_up && !options.by.empty();
  for (SubsetGroups& grouping : groupings) {
    if (grouping.subset.empty() && !shows_total) continue;
    const auto why = explain(grouping.segments, grouping.hidden, options);
    std::vector<ComparedGroup> groups;
    for (std::size_t i = 0; i < grouping.segments.size(); ++i) {
      const Segment& segment = grouping.segments[i];
      ComparedGroup& group = groups.emplace_back();
      for (std::size_t d = 0; d < grouping.subset.size(); ++d) {
        group.key.push_back({grouping.subset[d], segment.labels[d]});
      }
      group.suppressed = grouping.hidden[i];
      if (group.suppressed) continue;
      group.figures = before_and_after(segment, options);
      if (why) group.mix = why->mix[i];
      if (why) group.rate = why->rate[i];
    }
    // The finest subset, which comes last, explains the whole.
    if (why && !grouping.subset.empty()) {
      report.mix = why->total_mix;
      report.rate = why->total_rate;
      report.simpson = why->simpson;
    }
    sort_groups(groups, options.order);
    std::ranges::move(groups, std::back_inserter(report.groups));
  }
  adjust(report.groups);
}

std::uint64_t keep_first(std::vector<ComparedGroup>& groups, std::size_t top) {
  if (top == 0) return 0;
  std::vector<ComparedGroup> kept;
  std::size_t of_subset = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool same = i != 0 && std::ranges::equal(groups[i - 1].key, groups[i].key, {},
                                                   &KeyPart::dimension, &KeyPart::dimension);
    of_subset = same ? of_subset + 1 : 1;
    if (of_subset <= top) kept.push_back(groups[i]);
  }
  const std::uint64_t omitted = groups.size() - kept.size();
  groups = std::move(kept);
  return omitted;
}

}  // namespace nps::internal
