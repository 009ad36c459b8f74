// ReportBuilder: from columns of responses to a Report.
//
//   auto builder = nps::ReportBuilder::create({.by = {nps::Dimension::label("channel")}});
//   builder->labels(0).intern("web");                  // codes for the channel column
//   builder->add(columns);                             // batch after batch
//   builder->reject(nps::Reject::Missing, blanks);     // what never became a response
//   std::cout << nps::render_table(*builder->finish());
#ifndef NPS_REPORT_REPORT_BUILDER_H_
#define NPS_REPORT_REPORT_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nps/batch.h"
#include "nps/export.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/stats/false_discovery.h"

namespace nps {

enum class GroupOrder : std::uint8_t { Key, Score, Responses };  // the last two: greatest first

struct ReportOptions {
  std::vector<Dimension> by = {};
  bool roll_up = false;  // every subset of `by`, the empty one included
  CountingPolicy policy = {};
  IntervalOptions interval = {};
  bool weighted = false;   // read the weights column
  bool customers = false;  // count who answered, from a column of customers
  GroupOrder order = GroupOrder::Key;
  std::size_t top = 0;  // only so many groups of each subset, and of the scan; 0 for all
  /// Hide groups with fewer responses, and as many more as it takes that nothing gives them away
  /// (nps/segment/suppression.h); 0 hides none.
  std::uint64_t min_n = 0;
  std::optional<PAdjustment> scan = {};  // compare each group with the rest, adjusting p so
  std::size_t cell_limit = std::size_t{1} << 20U;
  std::size_t threads = 1;  // how many may work on one add() or finish()
};

/// Feeds a cube by the counting policy, then reads every figure off it.
///
/// Threads     one builder, one thread; it may employ more (options().threads), which changes no
///             figure.
/// Complexity  O(rows) to add, O(cells log cells) for each subset of dimensions to finish; memory is
///             the cells and, where customers are counted, their keys.
class NPS_EXPORT ReportBuilder {
 public:
  /// Fails as Cube::create does; with NotFound where the policy has a window and its zone is not known;
  /// and with InvalidArgument for a roll-up of more than 12 dimensions, and for weights or a scan where
  /// accounts count once. There the method of intervals is not asked for: it is account_figures'; and
  /// periods have no change.
  [[nodiscard]] static Result<ReportBuilder> create(ReportOptions options);
  /// Begins with what a cube has: its cells are reported as if their responses had been added here.
  /// Mismatch for a cube of other dimensions, another policy or other weights than the options ask
  /// for, and where one answer a customer is to count: a cube does not know customers.
  [[nodiscard]] static Result<ReportBuilder> create(ReportOptions options, Cube cube);
  ReportBuilder(ReportBuilder&&) noexcept;
  ReportBuilder& operator=(ReportBuilder&&) noexcept;
  ~ReportBuilder();

  [[nodiscard]] const ReportOptions& options() const noexcept;
  /// The dictionary of options().by[dimension], whose codes the column of codes carries.
  [[nodiscard]] Labels& labels(std::size_t dimension) noexcept;

  /// The dictionary of the stages or the accounts, where the policy counts one answer of each customer
  /// and stage, or each account once. Only then is there one.
  [[nodiscard]] Labels& counted_labels() noexcept;

  /// Adds a batch; `columns.codes` has one column for each label dimension, in order,
  /// and after them one of stages or accounts where the policy counts by them. A rating that
  /// is not on the policy's scale is rejected as out of range; where weights are read, a row that
  /// WeightedTally would not take as a bad weight; and without a customer where they decide what
  /// counts, as that. Of the others, those that the policy's window leaves out are counted as outside.
  /// Fails as Cube::add and PerCustomer::add do, and (Mismatch) when customers are
  /// to be counted and none are given, or in another column than before; then nothing of the batch
  /// is added.
  Result<> add(const ResponseColumns& columns);
  /// Counts rows that never became responses, or (BadTime) responses without a time.
  void reject(Reject reason, std::uint64_t rows = 1) noexcept;

  /// The report of all that was added until now; more may be added afterwards. LimitReached when one
  /// answer a customer makes more cells than allowed, and with min_n where so little could be shown
  /// that the total would give away the rest.
  [[nodiscard]] Result<Report> finish() const;

 private:
  struct Impl;
  explicit ReportBuilder(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_REPORT_REPORT_BUILDER_H_
