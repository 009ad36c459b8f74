// Profile: what is known of one customer's answers: the first, the one before the latest and the
// latest, over all and in each stage of the journey; and how a customer moved from band to band.
//
//   std::vector<nps::Answer> answers;            // in order, as the ledger's for_each_of hands them out
//   nps::Profile profile = nps::profile_of(answers);
//   profile.latest->rating;                      // and profile.previous, where there are two
//   if (auto moved = nps::band_transition(before, profile, nps::kZeroToTen)) tell(*moved);
#ifndef NPS_CUSTOMER_PROFILE_H_
#define NPS_CUSTOMER_PROFILE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/band.h"
#include "nps/change.h"
#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/timestamp.h"

namespace nps {

/// One answer, as far as a profile keeps it. A plain value; an empty text is an empty field.
struct ProfileAnswer {
  Rating rating;
  std::optional<Timestamp> answered_at = {};
  std::string channel = {};
  std::string journey_stage = {};

  friend bool operator==(const ProfileAnswer&, const ProfileAnswer&) = default;
};

/// First, previous and latest of some answers of one customer, and how many they are.
///
/// Empty case  no answers: 0, and none of the three. With one answer the first is the latest and
///             there is no previous; with two the first is the previous.
struct AnswerHistory {
  std::uint64_t answers = 0;
  std::optional<ProfileAnswer> first = {};
  std::optional<ProfileAnswer> previous = {};  // the one before the latest
  std::optional<ProfileAnswer> latest = {};

  friend bool operator==(const AnswerHistory&, const AnswerHistory&) = default;
};

/// The answers about one stage of the journey; "" are those about none.
struct StageProfile : AnswerHistory {
  std::string journey_stage = {};

  friend bool operator==(const StageProfile&, const StageProfile&) = default;
};

/// All answers of one customer that count, and those of each stage, sorted by its name's bytes.
///
/// Units       answers that count: none that was dismissed, deleted or erased.
/// Threads     a plain value.
struct Profile : AnswerHistory {
  std::string customer = {};
  std::vector<StageProfile> stages = {};

  /// The stage of that name, or none where nobody answered about it.
  [[nodiscard]] const StageProfile* stage(std::string_view name) const noexcept {
    const auto at = std::ranges::lower_bound(stages, name, {}, &StageProfile::journey_stage);
    return at != stages.end() && at->journey_stage == name ? &*at : nullptr;
  }
  friend bool operator==(const Profile&, const Profile&) = default;
};

/// Whether one answer comes before another: by (answered_at, response id), those without a time
/// first. This is the order of Ledger::for_each_of, and what "latest" means everywhere.
[[nodiscard]] constexpr bool comes_before(const Answer& a, const Answer& b) noexcept {
  if (a.answered_at != b.answered_at) return a.answered_at < b.answered_at;
  return a.response_id < b.response_id;
}

/// The profile of one customer's answers, which must be in order (see comes_before).
/// Empty case  no answers, and then no customer's name either.
/// Complexity  O(answers + stages^2): a customer has few stages.
[[nodiscard]] Profile profile_of(std::span<const Answer> in_order);

/// A customer moved from one band to another, by the latest answer. One of the two may be none: at the
/// first answer, and where the last one was taken back.
struct BandTransition {
  std::string customer = {};
  std::optional<Band> from = {};
  std::optional<Band> to = {};
  /// When the answer was given that now is the latest. None where it has no time, or there is none.
  std::optional<Timestamp> when = {};

  friend bool operator==(const BandTransition&, const BandTransition&) = default;
};

/// The band of the latest answer. No value where nobody answered.
[[nodiscard]] inline std::optional<Band> latest_band(const AnswerHistory& history,
                                                     const Scale& scale) noexcept {
  if (!history.latest) return std::nullopt;
  return scale.band(history.latest->rating);
}

/// How the customer moved when `before` became `after`: no value where the band is the same. A
/// correction moves a customer, too, and so does the loss of the latest answer.
[[nodiscard]] inline std::optional<BandTransition> band_transition(const Profile& before,
                                                                   const Profile& after,
                                                                   const Scale& scale) {
  const std::optional<Band> from = latest_band(before, scale);
  const std::optional<Band> to = latest_band(after, scale);
  if (from == to) return std::nullopt;
  BandTransition moved{.customer = to ? after.customer : before.customer, .from = from, .to = to};
  if (after.latest) moved.when = after.latest->answered_at;
  return moved;
}

/// How the customer moved from the answer before the latest to the latest: no value with one answer,
/// or where the band is the same.
[[nodiscard]] inline std::optional<BandTransition> latest_transition(const Profile& profile,
                                                                     const Scale& scale) {
  if (!profile.previous) return std::nullopt;
  const Band from = scale.band(profile.previous->rating);
  const Band to = scale.band(profile.latest->rating);
  if (from == to) return std::nullopt;
  return BandTransition{
      .customer = profile.customer, .from = from, .to = to, .when = profile.latest->answered_at};
}

// ---- bodies -------------------------------------------------------------------------------------

namespace internal {

inline ProfileAnswer profile_answer(const Answer& answer) {
  return {.rating = answer.rating,
          .answered_at = answer.answered_at,
          .channel = std::string(answer.channel),
          .journey_stage = std::string(answer.journey_stage)};
}

/// What three positions of a list say: the first, the last, and the one before that.
struct HistoryPositions {
  std::uint64_t answers = 0;
  std::size_t first = 0;
  std::size_t previous = 0;
  std::size_t latest = 0;

  constexpr void add(std::size_t position) noexcept {
    if (answers++ == 0) first = position;
    previous = latest;
    latest = position;
  }
  void tell(std::span<const Answer> list, AnswerHistory& history) const {
    history.answers = answers;
    if (answers == 0) return;
    history.first = profile_answer(list[first]);
    history.latest = profile_answer(list[latest]);
    if (answers > 1) history.previous = profile_answer(list[previous]);
  }
};

}  // namespace internal

inline Profile profile_of(std::span<const Answer> in_order) {
  Profile profile;
  if (in_order.empty()) return profile;
  profile.customer = in_order.front().customer;
  internal::HistoryPositions all;
  std::vector<internal::HistoryPositions> by_stage;  // beside profile.stages
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    all.add(i);
    const std::string_view name = in_order[i].journey_stage;
    const auto at =
        std::ranges::lower_bound(profile.stages, name, {}, &StageProfile::journey_stage);
    const auto place = at - profile.stages.begin();
    if (at == profile.stages.end() || at->journey_stage != name) {
      profile.stages.insert(at, StageProfile{{}, std::string(name)});
      by_stage.insert(by_stage.begin() + place, internal::HistoryPositions{});
    }
    by_stage[static_cast<std::size_t>(place)].add(i);
  }
  all.tell(in_order, profile);
  for (std::size_t s = 0; s < by_stage.size(); ++s) by_stage[s].tell(in_order, profile.stages[s]);
  return profile;
}

}  // namespace nps

#endif  // NPS_CUSTOMER_PROFILE_H_
