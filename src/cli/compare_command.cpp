// nps compare: what changed between two sets of answers, and how sure that is.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"
#include "cli/usage.h"
#include "nps/report/comparison_builder.h"

namespace nps::cli {
namespace {

struct CompareFlags {
  ReportFlags report;
  std::string split;
  std::string split_time;
  std::string control;
  bool paired = false;
  bool count_given = false;
};

constexpr std::string_view kCompareExamples =
    "Examples, for the top folder of nps:\n"
    "  {0} compare examples/data/2020Q4_nps_mobile.csv \\\n"
    "    examples/data/2020Q4_nps_web.csv\n"
    "  {0} compare examples/data/2020Q4_nps_*.csv --time response_date \\\n"
    "    --split-time 2020-11-15 --by @file\n"
    "  {0} compare examples/data/sfo_2017.csv --rating NETPRO --missing 11 \\\n"
    "    --split Q20GENDER=1,2 --by BAREA\n"
    "The verdict calls nothing a change whose interval includes 0. With --count, one\n"
    "answer a customer is one a customer and side. Where customers are known, and\n"
    "some answered more than once on a side, changes are judged between customers.\n"
    "Mix is what other shares of the groups did to the score, rate what their own\n"
    "scores did.\n"
    "With --control, figures and groups are of the treated.\n"
    "\n"
    "Exit status: as of {0} report.";

/// COLUMN=LABEL or COLUMN=LABEL,LABEL; names with a comma or an = stand in quotes.
struct Labelled {
  std::string column;
  std::vector<std::string> labels;
};

Result<Labelled> labelled(const std::string& text, const std::string& flag, std::size_t labels,
                          std::string_view form) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != '='); ++at) quoted ^= text[at] == '"';
  const Error wrong = usage(fmt::format("{}: '{}' is not of the form {}", flag, text, form), flag);
  if (at == text.size()) return wrong;
  const auto column = cells_of(text.substr(0, at), flag);
  // Of nothing there is no record; it is the empty label.
  const std::string rest = text.substr(at + 1);
  const auto found = rest.empty() ? Result<std::vector<std::string>>(std::vector<std::string>{""})
                                  : cells_of(rest, flag);
  if (!column || column->size() != 1 || column->front().empty()) return wrong;
  if (!found || found->size() != labels) return wrong;
  return Labelled{column->front(), *found};
}

Result<Timestamp> instant(const CompareFlags& flags, const ReportPlan& plan) {
  if (const auto time = TimeFormat::iso().read(flags.split_time, plan.csv.zone)) return *time;
  if (plan.csv.time_format) {
    if (const auto time = plan.csv.time_format->read(flags.split_time, plan.csv.zone)) return *time;
  }
  return usage(fmt::format("--split-time: '{}' is no time, such as 2020-11-15 or "
                           "2020-11-15T08:00:00Z",
                           flags.split_time),
               "--split-time");
}

Result<> check(const CompareFlags& flags) {
  const ReportFlags& report = flags.report;
  if (!flags.split.empty() && !flags.split_time.empty()) {
    return usage("--split and --split-time both tell the sides apart; pass one of them", "--split");
  }
  const bool files = flags.split.empty() && flags.split_time.empty();
  if (files && report.files.size() != 2) {
    return usage(fmt::format("two files are compared, BEFORE and AFTER, and {} given; to compare "
                             "the answers in a file with each other, pass --split COLUMN=A,B or "
                             "--split-time INSTANT",
                             report.files.size() == 1 ? "one is"
                                                      : fmt::format("{} are", report.files.size())),
                 "FILE");
  }
  if (!flags.split_time.empty() && report.csv.time.empty()) {
    return usage("--split-time needs to know when it was answered: pass --time COLUMN",
                 "--split-time");
  }
  if (!flags.paired) return {};
  if (report.csv.customer.empty()) {
    return usage("--paired compares customers with themselves: pass --customer COLUMN", "--paired");
  }
  if (!report.csv.weight.empty()) {
    return usage("--paired counts each customer once, so it goes without --weight", "--paired");
  }
  if (flags.count_given && report.count == "all") {
    return usage("--paired takes one answer of each customer and side: --count latest or first",
                 "--count");
  }
  return {};
}

/// The plan of a report, which is that of a comparison in all but the counting of pairs: those need
/// no time, where the later row is the later answer.
Result<ReportPlan> shared_plan(const CompareFlags& flags) {
  ReportFlags report = flags.report;
  const std::string count = flags.paired && !flags.count_given ? "latest" : report.count;
  if (flags.paired) report.count = "all";
  auto plan = plan_of(report);
  if (!plan || !flags.paired) return plan;
  plan->report.policy.which = count == "first" ? Which::First : Which::Latest;
  plan->csv.needs_customer = true;
  return plan;
}

