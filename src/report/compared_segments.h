// Segments on both sides of a comparison, and what their differences are worth.
#ifndef NPS_SRC_REPORT_COMPARED_SEGMENTS_H_
#define NPS_SRC_REPORT_COMPARED_SEGMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "nps/report/comparison_builder.h"
#include "nps/report/comparison_report.h"
#include "nps/result.h"
#include "nps/stats/clustered.h"
#include "nps/stats/paired.h"
#include "nps/tally.h"
#include "nps/weighted_tally.h"
#include "report/comparison_side.h"
#include "report/subsets.h"

namespace nps::internal {

/// Two sides to compare: all of both, or the treated, or the control. Paired, `customers_after` is
/// everybody, for a customer is where they were before.
struct Sample {
  CubeView before;
  CubeView after;
  std::optional<CubeView> customers_before;
  std::optional<CubeView> customers_after;
};

/// One group of a sample. Paired, it holds the pairs alone.
struct Segment {
  std::vector<std::string> labels;
  Tally before;
  Tally after;
  WeightedTally weighted_before;
  WeightedTally weighted_after;
  ClusteredBands customers_before;
  ClusteredBands customers_after;
  bool repeated = false;  // somebody answered more than once on a side
  Transitions moves;
};

/// The segments by a subset of options.by, in the order of their labels; of nothing, one: the total.
Result<std::vector<Segment>> segments(const Sample& sample, const Subset& subset,
                                      const ComparisonOptions& options);

/// The figures of a segment, and its change by the method that fits.
BeforeAndAfter before_and_after(const Segment& segment, const ComparisonOptions& options);

/// How much more the treated changed; by the method that fits both.
std::optional<DifferenceInDifferences> effect(const Segment& treated, const Segment& control,
                                              const ComparisonOptions& options);

/// Whether an interval, and the plain difference with it, leaves out 0.
ChangeDirection direction(double nps, double low, double high);

/// What the segments added to the change of all of them together, in their order.
struct Explained {
  std::vector<double> mix;  // 0 for a hidden one
  std::vector<double> rate;
  double total_mix = 0;
  double total_rate = 0;
  bool simpson = false;
};
/// Hidden segments are taken as one, so that nothing shows more of them than the total less the
/// others does; they have no effects of their own here. No value where a side is empty.
std::optional<Explained> explain(const std::vector<Segment>& segments,
                                 const std::vector<bool>& hidden, const ComparisonOptions& options);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_COMPARED_SEGMENTS_H_
