// Answers and days, for tests of what follows customers through time.
#ifndef NPS_TESTS_CUSTOMER_ANSWERED_H_
#define NPS_TESTS_CUSTOMER_ANSWERED_H_

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "nps/change.h"
#include "nps/tally.h"
#include "nps/timestamp.h"

namespace nps::test {

/// So many days after 2024-01-01, at midnight UTC.
inline Timestamp day_of_2024(int number) {
  return Timestamp{std::chrono::days{19'723}} + std::chrono::days{number};
}

inline Answer answer_of(std::string_view customer, int rating, std::optional<Timestamp> at,
                        std::string_view id = "r") {
  return {
      .response_id = id, .customer = customer, .rating = *Rating::from(rating), .answered_at = at};
}

inline Tally tally_of(std::initializer_list<int> ratings) {
  Tally tally;
  for (const int rating : ratings) tally.add(*Rating::from(rating));
  return tally;
}

}  // namespace nps::test

#endif  // NPS_TESTS_CUSTOMER_ANSWERED_H_
