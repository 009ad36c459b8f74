#include "cli/watch_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/arguments.h"
#include "cli/usage.h"
#include "cli/watch_spec.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

// {0} is what can be watched for, {1} how the program is called.
constexpr const char* kNotes =
    "{0}"
    "\n"
    "Each alarm is a line of JSON on standard output: alarm (the SPEC), kind, key,\n"
    "at, since, the figures of the answers it rests on, limits, p,\n"
    "answers_per_false_alarm, corrected, detail. Time is when events were received,\n"
    "or else answered: a day has closed when an event of a later one is read, and\n"
    "what is open at the end is not judged. On a terminal a table of the cells is\n"
    "kept up to date on standard error.\n"
    "\n"
    "Each alarm has a number, from 1. With --snapshot the state is on the disk before\n"
    "the line of an alarm is written. So a run that was killed, begun anew with\n"
    "--restore and given the same events in the same order (or those that followed),\n"
    "tells no alarm a second time, and all others, but for one whose line the kill\n"
    "cut off: its number is missing. The start says how many alarms there were.\n"
    "\n"
    "Examples:\n"
    "  tail -n +1 -f events.ndjson |\n"
    "    {1} watch --by channel --alarm below=20,window=30d\n"
    "  {1} watch events.ndjson --alarm drop=10 --alarm silence\n"
    "\n"
    "Exit status: 0 done; 1 a file cannot be read or written, or a limit was met;\n"
    "2 wrong usage; 3 --strict and something was rejected.";

CLI::Option* list(CLI::App& command, const char* flag, std::vector<std::string>& into,
                  const char* shown, const char* help) {
  return command.add_option(flag, into, help)
      ->type_name(shown)
      ->option_text(shown)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

void add_watch_flags(CLI::App& command, const std::string& program, WatchFlags& flags) {
  command.set_help_flag("-h,--help", "Show this help");
  command.footer(fmt::format(kNotes, kWatchSpecs, program));
  ReportFlags& report = flags.events.report;
  report.files = {"-"};
  command
      .add_option("EVENTS", report.files,
                  "A file of events, as nps replay reads them;\n"
                  "- (default) is standard input")
      ->expected(0, 1)
      ->option_text(" ");
  list(command, "--alarm", flags.alarms, "SPEC", "What to watch for, as below. Repeatable")
      ->required();
  list(command, "--by", report.by, "DIM,DIM,...",
       "Watch each combination of these labels by itself:\n"
       "channel, journey_stage, account or any further field");
  list(command, "--window", flags.events.windows, "LENGTH,...",
       "What the table shows, such as 7d,30d (default)");
  const auto text = [&command](const char* flag, std::string& into, const char* shown,
                               const char* help) {
    return command.add_option(flag, into, help)->type_name(shown);
  };
  text("--zone", report.zone, "IANA",
       "Zone of days, and of times that name none, such\nas Europe/Berlin (default UTC)");
  text("--time-format", report.time_format, "FORMAT",
       "iso (default), unix, unix_ms, excel, dmy, mdy, ymd,\nor a strftime pattern");
  choice(command.add_option("--scale", report.scale, "The scale of the answers (default 0-10)"),
         {"0-10", "1-10", "1-5", "1-7"});
  choice(command.add_option("--order", flags.events.order,
                            "What tells which event of a response is the later\n"
                            "(default: what the first event has)"),
         {"version", "updated_at"});
  level(command.add_option("--level", report.figures.level,
                           "Confidence level of the figures' intervals\n(default 0.95)"));
  text("--snapshot", flags.events.snapshot, "FILE",
       "Write the state there before an alarm is told, and\n"
       "at the end; it is replaced whole or not at all. It\n"
       "holds answers and hashes of the erased: guard it");
  whole(
      command
          .add_option("--every", flags.events.every, "And after every N events that were accepted")
          ->type_name("N"),
      1);
  text("--restore", flags.restore, "FILE",
       "Go on where that snapshot stood; --alarm, --by,\n"
       "--zone, --scale, --order and --erasure-key must be\n"
       "those it was written with. May be that of --snapshot");
  add_erasure_key(command, flags.events);
  text("--rejects", report.rejects, "FILE", "List every rejected line there, as CSV");
  command.add_flag("--strict", report.strict, "Exit 3 if anything was rejected");
}

Result<WatchPlan> plan_of(const WatchFlags& flags) {
  ReplayFlags events = flags.events;
  if (events.windows.empty()) events.windows = {"7d,30d"};
  auto replay = plan_of(events);
  if (!replay) return std::move(replay).error();
  WatchPlan plan;
  for (const Dimension& dimension : replay->report.by) {
    if (dimension.is_timing()) {
      return usage(fmt::format("--by {}: a cell that is watched goes through all times; group by "
                               "labels only",
                               detail::printable(dimension.name())),
                   "--by");
    }
    plan.by.push_back(dimension.name());
  }
  for (const std::string& spec : flags.alarms) {
    auto watch = watch_of(spec, replay->events.zone);
    if (!watch) return std::move(watch).error();
    plan.watches.push_back(*std::move(watch));
  }
  plan.events = *std::move(replay);
  return plan;
}

}  // namespace nps::cli
