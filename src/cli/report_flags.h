// ReportFlags: what a user asks of `nps report`, and what that means for the library.
#ifndef NPS_SRC_CLI_REPORT_FLAGS_H_
#define NPS_SRC_CLI_REPORT_FLAGS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "nps/adapters/csv.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"
#include "nps/window_length.h"

namespace nps::cli {

/// The flags as they were typed.
struct ReportFlags {
  std::vector<std::string> files;
  CsvOptions csv;  // the columns' names and the counts of header and footer rows
  std::vector<std::string> by;
  std::string delays;
  bool rollup = false;
  std::string zone = "UTC";
  std::string week_start = "mon";
  std::string time_format;
  std::vector<std::string> missing;
  std::string scale = "0-10";
  std::string count = "all";
  std::string per;    // "" where it is not given
  std::string stage;  // the columns that --per may need
  std::string account;
  FigureFlags figures;
  std::string output;
  std::string rejects;
  bool strict = false;
  std::string ragged = "refuse";
  std::string delimiter;
  std::string encoding = "utf-8";
  std::size_t top = 0;
  std::string sort = "key";
  std::uint64_t min_n = 0;
  bool scan = false;
  std::string adjust;  // "" where it is not given
  std::size_t max_cells = ReportOptions{}.cell_limit;
};

/// Those that say what is in the files: the columns, how answers count, how text is read.
void add_file_flags(CLI::App& command, ReportFlags& flags);
/// All but the files themselves; `orders` are what groups can be sorted by.
void add_shared_flags(CLI::App& command, ReportFlags& flags,
                      const std::vector<std::string>& orders);
/// Those that say how answers are grouped.
void add_group_flags(CLI::App& command, ReportFlags& flags, const std::vector<std::string>& orders);
/// Those that say where a report goes.
void add_writing_flags(CLI::App& command, ReportFlags& flags);
void add_report_flags(CLI::App& command, const std::string& program, ReportFlags& flags);

/// What the flags mean: `csv` without its labels, and the dimensions that are columns of the file.
struct ReportPlan {
  ReportOptions report;
  CsvOptions csv;
  std::vector<std::size_t> label_dimensions;  // positions in report.by, in order
  std::string counted_column;  // of what counts once besides customers: stages or accounts; or ""
};
/// Fails (wrong usage) on names that mean nothing and on flags that need another one. The values of
/// choices must have been checked.
[[nodiscard]] Result<ReportPlan> plan_of(const ReportFlags& flags);

/// --window, for commands that know when each answer was given.
void add_window_flag(CLI::App& command, std::vector<std::string>& windows, const char* group);
/// What it means, each length once. Fails (wrong usage) also where groups are hidden: windows beside each
/// other would give small ones away.
[[nodiscard]] Result<std::vector<WindowLength>> windows_of(const std::vector<std::string>& lists,
                                                           std::uint64_t min_n);
/// The instant of a flag; fails (wrong usage) where it is no time.
[[nodiscard]] Result<Timestamp> instant_of(const std::string& text, const Zone& zone,
                                           const std::string& flag = "--as-of");

/// The cells of one line of CSV, trimmed; fails (wrong usage of that flag) where it is none.
[[nodiscard]] Result<std::vector<std::string>> cells_of(const std::string& text,
                                                        const std::string& flag);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_REPORT_FLAGS_H_
