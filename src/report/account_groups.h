// Account groups: the figures of a report where each account counts once. Answers are counted in a cube
// with one dimension more, the account, which is the last.
#ifndef NPS_SRC_REPORT_ACCOUNT_GROUPS_H_
#define NPS_SRC_REPORT_ACCOUNT_GROUPS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "nps/report/report.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"
#include "nps/segment/cube.h"

namespace nps::internal {

inline constexpr std::string_view kAccount = "@account";

/// InvalidArgument where the options ask for what counts answers only.
Result<> check_accounts(const ReportOptions& options);

/// The cube of what is shown. LimitReached where it has too many cells: accounts are none of them.
Result<Cube> without_accounts(const Cube& cube, const ReportOptions& options);

/// The figures of each group by those dimensions, in the order of the groups' keys. Answers that name no
/// account count as one of its own each. NotFound for a name that the cube does not have.
Result<std::vector<Figures>> account_groups(const Cube& cube, std::vector<std::string_view> by,
                                            const ReportOptions& options);

/// The answers that name no account.
std::uint64_t without_account(const Cube& cube, const Scale& scale);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_ACCOUNT_GROUPS_H_
