// AlarmLine: an alarm as the line of JSON that CONTRIBUTING.md promises.
#ifndef NPS_SRC_CLI_ALARM_LINE_H_
#define NPS_SRC_CLI_ALARM_LINE_H_

#include <string>
#include <vector>

#include "nps/report/report_builder.h"
#include "nps/stream/alarm.h"

namespace nps::cli {

/// UTF-8, ending in a line feed. `spec` is what asked for it, `by` the names of the key.
[[nodiscard]] std::string alarm_line(const Alarm& alarm, const std::string& spec,
                                     const std::vector<std::string>& by,
                                     const ReportOptions& options);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_ALARM_LINE_H_
