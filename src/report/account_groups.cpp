#include "report/account_groups.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "segment/cube_impl.h"

namespace nps::internal {

Result<> check_accounts(const ReportOptions& options) {
  if (options.policy.per != Per::Account) return {};
  const auto unusable = [](std::string message) {
    return Error{ErrorCode::InvalidArgument, std::move(message), {.field = "per"}};
  };
  if (options.weighted) {
    return unusable("where each account counts once, its answers have no weights of their own");
  }
  if (options.scan) {
    return unusable("a scan compares answers: it cannot count each account once");
  }
  return {};
}

Result<Cube> without_accounts(const Cube& cube, const ReportOptions& options) {
  std::vector<std::string_view> names;
  for (const Dimension& by : options.by) names.emplace_back(by.name());
  auto rolled = cube.roll_up(names);
  if (rolled && rolled->cell_count() > options.cell_limit) {
    return too_many_cells(options.cell_limit);
  }
  return rolled;
}

Result<std::vector<Figures>> account_groups(const Cube& cube, std::vector<std::string_view> by,
                                            const ReportOptions& options) {
  const std::size_t width = by.size();
  by.push_back(kAccount);
  const auto rolled = cube.roll_up(by);
  if (!rolled) return rolled.error();
  std::vector<Figures> groups;
  std::vector<std::string_view> key;
  Tally tally;
  ClusteredBands accounts;
  const auto finish = [&] {
    if (tally.empty()) return;
    groups.push_back(
        account_figures(tally, accounts, options.policy.scale, options.interval.level));
    tally = {};
    accounts = {};
  };
  // The account is the last dimension, so the cells of one group stand together.
  const std::vector<Cell> cells = rolled->cells();
  for (const Cell& cell : cells) {
    const std::span of_group = std::span(cell.labels).first(width);
    if (!std::ranges::equal(of_group, key)) finish();
    key.assign(of_group.begin(), of_group.end());
    tally += cell.tally;
    const BandCounts answers = cell.tally.bands(options.policy.scale);
    if (cell.labels[width].empty()) {
      accounts.add_one_each(answers);
    } else {
      accounts.add(account_bands(answers));
    }
  }
  finish();
  return groups;
}

std::uint64_t without_account(const Cube& cube, const Scale& scale) {
  const auto nobody = cube.slice(kAccount, "");
  return nobody ? nobody->total().bands(scale).responses() : 0;
}

}  // namespace nps::internal
