// AudienceTerm: what the sentence of an audience means, as a tree.
#ifndef NPS_SRC_CUSTOMER_AUDIENCE_TERM_H_
#define NPS_SRC_CUSTOMER_AUDIENCE_TERM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/timestamp.h"

namespace nps::internal {

enum class AudienceField : std::uint8_t {
  Band,
  PreviousBand,
  FirstBand,
  Transition,
  Rating,
  PreviousRating,
  FirstRating,
  Trend,
  Answers,
  Age,
  JourneyStage,
  Channel,
};

inline constexpr std::array<std::string_view, 12> kAudienceFields{
    "band",         "previous_band", "first_band", "transition", "rating",        "previous_rating",
    "first_rating", "trend",         "answers",    "age",        "journey_stage", "channel"};

/// Bands by number, and transitions by 3 * from + to.
inline constexpr std::array<std::string_view, 3> kAudienceBands{"detractor", "passive", "promoter"};
inline constexpr std::array<std::string_view, 9> kAudienceTransitions{
    "", "detractor_to_passive", "detractor_to_promoter", "passive_to_detractor",
    "", "passive_to_promoter",  "promoter_to_detractor", "promoter_to_passive",
    ""};

constexpr bool is_band(AudienceField field) noexcept { return field <= AudienceField::FirstBand; }
constexpr bool is_set(AudienceField field) noexcept { return field <= AudienceField::Transition; }
constexpr bool is_text(AudienceField field) noexcept {
  return field >= AudienceField::JourneyStage;
}

enum class AudienceOp : std::uint8_t { Equal, Unequal, Less, AtMost, Greater, AtLeast, In, NotIn };

inline constexpr std::array<std::string_view, 8> kAudienceOps{
    "=", "!=", "<", "<=", ">", ">=", "in", "not in"};

struct AudienceTerm {
  enum class Kind : std::uint8_t { And, Or, Not, Test };

  Kind kind = Kind::Test;
  std::vector<AudienceTerm> terms = {};  // of And and Or at least two, of Not one

  // Of a test:
  AudienceField field = AudienceField::Band;
  AudienceOp op = AudienceOp::Equal;
  std::optional<std::string> stage = {};  // of which it is asked
  std::vector<std::int64_t> numbers =
      {};  // values; bands and transitions by number, ages in microseconds
  std::vector<std::string> labels = {};  // or these
};

/// The instant that an answer of that age was given at, as far as there are such instants.
constexpr std::int64_t instant_of_age(Timestamp now, std::int64_t age) noexcept {
  constexpr std::int64_t kFirst = INT64_MIN;
  const std::int64_t ticks = now.time_since_epoch().count();
  return ticks < kFirst + age ? kFirst : ticks - age;
}

/// An age compares with an age as the instants do the other way round.
constexpr AudienceOp turned(AudienceOp op) noexcept {
  switch (op) {
    case AudienceOp::Less: return AudienceOp::Greater;
    case AudienceOp::AtMost: return AudienceOp::AtLeast;
    case AudienceOp::Greater: return AudienceOp::Less;
    case AudienceOp::AtLeast: return AudienceOp::AtMost;
    default: return op;
  }
}

/// Which of the numbers 0 to 8 a test of bands or transitions takes, a bit each. Moves are taken only.
constexpr std::uint32_t accepted_set(const AudienceTerm& test) noexcept {
  std::uint32_t named = 0;
  for (const std::int64_t number : test.numbers) named |= 1U << static_cast<unsigned>(number);
  constexpr std::uint32_t kMoves = 0b011'101'110;
  const std::uint32_t all = test.field == AudienceField::Transition ? kMoves : 0b111U;
  const bool without = test.op == AudienceOp::Unequal || test.op == AudienceOp::NotIn;
  return without ? all & ~named : named;
}

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_AUDIENCE_TERM_H_
