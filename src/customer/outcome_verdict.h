// What a report of outcomes says in one sentence, and what it does not show.
#ifndef NPS_SRC_CUSTOMER_OUTCOME_VERDICT_H_
#define NPS_SRC_CUSTOMER_OUTCOME_VERDICT_H_

#include <string>

#include "nps/customer/outcome.h"

namespace nps::internal {

[[nodiscard]] std::string outcome_verdict(const OutcomeReport& report);

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_OUTCOME_VERDICT_H_
