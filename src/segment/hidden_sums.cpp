#include "segment/hidden_sums.h"

#include <algorithm>
#include <random>
#include <set>

namespace nps::internal {
namespace {

constexpr std::uint64_t kPrime = (std::uint64_t{1} << 31U) - 1;
constexpr std::uint64_t kMostWork = 1000000000;  // terms touched: a few seconds

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return a * b % kPrime; }

std::uint64_t inverse(std::uint64_t a) {  // a^(p - 2)
  std::uint64_t result = 1;
  for (std::uint64_t power = kPrime - 2; power > 0; power /= 2, a = times(a, a)) {
    if (power % 2 == 1) result = times(result, a);
  }
  return result;
}

}  // namespace

void HiddenSums::add_row(const std::vector<std::pair<std::size_t, int>>& row) {
  Row terms;
  terms.reserve(row.size());
  for (const auto& [unknown, factor] : row) {
    terms.push_back({unknown, factor < 0 ? kPrime - 1 : 1});
    rows_of_[unknown].push_back(rows_.size());
  }
  std::sort(terms.begin(), terms.end(),
            [](const Term& a, const Term& b) { return a.unknown < b.unknown; });
  rows_.push_back(std::move(terms));
}

std::uint64_t HiddenSums::factor_of(const Row& row, std::size_t unknown) {
  const auto found =
      std::lower_bound(row.begin(), row.end(), unknown,
                       [](const Term& term, std::size_t wanted) { return term.unknown < wanted; });
  return found == row.end() || found->unknown != unknown ? 0 : found->factor;
}

/// Takes so much of the pivot row away that the unknown is gone.
void HiddenSums::subtract(std::size_t target, const Row& pivot, std::size_t unknown) {
  const Row& row = rows_[target];
  const std::uint64_t ratio = times(factor_of(row, unknown), inverse(factor_of(pivot, unknown)));
  Row result;
  result.reserve(row.size() + pivot.size());
  std::size_t i = 0;
  for (const Term& term : pivot) {
    while (i < row.size() && row[i].unknown < term.unknown) result.push_back(row[i++]);
    const bool both = i < row.size() && row[i].unknown == term.unknown;
    const std::uint64_t own = both ? row[i++].factor : 0;
    const std::uint64_t factor = (own + kPrime - times(ratio, term.factor)) % kPrime;
    if (factor != 0) result.push_back({term.unknown, factor});
    if (!both) rows_of_[term.unknown].push_back(target);
  }
  result.insert(result.end(), row.begin() + static_cast<std::ptrdiff_t>(i), row.end());
  work_ += row.size() + pivot.size();
  rows_[target] = std::move(result);
}

std::optional<std::vector<bool>> HiddenSums::determined() {
  // Elimination, the shortest row first, by the unknown that the fewest other rows have: rows of
  // sums stay short then.
  std::set<std::pair<std::size_t, std::size_t>> waiting;  // length and row
  for (std::size_t i = 0; i < rows_.size(); ++i) waiting.emplace(rows_[i].size(), i);
  std::vector<std::pair<std::size_t, std::size_t>> pivots;  // row and unknown
  std::vector<bool> done(rows_.size(), false);
  while (!waiting.empty()) {
    const std::size_t row = waiting.begin()->second;
    waiting.erase(waiting.begin());
    done[row] = true;
    const Row& terms = rows_[row];
    if (terms.empty()) continue;
    const std::size_t unknown =
        std::min_element(terms.begin(), terms.end(), [this](const Term& a, const Term& b) {
          return rows_of_[a.unknown].size() < rows_of_[b.unknown].size();
        })->unknown;
    pivots.emplace_back(row, unknown);
    const std::vector<std::size_t> others = rows_of_[unknown];
    for (const std::size_t other : others) {
      if (done[other] || factor_of(rows_[other], unknown) == 0) continue;
      waiting.erase({rows_[other].size(), other});
      subtract(other, rows_[row], unknown);
      waiting.emplace(rows_[other].size(), other);
      if (work_ > kMostWork) return std::nullopt;
    }
  }

  std::mt19937_64 random(rows_of_.size());
  std::vector<std::uint64_t> values(rows_of_.size());
  for (std::uint64_t& value : values) value = 1 + random() % (kPrime - 1);
  std::reverse(pivots.begin(), pivots.end());
  for (const auto& [row, unknown] : pivots) {
    std::uint64_t sum = 0;
    for (const Term& term : rows_[row]) {
      if (term.unknown != unknown) sum = (sum + times(term.factor, values[term.unknown])) % kPrime;
    }
    values[unknown] = times((kPrime - sum) % kPrime, inverse(factor_of(rows_[row], unknown)));
  }
  std::vector<bool> flags(values.size());
  std::transform(values.begin(), values.end(), flags.begin(),
                 [](std::uint64_t value) { return value == 0; });
  return flags;
}

}  // namespace nps::internal
