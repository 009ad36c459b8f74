// nps store report: the report of the answers that count now, or counted then.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/answer_batches.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"
#include "cli/store_file.h"
#include "cli/store_query.h"
#include "cli/usage.h"
#include "nps/report/report_builder.h"
#include "nps/stream/buckets.h"
#include "nps/window_length.h"

namespace nps::cli {
namespace {

constexpr std::string_view kStoreReportExamples =
    "Rows are the answers that count; of those that were replaced, deleted or erased\n"
    "nothing is left to count. Of a window, the latest or first of each customer is\n"
    "the latest or first in it. Answers from CSV have no time of receipt, so --as-of\n"
    "leaves all of them in; a --window ends there nevertheless.\n"
    "\n"
    "Examples:\n"
    "  {0} store report answers.db --count latest --by channel,@month\n"
    "  {0} store report answers.db --window 30d,90d --as-of 2026-11-15";

struct StoreReportFlags {
  StoreFlags store;
  ReportFlags report;
  std::vector<std::string> windows;
  std::string as_of;
  std::string zone;
};

Result<ReportPlan> plan_for(const StoreReportFlags& flags, const CountingPolicy& policy) {
  ReportFlags as_report = flags.report;
  as_report.zone = flags.zone.empty() ? policy.zone : flags.zone;
  as_report.csv.customer = "customer_id";
  as_report.csv.time = "answered_at";
  as_report.csv.touchpoint = "touchpoint_at";
  if (as_report.per == "stage") as_report.stage = "journey_stage";
  if (as_report.per == "account") as_report.account = "account";
  auto plan = plan_of(as_report);
  if (!plan) return plan;
  for (const std::size_t d : plan->label_dimensions) {
    if (plan->report.by[d].name() == kFileLabel) {
      return usage(
          "--by @file: a store does not know files; there is channel, journey_stage, "
          "account and every label that was kept",
          "--by");
    }
  }
  plan->report.policy.scale = policy.scale;
  return plan;
}

/// The latest instant at which any event of the store was received or answered.
Result<std::optional<Timestamp>> latest_of(const SqliteStore& store) {
  std::optional<Timestamp> latest;
  auto read = query(store, "SELECT max(received_at), max(answered_at) FROM nps_event", {},
                    [&latest](const std::vector<SqlCell>& row) {
                      for (const SqlCell& cell : row) {
                        const auto* const time = std::get_if<std::int64_t>(&cell);
                        if (time == nullptr) continue;
                        const Timestamp instant{Timestamp::duration(*time)};
                        latest = std::max(latest.value_or(instant), instant);
                      }
                    });
  if (!read) return std::move(read).error();
  return latest;
}

/// One report and the answers on their way into it.
struct Counted {
  static Result<std::unique_ptr<Counted>> create(ReportPlan plan) {
    auto builder = ReportBuilder::create(plan.report);
    if (!builder) return std::move(builder).error();
    return std::make_unique<Counted>(std::move(plan), *std::move(builder));
  }
  Counted(ReportPlan what, ReportBuilder how) : plan(std::move(what)), builder(std::move(how)) {}

  Result<Report> finish() {
    if (auto added = batches.finish(); !added) return std::move(added).error();
    auto report = builder.finish();
    if (!report) return with_option(std::move(report).error());
    return report;
  }

