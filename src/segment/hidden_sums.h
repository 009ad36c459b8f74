// Which unknowns of a system of sums are determined by it. Used by suppression.cpp.
#ifndef NPS_SRC_SEGMENT_HIDDEN_SUMS_H_
#define NPS_SRC_SEGMENT_HIDDEN_SUMS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace nps::internal {

/// Rows of unknowns with their factors (1 or -1), each row equal to something known. An unknown is
/// determined just when it is 0 in every solution of the rows set to zero; so one such solution, with
/// random values for whatever is free, tells them apart. All arithmetic is modulo a prime near 2^31:
/// exact, and a free unknown is mistaken for a determined one once in 2^31.
class HiddenSums {
 public:
  explicit HiddenSums(std::size_t unknowns) : rows_of_(unknowns) {}

  void add_row(const std::vector<std::pair<std::size_t, int>>& row);

  /// A flag for each unknown, or none where it would take too long. To be called once.
  [[nodiscard]] std::optional<std::vector<bool>> determined();

 private:
  struct Term {
    std::size_t unknown;
    std::uint64_t factor;
  };
  using Row = std::vector<Term>;  // sorted by unknown, no factor 0

  [[nodiscard]] static std::uint64_t factor_of(const Row& row, std::size_t unknown);
  void subtract(std::size_t target, const Row& pivot, std::size_t unknown);

  std::vector<Row> rows_;
  std::vector<std::vector<std::size_t>> rows_of_;  // of each unknown; may name rows it has left
  std::uint64_t work_ = 0;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_HIDDEN_SUMS_H_
