// Renderers: a report of any kind as text. Each is a pure function; none reads the terminal or the
// environment.
#ifndef NPS_REPORT_RENDER_H_
#define NPS_REPORT_RENDER_H_

#include <string>

#include "nps/customer/cohort.h"
#include "nps/customer/exposure.h"
#include "nps/customer/outcome.h"
#include "nps/customer/response_rate.h"
#include "nps/customer/transition.h"
#include "nps/export.h"
#include "nps/report/comparison_report.h"
#include "nps/report/report.h"

namespace nps {

/// For people, in a terminal or a text file. UTF-8, ending in a newline.
struct TableStyle {
  bool color = false;  // ANSI colours
  int width = 100;     // columns to fill; names are cut with an ellipsis to stay inside
  std::string title = {};
};
[[nodiscard]] NPS_EXPORT std::string render_table(const Report& report,
                                                  const TableStyle& style = {});

/// One JSON document, UTF-8, numbers not rounded: the figures, rows, rejected, policy and groups
/// under the names that CONTRIBUTING.md promises.
[[nodiscard]] NPS_EXPORT std::string render_json(const Report& report);
/// The figures alone, as one JSON object.
[[nodiscard]] NPS_EXPORT std::string render_json(const Figures& figures);

/// RFC 4180, UTF-8, numbers not rounded: a line for the total, which is grouped by nothing, one for
/// each window of time ("last 30d"), and then one a group. `grouped_by` names the dimensions that a
/// group is not rolled up over.
[[nodiscard]] NPS_EXPORT std::string render_csv(const Report& report);

/// A Markdown table, for documents and chat.
[[nodiscard]] NPS_EXPORT std::string render_markdown(const Report& report);

/// The figures alone, in the same three ways.
[[nodiscard]] NPS_EXPORT std::string render_table(const Figures& figures,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_csv(const Figures& figures);
[[nodiscard]] NPS_EXPORT std::string render_markdown(const Figures& figures);

/// A comparison, in the same four ways: the verdict first, then both sides, then group by group. As
/// CSV a line for the total, two for a control and its effect where there is one, and one a group.
[[nodiscard]] NPS_EXPORT std::string render_table(const ComparisonReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const ComparisonReport& report);
[[nodiscard]] NPS_EXPORT std::string render_csv(const ComparisonReport& report);
[[nodiscard]] NPS_EXPORT std::string render_markdown(const ComparisonReport& report);

/// What goes with exposures: how customers answered before and after, and beside the unexposed.
[[nodiscard]] NPS_EXPORT std::string render_table(const ExposureReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const ExposureReport& report);

/// What customers did after they answered, by band and by rating: the verdict first.
[[nodiscard]] NPS_EXPORT std::string render_table(const OutcomeReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const OutcomeReport& report);

/// Where customers moved between two periods; cohorts, a row for each of their periods; and who
/// answers when asked.
[[nodiscard]] NPS_EXPORT std::string render_table(const TransitionReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const TransitionReport& report);
[[nodiscard]] NPS_EXPORT std::string render_table(const CohortReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const CohortReport& report);
[[nodiscard]] NPS_EXPORT std::string render_table(const ResponseRateReport& report,
                                                  const TableStyle& style = {});
[[nodiscard]] NPS_EXPORT std::string render_json(const ResponseRateReport& report);

}  // namespace nps

#endif  // NPS_REPORT_RENDER_H_
