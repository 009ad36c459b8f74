// nps replay: files of events in, the state after all of them out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/progress.h"
#include "cli/read_files.h"
#include "cli/replay.h"
#include "cli/replay_flags.h"
#include "cli/snapshot.h"

namespace nps::cli {
namespace {

/// Reads file after file into a replay, and writes snapshots on the way.
class Run {
 public:
  Run(const ReplayFlags& flags, const ReplayPlan& plan, Replay replay)
      : flags_(flags), plan_(plan), replay_(std::move(replay)) {}

  Result<> merge() {
    for (const std::string& file : flags_.merge) {
      if (auto merged = replay_.merge(file); !merged) return merged;
    }
    return {};
  }

  Result<> read(const std::string& path,
                const std::function<void(const RejectedCell&)>& on_reject) {
    auto opened = open_input(path);
    if (!opened) return std::move(opened).error();
    std::unique_ptr<ByteSource> source = *std::move(opened);
    const std::string name = source->name();
    NdjsonOptions options = plan_.events;
    options.on_reject = on_reject;
    auto events = NdjsonEvents::open(std::move(source), std::move(options));
    if (!events) return std::move(events).error();
    if (auto all = read(*events, name); !all) return all;
    rows_ += events->lines();
    for (std::size_t i = 0; i < kRejects; ++i) {
      const auto reason = static_cast<Reject>(i);
      rejected_.add(reason, events->rejected().count(reason));
    }
    for (const std::string& field : events->unreadable_times()) {
      remarks_.push_back(
          fmt::format("{}: no time in field '{}' is written as {}; see --time-format", name, field,
                      plan_.events.time_format.spec()));
    }
    return {};
  }

  Result<Report> finish() {
    if (auto finished = replay_.finish(); !finished) return std::move(finished).error();
    auto report = replay_.report();
    if (!report) return report;
    report->rows = rows_;
    report->rejected = rejected_;
    if (!flags_.snapshot.empty()) {
      if (auto written = write_snapshot(flags_.snapshot, replay_.snapshot()); !written) {
        return std::move(written).error();
      }
    }
    return report;
  }

  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  Result<> read(NdjsonEvents& events, const std::string& name) {
    Progress progress(name, events.bytes_total());
    while (true) {
      const auto more = events.next(event_);
      if (!more) return more.error();
      if (!*more) return {};
      if (auto taken = replay_.take(event_, events, name); !taken) return taken;
      if (flags_.every != 0 && replay_.accepted() - written_at_ >= flags_.every) {
        written_at_ = replay_.accepted();
        auto written = write_snapshot(flags_.snapshot, replay_.snapshot());
        if (!written) return written;
      }
      constexpr std::uint64_t kNowAndThen = 1024;
      if (events.lines() % kNowAndThen == 0) progress.at(events.bytes_consumed());
    }
  }

  const ReplayFlags& flags_;
  const ReplayPlan& plan_;
  Replay replay_;
  Event event_;
  std::uint64_t rows_ = 0;
  std::uint64_t written_at_ = 0;  // so many events had been accepted
  Rejected rejected_;
  std::vector<std::string> remarks_;
};

std::string title_of(const ReplayFlags& flags) {
  const std::vector<std::string>& files = flags.report.files;
  std::string title = files.front() == "-" ? "standard input" : files.front();
  if (files.size() > 1) title += fmt::format(" and {} more", files.size() - 1);
  return title;
}

Result<int> replay_files(const ReplayFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  auto replay = Replay::create(*plan);
  if (!replay) return std::move(replay).error();
  auto outputs = Outputs::open(flags.report);
  if (!outputs) return std::move(outputs).error();
  Run run(flags, *plan, *std::move(replay));
  if (auto merged = run.merge(); !merged) return std::move(merged).error();
  for (const std::string& file : flags.report.files) {
    if (auto read = run.read(file, outputs->on_reject()); !read) {
      return std::move(read).error();
    }
  }
  const auto report = run.finish();
  if (!report) return report.error();
  for (const std::string& remark : run.remarks()) say(remark);
  return conclude(*outputs, rendered(*report, flags.report, title_of(flags)), report->rejected,
                  report->rows, flags.report.strict);
}

}  // namespace

void add_replay_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("replay", "Scores events that come twice, late, in any order");
  auto flags = std::make_shared<ReplayFlags>();
  add_replay_flags(*command, program, *flags);
  when_run(*command, exit_code, [flags] {
    if (flags->report.output == "-") flags->report.output.clear();
    return replay_files(*flags);
  });
}

}  // namespace nps::cli
