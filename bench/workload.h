// Workloads: columns of answers as surveys have them, the same on every machine and every run.
#ifndef NPS_BENCH_WORKLOAD_H_
#define NPS_BENCH_WORKLOAD_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/timestamp.h"

namespace nps::bench {

/// Only the engine: what the standard's distributions make of it differs between libraries.
using Random = std::mt19937_64;
inline constexpr std::uint64_t kSeed = 20201025;

/// Ratings in the proportions of a common survey: many tens, a hump at eight, few zeros.
inline std::vector<std::uint8_t> survey(std::size_t rows) {
  constexpr std::array<unsigned, 11> kPercent{3, 1, 1, 2, 2, 6, 5, 11, 19, 16, 34};
  std::vector<std::uint8_t> of_hundred;
  for (std::size_t rating = 0; rating < kPercent.size(); ++rating) {
    of_hundred.insert(of_hundred.end(), kPercent[rating], static_cast<std::uint8_t>(rating));
  }
  Random random(kSeed);
  std::vector<std::uint8_t> ratings(rows);
  for (auto& rating : ratings) rating = of_hundred[random() % of_hundred.size()];
  return ratings;
}

/// Codes below `labels`, the low ones more often, as a few channels have most of the answers.
template <typename Integer>
std::vector<Integer> codes(std::size_t rows, std::uint64_t labels) {
  Random random(kSeed + labels);
  std::vector<Integer> codes(rows);
  for (auto& code : codes) {
    const std::uint64_t one = random() % labels;
    const std::uint64_t other = random() % labels;
    code = static_cast<Integer>(one < other ? one : other);
  }
  return codes;
}

/// Instants of two years: in order, as a log has them, or in none.
inline std::vector<Timestamp> times(std::size_t rows, bool in_order) {
  using namespace std::chrono;
  constexpr std::uint64_t kTwoYears = microseconds(days(731)).count();
  Random random(kSeed);
  std::vector<Timestamp> times(rows);
  const Timestamp first = sys_days(2019y / January / 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint64_t since = in_order ? kTwoYears / (rows + 1) * row : random() % kTwoYears;
    times[row] = first + microseconds(since);
  }
  return times;
}

/// Names of so many things, and for each row the name of one of them.
class Names {
 public:
  Names(std::size_t rows, std::size_t names) {
    for (std::size_t i = 0; i < names; ++i) texts_.push_back("customer-" + std::to_string(i));
    Random random(kSeed + names);
    column_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) column_.emplace_back(texts_[random() % names]);
  }
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }
  [[nodiscard]] const std::vector<std::string_view>& column() const noexcept { return column_; }

 private:
  std::vector<std::string> texts_;
  std::vector<std::string_view> column_;
};

}  // namespace nps::bench

#endif  // NPS_BENCH_WORKLOAD_H_
