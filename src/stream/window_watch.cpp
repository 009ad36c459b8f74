#include "stream/window_watch.h"

#include "nps/stats/comparison.h"
#include "nps/stats/interval.h"

namespace nps::internal {

std::optional<Alarm> WindowWatch::judge(const BelowWatch& watch, const Buckets& buckets,
                                        std::int64_t closing, const Scale& scale) {
  const std::int64_t first = closing - watch.window.buckets + 1;
  const Tally tally = buckets.sum(first, closing);
  const BandCounts bands = tally.bands(scale);
  const auto score = bands.score();
  if (!score) return std::nullopt;
  if (score->points() >= watch.points) {
    alarmed_.reset();
    return std::nullopt;
  }
  if (!is_armed(first)) return std::nullopt;
  const auto found = interval(bands, IntervalMethod::Tango, watch.level);
  if (!(found->high < watch.points)) return std::nullopt;
  alarmed_ = closing;
  Alarm alarm{.kind = AlarmKind::Below, .points = watch.points, .tally = tally};
  alarm.interval = AlarmInterval{found->low, found->high, watch.level};
  return alarm;
}

std::optional<Alarm> WindowWatch::judge(const DropWatch& watch, const Buckets& buckets,
                                        std::int64_t closing, const Scale& scale) {
  const std::int64_t first = closing - watch.window.buckets + 1;
  const Tally now = buckets.sum(first, closing);
  const Tally before = buckets.sum(first - watch.window.buckets, first - 1);
  const auto change = compare_independent(before.bands(scale), now.bands(scale),
                                          ComparisonMethod::Adjusted, watch.level);
  if (!change) return std::nullopt;
  if (change->nps > -watch.points) {
    alarmed_.reset();
    return std::nullopt;
  }
  if (!is_armed(first) || !(change->high < 0)) return std::nullopt;
  alarmed_ = closing;
  Alarm alarm{.kind = AlarmKind::Drop, .points = watch.points, .tally = now, .before = before};
  alarm.interval = AlarmInterval{change->low, change->high, watch.level};
  alarm.p = change->p;
  return alarm;
}

}  // namespace nps::internal
