#include "nps/segment/decomposition.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "segment/effects.h"

namespace nps {
namespace {

using PathLabels = std::vector<std::string_view>;

/// Below 0 where `a` stands before `b`.
int order(const std::vector<Dimension>& dimensions, const PathLabels& a, const PathLabels& b) {
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    if (dimensions[d].before(a[d], b[d])) return -1;
    if (dimensions[d].before(b[d], a[d])) return 1;
  }
  return 0;
}

BandCounts sum(const BandCounts& a, const BandCounts& b) {
  return {.detractors = a.detractors + b.detractors,
          .passives = a.passives + b.passives,
          .promoters = a.promoters + b.promoters};
}

internal::PartChange part_of(const BandCounts& before, const BandCounts& after) {
  const std::optional<Score> from = before.score();
  const std::optional<Score> to = after.score();
  internal::PartChange part{.size_before = static_cast<double>(before.responses()),
                            .size_after = static_cast<double>(after.responses())};
  if (from) part.before = from->points();
  if (to) part.after = to->points();
  if (from && to) part.direction = *to > *from ? 1 : *to < *from ? -1 : 0;
  return part;
}

/// The cells of both cubes side by side, without effects yet.
std::vector<SegmentEffect> side_by_side(const Cube& before, const Cube& after, const Scale& scale) {
  const std::vector<Cell> first = before.cells();
  const std::vector<Cell> second = after.cells();
  std::vector<SegmentEffect> segments;
  segments.reserve(std::max(first.size(), second.size()));
  for (std::size_t i = 0, j = 0; i < first.size() || j < second.size();) {
    const int which = i == first.size() ? 1
                      : j == second.size()
                          ? -1
                          : order(before.dimensions(), first[i].labels, second[j].labels);
    const PathLabels& labels = which > 0 ? second[j].labels : first[i].labels;
    SegmentEffect segment{
        .labels = {labels.begin(), labels.end()}, .before = {}, .after = {}, .mix = 0, .rate = 0};
    if (which <= 0) segment.before = first[i++].tally.bands(scale);
    if (which >= 0) segment.after = second[j++].tally.bands(scale);
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace

Result<Decomposition> decompose(const Cube& before, const Cube& after, const Scale& scale) {
  if (before.dimensions() != after.dimensions()) {
    return Error{ErrorCode::Mismatch,
                 "the two cubes do not have the same dimensions; roll both up to the same ones",
                 {}};
  }
  Decomposition result{.nps = 0,
                       .mix = 0,
                       .rate = 0,
                       .simpson = false,
                       .segments = side_by_side(before, after, scale)};
  BandCounts all_before;
  BandCounts all_after;
  for (const SegmentEffect& segment : result.segments) {
    all_before = sum(all_before, segment.before);
    all_after = sum(all_after, segment.after);
  }
  const std::optional<Score> score_before = all_before.score();
  const std::optional<Score> score_after = all_after.score();
  if (!score_before || !score_after) {
    return Error{ErrorCode::InvalidArgument,
                 std::string("nobody answered ") + (score_before ? "after" : "before") +
                     ", so there is no change to explain",
                 {}};
  }

  std::vector<internal::PartChange> parts;
  parts.reserve(result.segments.size());
  for (const SegmentEffect& segment : result.segments) {
    parts.push_back(part_of(segment.before, segment.after));
  }
  const internal::Effects effects = internal::effects(parts, part_of(all_before, all_after));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result.segments[i].mix = effects.parts[i].mix;
    result.segments[i].rate = effects.parts[i].rate;
  }
  result.nps = score_after->points() - score_before->points();
  result.mix = effects.mix;
  result.rate = effects.rate;
  result.simpson = effects.simpson;
  return result;
}

}  // namespace nps
