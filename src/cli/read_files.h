// From files of answers into a builder: what every subcommand that reads them does.
#ifndef NPS_SRC_CLI_READ_FILES_H_
#define NPS_SRC_CLI_READ_FILES_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/report_flags.h"
#include "nps/adapters/byte_source.h"
#include "nps/adapters/csv.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"

namespace nps::cli {

/// Where answers go: the columns of labels that a builder takes, and its ways in.
struct Intake {
  std::vector<CsvLabel> labels;
  std::function<Result<>(std::size_t file, const ResponseColumns&)> add;  // the file by its place
  std::function<void(Reject, std::uint64_t)> reject;
};

/// Reads the files, one after the other. Returns what is worth saying about them once all went well.
[[nodiscard]] Result<std::vector<std::string>> read_files(
    const std::vector<std::string>& files, const ReportPlan& plan, const Intake& intake,
    const std::function<void(const RejectedCell&)>& on_reject = {});
/// The same into a report.
[[nodiscard]] Result<std::vector<std::string>> read_files(
    const std::vector<std::string>& files, const ReportPlan& plan, ReportBuilder& builder,
    const std::function<void(const RejectedCell&)>& on_reject = {});

/// The file of that path, or standard input for "-".
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_input(const std::string& path);

/// The same error, with the option of the command that it can be helped by, where there is one.
[[nodiscard]] Error with_option(Error error);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_READ_FILES_H_
