// ComparisonBuilder: from columns of responses, before and after, to a ComparisonReport.
//
//   auto builder = nps::ComparisonBuilder::create({.by = {nps::Dimension::label("channel")}});
//   builder->labels()[0].into->intern("web");            // codes for the channel column
//   builder->add(march, nps::Side::Before);              // batch after batch, in any order
//   builder->add(april, nps::Side::After);
//   std::cout << builder->finish()->verdict;
#ifndef NPS_REPORT_COMPARISON_BUILDER_H_
#define NPS_REPORT_COMPARISON_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nps/batch.h"
#include "nps/export.h"
#include "nps/report/comparison_report.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"
#include "nps/segment/labels.h"
#include "nps/timestamp.h"

namespace nps {

enum class Side : std::uint8_t { Before, After };

/// Rows whose label in a column is `before` or `after` are on that side; others are left out.
struct SplitByLabel {
  std::string column;
  std::string before;
  std::string after;
};
/// Rows answered before the instant, and at or after it; those without a time are left out.
struct SplitByTime {
  Timestamp at;
};

/// Rows with that label in that column are the control; all others were treated.
struct ControlLabel {
  std::string column;
  std::string label;
};

enum class ComparisonOrder : std::uint8_t {
  Key,
  Change,
  Responses
};  // the last two: greatest first

struct ComparisonOptions {
  std::vector<Dimension> by = {};
  bool roll_up = false;
  CountingPolicy policy = {};  // one answer a customer is one answer a customer and side
  IntervalOptions interval = {};
  bool weighted = false;
  bool customers = false;  // read who answered
  /// Compare each customer who answered on both sides with themselves, one answer a side. Needs
  /// `customers`, and a policy of the latest or the first; goes without `weighted`. A customer
  /// belongs to the groups, and to the control or the treated, of the answer before.
  bool paired = false;
  std::variant<std::monostate, SplitByLabel, SplitByTime> split = {};  // none: add() is told
  std::optional<ControlLabel> control = {};
  SideNames sides = {};
  ComparisonOrder order = ComparisonOrder::Key;
  std::size_t top = 0;      // only so many groups of each subset; 0 for all
  std::uint64_t min_n = 0;  // hide groups with fewer responses on a side; 0 hides none
  std::size_t cell_limit = std::size_t{1} << 20U;
  std::size_t threads = 1;
};

/// Counts both sides by one policy, then compares them, in all and group by group.
///
/// Errors      an error of add() is final: what was added before it should be thrown away.
/// Threads     one builder, one thread; it may employ more (options().threads), which changes no
///             figure.
/// Complexity  O(rows) to add, O(cells log cells) for each subset of dimensions to finish; memory is
///             the cells, and where customers are read a cell for each of them and group.
class NPS_EXPORT ComparisonBuilder {
 public:
  /// Fails as Cube::create does, and with InvalidArgument for a roll-up of more than 12 dimensions
  /// and for options that do not go together.
  [[nodiscard]] static Result<ComparisonBuilder> create(ComparisonOptions options);
  ComparisonBuilder(ComparisonBuilder&&) noexcept;
  ComparisonBuilder& operator=(ComparisonBuilder&&) noexcept;
  ~ComparisonBuilder();

  [[nodiscard]] const ComparisonOptions& options() const noexcept;

  /// A column of labels that add() takes, and the dictionary of its codes.
  struct LabelColumn {
    std::string name;
    Labels* into;
  };
  /// In order: the label dimensions of options().by, then the column of a split by label, then that
  /// of the control. The dictionaries live as long as the builder.
  [[nodiscard]] std::vector<LabelColumn> labels() noexcept;

  /// Adds a batch, by the split, or to a side where there is none. What cannot be counted is rejected
  /// as ReportBuilder::add does. Fails (InvalidArgument) when a side is missing or one too many;
  /// (Mismatch) as Cube::add and ReportBuilder::add do; (LimitReached) when there are too many cells.
  Result<> add(const ResponseColumns& columns, std::optional<Side> side = {});
  /// Counts rows that never became responses, or (BadTime) responses without a time.
  void reject(Reject reason, std::uint64_t rows = 1) noexcept;

  /// The comparison of all that was added until now. LimitReached when one answer a customer makes
  /// more cells than allowed, or (with min_n) a side has too few responses to be shown at all.
  [[nodiscard]] Result<ComparisonReport> finish() const;

 private:
  struct Impl;
  explicit ComparisonBuilder(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_REPORT_COMPARISON_BUILDER_H_
