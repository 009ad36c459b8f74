#include "report/compared_segments.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "nps/stats/comparison.h"
#include "nps/stats/weighted_comparison.h"
#include "segment/effects.h"

namespace nps::internal {
namespace {

/// Segments by their labels, made when they are first asked for.
class SegmentTable {
 public:
  Segment& at(std::span<const std::string_view> labels) {
    std::vector<std::string> key(labels.begin(), labels.end());
    const auto [found, is_new] = index_.try_emplace(key, segments_.size());
    if (is_new) segments_.emplace_back().labels = std::move(key);
    return segments_[found->second];
  }
  std::vector<Segment> sorted(const Subset& subset, const std::vector<Dimension>& by) && {
    std::ranges::sort(segments_, [&](const Segment& a, const Segment& b) {
      for (std::size_t i = 0; i < subset.size(); ++i) {
        const Dimension& dimension = by[subset[i]];
        if (dimension.before(a.labels[i], b.labels[i])) return true;
        if (dimension.before(b.labels[i], a.labels[i])) return false;
      }
      return false;
    });
    if (segments_.empty() && subset.empty()) segments_.emplace_back();
    return std::move(segments_);
  }

 private:
  absl::flat_hash_map<std::vector<std::string>, std::size_t> index_;
  std::vector<Segment> segments_;
};

/// The rating of a cell that holds one answer.
Rating only_rating(const Tally& tally) {
  const auto found =
      std::ranges::find_if(tally.counts(), [](std::uint64_t count) { return count != 0; });
  return *Rating::from(static_cast<int>(found - tally.counts().begin()));
}

Result<> add_counts(const Cube& cube, const std::vector<std::string_view>& names, bool is_before,
                    SegmentTable& table) {
  const auto rolled = cube.roll_up(names);
  if (!rolled) return rolled.error();
  for (const Cell& cell : rolled->cells()) {
    Segment& segment = table.at(cell.labels);
    (is_before ? segment.before : segment.after) = cell.tally;
    if (cell.weighted) {
      (is_before ? segment.weighted_before : segment.weighted_after) = *cell.weighted;
    }
  }
  return {};
}

// `names` and then the customer.
Result<> add_customers(const Cube& cube, const std::vector<std::string_view>& names,
                       const Scale& scale, bool is_before, SegmentTable& table) {
  const auto rolled = cube.roll_up(names);
  if (!rolled) return rolled.error();
  for (const Cell& cell : rolled->cells()) {
    const std::span<const std::string_view> labels(cell.labels);
    Segment& segment = table.at(labels.first(labels.size() - 1));
    ClusteredBands& bands = is_before ? segment.customers_before : segment.customers_after;
    const bool anonymous = labels.back().empty();
    segment.repeated = segment.repeated || (!anonymous && cell.tally.responses() > 1);
    const auto add = [&](const auto& answers) {
      anonymous ? bands.add_one_each(answers) : bands.add(answers);
    };
    cell.weighted ? add(cell.weighted->bands(scale)) : add(cell.tally.bands(scale));
  }
  return {};
}

Result<> add_pairs(const Sample& sample, const std::vector<std::string_view>& names,
                   const Scale& scale, SegmentTable& table) {
  const auto after = (*sample.customers_after)->roll_up({kCustomer});
  if (!after) return after.error();
  absl::flat_hash_map<std::string_view, Rating> second;
  const std::vector<Cell> after_cells = after->cells();
  for (const Cell& cell : after_cells) {
    second.emplace(cell.labels.front(), only_rating(cell.tally));
  }
  const auto before = (*sample.customers_before)->roll_up(names);
  if (!before) return before.error();
  for (const Cell& cell : before->cells()) {
    const std::span<const std::string_view> labels(cell.labels);
    const auto found = second.find(labels.back());
    if (found == second.end()) continue;
    Segment& segment = table.at(labels.first(labels.size() - 1));
    const Rating first = only_rating(cell.tally);
    segment.before.add(first);
    segment.after.add(found->second);
    segment.moves.add(scale.band(first), scale.band(found->second));
  }
  return {};
}

ScoreChange change_of(const Comparison& comparison, ChangeMethod method) {
  return {.nps = comparison.nps,
          .low = comparison.low,
          .high = comparison.high,
          .p = comparison.p,
          .level = comparison.level,
          .method = method};
}

std::optional<ScoreChange> change_of(const Segment& segment, const ComparisonOptions& options) {
  const Level level = options.interval.level;
  const Scale& scale = options.policy.scale;
  std::optional<Comparison> comparison;
  ChangeMethod method = ChangeMethod::Adjusted;
  if (options.paired) {
    const auto paired = compare_paired(segment.moves, PairedMethod::Score, level);
    if (!paired) return std::nullopt;
    return ScoreChange{.nps = paired->nps,
                       .low = paired->low,
                       .high = paired->high,
                       .p = paired->p,
                       .level = level,
                       .method = ChangeMethod::Paired};
  }
  if (segment.repeated) {
    method = ChangeMethod::Clustered;
    comparison = compare_clustered(segment.customers_before, segment.customers_after, level);
  } else if (options.weighted) {
    method = ChangeMethod::Linearised;
    comparison = compare_weighted(segment.weighted_before.bands(scale),
                                  segment.weighted_after.bands(scale), level);
  } else {
    comparison = compare_independent(segment.before.bands(scale), segment.after.bands(scale),
                                     ComparisonMethod::Adjusted, level);
  }
  if (!comparison) return std::nullopt;
  return change_of(*comparison, method);
}

PartChange part_of(const Segment& segment, const ComparisonOptions& options) {
  const Scale& scale = options.policy.scale;
  if (options.weighted) {
    const WeightedBands before = segment.weighted_before.bands(scale);
    const WeightedBands after = segment.weighted_after.bands(scale);
    PartChange part{.size_before = before.weights.total(),
                    .size_after = after.weights.total(),
                    .before = before.points(),
                    .after = after.points()};
    if (part.before && part.after) {
      part.direction = *part.after > *part.before ? 1 : *part.after < *part.before ? -1 : 0;
    }
    return part;
  }
  const std::optional<Score> before = segment.before.score(scale);
  const std::optional<Score> after = segment.after.score(scale);
  PartChange part{.size_before = static_cast<double>(segment.before.responses()),
                  .size_after = static_cast<double>(segment.after.responses())};
  if (before) part.before = before->points();
  if (after) part.after = after->points();
  if (before && after) part.direction = *after > *before ? 1 : *after < *before ? -1 : 0;
  return part;
}

void add_to(Segment& sum, const Segment& segment) {
  sum.before += segment.before;
  sum.after += segment.after;
  sum.weighted_before += segment.weighted_before;
  sum.weighted_after += segment.weighted_after;
}

}  // namespace

Result<std::vector<Segment>> segments(const Sample& sample, const Subset& subset,
                                      const ComparisonOptions& options) {
  std::vector<std::string_view> names;
  for (const std::size_t d : subset) names.emplace_back(options.by[d].name());
  std::vector<std::string_view> with_customer = names;
  with_customer.push_back(kCustomer);
  const Scale& scale = options.policy.scale;

  SegmentTable table;
  if (options.paired) {
    if (auto added = add_pairs(sample, with_customer, scale, table); !added) {
      return std::move(added).error();
    }
    return std::move(table).sorted(subset, options.by);
  }
  for (const bool is_before : {true, false}) {
    const CubeView& cube = is_before ? sample.before : sample.after;
    if (auto added = add_counts(*cube, names, is_before, table); !added) {
      return std::move(added).error();
    }
    const auto& customers = is_before ? sample.customers_before : sample.customers_after;
    if (!customers) continue;
    if (auto added = add_customers(**customers, with_customer, scale, is_before, table); !added) {
      return std::move(added).error();
    }
  }
  return std::move(table).sorted(subset, options.by);
}

ChangeDirection direction(double nps, double low, double high) {
  // In small groups the adjusted interval may lie on the other side of 0 than the plain difference.
  if (low > 0 && nps > 0) return ChangeDirection::Up;
  if (high < 0 && nps < 0) return ChangeDirection::Down;
  return ChangeDirection::Unclear;
}

BeforeAndAfter before_and_after(const Segment& segment, const ComparisonOptions& options) {
  const Scale& scale = options.policy.scale;
  BeforeAndAfter result{.before = figures(segment.before, scale, options.interval),
                        .after = figures(segment.after, scale, options.interval)};
  if (options.weighted) {
    const Level level = options.interval.level;
    result.weighted_before = weighted_figures(segment.weighted_before, scale, level);
    result.weighted_after = weighted_figures(segment.weighted_after, scale, level);
  }
  result.change = change_of(segment, options);
  if (result.change) {
    result.direction = direction(result.change->nps, result.change->low, result.change->high);
  }
  return result;
}

std::optional<DifferenceInDifferences> effect(const Segment& treated, const Segment& control,
                                              const ComparisonOptions& options) {
  const Scale& scale = options.policy.scale;
  const Level level = options.interval.level;
  if (options.paired) return compare_with_control(treated.moves, control.moves, level);
  if (treated.repeated || control.repeated) {
    return compare_clustered_with_control(
        ClusteredBeforeAfter{treated.customers_before, treated.customers_after},
        ClusteredBeforeAfter{control.customers_before, control.customers_after}, level);
  }
  if (options.weighted) {
    const auto bands = [&scale](const Segment& segment) {
      return WeightedBeforeAfter{segment.weighted_before.bands(scale),
                                 segment.weighted_after.bands(scale)};
    };
    return compare_weighted_with_control(bands(treated), bands(control), level);
  }
  const auto bands = [&scale](const Segment& segment) {
    return BeforeAfter{segment.before.bands(scale), segment.after.bands(scale)};
  };
  return compare_with_control(bands(treated), bands(control), ComparisonMethod::Adjusted, level);
}

std::optional<Explained> explain(const std::vector<Segment>& segments,
                                 const std::vector<bool>& hidden,
                                 const ComparisonOptions& options) {
  Segment all;
  Segment hidden_ones;
  std::vector<PartChange> parts;
  std::vector<std::size_t> place;  // of each part among the segments
  for (std::size_t i = 0; i < segments.size(); ++i) {
    add_to(all, segments[i]);
    if (hidden[i]) {
      add_to(hidden_ones, segments[i]);
    } else {
      parts.push_back(part_of(segments[i], options));
      place.push_back(i);
    }
  }
  if (place.size() < segments.size()) parts.push_back(part_of(hidden_ones, options));
  const PartChange whole = part_of(all, options);
  if (!whole.before || !whole.after) return std::nullopt;
  const Effects found = effects(parts, whole);
  Explained result{.mix = std::vector<double>(segments.size()),
                   .rate = std::vector<double>(segments.size()),
                   .total_mix = found.mix,
                   .total_rate = found.rate,
                   .simpson = found.simpson};
  for (std::size_t i = 0; i < place.size(); ++i) {
    result.mix[place[i]] = found.parts[i].mix;
    result.rate[place[i]] = found.parts[i].rate;
  }
  return result;
}

}  // namespace nps::internal
