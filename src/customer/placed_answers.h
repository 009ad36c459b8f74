// Placed answers: those with a customer, a time and a rating on the scale, by customer and in order of
// time. What follows customers through time walks them once.
#ifndef NPS_SRC_CUSTOMER_PLACED_ANSWERS_H_
#define NPS_SRC_CUSTOMER_PLACED_ANSWERS_H_

#include <span>
#include <string_view>
#include <vector>

#include "nps/change.h"
#include "nps/customer/unplaced.h"
#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/timestamp.h"

namespace nps::internal {

struct PlacedAnswer {
  std::string_view customer;
  Timestamp at;
  std::string_view response_id;
  Rating rating;
};
using PlacedSpan = std::span<const PlacedAnswer>;

struct PlacedAnswers {
  std::vector<PlacedAnswer> all;  // by (customer, time, response id), as counting policies have it
  Unplaced unplaced;
};

[[nodiscard]] PlacedAnswers placed_answers(std::span<const Answer> answers, const Scale& scale);

/// The answers of the first customer, which are taken away from the front.
[[nodiscard]] PlacedSpan take_customer(PlacedSpan& rest);

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_PLACED_ANSWERS_H_
