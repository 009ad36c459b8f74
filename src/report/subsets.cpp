#include "report/subsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace nps::internal {

namespace {
constexpr std::size_t kMaxRollUp = 12;  // 4,096 subsets
}  // namespace

Result<> check_roll_up(std::size_t dimensions, bool roll_up) {
  if (!roll_up || dimensions <= kMaxRollUp) return {};
  return Error{ErrorCode::InvalidArgument,
               fmt::format("a roll-up of {} dimensions has too many subsets; the most is {}",
                           dimensions, kMaxRollUp)};
}

std::vector<Subset> subsets(std::size_t count, bool roll_up) {
  Subset all(count);
  for (std::size_t d = 0; d < count; ++d) all[d] = d;
  if (!roll_up) return count == 0 ? std::vector<Subset>{} : std::vector<Subset>{all};
  std::vector<Subset> subsets;
  for (std::size_t bits = 0; bits < (std::size_t{1} << count); ++bits) {
    Subset& subset = subsets.emplace_back();
    std::ranges::copy_if(all, std::back_inserter(subset),
                         [bits](std::size_t d) { return ((bits >> d) & 1U) != 0; });
  }
  std::ranges::stable_sort(subsets, {}, &Subset::size);
  return subsets;
}

}  // namespace nps::internal
