// Watches: what follows a ledger's changes and says when something is wrong, in each cell of its own
// and by stated rules.
//
//   auto watches = nps::Watches::create({nps::BelowWatch{.points = 20}, nps::SilenceWatch{}},
//                                       {.by = {"channel"}});
//   watches->advance(*event.received_at);         // time goes on: days close, silences grow
//   for (const nps::Change& change : applied->changes) {
//     auto alarms = watches->apply(change);
//     if (alarms) for (const nps::Alarm& alarm : *alarms) tell(alarm);
//   }
//
// How often each of them is wrong was simulated, and tests/stream/ holds them to the figures below.
#ifndef NPS_STREAM_WATCH_H_
#define NPS_STREAM_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "nps/change.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/zone.h"
#include "nps/stats/level.h"
#include "nps/stats/shares.h"
#include "nps/stream/alarm.h"
#include "nps/stream/window.h"
#include "nps/timestamp.h"
#include "nps/wire/writer.h"

namespace nps {

/// Is the score of the last so many days below a floor? Judged once for each day, when it closes, on
/// the answers of the window that ends with it, as they then are; for a window of hours, when an hour
/// closes. Alarms where the whole of Tango's interval lies below the floor.
///
/// Re-arms       at a judgement that finds the score not below the floor, or whose window shares no
///               bucket with the one that alarmed. So a score that stays low is told once a window.
/// False alarms  one judgement of a cell whose true score is just the floor: (1 - level) / 2 or a
///               little more; 0.53 % with 60 answers at the level of 0.99. Judgements of windows
///               that overlap are much alike, and add up: 31 % of such cells alarm at some time in
///               a year of days, with 3 answers a day, and 1.8 % of cells 10 points better.
struct BelowWatch {
  double points = 0;  // above -100, at most 100
  WindowLength window = {BucketUnit::Day, 30};
  Level level = *Level::from(0.99);
};

/// Has the score of the last so many days dropped against as many days before them? Judged like
/// BelowWatch. Alarms where the drop is at least so many points, and the interval of the comparison
/// (Adjusted) lies below 0 as a whole: as large as asked for as far as one sees, and surely a drop.
///
/// Re-arms       at a judgement that finds a smaller drop, or as BelowWatch does.
/// False alarms  one judgement of a cell in which nothing changes: (1 - level) / 2 or a little more;
///               0.52 % with 60 answers a window at the level of 0.99. 15 % of such cells
///               alarm at some time in a year of days, with 20 answers a day and the defaults.
struct DropWatch {
  double points = 10;  // above 0, at most 200
  WindowLength window = {BucketUnit::Day, 7};
  Level level = *Level::from(0.999);
};

/// Has the score moved, at a moment that nobody announced? A Cusum (nps/stats/cusum.h) for each cell,
/// against a shift of so many points either way; one way where the other leads beyond +-100.
///
/// Re-arms       at once, from nothing. Where the usual shares were learnt, they are learnt anew, so
///               that the score that was moved to is now the usual one; where they are declared, a
///               score that stays moved alarms again and again.
/// False alarms  one in so many answers, of all cells together: each answer of each cell sets one off
///               with a chance of 1 in so many, so however many cells there are, and whenever they
///               appear, their false alarms add up to that. It holds for declared shares. Learnt
///               ones are off by chance, and then it is sooner wrong: with the defaults, 78 % of
///               cells alarm falsely in 5000 answers after their warm-up, rather than 63 %.
struct CusumWatch {
  double shift = 10;                        // points, from 1
  double answers_per_false_alarm = 5000;    // from more than 1 to 5e8
  std::optional<AssumedShares> usual = {};  // none: what the first answers of the cell show
  std::uint64_t warm_up = 1000;             // so many of them, from 50; nothing is judged meanwhile
};

/// Has a campaign, a release, failed to reach a floor since its declared start? A ConfidenceSequence
/// (nps/stats/confidence_sequence.h) for each cell, of the answers given (`answered_at`) from the
/// start on. Looked at after every answer.
///
/// Re-arms       not at all: it is one question, and the alarm is its answer.
/// False alarms  ever, in a cell whose score is at the floor or above: at most (1 - level) / 2, and
///               in practice far below. For each cell.
struct SinceWatch {
  Timestamp start;
  double points = 0;  // above -100, at most 100
  Level level = {};
};

/// Has a cell fallen silent? Judged by the hour: of the hours that have closed since its last answer
/// by the event clock, how many answers came in the same hours of the week, in the `weeks` before?
/// If answers come by chance, at a pace that is the same every week, the chance that k came there and
/// none came now is (weeks / (weeks + 1))^k; hours that a longer silence holds several times count as
/// often. Alarms where that is at most 1 in so many: it takes some ten expected answers. Nights and
/// weekends that are always silent are no silence. A cell is judged once it has been known for so many
/// weeks; a silence of more than a year is followed no further.
///
/// Re-arms       at the next answer.
/// False alarms  one in so many answers, of all cells together, or fewer, as each answer may begin a
///               silence. Simulated, with one in 200 asked for and an answer an hour in office
///               hours: one in 535, as only whole hours count. Holidays it does not know, and tells.
struct SilenceWatch {
  double answers_per_false_alarm = 10000;  // from more than 1 to 1e9
  int weeks = 4;                           // from 1 to 52
};

using Watch = std::variant<BelowWatch, DropWatch, CusumWatch, SinceWatch, SilenceWatch>;

struct WatchesOptions {
  /// A cell for each combination of these labels that occurs, as a ledger keeps them; none is one
  /// cell of all answers, with an empty key.
  std::vector<std::string> by = {};
  Zone zone = Zone::utc();  // of civil days
  Scale scale = kZeroToTen;
  std::size_t cell_limit = 100'000;
};

/// All that is watched, cell by cell.
///
/// Time          the event clock: the latest instant that advance() was told. What is answered in a
///               bucket that has closed already counts in the windows that close later. What is open
///               is not judged.
/// Order         Below and Drop are about counts, which corrections change as they change a cube. The
///               others take each answer when it first comes, in the order of arrival, and cannot
///               take it back: a correction is told by Alarm::corrected. An answer that was taken
///               back altogether and comes again is a new one to them. So watches do not merge, and
///               what they took in is not undone by Change::inverse(): apply to them last.
/// Errors        each call is all or nothing.
/// Threads       distinct objects are independent; const calls on one are safe together.
/// Complexity    apply: O(dimensions + watches) expected, and tens of milliseconds where a Cusum has
///               learnt a cell's shares. advance: O(1) within a bucket; O(cells * (watches + length
///               of windows)) for each that closes. Memory: about 30 bytes a response, to know what
///               was corrected; a cell has about 110 bytes for each bucket of twice its longest
///               window, and for Silence 700 a week.
class NPS_EXPORT Watches {
 public:
  /// InvalidArgument for figures outside the bounds above, or no watch at all.
  [[nodiscard]] static Result<Watches> create(std::vector<Watch> watches,
                                              WatchesOptions options = {});
  Watches(const Watches& other);
  Watches(Watches&& other) noexcept;
  Watches& operator=(Watches other) noexcept;
  ~Watches();

