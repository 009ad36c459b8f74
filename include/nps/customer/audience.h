// Audience: who is meant by a sentence about profiles, decided in memory or by a database.
//
//   auto unhappy = nps::Audience::parse("band = detractor and journey_stage = \"delivery\" and age < 14d");
//   if (!unhappy) return log(unhappy.error().message);       // says at which character
//   unhappy->matches(profile, now);
//   nps::SqlCondition where = unhappy->sql(now);             // the same customers of nps_profile
//
// The sentence: comparisons joined by `and`, `or`, `not` and parentheses; `and` binds closer.
//
//   band, previous_band, first_band       = != in     promoter, passive, detractor
//   transition                            = != in     promoter_to_detractor and the five others: from
//                                                     the answer before the latest to the latest
//   rating, previous_rating, first_rating = != < <= > >= in     0 to 10
//   trend                                 = != < <= > >= in     latest less previous rating
//   answers                               = != < <= > >= in     how many count
//   age                                   = != < <= > >=        of the latest answer: 30m, 24h, 14d, 2w
//   journey_stage, channel                = != in     of the latest answer: "in quotes"
//
// `in` takes a list: rating in (9, 10), channel not in ("web", ""). All but the last row and transition
// may be asked of one stage: rating of "delivery" <= 6, answers of "support" > 1.
//
// What is not there (the previous rating of somebody who answered once, a transition of somebody who
// stayed in a band, an age without a time, a stage nobody was asked about) makes any comparison false, a
// != as well; `not` makes that true. So everybody with a profile is either in an audience or in its
// negation.
#ifndef NPS_CUSTOMER_AUDIENCE_H_
#define NPS_CUSTOMER_AUDIENCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nps/customer/profile.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/timestamp.h"

namespace nps {

namespace internal {
struct AudienceTerm;
}

using SqlValue = std::variant<std::int64_t, std::string>;

/// What stands after WHERE, with a ? for each value, in order: text that somebody typed is never part
/// of the statement.
struct SqlCondition {
  std::string where = {};
  std::vector<SqlValue> values = {};

  friend bool operator==(const SqlCondition&, const SqlCondition&) = default;
};

/// A predicate over profiles. Cheap to copy.
///
/// Empty case  somebody without answers is in no audience.
/// Errors      parse: InvalidArgument, with the character, counted from 1, at which it goes wrong.
/// Threads     a plain value; const calls are safe together.
/// Complexity  O(comparisons) a profile.
class NPS_EXPORT Audience {
 public:
  /// At most 250 comparisons, 1,000 values in all, 20 levels of parentheses and `not`, and 65,536 bytes.
  [[nodiscard]] static Result<Audience> parse(std::string_view text,
                                              const Scale& scale = kZeroToTen);

  [[nodiscard]] bool matches(const Profile& profile, Timestamp now) const;

  /// The same as a condition on a table or view nps_profile, under that name, with the columns
  /// customer_id, answers, rating, answered_at (microseconds of UTC), channel, journey_stage,
  /// previous_rating, first_rating; where a stage is asked for also on nps_stage_profile, with the
  /// same but channel. NULL is what is not there; for channel and journey_stage it is "".
  [[nodiscard]] SqlCondition sql(Timestamp now) const;

  /// The sentence in its plain form: another spelling of the same one gives the same text.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const Scale& scale() const noexcept { return scale_; }

 private:
  Audience(std::shared_ptr<const internal::AudienceTerm> term, const Scale& scale) noexcept
      : term_(std::move(term)), scale_(scale) {}

  std::shared_ptr<const internal::AudienceTerm> term_;
  Scale scale_;
};

/// Somebody entered an audience or left it.
struct AudienceMove {
  std::string customer = {};
  bool entered = false;  // or else left
  Timestamp when = {};   // when it was noticed

  friend bool operator==(const AudienceMove&, const AudienceMove&) = default;
};

/// Who is in an audience, kept up to date profile by profile: each move is told once.
///
///   nps::AudienceMembers members(*unhappy);
///   if (auto move = members.update("ann", profiles.find("ann"), now)) personalise(*move);
///
/// Time alone moves people too, where the age is asked for: look at all profiles again now and then.
///
/// Threads     a plain value, without locks.
/// Complexity  O(log members) and the comparisons a profile. Memory: the members' ids.
class NPS_EXPORT AudienceMembers {
 public:
  explicit AudienceMembers(Audience audience) : audience_(std::move(audience)) {}

  /// Takes in a customer's profile; without one, or without answers, the customer is no member.
  std::optional<AudienceMove> update(std::string_view customer,
                                     const std::optional<Profile>& profile, Timestamp now);

  [[nodiscard]] const Audience& audience() const noexcept { return audience_; }
  [[nodiscard]] bool contains(std::string_view customer) const {
    return members_.contains(customer);
  }
  [[nodiscard]] const std::set<std::string, std::less<>>& members() const noexcept {
    return members_;
  }

 private:
  Audience audience_;
  std::set<std::string, std::less<>> members_;
};

}  // namespace nps

#endif  // NPS_CUSTOMER_AUDIENCE_H_
