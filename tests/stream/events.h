// Events written down in a line, and changes as text. For tests of whatever follows a ledger.
//
//   CHECK(ledger.apply(answered("r1", "ann", 9, 1))->outcome == nps::Outcome::Accepted);
//   CHECK(shown(change) == " -r1:ann:3 +r1:ann:9");
#ifndef NPS_TESTS_STREAM_EVENTS_H_
#define NPS_TESTS_STREAM_EVENTS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "nps/change.h"
#include "nps/event.h"
#include "nps/rating.h"
#include "nps/timestamp.h"

namespace nps::test {

/// Noon of a day of January 2020.
inline Timestamp day(int of_month, int hour = 12) {
  using namespace std::chrono;
  return sys_days(2020y / January / 1) + days(of_month - 1) + hours(hour);
}

inline Event of_type(EventType type, std::string_view response, std::string_view customer,
                     std::int64_t version, std::string_view id = "") {
  Event event{.type = type, .version = version, .id = std::string(id)};
  event.response.id = response;
  event.response.customer = customer;
  return event;
}

inline Event answered(std::string_view response, std::string_view customer, int rating,
                      std::int64_t version, std::string_view id = "") {
  Event event = of_type(EventType::Answered, response, customer, version, id);
  event.response.rating = Rating::from(rating);
  return event;
}

inline Event erased(std::string_view customer) {
  Event event{.type = EventType::Erased};
  event.response.customer = customer;
  return event;
}

inline std::string shown(const Answer& answer) {
  return std::string(answer.response_id) + ":" + std::string(answer.customer) + ":" +
         std::to_string(answer.rating.value());
}

inline std::string shown(const Change& change) {
  std::string text;
  if (change.before) text += " -" + shown(*change.before);
  if (change.after) text += " +" + shown(*change.after);
  return text;
}

}  // namespace nps::test

#endif  // NPS_TESTS_STREAM_EVENTS_H_
