// nps report: files of answers in, one report out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/cli.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "cli/report_flags.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

std::string csv_cell(std::string_view cell) {
  const std::string text = detail::is_utf8(cell) ? std::string(cell) : detail::repair_utf8(cell);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

/// The list that --rejects asks for.
class RejectList {
 public:
  explicit RejectList(OutputFile file) : file_(std::move(file)) {
    file_.write("file,line,column,value,reason\n");
  }
  void add(const RejectedCell& cell) {
    file_.write(fmt::format("{},{},{},{},{}\n", csv_cell(cell.file), cell.line,
                            csv_cell(cell.column), csv_cell(cell.value), name(cell.reason)));
  }
  Result<> commit() { return file_.commit(); }

 private:
  OutputFile file_;
};

Result<> check_paths(const ReportFlags& flags) {
  for (const std::string& target : {flags.output, flags.rejects}) {
    if (target.empty()) continue;
    for (const std::string& file : flags.files) {
      if (file != "-" && same_file(file, target)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} is read, so it cannot also be written", target),
                     {.file = target}};
      }
    }
  }
  if (!flags.output.empty() && flags.output == flags.rejects) {
    return Error{ErrorCode::InvalidArgument, "--output and --rejects name the same file"};
  }
  return {};
}

/// What is worth saying about the reading of one file.
void comment(const CsvResponses& answers, const ReportPlan& plan, const std::string& file) {
  if (plan.csv.rating.empty()) {
    say(fmt::format("{}: ratings are read from column '{}'", file,
                    detail::printable(answers.rating_column())));
  }
  if (answers.repaired_labels()) {
    say(fmt::format("{}: some names are not UTF-8 and are shown with U+FFFD; is it --encoding latin1?",
                    file));
  }
  if (answers.rejected().count(Reject::BadTime) != 0 && answers.good_times() == 0) {
    say(fmt::format("{}: no time in column '{}' is written as --time-format {} says", file,
                    detail::printable(plan.csv.time),
                    plan.csv.time_format ? plan.csv.time_format->spec() : "iso"));
  }
}

Result<> read_file(const std::string& path, const ReportPlan& plan, ReportBuilder& builder,
                   RejectList* rejects) {
  std::unique_ptr<ByteSource> source;
  if (path == "-") {
    source = standard_input();
  } else {
    auto opened = open_file(path);
    if (!opened) return std::move(opened).error();
    source = *std::move(opened);
  }
  CsvOptions options = plan.csv;
  for (const std::size_t d : plan.label_dimensions) {
    options.labels.push_back({plan.report.by[d].name(), &builder.labels(d)});
  }
  if (rejects != nullptr) {
    options.on_reject = [rejects](const RejectedCell& cell) { rejects->add(cell); };
  }
  const std::string name = source->name();
  auto answers = CsvResponses::open(std::move(source), std::move(options));
  if (!answers) return std::move(answers).error();

  Progress progress(name, answers->bytes_total());
  while (true) {
    const auto more = answers->next();
    if (!more) return more.error();
    if (!*more) break;
    if (auto added = builder.add(answers->columns()); !added) return added;
    progress.at(answers->bytes_consumed());
  }
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    builder.reject(reason, answers->rejected().count(reason));
  }
  comment(*answers, plan, name);
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

Result<bool> run(const ReportFlags& flags) {
  const auto plan = plan_of(flags);
  if (!plan) return plan.error();
  if (auto paths = check_paths(flags); !paths) return std::move(paths).error();
  auto builder = ReportBuilder::create(plan->report);
  if (!builder) return std::move(builder).error();

  std::optional<RejectList> rejects;
  if (!flags.rejects.empty()) {
    auto file = OutputFile::open(flags.rejects);
    if (!file) return std::move(file).error();
    rejects.emplace(*std::move(file));
  }
  for (const std::string& path : flags.files) {
    if (auto read = read_file(path, *plan, *builder, rejects ? &*rejects : nullptr); !read) {
      return std::move(read).error();
    }
  }
  const auto report = builder->finish();
  if (!report) return report.error();
  const std::string text = rendered(*report, flags);
  if (rejects) {
    if (auto written = rejects->commit(); !written) return std::move(written).error();
  }
  if (flags.output.empty()) {
    if (auto written = write_stdout(text); !written) return std::move(written).error();
  } else {
    auto file = OutputFile::open(flags.output);
    if (!file) return std::move(file).error();
    file->write(text);
    if (auto written = file->commit(); !written) return std::move(written).error();
  }
  sum_up_rejects(*report);
  return report->rejected.any();
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Scores files of answers, in all and by group");
  auto flags = std::make_shared<ReportFlags>();
  add_report_flags(*command, *flags);
  command->callback([flags, &exit_code] {
    const auto rejected = run(*flags);
    if (!rejected) {
      exit_code = fail(rejected.error());
    } else {
      exit_code = flags->strict && *rejected ? kRejected : kDone;
    }
  });
}

}  // namespace nps::cli
