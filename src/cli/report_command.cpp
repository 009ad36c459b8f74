// nps report: files of answers in, one report out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/output_file.h"
#include "cli/progress.h"
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

/// What is worth saying about the reading of files, once they are all read.
class Remarks {
 public:
  explicit Remarks(const ReportPlan& plan) : plan_(plan) {}

  void add(const std::string& file, const CsvResponses& answers) {
    if (plan_.csv.rating.empty()) rating_columns_.emplace_back(file, answers.rating_column());
    if (answers.repaired_names()) {
      others_.push_back(fmt::format(
          "{}: some names are not UTF-8 and are shown with U+FFFD; is it --encoding latin1?",
          file));
    }
    for (const std::string& column : answers.unreadable_times()) {
      others_.push_back(fmt::format(
          "{}: no time in column '{}' is written as {}; see --time-format", file, column,
          plan_.csv.time_format ? plan_.csv.time_format->spec() : "iso (the default)"));
    }
  }

  void say_all() const {
    const bool alike = std::ranges::all_of(rating_columns_, [this](const auto& found) {
      return found.second == rating_columns_.front().second;
    });
    for (const auto& [file, column] : rating_columns_) {
      say(alike ? fmt::format("ratings are read from column '{}'", column)
                : fmt::format("{}: ratings are read from column '{}'", file, column));
      if (alike) break;
    }
    for (const std::string& other : others_) say(other);
  }

 private:
  const ReportPlan& plan_;
  std::vector<std::pair<std::string, std::string>> rating_columns_;  // file, column
  std::vector<std::string> others_;
};

// A builder's only limit is that on cells, and the user can raise it.
Error with_option(Error error) {
  if (error.code == ErrorCode::LimitReached) error.message += " with --max-cells";
  return error;
}

Result<> read_file(const std::string& path, const ReportPlan& plan, ReportBuilder& builder,
                   RejectList* rejects, Remarks& remarks) {
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
    if (auto added = builder.add(answers->columns()); !added) {
      return with_option(std::move(added).error());
    }
    progress.at(answers->bytes_consumed());
  }
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    builder.reject(reason, answers->rejected().count(reason));
  }
  remarks.add(name, *answers);
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

  Remarks remarks(*plan);
  for (const std::string& path : flags.files) {
    auto read = read_file(path, *plan, *builder, rejects ? &*rejects : nullptr, remarks);
    if (!read) return std::move(read).error();
  }
  const auto report = builder->finish();
  if (!report) return with_option(report.error());
  remarks.say_all();
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
