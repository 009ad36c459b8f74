// StageCustomers: who answered about which stage, as one column of texts, so that what keeps one answer of
// each customer keeps one of each customer and stage.
#ifndef NPS_SRC_REPORT_STAGE_CUSTOMERS_H_
#define NPS_SRC_REPORT_STAGE_CUSTOMERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/result.h"
#include "nps/segment/labels.h"

namespace nps::internal {

/// Memory is used again from one batch to the next.
class StageCustomers {
 public:
  /// A batch whose last column of codes are stages: without that column, and with the stages as part of
  /// the customers; nobody stays nobody. Valid until the next call, as long as `columns`. Mismatch
  /// without stages or customers, and for a code of no stage. The lengths have been checked.
  Result<ResponseColumns> with_stages(const ResponseColumns& columns, const Labels& stages);

 private:
  void compose(const ResponseColumns& columns, const CodeColumn& stages);

  std::string bytes_;
  std::vector<std::string_view> texts_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_STAGE_CUSTOMERS_H_
