// nps watch: follows events and tells alarms, a line each.
#include <CLI/CLI.hpp>
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
               plan.events.report.policy.scale) {}

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
    return {};
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
    // Days close before what a new day has brought is counted.
    const auto now = event.received_at ? event.received_at : event.response.answered_at;
    if (now) {
      if (auto told = tell(watches_.advance(*now)); !told) return told;
    }
    for (const Change& change : applied->changes) {
      if (auto shown = table_.apply(change, watches_.clock()); !shown) return shown;
      const auto alarms = watches_.apply(change);
      if (!alarms) return alarms.error();
      if (auto told = tell(*alarms); !told) return told;
    }
    return {};
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
  std::uint64_t lines_ = 0;
  Rejected rejected_;
};

Result<bool> watch(const WatchFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  auto ledger = Ledger::create(plan->events.ledger());
  if (!ledger) return std::move(ledger).error();
  auto watches = Watches::create(plan->watches, {.by = plan->by,
                                                 .zone = plan->events.events.zone,
                                                 .scale = plan->events.report.policy.scale});
  if (!watches) return std::move(watches).error();
  const ReportFlags& report = flags.events.report;
  auto outputs = Outputs::open(report);
  if (!outputs) return std::move(outputs).error();
  Rejected rejected;
  std::uint64_t lines = 0;
  {
    Watching watching(flags, *plan, *std::move(ledger), *std::move(watches));
    if (auto all = watching.follow(report.files.front(), outputs->on_reject()); !all) {
      return std::move(all).error();
    }
    rejected = watching.rejected();
    lines = watching.lines();
  }  // what is shown is left standing before anything else is said
  if (auto written = outputs->write(""); !written) return std::move(written).error();
  sum_up_rejects(rejected, lines);
  return rejected.any();
}

}  // namespace

void add_watch_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("watch", "Follows events and tells when something is wrong");
  auto flags = std::make_shared<WatchFlags>();
  add_watch_flags(*command, program, *flags);
  command->callback([flags, &exit_code] {
    const auto rejected = watch(*flags);
    if (!rejected) {
      exit_code = fail(rejected.error());
    } else {
      exit_code = flags->events.report.strict && *rejected ? kRejected : kDone;
    }
  });
}

}  // namespace nps::cli
