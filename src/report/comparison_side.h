// ComparisonSide: what was answered before, or after, by the counting policy.
#ifndef NPS_SRC_REPORT_COMPARISON_SIDE_H_
#define NPS_SRC_REPORT_COMPARISON_SIDE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/batch.h"
#include "nps/report/comparison_builder.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/segment/per_customer.h"

namespace nps::internal {

/// Whoever answered is one more dimension, of a cube of its own.
inline constexpr std::string_view kCustomer = "@customer";

/// A cube that is owned, or one that belongs to somebody who lives longer.
class CubeView {
 public:
  explicit CubeView(const Cube& cube) : borrowed_(&cube) {}
  explicit CubeView(Cube&& cube) : owned_(std::move(cube)) {}
  [[nodiscard]] const Cube& operator*() const noexcept { return owned_ ? *owned_ : *borrowed_; }
  [[nodiscard]] const Cube* operator->() const noexcept { return &**this; }

 private:
  const Cube* borrowed_ = nullptr;
  std::optional<Cube> owned_;
};

/// The answers of a side that count.
struct CountedSide {
  CubeView cube;
  std::optional<CubeView> customers;  // the same by customer too, where customers are read
  std::uint64_t superseded = 0;
};

class ComparisonSide {
 public:
  /// `dimensions` are those of the cube; `options` must outlive this.
  static Result<ComparisonSide> create(const ComparisonOptions& options,
                                       const std::vector<Dimension>& dimensions);

  /// Adds the rows that have a rating; returns how many of them name nobody. `dictionaries` has the
  /// labels of each label dimension, in the order of the code columns.
  Result<std::uint64_t> add(const ResponseColumns& columns,
                            const std::vector<const Labels*>& dictionaries);
  [[nodiscard]] Result<CountedSide> finish() const;

 private:
  ComparisonSide(const ComparisonOptions& options, Cube cube) noexcept
      : options_(&options), cube_(std::move(cube)) {}
  [[nodiscard]] Result<> place(Cube& cube, std::optional<Cube>& customers,
                               const ResponseColumns& columns) const;
  void learn_labels(const std::vector<const Labels*>& dictionaries);
  void learn_customers(const ResponseColumns& columns);

  const ComparisonOptions* options_;
  Cube cube_;
  std::optional<Cube> customers_;
  std::optional<PerCustomer> per_customer_;  // its own cubes hold only the labels then
  std::vector<Code> codes_;                  // of the customers of one batch
};

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_COMPARISON_SIDE_H_
