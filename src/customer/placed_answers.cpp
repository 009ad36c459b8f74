#include "customer/placed_answers.h"

#include <algorithm>
#include <tuple>

namespace nps::internal {

PlacedAnswers placed_answers(std::span<const Answer> answers, const Scale& scale) {
  PlacedAnswers placed;
  for (const Answer& answer : answers) {
    if (answer.customer.empty()) {
      ++placed.unplaced.anonymous;
    } else if (!answer.answered_at) {
      ++placed.unplaced.untimed;
    } else if (!scale.contains(answer.rating)) {
      ++placed.unplaced.out_of_range;
    } else {
      placed.all.push_back(
          {answer.customer, *answer.answered_at, answer.response_id, answer.rating});
    }
  }
  std::sort(placed.all.begin(), placed.all.end(), [](const PlacedAnswer& a, const PlacedAnswer& b) {
    return std::tie(a.customer, a.at, a.response_id) < std::tie(b.customer, b.at, b.response_id);
  });
  return placed;
}

PlacedSpan take_customer(PlacedSpan& rest) {
  const auto end = std::find_if(rest.begin(), rest.end(), [&](const PlacedAnswer& answer) {
    return answer.customer != rest.front().customer;
  });
  const PlacedSpan taken(rest.begin(), end);
  rest = PlacedSpan(end, rest.end());
  return taken;
}

}  // namespace nps::internal
