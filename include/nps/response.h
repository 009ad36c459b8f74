// Response: one answered survey, as the host knows it.
#ifndef NPS_RESPONSE_H_
#define NPS_RESPONSE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nps/rating.h"
#include "nps/timestamp.h"

namespace nps {

/// One answered survey. Text is UTF-8; an empty string is an empty field, a group of its own.
///
/// Empty case  no rating means "asked, not answered": it is never counted as an answer.
/// Threads     a plain value.
struct Response {
  std::string id = {};
  std::string customer = {};
  std::string account = {};
  std::optional<Rating> rating = {};
  std::optional<Timestamp> answered_at = {};
  std::optional<Timestamp> touchpoint_at = {};  // when the experience asked about took place
  std::string channel = {};
  std::string journey_stage = {};
  std::vector<std::pair<std::string, std::string>> dimensions = {};  // any others: name, label
  double weight = 1;
  std::string comment = {};

  friend bool operator==(const Response&, const Response&) = default;
};

}  // namespace nps

#endif  // NPS_RESPONSE_H_
