#include "cli/replay_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cli/arguments.h"
#include "cli/output_file.h"
#include "cli/usage.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

constexpr std::string_view kReplayExamples =
    "An event is an object of JSON on a line of its own, with the whole response as\n"
    "it now is: type (answered, updated, dismissed, deleted, erased), response_id,\n"
    "version or updated_at, event_id, customer_id, account_id, rating, answered_at,\n"
    "received_at, touchpoint_at, channel, journey_stage, comment, weight, and what\n"
    "--by names.\n"
    "\n"
    "Example, for the top folder of nps:\n"
    "  {0} replay examples/data/events.ndjson --by channel --window 7d,30d\n"
    "To go on after a crash, or with more events: --merge the last snapshot, and\n"
    "give the same events again. What has been counted is not counted twice.\n"
    "\n"
    "Exit status: 0 done; 1 a file cannot be read or written, is not what it claims,\n"
    "or a limit was met; 2 wrong usage; 3 --strict and something was rejected.";

void add_events(CLI::App& command, ReplayFlags& flags) {
  const char* const kGroup = "Events";
  add_window_flag(command, flags.windows, kGroup);
  command
      .add_option("--as-of", flags.as_of,
                  "The state as known then: of events received until\n"
                  "that instant, but without who was erased since.\n"
                  "Default: all events, and windows end where the\n"
                  "latest of them was received or answered")
      ->type_name("INSTANT")
      ->group(kGroup);
  choice(command
             .add_option("--order", flags.order,
                         "What tells which event of a response is the later\n"
                         "(default: what the events have; version, where they\n"
                         "have both)")
             ->group(kGroup),
         {"version", "updated_at"});
  command
      .add_option("--time-format", flags.report.time_format,
                  "iso (default), unix, unix_ms, excel, dmy, mdy, ymd,\n"
                  "or a strftime pattern; for numbers in JSON unix,\nunix_ms or excel")
      ->type_name("FORMAT")
      ->group(kGroup);
}

void add_state(CLI::App& command, ReplayFlags& flags) {
  const char* const kGroup = "State";
  command
      .add_option("--merge", flags.merge,
                  "Begin with what that snapshot knows. Repeatable;\n"
                  "--by, --zone and --erasure-key must be those it was\n"
                  "written with")
      ->type_name("SNAPSHOT")
      ->option_text("SNAPSHOT")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kGroup);
  command
      .add_option("--snapshot", flags.snapshot,
                  "Write the state there when all is read; it is\n"
                  "replaced whole or not at all. Of who was erased it\n"
                  "has hashes: without --erasure-key, guard it as the\n"
                  "events, since anybody can work out those of guesses")
      ->type_name("FILE")
      ->group(kGroup);
  whole(command.add_option("--every", flags.every, "And after every N events that were accepted")
            ->type_name("N")
            ->group(kGroup),
        1);
  add_erasure_key(command, flags)->group(kGroup);
}

/// Fields that an event has, and that are nothing to group by.
Result<> check_label(const std::string& name) {
  constexpr std::array<std::string_view, 3> kLabels{"channel", "journey_stage", "account"};
  if (name == "account_id") return usage("--by account_id: say --by account", "--by");
  if (name == kFileLabel) {
    return usage(
        "--by @file: several files of events are one set, so a file is no group of its own",
        "--by");
  }
  if (std::ranges::find(kLabels, name) == kLabels.end() && is_event_field(name)) {
    return usage(
        fmt::format("--by {}: that is no label; there is channel, journey_stage, account and "
                    "every further field of the events",
                    detail::printable(name)),
        "--by");
  }
  return {};
}

