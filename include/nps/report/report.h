// Report: what was found, as a value. Renderers (nps/report/render.h) turn it into text.
//
//   nps::Figures web = nps::figures(tally);
//   if (web.score) print(web.responses, web.score->points(), web.interval->low, web.interval->high);
//
// No score stands here without its n, its interval and the policy that chose its responses, and
// what was not counted is counted by reason.
#ifndef NPS_REPORT_REPORT_H_
#define NPS_REPORT_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/counting_policy.h"
#include "nps/export.h"
#include "nps/grade.h"
#include "nps/segment/dimension.h"
#include "nps/stats/clustered.h"
#include "nps/stats/comparison.h"
#include "nps/stats/false_discovery.h"
#include "nps/stats/interval.h"
#include "nps/stats/weighted.h"
#include "nps/stream/applied.h"
#include "nps/stream/ledger.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/weighted_tally.h"

namespace nps {

/// How intervals are made.
struct IntervalOptions {
  IntervalMethod method = IntervalMethod::Tango;
  Level level = {};
};

/// The figures of one group of responses.
/// Units       score and interval in points (-100..100); mean in ratings.
/// Empty case  no responses: no score, interval, grade or mean.
/// Adds up     the bands and the distribution each add up to `responses`. Ratings outside the scale
///             are in none of them, nor in the mean.
struct Figures {
  std::uint64_t responses = 0;
  BandCounts bands = {};
  std::optional<Score> score = {};
  std::optional<Interval> interval = {};
  std::optional<Grade> grade = {};
  std::optional<double> mean = {};                 // not known from bands alone
  std::optional<Tally::Counts> distribution = {};  // not known from bands alone
  /// Where an account counts once (Per::Account): how many there are, and the mean of their own scores,
  /// which `score` then leaves to it; interval and grade are of that mean. All else is of responses.
  std::optional<std::uint64_t> accounts = {};
  std::optional<double> account_points = {};

  /// The score in points, whatever counts once.
  [[nodiscard]] constexpr std::optional<double> points() const noexcept {
    if (accounts) return account_points;
    return score ? std::optional(score->points()) : std::nullopt;
  }
};

[[nodiscard]] NPS_EXPORT Figures figures(const Tally& tally, const Scale& scale = kZeroToTen,
                                         const IntervalOptions& options = {});
[[nodiscard]] NPS_EXPORT Figures figures(const BandCounts& bands,
                                         const IntervalOptions& options = {});

/// The figures where each account counts once, by the mean of its answers as -100, 0 and +100: `tally`
/// has all the answers, `accounts` one cluster for each account with weights that add up to 1.
/// The interval is that of clustered_interval: accounts are independent of each other, not their answers.
[[nodiscard]] NPS_EXPORT Figures account_figures(const Tally& tally, const ClusteredBands& accounts,
                                                 const Scale& scale = kZeroToTen, Level level = {});
/// All answers of one account, with weights that add up to 1.
[[nodiscard]] NPS_EXPORT WeightedBands account_bands(const BandCounts& answers);

/// The figures of weighted responses. `effective_n` is Kish's, to be read beside the plain n.
struct WeightedFigures {
  std::optional<double> points = {};
  double sum_weights = 0;
  std::optional<double> effective_n = {};
  std::optional<Interval> interval = {};
};

[[nodiscard]] NPS_EXPORT WeightedFigures weighted_figures(const WeightedTally& tally,
                                                          const Scale& scale = kZeroToTen,
                                                          Level level = {});

/// Why a row, or a line of events, was not counted, or (BadTime) is missing from the groups by time
/// only.
enum class Reject : std::uint8_t {
  Missing,       // no answer: empty, NA, a declared code
  OutOfRange,    // a number that is not on the scale
  Fractional,    // on the scale, but between two ratings
  NotANumber,    // anything else
  BadWeight,     // negative, missing or no number
  NoCustomer,    // one answer a customer, or an erasure, was asked for, and this row names none
  Ragged,        // another number of cells than the header
  BadTime,       // the row counts, but has no place in time
  NotJson,       // from here on of events only: no JSON object
  BadField,      // a field that holds what it cannot hold, or stands there twice
  UnknownType,   // none of kEventTypeNames
  NoResponseId,  // nothing says whose event it is
  NoOrder,       // nothing orders it among the events of its response
  NoReceivedAt,  // the state as known at an instant was asked for, and this was known nobody knows when
};
inline constexpr std::size_t kRejects = 14;

[[nodiscard]] constexpr std::string_view name(Reject reason) noexcept {
  constexpr std::array<std::string_view, kRejects> kNames{
      "missing",      "out_of_range",   "fractional", "not_a_number",  "bad_weight",
      "no_customer",  "ragged",         "bad_time",   "not_json",      "bad_field",
      "unknown_type", "no_response_id", "no_order",   "no_received_at"};
  return kNames[static_cast<std::size_t>(reason)];
}

/// Whether only events can be rejected so.
[[nodiscard]] constexpr bool is_of_events(Reject reason) noexcept {
  return reason >= Reject::NotJson;
}

/// How many rows were rejected, by reason.
class Rejected {
 public:
  constexpr void add(Reject reason, std::uint64_t rows = 1) noexcept {
    counts_[static_cast<std::size_t>(reason)] += rows;
  }
  [[nodiscard]] constexpr std::uint64_t count(Reject reason) const noexcept {
    return counts_[static_cast<std::size_t>(reason)];
  }
  /// Rows that are in no figure: all but the bad times.
  [[nodiscard]] constexpr std::uint64_t uncounted() const noexcept {
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts_) total += count;
    return total - this->count(Reject::BadTime);
  }
  [[nodiscard]] constexpr bool any() const noexcept {
    return uncounted() + count(Reject::BadTime) != 0;
  }
  friend constexpr bool operator==(const Rejected&, const Rejected&) noexcept = default;

