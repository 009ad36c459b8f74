// Replay: events in any order, and what is true after all of them.
//
//   auto replay = Replay::create(plan);
//   while (*events.next(event)) replay->take(event, events);
//   replay->finish();
//   auto report = replay->report();
#ifndef NPS_SRC_CLI_REPLAY_H_
#define NPS_SRC_CLI_REPLAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/replay_flags.h"
#include "cli/snapshot.h"
#include "nps/adapters/ndjson.h"
#include "nps/change.h"
#include "nps/event.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/stream/applied.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"
#include "nps/timestamp.h"

namespace nps::cli {

/// Why a ledger rejects, as reports count it, and the field at fault.
[[nodiscard]] std::pair<Reject, std::string_view> reject_of(EventFault fault) noexcept;

/// A ledger, and a cube and windows that follow it. The law of the ledger is that of the whole: the
/// state and the report, but for what became of single events, are the same for any order of them.
class Replay {
 public:
  [[nodiscard]] static Result<Replay> create(const ReplayPlan& plan);

  /// Takes in what a snapshot knows. Fails as read_snapshot does.
  Result<> merge(const std::string& file);
  /// Takes an event in, and hands back to its reader what cannot be placed. An error ends the run.
  Result<> take(const Event& event, NdjsonEvents& from, const std::string& file);
  /// When all events are taken.
  Result<> finish();

  /// How many events were accepted until now.
  [[nodiscard]] std::uint64_t accepted() const noexcept;
  /// The state as bytes.
  [[nodiscard]] wire::Bytes snapshot() const;
  /// Rows and what readers rejected are the caller's to add.
  [[nodiscard]] Result<Report> report() const;

 private:
  Replay(const ReplayPlan& plan, Ledger ledger, Cube cube);
  Result<> add_windows();
  Result<> check_order(const Event& event, const NdjsonEvents& from, const std::string& file);
  Result<> follow(const Change& change);
  Result<Outcome> apply(const Event& event, NdjsonEvents* from);
  void see(const Event& event);
  [[nodiscard]] std::vector<WindowFigures> windows() const;

  // Windows in one unit share their buckets.
  struct Clock {
    Windows windows;
    std::vector<std::size_t> lengths;  // positions in plan_.windows
  };

  ReplayPlan plan_;
  Ledger ledger_;
  Cube cube_;
  std::vector<Clock> clocks_;
  std::optional<EventOrder> order_;
  std::optional<Timestamp> latest_;  // that any valid event was received or answered
  std::vector<Event> late_erasures_;
  std::uint64_t not_yet_ = 0;
  std::uint64_t erased_since_ = 0;
  Diagnostics diagnostics_;
};

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_REPLAY_H_
