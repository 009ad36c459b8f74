// Change: what an event did to the answers that count. A new answer is {none, after}, an edit
// {before, after}, a deletion or an erasure {before, none}. Whatever can add an answer and take one
// away follows a stream of them, and corrections, deletions and erasures come for free.
//
//   for (const nps::Change& change : applied->changes) cube->apply(change);
#ifndef NPS_CHANGE_H_
#define NPS_CHANGE_H_

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "nps/rating.h"
#include "nps/timestamp.h"

namespace nps {

/// A response that counts, as views: they live as long as whoever made the change says.
struct Answer {
  std::string_view response_id = {};
  std::string_view customer = {};
  std::string_view account = {};
  Rating rating;
  std::optional<Timestamp> answered_at = {};
  std::optional<Timestamp> touchpoint_at = {};
  std::string_view channel = {};
  std::string_view journey_stage = {};
  std::span<const std::pair<std::string_view, std::string_view>> dimensions = {};  // name, label
};

/// What counted before, and what counts now. Never neither.
struct Change {
  std::optional<Answer> before = {};
  std::optional<Answer> after = {};

  /// What undoes this change.
  [[nodiscard]] constexpr Change inverse() const noexcept { return {after, before}; }
};

}  // namespace nps

#endif  // NPS_CHANGE_H_