 private:
  std::array<std::uint64_t, kRejects> counts_{};
};

/// One dimension's part of a group's key. A rolled-up dimension has no part in the key.
struct KeyPart {
  std::size_t dimension;  // position in Report::dimensions
  std::string label;
  friend bool operator==(const KeyPart&, const KeyPart&) = default;
};

/// A group against everybody else.
struct AgainstRest {
  Figures rest;
  Comparison difference;  // the group less the rest
  double adjusted_p;      // for the number of groups compared
  double gain;  // what the total would gain, in points, were the group at the rest's level
};

struct Group {
  std::vector<KeyPart> key;  // empty where all is rolled up: the total once more
  Figures figures = {};
  std::optional<WeightedFigures> weighted = {};
  bool has_periods = false;               // grouped by a calendar, so there may be a period before
  std::optional<Comparison> change = {};  // since then; none when nobody answered in it
  std::optional<AgainstRest> against_rest = {};  // where a scan was asked for and there is a rest
  bool suppressed = false;  // too small to be shown, or needed to hide one that is: no figures
};

/// What a scan found: a group once more.
struct ScannedGroup {
  std::vector<KeyPart> key;
  Figures figures;
  AgainstRest against_rest;
};

/// Groups against the rest, ranked. Each answer counts once, whatever its weight.
struct GroupScan {
  PAdjustment adjustment = PAdjustment::BenjaminiHochberg;
  std::vector<ScannedGroup> groups = {};  // the greatest gain first
  std::uint64_t omitted = 0;              // left out by a wish for the first few only
};

/// Answers that a window leaves out.
struct OutsideWindow {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::uint64_t untimed = 0;  // nobody knows when they were given

  [[nodiscard]] constexpr std::uint64_t total() const noexcept { return before + after + untimed; }
  friend constexpr bool operator==(const OutsideWindow&, const OutsideWindow&) noexcept = default;
};

/// The answers of one stretch of time, beside those of all time. All answers that count are
/// in it, superseded, before it, after it, or without a time.
struct WindowFigures {
  std::string name;  // "30d"
  Timestamp from = {};
  Timestamp to = {};  // not in it any more
  Figures figures = {};
  std::uint64_t superseded = 0;  // gave way to another of the customer (and stage) in the window
  OutsideWindow outside = {};
};

/// What a report of events says besides. Of the events, rows of them, each is counted once by what
/// became of it, is not_yet known, or is rejected.
struct EventsReport {
  LedgerCounts ledger = {};
  Diagnostics diagnostics = {};
  bool is_past =
      false;  // the state as known at the policy's as_of was asked for, and not the last one
  std::uint64_t not_yet = 0;       // events received after that
  std::uint64_t erased_since = 0;  // answers that counted then, of customers who were erased since
};

/// A whole report. rows == total.responses + rejected.uncounted() + superseded + outside, but where rows
/// are events: there see EventsReport.
struct Report {
  std::uint64_t rows = 0;
  Figures total = {};
  std::optional<WeightedFigures> weighted = {};
  Rejected rejected = {};
  std::uint64_t superseded =
      0;  // answers that gave way to another of the same customer (and stage)
  std::optional<std::uint64_t> customers = {};  // who answered, where customers are known
  std::uint64_t anonymous = 0;                  // counted answers that name no customer
  std::uint64_t no_account = 0;  // that name no account, and count as one each, where accounts do
  OutsideWindow outside = {};    // of the policy's window
  CountingPolicy policy = {};    // as_of: where the windows end; none where nothing has a time
  std::vector<WindowFigures> windows = {};  // each as the policy says, with that window
  std::vector<Dimension> dimensions = {};
  std::vector<Group> groups = {};
  std::uint64_t groups_omitted = 0;  // left out by a wish for the first few only
  std::uint64_t min_n = 0;           // groups with fewer responses are hidden; 0: none is
  std::optional<GroupScan> scan = {};
  std::optional<EventsReport> events = {};
};

}  // namespace nps

#endif  // NPS_REPORT_REPORT_H_
