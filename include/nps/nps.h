// nps.h: everything up to reports, and the map of it.
//
//   #include <nps/nps.h>
//   const auto [tally, rejected, missing] = nps::tally_ratings(ratings);  // std::vector<std::uint8_t>
//   const nps::Figures all = nps::figures(tally);
//   if (all.score) std::printf("%+.1f (n = %zu)", all.score->points(), ratings.size());
//
// Where to look, from the inside out. Each header opens with an example of its own.
//
//   the nouns        rating.h band.h scale.h score.h grade.h tally.h weighted_tally.h response.h
//                    timestamp.h window_length.h counting_policy.h event.h change.h result.h mergeable.h
//                    version.h
//                    header-only, constexpr, standard library: target nps::core
//   stored bytes     wire/tally.h wire/counting_policy.h; to store types of your own, wire/envelope.h
//                    wire/writer.h wire/reader.h; what each byte means, wire/FORMAT.md
//   whole columns    batch.h
//   how sure         stats/interval.h stats/weighted.h stats/clustered.h stats/level.h
//   how many         stats/sample_size.h
//   did it move      stats/comparison.h stats/paired.h stats/weighted_comparison.h
//                    stats/difference_in_differences.h stats/false_discovery.h
//                    stats/symmetry.h stats/chi_squared.h
//   all the time     stats/confidence_sequence.h stats/e_process.h stats/cusum.h
//   segments         segment/cube.h segment/dimension.h segment/labels.h segment/per_customer.h
//   why, and where   segment/decomposition.h segment/scan.h
//   small groups     segment/suppression.h
//   time             segment/timing.h segment/zone.h
//   event by event   stream/ledger.h stream/applied.h: late, twice and corrected, and still right
//   as of now        stream/window.h stream/buckets.h stream/decay.h stream/trend.h
//   on many threads  stream/tracker.h: all of the live side as one object
//   alarms           stream/watch.h stream/alarm.h: what a tracker, or Watches alone, looks out for
//   the customer     customer/profile.h customer/profile_store.h customer/counted_changes.h
//   to act on        customer/audience.h customer/traits.h
//   what they lived  customer/exposure.h
//   over time        customer/transition.h customer/cohort.h customer/response_rate.h
//   what they did    customer/outcome.h stats/proportion.h stats/risk_ratio.h stats/trend_test.h
//                    stats/rank_correlation.h stats/survival.h stats/mean.h stats/value_at_risk.h
//   results          report/report.h report/report_builder.h report/render.h
//                    report/comparison_report.h report/comparison_builder.h
//                    compiled: target nps::nps
//
// Not in here, because a host chooses them: the adapters, adapters/csv.h (target nps::csv),
// adapters/ndjson.h (nps::ndjson), adapters/sqlite.h and adapters/sqlite_functions.h (nps::sqlite);
// and format.h, for hosts that use fmt.
#ifndef NPS_NPS_H_
#define NPS_NPS_H_

#include "nps/band.h"
#include "nps/batch.h"
#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/customer/audience.h"
#include "nps/customer/cohort.h"
#include "nps/customer/counted_changes.h"
#include "nps/customer/exposure.h"
#include "nps/customer/outcome.h"
#include "nps/customer/profile.h"
#include "nps/customer/profile_store.h"
#include "nps/customer/response_rate.h"
#include "nps/customer/traits.h"
#include "nps/customer/transition.h"
#include "nps/customer/unplaced.h"
#include "nps/event.h"
#include "nps/grade.h"
#include "nps/mergeable.h"
#include "nps/rating.h"
#include "nps/report/comparison_builder.h"
#include "nps/report/comparison_report.h"
#include "nps/report/render.h"
#include "nps/report/report.h"
#include "nps/report/report_builder.h"
#include "nps/response.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/score.h"
#include "nps/segment/cube.h"
#include "nps/segment/decomposition.h"
#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "nps/segment/per_customer.h"
#include "nps/segment/scan.h"
#include "nps/segment/suppression.h"
#include "nps/segment/timing.h"
#include "nps/segment/zone.h"
#include "nps/stats/chi_squared.h"
#include "nps/stats/clustered.h"
#include "nps/stats/comparison.h"
#include "nps/stats/confidence_sequence.h"
#include "nps/stats/cusum.h"
#include "nps/stats/difference_in_differences.h"
#include "nps/stats/e_process.h"
#include "nps/stats/false_discovery.h"
#include "nps/stats/interval.h"
#include "nps/stats/level.h"
#include "nps/stats/mean.h"
#include "nps/stats/paired.h"
#include "nps/stats/proportion.h"
#include "nps/stats/rank_correlation.h"
#include "nps/stats/risk_ratio.h"
#include "nps/stats/sample_size.h"
#include "nps/stats/shares.h"
#include "nps/stats/survival.h"
#include "nps/stats/symmetry.h"
#include "nps/stats/trend_test.h"
#include "nps/stats/value_at_risk.h"
#include "nps/stats/weighted.h"
#include "nps/stats/weighted_comparison.h"
#include "nps/stream/applied.h"
#include "nps/stream/buckets.h"
#include "nps/stream/decay.h"
#include "nps/stream/ledger.h"
#include "nps/stream/tracker.h"
#include "nps/stream/trend.h"
#include "nps/stream/window.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/version.h"
#include "nps/weighted_tally.h"
#include "nps/window_length.h"
#include "nps/wire/counting_policy.h"
#include "nps/wire/crc32c.h"
#include "nps/wire/envelope.h"
#include "nps/wire/reader.h"
#include "nps/wire/tally.h"
#include "nps/wire/writer.h"

#endif  // NPS_NPS_H_
