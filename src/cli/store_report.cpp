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

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"
#include "cli/store_file.h"
#include "nps/report/report_builder.h"

namespace nps::cli {
namespace {

constexpr std::string_view kExamples =
    "Rows are the answers that count; of those that were replaced, deleted or erased\n"
    "nothing is left to count. --per customer is the same as without.\n"
    "\n"
    "Example:\n"
    "  {0} store report answers.db --count latest --by channel,@month";

struct StoreReportFlags {
  StoreFlags store;
  ReportFlags report;
  std::string as_of;
  std::string zone;
};

/// Answers as columns, in batches.
class Batches {
 public:
  Batches(ReportBuilder& builder, const ReportPlan& plan) : builder_(builder) {
    for (const std::size_t d : plan.label_dimensions) {
      columns_.push_back({plan.report.by[d].name(), &builder.labels(d), {}});
    }
    if (!plan.counted_column.empty()) {
      columns_.push_back({plan.counted_column, &builder.counted_labels(), {}});
    }
  }

  /// Errors are kept for finish().
  void take(const Answer& answer) {
    if (!added_) return;
    ratings_.push_back(answer.rating.value());
    add_time(answered_, answer.answered_at);
    add_time(touched_, answer.touchpoint_at);
    customers_.emplace_back(answer.customer);
    ids_.emplace_back(answer.response_id);
    for (Column& column : columns_) {
      column.codes.push_back(column.labels->intern(label_of(answer, column.name)));
    }
    constexpr std::size_t kBatch = 16384;
    if (ratings_.size() == kBatch) added_ = flush();
  }
  Result<> finish() { return added_ ? flush() : added_; }

 private:
  struct Column {
    std::string name;
    Labels* labels;
    std::vector<Code> codes;
  };
  struct Times {
    std::vector<Timestamp> values;
    std::vector<std::uint8_t> validity;
    void clear() {
      values.clear();
      validity.clear();
    }
  };

  static std::string_view label_of(const Answer& answer, std::string_view name) {
    if (name == "channel") return answer.channel;
    if (name == "journey_stage") return answer.journey_stage;
    if (name == "account") return answer.account;
    for (const auto& [dimension, label] : answer.dimensions) {
      if (dimension == name) return label;
    }
    return {};
  }

  static void add_time(Times& times, const std::optional<Timestamp>& time) {
    const std::size_t at = times.values.size();
    if (at % 8 == 0) times.validity.push_back(0);
    if (time) times.validity.back() |= static_cast<std::uint8_t>(1U << (at % 8));
    times.values.push_back(time.value_or(Timestamp{}));
  }

  Result<> flush() {
    const std::vector<std::string_view> customers(customers_.begin(), customers_.end());
    const std::vector<std::string_view> ids(ids_.begin(), ids_.end());
    std::vector<CodeColumn> codes;
    for (const Column& column : columns_) codes.emplace_back(std::span<const Code>(column.codes));
    auto added = builder_.add({.ratings = ratings_,
                               .codes = codes,
                               .answered_at = {answered_.values, answered_.validity},
                               .touchpoint_at = {touched_.values, touched_.validity},
                               .customers = customers,
                               .response_ids = ids});
    ratings_.clear();
    answered_.clear();
    touched_.clear();
    customers_.clear();
    ids_.clear();
    for (Column& column : columns_) column.codes.clear();
    if (!added) return with_option(std::move(added).error());
    return {};
  }

  ReportBuilder& builder_;
  std::vector<Column> columns_;
  std::vector<std::uint8_t> ratings_;
  Times answered_;
  Times touched_;
  std::vector<std::string> customers_;
  std::vector<std::string> ids_;
  Result<> added_ = {};
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
      return Error{ErrorCode::InvalidArgument,
                   "--by @file: a store does not know files; there is channel, journey_stage, "
                   "account and every label that was kept",
                   {.field = "--by"}};
    }
  }
  plan->report.policy.scale = policy.scale;
  return plan;
}

Result<int> run(const StoreReportFlags& flags) {
  std::optional<Timestamp> as_of;
  if (!flags.as_of.empty()) {
    const auto instant = instant_of(flags.as_of);
    if (!instant) return instant.error();
    as_of = *instant;
  }
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto plan = plan_for(flags, store->options().policy);
  if (!plan) return plan.error();
  auto builder = ReportBuilder::create(plan->report);
  if (!builder) return std::move(builder).error();
  ReportFlags output = flags.report;
  output.files = {flags.store.database};
  auto outputs = Outputs::open(output);
  if (!outputs) return std::move(outputs).error();
  Batches batches(*builder, *plan);
  auto read =
      store->for_each_answer([&batches](const Answer& answer) { batches.take(answer); }, as_of);
  if (!read) return of_file(std::move(read).error(), flags.store.database);
  if (auto added = batches.finish(); !added) return std::move(added).error();
  const auto report = builder->finish();
  if (!report) return with_option(report.error());
  if (auto written = outputs->write(rendered(*report, output, flags.store.database)); !written) {
    return std::move(written).error();
  }
  sum_up_rejects(report->rejected, report->rows);
  return kDone;
}

}  // namespace

void add_store_report(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("report", "Scores the answers that count, in all and by group");
  auto flags = std::make_shared<StoreReportFlags>();
  add_store_flags(*command, flags->store, {});
  command->footer(fmt::format(kExamples, program));
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
  command
      ->add_option("--as-of", flags->as_of,
                   "What counted by the events received until that\ninstant, but without who was "
                   "erased since")
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
