// StageCustomers: who answered about which stage, as one column of texts, so that what keeps one answer of
// each customer keeps one of each customer and stage.
#ifndef NPS_SRC_REPORT_STAGE_CUSTOMERS_H_
#define NPS_SRC_REPORT_STAGE_CUSTOMERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"

namespace nps::internal {

/// Memory is used again from one batch to the next.
class StageCustomers {
 public:
  /// The customers of a batch with the stages beside them; nobody stays nobody. `columns` has been
  /// checked: one of the two columns of customers is there, and the codes are of stages. Valid until
  /// the next call.
  std::span<const std::string_view> texts(const ResponseColumns& columns, const CodeColumn& stages);

 private:
  std::string bytes_;
  std::vector<std::string_view> texts_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_STAGE_CUSTOMERS_H_
