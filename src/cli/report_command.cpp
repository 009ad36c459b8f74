// nps report: files of answers in, one report out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"

namespace nps::cli {
namespace {

std::string title_of(const ReportFlags& flags) {
  std::string title = flags.files.front() == "-" ? "standard input" : flags.files.front();
  if (flags.files.size() > 1) title += fmt::format(" and {} more", flags.files.size() - 1);
  return title;
}

Result<int> run(const ReportFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  auto builder = ReportBuilder::create(plan->report);
  if (!builder) return std::move(builder).error();
  auto outputs = Outputs::open(flags);
  if (!outputs) return std::move(outputs).error();
  auto remarks = read_files(flags.files, *plan, *builder, outputs->on_reject());
  if (!remarks) return std::move(remarks).error();
  const auto report = builder->finish();
  if (!report) return with_option(report.error());
  for (const std::string& remark : *remarks) say(remark);
  return conclude(*outputs, rendered(*report, flags, title_of(flags)), report->rejected,
                  report->rows, flags.strict);
}

}  // namespace

void add_report_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Scores files of answers, in all and by group");
  auto flags = std::make_shared<ReportFlags>();
  add_report_flags(*command, program, *flags);
  when_run(*command, exit_code, [flags] {
    if (flags->output == "-") flags->output.clear();  // standard output, as it is without
    return run(*flags);
  });
}

}  // namespace nps::cli