Result<ComparisonOptions> options_of(const CompareFlags& flags, const ReportPlan& plan) {
  const ReportOptions& report = plan.report;
  ComparisonOptions options{.by = report.by,
                            .roll_up = report.roll_up,
                            .policy = report.policy,
                            .interval = report.interval,
                            .weighted = report.weighted,
                            .customers = report.customers,
                            .paired = flags.paired,
                            .top = report.top,
                            .min_n = report.min_n,
                            .cell_limit = report.cell_limit,
                            .threads = report.threads};
  options.order = flags.report.sort == "change" ? ComparisonOrder::Change
                  : flags.report.sort == "n"    ? ComparisonOrder::Responses
                                                : ComparisonOrder::Key;
  if (!flags.split.empty()) {
    auto split = labelled(flags.split, "--split", 2, "COLUMN=BEFORE,AFTER");
    if (!split) return std::move(split).error();
    if (split->labels[0] == split->labels[1]) {
      return usage(fmt::format("--split: both sides are '{}'", split->labels[0]), "--split");
    }
    options.split = SplitByLabel{split->column, split->labels[0], split->labels[1]};
    options.sides = {split->column, split->labels[0], split->labels[1]};
  } else if (!flags.split_time.empty()) {
    const auto at = instant(flags, plan);
    if (!at) return at.error();
    options.split = SplitByTime{*at};
    options.sides = {"time", "before " + flags.split_time, "from " + flags.split_time};
  } else {
    const std::vector<std::string>& files = flags.report.files;
    options.sides = {"file", file_stem(files[0]), file_stem(files[1])};
    if (options.sides.before == options.sides.after) options.sides = {"file", files[0], files[1]};
  }
  if (!flags.control.empty()) {
    auto control = labelled(flags.control, "--control", 1, "COLUMN=LABEL");
    if (!control) return std::move(control).error();
    options.control = ControlLabel{control->column, control->labels.front()};
  }
  return options;
}

Result<int> run(const CompareFlags& flags) {
  if (auto usable = check(flags); !usable) return std::move(usable).error();
  const auto plan = shared_plan(flags);
  if (!plan) return plan.error();
  auto options = options_of(flags, *plan);
  if (!options) return std::move(options).error();
  auto builder = ComparisonBuilder::create(*std::move(options));
  if (!builder) return std::move(builder).error();
  auto outputs = Outputs::open(flags.report);
  if (!outputs) return std::move(outputs).error();

  const bool files = std::holds_alternative<std::monostate>(builder->options().split);
  Intake intake{
      .labels = {},
      .add =
          [&](std::size_t file, const ResponseColumns& columns) {
            const Side side = file == 0 ? Side::Before : Side::After;
            return builder->add(columns, files ? std::optional(side) : std::nullopt);
          },
      .reject = [&](Reject reason, std::uint64_t rows) { builder->reject(reason, rows); }};
  for (const auto& [name, into] : builder->labels()) intake.labels.push_back({name, into});
  const auto remarks = read_files(flags.report.files, *plan, intake, outputs->on_reject());
  if (!remarks) return remarks.error();
  const auto report = builder->finish();
  if (!report) return with_option(report.error());
  for (const std::string& remark : *remarks) say(remark);
  const SideNames& sides = report->sides;
  const std::string title = sides.by == "file" || sides.by == "time"
                                ? fmt::format("{} → {}", sides.before, sides.after)
                                : fmt::format("{}: {} → {}", sides.by, sides.before, sides.after);
  return conclude(*outputs, rendered(*report, flags.report, title), report->rejected, report->rows,
                  flags.report.strict);
}

}  // namespace

void add_compare_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("compare", "Tells what changed between two sets of answers");
  auto flags = std::make_shared<CompareFlags>();
  command->set_help_flag("-h,--help", "Show this help");
  command->footer(fmt::format(kCompareExamples, program));
  command
      ->add_option("FILE", flags->report.files,
                   "CSV files: BEFORE and AFTER, or with a split any\nnumber; - is standard input")
      ->required()
      ->option_text("...");
  const auto add = [&](const char* flag, std::string& value, const char* type, const char* help) {
    command->add_option(flag, value, help)->type_name(type)->group("Comparison");
  };
  add("--split", flags->split, "COLUMN=A,B",
      "Rows labelled A are before, B after; others are left\nout, and counted");
  add("--split-time", flags->split_time, "INSTANT",
      "Answers before it, by --time, and from it on; those\nwithout a time are on neither side");
  add("--control", flags->control, "COLUMN=LABEL",
      "Rows labelled so were not treated: how much more the\nothers changed");
  command
      ->add_flag("--paired", flags->paired,
                 "Compare each --customer who answered on both sides\n"
                 "with themselves: the latest answer a side by --time\n"
                 "(without it the last row), or the first with --count\n"
                 "first. Others are counted as unmatched. A customer\n"
                 "belongs to the groups of the answer before")
      ->group("Comparison");
  add_shared_flags(*command, flags->report, {"key", "change", "n"});
  when_run(*command, exit_code, [flags, command] {
    flags->count_given = command->get_option("--count")->count() != 0;
    if (flags->report.output == "-") flags->report.output.clear();
    return run(*flags);
  });
}

}  // namespace nps::cli