Result<> check(const ReplayFlags& flags) {
  if (!flags.as_of.empty() && !flags.merge.empty()) {
    return usage(
        "--as-of needs to know when each event was received, and a snapshot does not keep that: "
        "give all events, without --merge",
        "--as-of");
  }
  if (!flags.as_of.empty() && !flags.snapshot.empty()) {
    return usage(
        "--as-of makes a state of the past, and --snapshot is for one to go on from: pass "
        "one of them",
        "--as-of");
  }
  if (flags.every != 0 && flags.snapshot.empty()) {
    return usage("--every needs a file to write to: pass --snapshot FILE", "--every");
  }
  if (flags.erasure_key) {
    for (const std::string& file : {flags.report.output, flags.report.rejects, flags.snapshot}) {
      if (!file.empty() && same_file(file, *flags.erasure_key)) {
        return usage(fmt::format("--erasure-key: {} would be written over", *flags.erasure_key),
                     "--erasure-key");
      }
    }
  }
  if (flags.snapshot.empty()) return {};
  std::vector<std::string> others = flags.report.files;
  others.push_back(flags.report.output);
  others.push_back(flags.report.rejects);
  for (const std::string& file : others) {
    if (!file.empty() && same_file(file == "-" ? "/dev/stdin" : file, flags.snapshot)) {
      return usage(fmt::format("--snapshot: {} is read or written already", flags.snapshot),
                   "--snapshot");
    }
  }
  return {};
}

}  // namespace

CLI::Option* add_erasure_key(CLI::App& command, ReplayFlags& flags) {
  return command
      .add_option("--erasure-key", flags.erasure_key,
                  "A secret of yours, 16 bytes or 32 hex digits in a\n"
                  "file: it keys the hashes by which the erased are\n"
                  "known again, so that nobody without it can tell\n"
                  "from a snapshot whether somebody is among them.\n"
                  "Who loses it cannot use the snapshot any more")
      ->type_name("FILE");
}

void add_replay_flags(CLI::App& command, const std::string& program, ReplayFlags& flags) {
  command.set_help_flag("-h,--help", "Show this help");
  command.footer(fmt::format(kReplayExamples, program));
  command.add_option("EVENTS", flags.report.files, "Files of events; - is standard input")
      ->required()
      ->option_text("...");
  add_events(command, flags);
  add_group_flags(command, flags.report, {"key", "nps", "n"});
  command.get_option("--by")->description(
      "Group by channel, journey_stage, account, any other\n"
      "field of the events, and by @hour, @day, @week,\n"
      "@month, @quarter, @year, @hour_of_day, @weekday or\n"
      "@delay. Repeatable. A name with a comma is quoted as\n"
      "in CSV: --by '\"City, State\",@month'");
  add_state(command, flags);
  add_figure_flags(command, flags.report.figures, "--interval");
  add_writing_flags(command, flags.report);
}

Result<ReplayPlan> plan_of(const ReplayFlags& flags) {
  if (auto usable = check(flags); !usable) return std::move(usable).error();
  ReportFlags as_report = flags.report;
  as_report.csv.time = "answered_at";
  as_report.csv.touchpoint = "touchpoint_at";
  auto report = plan_of(as_report);
  if (!report) return std::move(report).error();

  ReplayPlan plan;
  for (const std::size_t d : report->label_dimensions) {
    const std::string& name = report->report.by[d].name();
    if (auto label = check_label(name); !label) return std::move(label).error();
    plan.labels.push_back(name);
    if (name != "account" && !is_event_field(name)) plan.events.dimensions.push_back(name);
  }
  std::ranges::sort(plan.labels);
  plan.events.zone = report->csv.zone;
  if (report->csv.time_format) plan.events.time_format = *report->csv.time_format;
  auto windows = windows_of(flags.windows, flags.report.min_n);
  if (!windows) return std::move(windows).error();
  plan.windows = *std::move(windows);
  if (!flags.order.empty()) {
    plan.order = flags.order == "version" ? EventOrder::Version : EventOrder::UpdatedAt;
  }
  if (!flags.as_of.empty()) {
    const auto instant = instant_of(flags.as_of, plan.events.zone);
    if (!instant) return instant.error();
    plan.as_of = *instant;
  }
  if (flags.erasure_key) {
    const auto key = read_erasure_key(*flags.erasure_key);
    if (!key) return key.error();
    plan.erasure_key = *key;
  }
  plan.report = std::move(report->report);
  return plan;
}

}  // namespace nps::cli
