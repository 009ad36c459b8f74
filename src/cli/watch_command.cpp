// nps watch: follows events and tells alarms, a line each.
#include <fmt/format.h>

#if defined(__unix__) || defined(__APPLE__)
#include <poll.h>
#include <unistd.h>
#endif

#include <CLI/CLI.hpp>
#include <chrono>
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

/// Whether reading standard input could wait for somebody to write.
bool standard_input_may_wait() {
#if defined(__unix__) || defined(__APPLE__)
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return ::poll(&input, 1, 0) == 0;
#else
  return true;
#endif
}

/// A source that says before each time that it is read, and whether it may have to wait for more. An
/// error then is the read's.
class FollowedSource : public ByteSource {
 public:
  using BeforeReading = std::function<Result<>(bool may_wait)>;

  FollowedSource(std::unique_ptr<ByteSource> source, bool is_standard_input,
                 BeforeReading before_reading)
      : ByteSource(source->name(), source->size()),
        source_(std::move(source)),
        is_standard_input_(is_standard_input),
        before_reading_(std::move(before_reading)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const bool may_wait = is_standard_input_ ? standard_input_may_wait() : !size();
    if (auto ready = before_reading_(may_wait); !ready) return std::move(ready).error();
    return source_->read(into);
  }

 private:
  std::unique_ptr<ByteSource> source_;
  bool is_standard_input_;
  BeforeReading before_reading_;
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
    const auto before_reading = [this](bool may_wait) -> Result<> {
      const bool is_time = may_wait || Clock::now() >= next_telling_;
      if (auto told = is_time ? tell_untold() : Result<>(); !told) return told;
      table_.draw(true);
      return {};
    };
    auto events = NdjsonEvents::open(
        std::make_unique<FollowedSource>(std::move(source), path == "-", before_reading),
        std::move(options));
    if (!events) return std::move(events).error();
    auto taken = take_all(*events);
    // Whoever follows the alarms has those before an error, too.
    if (!taken && !is_unwritten_) static_cast<void>(tell_untold());
    if (!taken) return taken;
    lines_ = events->lines();
    rejected_ = events->rejected();
    if (auto saved = save(); !saved) return saved;
    return tell();
  }

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const Rejected& rejected() const { return rejected_; }

 private:
  using Clock = std::chrono::steady_clock;

  Result<> take_all(NdjsonEvents& events) {
    Event event;
    while (true) {
      const auto more = events.next(event);
      if (!more) return more.error();
      if (!*more) return {};
      if (auto taken = take(event, events); !taken) return taken;
      table_.draw(false);
    }
  }

  Result<> take(const Event& event, NdjsonEvents& from) {
    const auto applied = ledger_.apply(event);
    if (!applied) return applied.error();
    if (applied->outcome == Outcome::Rejected) {
      const auto [reason, field] = reject_of(applied->fault);
      from.reject(reason, field);
      return {};
    }
    const auto keep = [this](std::span<const Alarm> given) {
      untold_.insert(untold_.end(), given.begin(), given.end());
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
    if (flags_.events.snapshot.empty()) return tell();
    const std::uint64_t every = flags_.events.every;
    if (every == 0 || unsaved_ < every) return {};
    if (auto saved = save(); !saved) return saved;
    return tell();
  }

  /// What was told must be known to whoever goes on from the snapshot, so it is told after that is
  /// written. A snapshot is all that was ever taken in, so alarms wait for one another: until there may
  /// be nothing to read, or eight times as long as writing the last one took, so that it takes a ninth
  /// of the time at most. The ledger and the watches agree between events, as now.
  Result<> tell_untold() {
    if (untold_.empty()) return {};
    const auto begin = Clock::now();
    if (auto saved = save(); !saved) return saved;
    const auto end = Clock::now();
    next_telling_ = end + 8 * (end - begin);
    return tell();
  }

  Result<> save() {
    unsaved_ = 0;
    if (flags_.events.snapshot.empty()) return {};
    auto written = write_snapshot(flags_.events.snapshot, encode_following(ledger_, watches_));
    is_unwritten_ = !written;
    return written;
  }

  Result<> tell() {
    for (const Alarm& alarm : std::exchange(untold_, {})) {
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
  Clock::time_point next_telling_;  // where there is more to read at once
  std::vector<Alarm> untold_;       // until a snapshot knows of them
  bool is_unwritten_ = false;       // the snapshot could not be written
  std::uint64_t unsaved_ = 0;       // events that were accepted since the last snapshot
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
