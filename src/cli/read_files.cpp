#include "cli/read_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "cli/progress.h"

namespace nps::cli {
namespace {

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

  [[nodiscard]] std::vector<std::string> all() && {
    const bool alike = std::ranges::all_of(rating_columns_, [this](const auto& found) {
      return found.second == rating_columns_.front().second;
    });
    for (const auto& [file, column] : rating_columns_) {
      remarks_.push_back(alike
                             ? fmt::format("ratings are read from column '{}'", column)
                             : fmt::format("{}: ratings are read from column '{}'", file, column));
      if (alike) break;
    }
    std::ranges::move(others_, std::back_inserter(remarks_));
    return std::move(remarks_);
  }

 private:
  const ReportPlan& plan_;
  std::vector<std::pair<std::string, std::string>> rating_columns_;  // file, column
  std::vector<std::string> others_;
  std::vector<std::string> remarks_;
};

Result<> read_file(const std::vector<std::string>& files, std::size_t file, const ReportPlan& plan,
                   const Intake& intake, const std::function<void(const RejectedCell&)>& on_reject,
                   Remarks& remarks) {
  const std::string& path = files[file];
  auto opened = open_input(path);
  if (!opened) return std::move(opened).error();
  std::unique_ptr<ByteSource> source = *std::move(opened);
  CsvOptions options = plan.csv;
  options.labels = intake.labels;
  options.on_reject = on_reject;
  const std::string name = source->name();
  auto answers = CsvResponses::open(std::move(source), std::move(options));
  if (!answers) return std::move(answers).error();

  Progress progress(name, answers->bytes_total());
  while (true) {
    const auto more = answers->next();
    if (!more) return more.error();
    if (!*more) break;
    if (auto added = intake.add(file, answers->columns()); !added) {
      return with_option(std::move(added).error());
    }
    progress.at(answers->bytes_consumed());
  }
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    intake.reject(reason, answers->rejected().count(reason));
  }
  remarks.add(name, *answers);
  return {};
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_input(const std::string& path) {
  if (path == "-") return standard_input();
  return open_file(path);
}

Error with_option(Error error) {
  if (error.where.field == "cell_limit") error.message += " with --max-cells";
  if (error.where.field == "min_n") error.message += " with --min-n";
  return error;
}

Result<std::vector<std::string>> read_files(
    const std::vector<std::string>& files, const ReportPlan& plan, const Intake& intake,
    const std::function<void(const RejectedCell&)>& on_reject) {
  Remarks remarks(plan);
  for (std::size_t file = 0; file < files.size(); ++file) {
    if (auto read = read_file(files, file, plan, intake, on_reject, remarks); !read) {
      return std::move(read).error();
    }
  }
  return std::move(remarks).all();
}

Result<std::vector<std::string>> read_files(
    const std::vector<std::string>& files, const ReportPlan& plan, ReportBuilder& builder,
    const std::function<void(const RejectedCell&)>& on_reject) {
  Intake intake{
      .labels = {},
      .add = [&builder](std::size_t,
                        const ResponseColumns& columns) { return builder.add(columns); },
      .reject = [&builder](Reject reason, std::uint64_t rows) { builder.reject(reason, rows); }};
  for (const std::size_t d : plan.label_dimensions) {
    intake.labels.push_back({plan.report.by[d].name(), &builder.labels(d)});
  }
  if (!plan.counted_column.empty()) {
    intake.labels.push_back({plan.counted_column, &builder.counted_labels()});
  }
  return read_files(files, plan, intake, on_reject);
}

}  // namespace nps::cli
