#include "report/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "report/words.h"

namespace nps::internal {
namespace {

/// A limit of an interval that leaves out 0 is never shown as 0.
std::string limit(double points) {
  return std::abs(points) < 0.05 && points != 0 ? fmt::format("{:+.1g}", points)
                                                : signed_points(points);
}

std::string limits(double low, double high) {
  return fmt::format("{} to {}", limit(low), limit(high));
}

std::string amount(double points) {
  const double size = std::abs(points);
  return fmt::format("{} {}",
                     size < 0.05 ? fmt::format("{:.1g}", size) : fmt::format("{:.1f}", size),
                     fmt::format("{:.1f}", size) == "1.0" ? "point" : "points");
}

std::string level(const Level& level) { return fmt::format("{:.15g} %", level.value() * 100); }

std::optional<double> points(const Figures& figures,
                             const std::optional<WeightedFigures>& weighted) {
  if (weighted) return weighted->points;
  return figures.points();
}
std::optional<double> before(const BeforeAndAfter& sides) {
  return points(sides.before, sides.weighted_before);
}
std::optional<double> after(const BeforeAndAfter& sides) {
  return points(sides.after, sides.weighted_after);
}

/// "from +15.0 to -4.2"
std::string way(const BeforeAndAfter& sides) {
  return fmt::format("from {} to {}", signed_points(before(sides)), signed_points(after(sides)));
}

std::string side_name(const ComparisonReport& report, bool is_before) {
  const std::string& name = is_before ? report.sides.before : report.sides.after;
  const std::string_view side = is_before ? "before" : "after";
  if (name == side) return std::string(side);
  if (report.sides.by == "file" || report.sides.by == "time") {
    return fmt::format("{} ({})", side, name);
  }
  return fmt::format("{} ({} = {})", side, report.sides.by, shown(name));
}

/// Why there is no change to tell; `whose` begins the sentence where it is not about all answers.
std::string no_change(const ComparisonReport& report, const BeforeAndAfter& sides,
                      std::string_view whose) {
  if (report.paired) {
    return fmt::format(
        "{}no customer answered on both sides, so that a change of the same customers cannot be "
        "told.",
        whose);
  }
  const bool none_before = sides.before.responses == 0;
  const bool none_after = sides.after.responses == 0;
  if (none_before && none_after) {
    return fmt::format(
        "{}there are no answers on either side, so that there is nothing to compare.", whose);
  }
  const bool is_before = none_before || (!none_after && !before(sides));
  return fmt::format("{}{} {}, so that a change cannot be told.", whose,
                     none_before || none_after ? "there are no answers" : "no answer has weight",
                     side_name(report, is_before));
}

std::string capital(std::string sentence) {
  if (!sentence.empty() && 'a' <= sentence.front() && sentence.front() <= 'z') {
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  }
  return sentence;
}

/// The groups that explain the total: the shown ones of the finest grouping.
std::vector<const ComparedGroup*> finest(const ComparisonReport& report) {
  std::vector<const ComparedGroup*> groups;
  for (const ComparedGroup& group : report.groups) {
    if (group.key.size() == report.dimensions.size() && !group.suppressed) groups.push_back(&group);
  }
  return groups;
}

/// What part of all answers, or of their weight, the group has.
double share(const ComparisonReport& report, const ComparedGroup& group, bool is_before) {
  const auto size = [is_before](const BeforeAndAfter& sides) {
    const auto& weighted = is_before ? sides.weighted_before : sides.weighted_after;
    if (weighted) return weighted->sum_weights;
    return static_cast<double>((is_before ? sides.before : sides.after).responses);
  };
  return size(group.figures) / size(report.total);
}

std::string label_of(const ComparedGroup& group) {
  std::string text;
  for (const KeyPart& part : group.key) {
    text += fmt::format("{}{}", text.empty() ? "" : " / ", shown(part.label));
  }
  return text;
}

/// Which group's share moved the total most the way that it went: "more of the answers come from
/// store (78.8 % instead of 50.0 %), which scores lower than the whole". Empty where the shares of
/// no shown group say so.
std::string moved_answers(const ComparisonReport& report) {
  const double total = *after(report.total) - *before(report.total);
  const double centre = (*after(report.total) + *before(report.total)) / 2;
  const ComparedGroup* best = nullptr;
  bool best_grew = false;
  for (const ComparedGroup* group : finest(report)) {
    const auto first = before(group->figures);
    const auto second = after(group->figures);
    if (!first && !second) continue;
    const double own = (first.value_or(*second) + second.value_or(*first)) / 2;
    const double growth = share(report, *group, false) - share(report, *group, true);
    const double effect = growth * (own - centre);
    if (!(effect * total > 0) || !group->mix) continue;
    const bool grew = growth > 0;
    const bool better = best == nullptr || (grew && !best_grew) ||
                        (grew == best_grew && std::abs(*group->mix) > std::abs(*best->mix));
    if (better) best = group;
    if (better) best_grew = grew;
  }
  if (best == nullptr) return "";
  const auto percent = [&](bool is_before) { return 100 * share(report, *best, is_before); };
  return fmt::format(
      "{} of the {} from {} ({:.1f} % instead of {:.1f} %), which scores {} than the whole",
      best_grew ? "more" : "less", report.total.weighted_before ? "weight comes" : "answers come",
      label_of(*best), percent(false), percent(true),
      (total < 0) == best_grew ? "lower" : "higher");
}

/// "every group by channel scored higher", or what of that is true. Of each group it is the figures
/// alone, whatever its interval: nothing here says that a change of one is shown.
std::string groups_moved(const ComparisonReport& report) {
  std::size_t both = 0;
  std::size_t moved = 0;
  bool rose = false;
  bool some_once = false;
  for (const ComparedGroup* group : finest(report)) {
    const auto first = before(group->figures);
    const auto second = after(group->figures);
    if (!first || !second) {
      some_once = true;
      continue;
    }
    ++both;
    moved += *first != *second ? 1U : 0U;
    rose = rose || *second > *first;
  }
  std::string by;
  for (const Dimension& dimension : report.dimensions) {
    by += (by.empty() ? "" : " and ") + dimension.name();
  }
  const bool hidden = std::ranges::any_of(report.groups, &ComparedGroup::suppressed);
  const std::string which = fmt::format("group by {}{}{}", by, hidden ? " that is shown" : "",
                                        some_once ? " with answers on both sides" : "");
  const std::string_view way = rose ? "higher" : "lower";
  if (moved == both) return fmt::format("every {} scored {}", which, way);
  return fmt::format("no {} scored {} and {} of {} scored {}", which, rose ? "lower" : "higher",
                     moved, both, way);
}

std::string of_total(const ComparisonReport& report) {
  const BeforeAndAfter& sides = report.total;
  if (!sides.change) return capital(no_change(report, sides, ""));
  const ScoreChange& change = *sides.change;
  const std::string interval = limits(change.low, change.high);
  const std::string_view score = sides.weighted_before ? "weighted score" : "score";
  const std::string whose = report.paired
                                ? fmt::format("among the {} who answered on both sides, ",
                                              sides.before.responses == 1
                                                  ? "one customer"
                                                  : grouped(sides.before.responses) + " customers")
                                : "";
  const std::string reason = report.simpson ? moved_answers(report) : "";
  const std::string because = reason.empty() ? "" : ", because " + reason;
  if (report.direction != ChangeDirection::Unclear) {
    const std::string_view verb = report.direction == ChangeDirection::Up ? "rose" : "fell";
    if (!report.simpson) {
      return capital(fmt::format("{}the {} {} by {}, {}; the {} interval of the change is {}.",
                                 whose, score, verb, amount(change.nps), way(sides),
                                 level(change.level), interval));
    }
    return capital(
        fmt::format("{}the {} {} by {}, {} ({} interval of the change {}), although {}{}.", whose,
                    score, verb, amount(change.nps), way(sides), level(change.level), interval,
                    groups_moved(report), because));
  }
  const bool includes_zero = change.low <= 0 && change.high >= 0;
  const std::string doubt =
      includes_zero ? fmt::format("and the {} interval of the change, {}, includes 0",
                                  level(change.level), interval)
                    : fmt::format(
                          "and with so few answers the {} interval of the change, {}, does "
                          "not bear that out",
                          level(change.level), interval);
  if (report.simpson) {
    return capital(
        fmt::format("{}no change of the total is shown, although {}: the {} went {}{}, {}.", whose,
                    groups_moved(report), score, way(sides), because, doubt));
  }
  return capital(
      fmt::format("{}no change is shown: the {} went {}, {}.", whose, score, way(sides), doubt));
}

std::string against_control(const ComparisonReport& report) {
  const ControlGroup& control = *report.control;
  const std::string name = fmt::format("{} = {}", control.column, shown(control.label));
  if (!control.effect) {
    const bool of_control = report.total.change.has_value();
    return capital(no_change(report, of_control ? control.figures : report.total,
                             of_control ? fmt::format("in the control ({}) ", name)
                                        : fmt::format("outside of the control ({}) ", name)));
  }
  const DifferenceInDifferences& effect = *control.effect;
  const std::string both = fmt::format("the {}score of the treated went {}, that of the control {}",
                                       report.total.weighted_before ? "weighted " : "",
                                       way(report.total), way(control.figures));
  if (control.direction == ChangeDirection::Unclear) {
    const bool includes_zero = effect.low <= 0 && effect.high >= 0;
    return fmt::format(
        "No effect is shown relative to the control ({}): {}, and {}the {} interval of the "
        "difference, {}, {}.",
        name, both, includes_zero ? "" : "with so few answers ", level(effect.level),
        limits(effect.low, effect.high), includes_zero ? "includes 0" : "does not bear that out");
  }
  return fmt::format(
      "Relative to the control ({}), the treated {} {}: {}; the {} interval of the difference is "
      "{}.",
      name, control.direction == ChangeDirection::Up ? "gained" : "lost", amount(effect.nps), both,
      level(effect.level), limits(effect.low, effect.high));
}

}  // namespace

std::string verdict(const ComparisonReport& report) {
  return report.control ? against_control(report) : of_total(report);
}

}  // namespace nps::internal
