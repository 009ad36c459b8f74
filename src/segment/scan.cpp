#include "nps/segment/scan.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace nps {
namespace {

/// Adds the cells of one cube, each against the others of the same cube.
void compare_cells(const Cube& cube, const ScanOptions& options,
                   std::vector<ScannedSegment>& segments) {
  const std::vector<Cell> cells = cube.cells();
  Tally all;
  for (const Cell& cell : cells) all += cell.tally;
  const auto everybody = static_cast<double>(all.bands(options.scale).responses());
  for (const Cell& cell : cells) {
    const Tally others = all - cell.tally;
    const BandCounts bands = cell.tally.bands(options.scale);
    const BandCounts rest = others.bands(options.scale);
    const std::optional<Comparison> difference =
        compare_independent(rest, bands, options.method, options.level);
    if (!difference) continue;
    const double share = static_cast<double>(bands.responses()) / everybody;
    ScannedSegment segment{.key = {},
                           .bands = bands,
                           .rest = rest,
                           .tally = cell.tally,
                           .rest_tally = others,
                           .difference = *difference,
                           .adjusted_p = 1,
                           .gain = share * -difference->nps + 0.0};
    segment.key.reserve(cell.labels.size());
    for (std::size_t d = 0; d < cell.labels.size(); ++d) {
      segment.key.emplace_back(cube.dimensions()[d].name(), cell.labels[d]);
    }
    segments.push_back(std::move(segment));
  }
}

}  // namespace

Result<Scan> scan_segments(const Cube& cube, const ScanOptions& options) {
  Scan scan;
  if (options.cells) compare_cells(cube, options, scan.segments);
  for (const std::vector<std::string>& roll_up : options.roll_ups) {
    const std::vector<std::string_view> keep(roll_up.begin(), roll_up.end());
    const Result<Cube> rolled = cube.roll_up(keep);
    if (!rolled) return rolled.error();
    compare_cells(*rolled, options, scan.segments);
  }
  std::vector<std::optional<double>> p;
  p.reserve(scan.segments.size());
  for (const ScannedSegment& segment : scan.segments) p.emplace_back(segment.difference.p);
  const Result<std::vector<std::optional<double>>> adjusted = adjust_p(p, options.adjustment);
  if (!adjusted) return adjusted.error();
  for (std::size_t i = 0; i < p.size(); ++i) scan.segments[i].adjusted_p = *(*adjusted)[i];
  std::sort(scan.segments.begin(), scan.segments.end(),
            [](const ScannedSegment& a, const ScannedSegment& b) {
              return a.gain != b.gain ? a.gain > b.gain : a.key < b.key;
            });
  return scan;
}

}  // namespace nps
