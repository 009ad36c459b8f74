// KeptColumns: one row a customer, as columns that own what they show.
#ifndef NPS_SRC_SEGMENT_KEPT_COLUMNS_H_
#define NPS_SRC_SEGMENT_KEPT_COLUMNS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "detail/pages.h"
#include "nps/batch.h"

namespace nps::internal {

/// An array that several threads fill.
template <typename T>
class Column {
 public:
  Column() = default;
  explicit Column(std::size_t rows) : memory_(rows * sizeof(T)), rows_(rows) {}
  T& operator[](std::size_t row) noexcept { return static_cast<T*>(memory_.data())[row]; }
  [[nodiscard]] std::span<const T> view() const noexcept {
    return {static_cast<const T*>(memory_.data()), rows_};
  }

 private:
  Pages memory_;  // zeros
  std::size_t rows_ = 0;
};

/// Times while they are filled in: whether one is known is a byte until all are there.
struct KeptTimes {
  Column<Timestamp> values;
  Column<std::uint8_t> known;
  std::vector<std::uint8_t> validity;

  KeptTimes() = default;
  explicit KeptTimes(std::size_t rows) : values(rows), known(rows) {}
  void put(std::size_t row, Timestamp time, bool is_known) noexcept {
    values[row] = is_known ? time : Timestamp{};
    known[row] = is_known ? 1 : 0;
  }
  void seal() {
    const auto bytes = known.view();
    if (std::ranges::find(bytes, 0) != bytes.end()) {
      validity.assign((bytes.size() + 7) / 8, 0);
      for (std::size_t row = 0; row < bytes.size(); ++row) {
        validity[row / 8] =
            static_cast<std::uint8_t>(validity[row / 8] | unsigned{bytes[row]} << (row % 8));
      }
    }
    known = {};
  }
  [[nodiscard]] TimeColumn column() const noexcept { return {values.view(), validity}; }
};

struct KeptColumns {
  Column<std::uint8_t> ratings;
  std::vector<Column<Code>> codes;
  std::vector<CodeColumn> code_columns;
  KeptTimes answered_at;
  KeptTimes touchpoint_at;
  Column<double> weights;

  KeptColumns() = default;
  KeptColumns(std::size_t rows, std::size_t dimensions) : ratings(rows), answered_at(rows) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      code_columns.emplace_back(codes.emplace_back(rows).view());
    }
  }
  [[nodiscard]] ResponseColumns view() const noexcept {
    return {.ratings = ratings.view(),
            .codes = code_columns,
            .answered_at = answered_at.column(),
            .touchpoint_at = touchpoint_at.column(),
            .weights = weights.view()};
  }
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_KEPT_COLUMNS_H_
