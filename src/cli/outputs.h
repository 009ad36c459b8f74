// Outputs: what `nps report` and `nps compare` write, and to where.
#ifndef NPS_SRC_CLI_OUTPUTS_H_
#define NPS_SRC_CLI_OUTPUTS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/output_file.h"
#include "cli/report_flags.h"
#include "nps/adapters/csv.h"
#include "nps/report/render.h"
#include "nps/report/report.h"
#include "nps/result.h"

namespace nps::cli {

/// The report's place and the list of rejects. Files are opened first, so that nobody waits for a
/// report that has no place to go.
class Outputs {
 public:
  /// Fails (wrong usage) where a file is read and written, or written twice.
  [[nodiscard]] static Result<Outputs> open(const ReportFlags& flags);
  Outputs(Outputs&&) noexcept;
  Outputs& operator=(Outputs&&) = delete;
  ~Outputs();

  /// To be called with each rejected cell; none where nobody asked for the list.
  [[nodiscard]] std::function<void(const RejectedCell&)> on_reject();
  /// Writes the list, and then the report.
  [[nodiscard]] Result<> write(std::string_view report);

 private:
  class RejectList;
  explicit Outputs(Format format);

  Format format_;
  std::optional<OutputFile> report_;  // none: standard output
  std::unique_ptr<RejectList> rejects_;
};

/// The report in the format that was asked for; `title` is for tables.
template <typename AnyReport>
[[nodiscard]] std::string rendered(const AnyReport& report, const ReportFlags& flags,
                                   std::string title) {
  switch (format_of(flags.figures)) {
    case Format::Json: return render_json(report);
    case Format::Csv: return render_csv(report);
    case Format::Markdown: return render_markdown(report);
    case Format::Table: break;
  }
  TableStyle style = flags.output.empty() ? style_of_terminal() : TableStyle{};
  style.title = std::move(title);
  return render_table(report, style);
}

/// How every command that reads ends: writes the result, says on standard error what was rejected, by
/// reason, and gives the exit status.
[[nodiscard]] Result<int> conclude(Outputs& outputs, std::string_view result,
                                   const Rejected& rejected, std::uint64_t rows, bool strict);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_OUTPUTS_H_