  /// Moves the event clock on, and judges what closes. A time before the clock does nothing. The
  /// alarms, in order of time, live until the next call that is not const.
  std::span<const Alarm> advance(Timestamp now);
  /// LimitReached for too many cells.
  Result<std::span<const Alarm>> apply(const Change& change);
  /// Takes in a change that is no arrival, such as a merge of ledgers makes: Below and Drop count it,
  /// the others see only that answers which they took were corrected. LimitReached as for apply.
  Result<> adopt(const Change& change);

  [[nodiscard]] std::optional<Timestamp> clock() const noexcept;
  [[nodiscard]] std::span<const Watch> watches() const noexcept;
  [[nodiscard]] const WatchesOptions& options() const noexcept;
  [[nodiscard]] std::size_t cells() const noexcept;
  /// The latest alarm of each watch in each cell, in the order in which they were given, with the
  /// corrections that came to be known since.
  [[nodiscard]] std::vector<Alarm> alarms() const;

  /// All of it as bytes, in an envelope of its own: not lawful state, since it follows the order of
  /// arrival. The same calls give the same bytes. Format: nps/wire/FORMAT.md.
  [[nodiscard]] wire::Bytes encode() const;
  /// The watches that were encoded, which go on where those stood. They and their options must be
  /// declared as they were: Mismatch otherwise. Malformed for bytes that are not what they claim.
  [[nodiscard]] static Result<Watches> decode(std::span<const std::byte> bytes,
                                              std::vector<Watch> watches,
                                              WatchesOptions options = {});

 private:
  struct Impl;
  explicit Watches(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_STREAM_WATCH_H_
