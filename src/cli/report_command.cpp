// nps report: files of answers in, one report out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/output_file.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

/// The list that --rejects asks for.
class RejectList {
 public:
  RejectList(OutputFile file, CsvEncoding encoding) : file_(std::move(file)), encoding_(encoding) {
    file_.write("file,line,column,value,reason\n");
  }
  void add(const RejectedCell& cell) {
    const std::string value = encoding_ == CsvEncoding::Latin1 ? detail::latin1_to_utf8(cell.value)
                                                               : detail::repair_utf8(cell.value);
    file_.write(fmt::format("{},{},{},{},{}\n", quoted(detail::repair_utf8(cell.file)), cell.line,
                            quoted(cell.column), quoted(value), name(cell.reason)));
  }
  Result<> commit() { return file_.commit(); }

 private:
  static std::string quoted(std::string_view cell) {
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }

  OutputFile file_;
  CsvEncoding encoding_;
};

Result<> check_paths(const ReportFlags& flags) {
  for (const std::string& target : {flags.output, flags.rejects}) {
    if (target.empty()) continue;
    for (const std::string& file : flags.files) {
      if (same_file(file == "-" ? "/dev/stdin" : file, target)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} is read, so it cannot also be written", target),
                     {.file = target}};
      }
    }
  }
  if (!flags.output.empty() && !flags.rejects.empty() && same_file(flags.output, flags.rejects)) {
    return Error{ErrorCode::InvalidArgument, "--output and --rejects name the same file"};
  }
  return {};
}

std::string title_of(const ReportFlags& flags) {
  std::string title = flags.files.front() == "-" ? "standard input" : flags.files.front();
  if (flags.files.size() > 1) title += fmt::format(" and {} more", flags.files.size() - 1);
  return title;
}

std::string rendered(const Report& report, const ReportFlags& flags) {
  switch (format_of(flags.figures)) {
    case Format::Json: return render_json(report);
    case Format::Csv: return render_csv(report);
    case Format::Markdown: return render_markdown(report);
    case Format::Table: break;
  }
  TableStyle style = flags.output.empty() ? style_of_terminal() : TableStyle{};
  style.title = title_of(flags);
  return render_table(report, style);
}

void sum_up_rejects(const Report& report) {
  std::string words;
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    const std::uint64_t count = report.rejected.count(reason);
    if (count != 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, name(reason));
  }
  if (!words.empty()) say(fmt::format("rejected of {} rows: {}", report.rows, words));
}

Result<std::optional<OutputFile>> open_output(const std::string& path) {
  std::optional<OutputFile> output;
  if (path.empty()) return output;
  auto file = OutputFile::open(path);
  if (!file) return std::move(file).error();
  output.emplace(*std::move(file));
  return output;
}

Result<> write_report(const Report& report, const ReportFlags& flags,
                      std::optional<OutputFile>& output) {
  const std::string text = rendered(report, flags);
  if (!output) {
    const Format format = format_of(flags.figures);
    return write_stdout(text, format == Format::Table || format == Format::Markdown);
  }
  output->write(text);
  return output->commit();
}

// Files to write are opened first, so that nobody waits for a report that has no place to go.
Result<bool> run(const ReportFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  if (auto paths = check_paths(flags); !paths) return std::move(paths).error();
  auto builder = ReportBuilder::create(plan->report);
  if (!builder) return std::move(builder).error();
  auto output = open_output(flags.output);
  if (!output) return std::move(output).error();
  auto rejects_file = open_output(flags.rejects);
  if (!rejects_file) return std::move(rejects_file).error();
  std::optional<RejectList> rejects;
  if (*rejects_file) rejects.emplace(**std::move(rejects_file), plan->csv.encoding);

  const auto on_reject = [&rejects](const RejectedCell& cell) { rejects->add(cell); };
  auto remarks = read_files(flags.files, *plan, *builder,
                            rejects ? on_reject : std::function<void(const RejectedCell&)>());
  if (!remarks) return std::move(remarks).error();
  const auto report = builder->finish();
  if (!report) return with_option(report.error());
  for (const std::string& remark : *remarks) say(remark);
  if (rejects) {
    if (auto written = rejects->commit(); !written) return std::move(written).error();
  }
  if (auto written = write_report(*report, flags, *output); !written) {
    return std::move(written).error();
  }
  sum_up_rejects(*report);
  return report->rejected.any();
}

}  // namespace

void add_report_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Scores files of answers, in all and by group");
  auto flags = std::make_shared<ReportFlags>();
  add_report_flags(*command, program, *flags);
  command->callback([flags, &exit_code] {
    if (flags->output == "-") flags->output.clear();  // standard output, as it is without
    const auto rejected = run(*flags);
    if (!rejected) {
      exit_code = fail(rejected.error());
    } else {
      exit_code = flags->strict && *rejected ? kRejected : kDone;
    }
  });
}

}  // namespace nps::cli
