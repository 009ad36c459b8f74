// The verdict of a comparison: one plain sentence that says no more than its figures do.
#ifndef NPS_SRC_REPORT_VERDICT_H_
#define NPS_SRC_REPORT_VERDICT_H_

#include <string>

#include "nps/report/comparison_report.h"

namespace nps::internal {

/// Of a report that is complete but for its verdict. Points with one decimal, and shares in percent.
std::string verdict(const ComparisonReport& report);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_VERDICT_H_