  ReportPlan plan;
  ReportBuilder builder;
  AnswerBatches batches{builder, plan};
};

/// The same answers counted over that window alone, in one group.
ReportPlan within(const ReportPlan& plan, const WindowLength& length) {
  ReportPlan window = plan;
  ReportOptions& report = window.report;
  report.by.clear();
  report.roll_up = false;
  report.scan.reset();
  window.label_dimensions.clear();
  report.policy.window = length;
  if (!report.policy.as_of) report.policy.as_of = Timestamp{};  // nothing has a time: none is in it
  return window;
}

Result<WindowFigures> figures_of(Counted& window, const Zone& zone) {
  auto report = window.finish();
  if (!report) return std::move(report).error();
  const CountingPolicy& policy = report->policy;
  const Bucketing bucketing(policy.window->unit, zone);
  const std::int64_t last = bucketing.bucket(*policy.as_of);
  return WindowFigures{.name = policy.window->name(),
                       .from = bucketing.begin(last - policy.window->buckets + 1),
                       .to = bucketing.begin(last + 1),
                       .figures = report->total,
                       .superseded = report->superseded,
                       .outside = report->outside};
}

/// The report of all that counts, and its windows.
Result<Report> report_of(const SqliteStore& store, ReportPlan plan,
                         const std::vector<WindowLength>& lengths, std::optional<Timestamp> as_of) {
  plan.report.policy.as_of = as_of;
  if (!as_of && !lengths.empty()) {
    const auto latest = latest_of(store);
    if (!latest) return latest.error();
    plan.report.policy.as_of = *latest;
  }
  auto all = Counted::create(plan);
  if (!all) return std::move(all).error();
  std::vector<std::unique_ptr<Counted>> windows;
  for (const WindowLength& length : lengths) {
    auto window = Counted::create(within(plan, length));
    if (!window) return std::move(window).error();
    windows.push_back(*std::move(window));
  }
  auto read = store.for_each_answer(
      [&](const Answer& answer) {
        (*all)->batches.take(answer);
        for (const auto& window : windows) window->batches.take(answer);
      },
      as_of);
  if (!read) return std::move(read).error();
  auto report = (*all)->finish();
  if (!report) return report;
  for (const auto& window : windows) {
    auto figures = figures_of(*window, plan.csv.zone);
    if (!figures) return std::move(figures).error();
    report->windows.push_back(*std::move(figures));
  }
  return report;
}

Result<int> run(const StoreReportFlags& flags) {
  const auto windows = windows_of(flags.windows, flags.report.min_n);
  if (!windows) return windows.error();
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  auto plan = plan_for(flags, store->options().policy);
  if (!plan) return std::move(plan).error();
  std::optional<Timestamp> as_of;
  if (!flags.as_of.empty()) {
    const auto instant = instant_of(flags.as_of, plan->csv.zone);
    if (!instant) return instant.error();
    as_of = *instant;
  }
  ReportFlags output = flags.report;
  output.files = {flags.store.database};
  auto outputs = Outputs::open(output);
  if (!outputs) return std::move(outputs).error();
  const auto report = report_of(*store, *std::move(plan), *windows, as_of);
  if (!report) return report.error();
  return conclude(*outputs, rendered(*report, output, flags.store.database), report->rejected,
                  report->rows, false);
}

}  // namespace

void add_store_report(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("report", "Scores the answers that count, in all and by group");
  auto flags = std::make_shared<StoreReportFlags>();
  add_store_flags(*command, flags->store, {});
  command->footer(fmt::format(kStoreReportExamples, program));
  add_group_flags(*command, flags->report, {"key", "nps", "n"});
  command->remove_option(command->get_option("--zone"));
  command->get_option("--by")->description(
      "Group by channel, journey_stage, account, any other\n"
      "label that was kept, and by @hour, @day, @week,\n"
      "@month, @quarter, @year, @hour_of_day, @weekday or\n"
      "@delay. Repeatable. A name with a comma is quoted as\n"
      "in CSV: --by '\"City, State\",@month'");
  command->add_option("--zone", flags->zone, "Zone of periods (default: the store's)")
      ->type_name("IANA")
      ->group("Groups");
  command
      ->add_flag("--scan", flags->report.scan,
                 "Compare each group with the rest, ranked by what the\n"
                 "total would gain were it at the rest's level")
      ->group("Groups");
  choice(command
             ->add_option("--adjust", flags->report.adjust,
                          "How p-values of the scan are adjusted: Benjamini-\n"
                          "Hochberg (default) or -Yekutieli")
             ->group("Groups"),
         {"bh", "by"});
  choice(command
             ->add_option("--count", flags->report.count,
                          "All answers, or one of each customer, by time\n(default all)")
             ->group("Counting"),
         {"all", "latest", "first"});
  choice(command
             ->add_option("--per", flags->report.per,
                          "What counts once: each customer (default, with\n--count latest or "
                          "first), each customer in each\nstage, or each account, by the mean of "
                          "its answers")
             ->group("Counting"),
         {"customer", "stage", "account"});
  add_window_flag(*command, flags->windows, "Counting");
  command
      ->add_option(
          "--as-of", flags->as_of,
          "What counted by the events received until that\ninstant, but without who was "
          "erased since and without\nresponses that were theirs last; windows end there\n"
          "(default: all events, and windows end where the\nlatest was received or answered)")
      ->type_name("INSTANT")
      ->group("Counting");
  add_figure_flags(*command, flags->report.figures, "--interval");
  command->add_option("--output", flags->report.output, "Write the report there")
      ->type_name("FILE")
      ->group("Writing");
  when_run(*command, exit_code, [flags] {
    if (flags->report.output == "-") flags->report.output.clear();
    return run(*flags);
  });
}

}  // namespace nps::cli
