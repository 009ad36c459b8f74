#include "nps/segment/suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "segment/hidden_sums.h"
#include "segment/suppression_levels.h"

namespace nps {
namespace {

/// Hides group after group until nothing hidden follows from what is shown.
class Suppressor {
 public:
  Suppressor(std::span<const std::uint64_t> responses, std::span<const GroupSum> sums,
             std::uint64_t least)
      : responses_(responses), sums_(sums), least_(least), sums_of_(responses.size()) {
    hidden_.reserve(responses.size());
    for (const std::uint64_t n : responses) hidden_.push_back(n > 0 && n < least);
    for (std::size_t s = 0; s < sums.size(); ++s) {
      sums_of_[sums[s].whole].push_back(s);
      for (const std::size_t part : sums[s].parts) sums_of_[part].push_back(s);
    }
  }

  Result<std::vector<bool>> run() {
    std::vector<std::size_t> all(sums_.size());
    for (std::size_t s = 0; s < all.size(); ++s) all[s] = s;
    close(std::move(all));
    for (;;) {
      const std::optional<std::vector<std::size_t>> found = determined();
      if (!found) {
        return Error{
            ErrorCode::LimitReached,
            "so many small groups add up in so many ways that what gives them away cannot be "
            "found in time; show fewer roll-ups or dimensions",
            {}};
      }
      if (found->empty()) return hidden_;
      for (const std::size_t group : *found) hide_near(group);
    }
  }

 private:
  /// The smallest group of the sum that is shown and has responses, parts before the whole.
  [[nodiscard]] std::optional<std::size_t> candidate(const GroupSum& sum) const {
    std::optional<std::size_t> best;
    for (const std::size_t part : sum.parts) {
      if (hidden_[part] || responses_[part] == 0) continue;
      if (!best || responses_[part] < responses_[*best]) best = part;
    }
    if (!best && !hidden_[sum.whole] && responses_[sum.whole] > 0) best = sum.whole;
    return best;
  }

  /// Whether the sum, by itself, shows something that is hidden.
  [[nodiscard]] bool tells(const GroupSum& sum) const {
    std::size_t hidden = hidden_[sum.whole] ? 1 : 0;
    std::uint64_t together = 0;
    for (const std::size_t part : sum.parts) {
      if (!hidden_[part]) continue;
      ++hidden;
      together += responses_[part];
    }
    if (hidden == 0) return false;
    return hidden == 1 || (!hidden_[sum.whole] && together < least_);
  }

  void hide(std::size_t group, std::vector<std::size_t>& to_look_at) {
    hidden_[group] = true;
    to_look_at.insert(to_look_at.end(), sums_of_[group].begin(), sums_of_[group].end());
  }

  void close(std::vector<std::size_t> to_look_at) {
    while (!to_look_at.empty()) {
      const std::size_t sum = to_look_at.back();
      to_look_at.pop_back();
      while (tells(sums_[sum])) {
        const std::optional<std::size_t> more = candidate(sums_[sum]);
        if (!more) break;  // nothing of it is shown
        hide(*more, to_look_at);
      }
    }
  }

  /// Hides one more group in the sums around a hidden one, the nearest first.
  void hide_near(std::size_t group) {
    std::vector<std::size_t> reached{group};
    std::vector<bool> seen(responses_.size(), false);
    seen[group] = true;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      for (const std::size_t s : sums_of_[reached[i]]) {
        if (const std::optional<std::size_t> more = candidate(sums_[s])) {
          std::vector<std::size_t> to_look_at;
          hide(*more, to_look_at);
          close(std::move(to_look_at));
          return;
        }
        const auto reach = [&](std::size_t other) {
          if (hidden_[other] && !seen[other]) reached.push_back(other);
          seen[other] = true;
        };
        reach(sums_[s].whole);
        for (const std::size_t part : sums_[s].parts) reach(part);
      }
    }
  }

  /// The hidden groups whose counts follow from the shown ones.
  [[nodiscard]] std::optional<std::vector<std::size_t>> determined() const {
    std::vector<std::size_t> unknown(responses_.size());
    std::vector<std::size_t> group_of;
    for (std::size_t group = 0; group < responses_.size(); ++group) {
      if (!hidden_[group]) continue;
      unknown[group] = group_of.size();
      group_of.push_back(group);
    }
    internal::HiddenSums system(group_of.size());
    for (const GroupSum& sum : sums_) {
      std::vector<std::pair<std::size_t, int>> row;
      if (hidden_[sum.whole]) row.emplace_back(unknown[sum.whole], 1);
      for (const std::size_t part : sum.parts) {
        if (hidden_[part]) row.emplace_back(unknown[part], -1);
      }
      if (!row.empty()) system.add_row(row);
    }
    const std::optional<std::vector<bool>> flags = system.determined();
    if (!flags) return std::nullopt;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      if ((*flags)[i]) found.push_back(group_of[i]);
    }
    return found;
  }

  std::span<const std::uint64_t> responses_;
  std::span<const GroupSum> sums_;
  std::uint64_t least_;
  std::vector<std::vector<std::size_t>> sums_of_;  // of each group, as whole or part
  std::vector<bool> hidden_;
};

using internal::GroupLevel;

