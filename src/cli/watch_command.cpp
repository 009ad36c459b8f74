// nps watch: follows events and tells alarms, a line each.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/alarm_line.h"
#include "cli/cli.h"
#include "cli/live_table.h"
#include "cli/outputs.h"
#include "cli/read_files.h"
#include "cli/replay.h"
#include "cli/snapshot.h"
#include "cli/watch_flags.h"
#include "nps/adapters/byte_source.h"
#include "nps/adapters/ndjson.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"

namespace nps::cli {
namespace {

/// A source that says before each time that it may have to wait for more.
class FollowedSource : public ByteSource {
 public:
  FollowedSource(std::unique_ptr<ByteSource> source, std::function<void()> before_waiting)
      : ByteSource(source->name(), source->size()),
        source_(std::move(source)),
        before_waiting_(std::move(before_waiting)) {}

  Result<std::size_t> read(std::span<char> into) override {
    before_waiting_();
    return source_->read(into);
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::function<void()> before_waiting_;
};

/// Events in, alarms out.
class Watching {
 public:
  Watching(const WatchFlags& flags, const WatchPlan& plan, Ledger ledger, Watches watches)
      : flags_(flags),
        plan_(plan),
        ledger_(std::move(ledger)),
        watches_(std::move(watches)),
        table_(plan.by, plan.events.windows, plan.events.events.zone,
               plan.events.report.policy.scale) {
    // What was restored is shown, too. Windows do not care in which order answers come.
    if (!table_.is_shown()) return;
    ledger_.for_each([this](const Answer& answer) {
      static_cast<void>(table_.apply({.before = {}, .after = answer}, watches_.clock()));
    });
  }

  Result<> follow(const std::string& path, std::function<void(const RejectedCell&)> on_reject) {
    auto opened = open_input(path);
    if (!opened) return std::move(opened).error();
    std::unique_ptr<ByteSource> source = *std::move(opened);
    NdjsonOptions options = plan_.events.events;
    options.on_reject = std::move(on_reject);
    auto events = NdjsonEvents::open(
        std::make_unique<FollowedSource>(std::move(source), [this] { table_.draw(true); }),
        std::move(options));
    if (!events) return std::move(events).error();
    Event event;
    while (true) {
      const auto more = events->next(event);
      if (!more) return more.error();
      if (!*more) break;
      if (auto taken = take(event, *events); !taken) return taken;
      table_.draw(false);
    }
    lines_ = events->lines();
    rejected_ = events->rejected();
    return save();
  }

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const Rejected& rejected() const { return rejected_; }

 private:
  Result<> take(const Event& event, NdjsonEvents& from) {
    const auto applied = ledger_.apply(event);
    if (!applied) return applied.error();
    if (applied->outcome == Outcome::Rejected) {
      const auto [reason, field] = reject_of(applied->fault);
      from.reject(reason, field);
      return {};
    }
    std::vector<Alarm> alarms;
    const auto keep = [&alarms](std::span<const Alarm> given) {
      alarms.insert(alarms.end(), given.begin(), given.end());
    };
    // Days close before what a new day has brought is counted.
    const auto now = event.received_at ? event.received_at : event.response.answered_at;
    if (now) keep(watches_.advance(*now));
    for (const Change& change : applied->changes) {
      if (auto shown = table_.apply(change, watches_.clock()); !shown) return shown;
      const auto given = watches_.apply(change);
      if (!given) return given.error();
      keep(*given);
    }
    if (applied->outcome == Outcome::Accepted || applied->outcome == Outcome::Erased) ++unsaved_;
    // The ledger and the watches agree only between events. And what was told must be known to whoever
    // goes on from the snapshot, so it is told last.
    const std::uint64_t every = flags_.events.every;
    if (!alarms.empty() || (every != 0 && unsaved_ >= every)) {
      if (auto saved = save(); !saved) return saved;
    }
    return tell(alarms);
  }

  Result<> save() {
    unsaved_ = 0;
    if (flags_.events.snapshot.empty()) return {};
    return write_snapshot(flags_.events.snapshot, encode_following(ledger_, watches_));
  }

  Result<> tell(std::span<const Alarm> alarms) {
    for (const Alarm& alarm : alarms) {
      table_.wipe();
      table_.alarm(alarm);
      auto written = write_stdout(
          alarm_line(alarm, flags_.alarms[alarm.watch], plan_.by, plan_.events.report), false);
      if (!written) return written;
    }
    return {};
  }

  const WatchFlags& flags_;
  const WatchPlan& plan_;
  Ledger ledger_;
  Watches watches_;
  LiveTable table_;
  std::uint64_t unsaved_ = 0;  // events that were accepted since the last snapshot
  std::uint64_t lines_ = 0;
  Rejected rejected_;
};

/// From nothing, or from where a snapshot stood.
Result<Following> begin(const WatchFlags& flags, const WatchPlan& plan) {
  WatchesOptions options{
      .by = plan.by, .zone = plan.events.events.zone, .scale = plan.events.report.policy.scale};
  if (!flags.restore.empty()) {
    auto restored =
        read_following(flags.restore, plan.events.ledger(), plan.watches, std::move(options));
    if (!restored) return restored;
    const auto alarms = restored->watches.alarms();
    say(alarms.empty()
            ? fmt::format("{}: goes on; there was no alarm yet", flags.restore)
            : fmt::format("{}: goes on after {} alarms", flags.restore, alarms.back().number));
    return restored;
  }
  auto ledger = Ledger::create(plan.events.ledger());
  if (!ledger) return std::move(ledger).error();
  auto watches = Watches::create(plan.watches, std::move(options));
  if (!watches) return std::move(watches).error();
  return Following{*std::move(ledger), *std::move(watches)};
}

Result<int> watch(const WatchFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  auto start = begin(flags, *plan);
  if (!start) return std::move(start).error();
  const ReportFlags& report = flags.events.report;
  auto outputs = Outputs::open(report);
  if (!outputs) return std::move(outputs).error();
  Rejected rejected;
  std::uint64_t lines = 0;
  {
    Watching watching(flags, *plan, std::move(start->ledger), std::move(start->watches));
    if (auto all = watching.follow(report.files.front(), outputs->on_reject()); !all) {
      return std::move(all).error();
    }
    rejected = watching.rejected();
    lines = watching.lines();
  }  // what is shown is left standing before anything else is said
  return conclude(*outputs, "", rejected, lines, flags.events.report.strict);
}

}  // namespace

void add_watch_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("watch", "Follows events and tells when something is wrong");
  auto flags = std::make_shared<WatchFlags>();
  add_watch_flags(*command, program, *flags);
  when_run(*command, exit_code, [flags] { return watch(*flags); });
}

}  // namespace nps::cli