bool within(const GroupLevel& inner, const GroupLevel& outer) {
  return std::all_of(inner.dimensions.begin(), inner.dimensions.end(), [&](std::size_t d) {
    return std::find(outer.dimensions.begin(), outer.dimensions.end(), d) != outer.dimensions.end();
  });
}

/// The groups of `coarse` as sums of those of `fine`.
void add_sums(const GroupLevel& coarse, const GroupLevel& fine, std::vector<GroupSum>& sums) {
  std::vector<std::size_t> place;  // of each dimension of `coarse` among those of `fine`
  for (const std::size_t d : coarse.dimensions) {
    const auto found = std::find(fine.dimensions.begin(), fine.dimensions.end(), d);
    place.push_back(static_cast<std::size_t>(found - fine.dimensions.begin()));
  }
  std::map<std::size_t, GroupSum> by_whole;
  for (const auto& [labels, part] : fine.groups) {
    std::vector<std::string> kept;
    for (const std::size_t i : place) kept.push_back(labels[i]);
    const auto whole = coarse.groups.find(kept);
    if (whole == coarse.groups.end()) continue;
    GroupSum& sum = by_whole.try_emplace(whole->second, GroupSum{whole->second, {}}).first->second;
    sum.parts.push_back(part);
  }
  for (auto& [_, sum] : by_whole) sums.push_back(std::move(sum));
}

}  // namespace

Result<std::vector<bool>> suppress(std::span<const std::uint64_t> responses,
                                   std::span<const GroupSum> sums, std::uint64_t least) {
  for (const GroupSum& sum : sums) {
    std::uint64_t together = 0;
    bool known = sum.whole < responses.size();
    for (const std::size_t part : sum.parts) {
      known = known && part < responses.size() && part != sum.whole;
      if (known) together += responses[part];
    }
    if (!known) {
      return Error{
          ErrorCode::InvalidArgument,
          fmt::format("a sum names a group that is not among the {} of the report, or is a "
                      "part of itself",
                      responses.size()),
          {}};
    }
    if (together != responses[sum.whole]) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("the parts of group {} have {} responses together, and it has {}",
                               sum.whole, together, responses[sum.whole]),
                   {}};
    }
  }
  return Suppressor(responses, sums, least).run();
}

Result<std::vector<bool>> internal::suppress_levels(std::span<const GroupLevel> levels,
                                                    std::span<const std::uint64_t> responses,
                                                    std::uint64_t least) {
  std::vector<GroupSum> sums;
  for (const GroupLevel& coarse : levels) {
    for (const GroupLevel& fine : levels) {
      if (&coarse == &fine || !within(coarse, fine)) continue;
      // What goes by way of a level in between follows from that.
      const bool direct =
          std::none_of(levels.begin(), levels.end(), [&](const GroupLevel& between) {
            return &between != &coarse && &between != &fine && within(coarse, between) &&
                   within(between, fine);
          });
      if (direct) add_sums(coarse, fine, sums);
    }
  }
  return Suppressor(responses, sums, least).run();
}

Error internal::nothing_to_show(std::uint64_t least) {
  return {ErrorCode::LimitReached,
          fmt::format("with so few answers in groups of {} or more, the total itself would give "
                      "small groups away, so that nothing can be shown; ask for groups of fewer",
                      least),
          {.field = "min_n"}};
}

Result<SuppressedReport> suppress_small_cells(const Cube& cube,
                                              std::span<const std::vector<std::string>> roll_ups,
                                              std::uint64_t least) {
  std::vector<std::vector<std::string>> groupings{{}};
  groupings.insert(groupings.end(), roll_ups.begin(), roll_ups.end());
  groupings.emplace_back();
  for (const Dimension& dimension : cube.dimensions()) groupings.back().push_back(dimension.name());

  SuppressedReport report;
  std::vector<GroupLevel> levels;
  std::vector<std::uint64_t> responses;
  for (const std::vector<std::string>& names : groupings) {
    const std::vector<std::string_view> keep(names.begin(), names.end());
    const Result<Cube> rolled = cube.roll_up(keep);
    if (!rolled) return rolled.error();
    GroupLevel level;
    for (const std::string_view name : keep) level.dimensions.push_back(*cube.find(name));
    const bool again = std::any_of(levels.begin(), levels.end(), [&](const GroupLevel& other) {
      return within(other, level) && within(level, other);
    });
    if (again) continue;
    for (const Cell& cell : rolled->cells()) {
      level.groups.emplace(std::vector<std::string>(cell.labels.begin(), cell.labels.end()),
                           report.groups.size());
      ReportedGroup group{.key = {}, .tally = cell.tally, .suppressed = false};
      for (std::size_t d = 0; d < names.size(); ++d)
        group.key.emplace_back(names[d], cell.labels[d]);
      report.groups.push_back(std::move(group));
      responses.push_back(cell.tally.responses());
    }
    levels.push_back(std::move(level));
  }

  const Result<std::vector<bool>> hidden = internal::suppress_levels(levels, responses, least);
  if (!hidden) return hidden.error();
  for (std::size_t i = 0; i < report.groups.size(); ++i) report.groups[i].suppressed = (*hidden)[i];
  return report;
}

}  // namespace nps
