// Traits: a profile as a customer data platform takes it: flat, one name a value.
//
//   nps::TraitNames names;                              // of the stages, made safe
//   for (const auto& stage : stages) names.add(stage);  // "Post-Purchase": nps_rating_post_purchase
//   nps::Traits traits = nps::traits_of(profile, nps::kZeroToTen, names);
//   send(nps::render_json(traits));                     // {"customer_id":"ann","nps_rating":9,...}
#ifndef NPS_CUSTOMER_TRAITS_H_
#define NPS_CUSTOMER_TRAITS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nps/customer/profile.h"
#include "nps/export.h"
#include "nps/scale.h"

namespace nps {

/// A name and its value; none (null) where there is nothing to say, so that a platform forgets what it
/// was told before.
struct Trait {
  using Value = std::variant<std::monostate, std::int64_t, std::string>;
  std::string name = {};
  Value value = {};

  friend bool operator==(const Trait&, const Trait&) = default;
};

/// All traits of a customer, sorted by nothing but the order below, which stays.
struct Traits {
  std::string customer = {};
  std::vector<Trait> traits = {};

  /// The trait of that name, or none.
  [[nodiscard]] const Trait* find(std::string_view name) const noexcept {
    for (const Trait& trait : traits) {
      if (trait.name == name) return &trait;
    }
    return nullptr;
  }
  friend bool operator==(const Traits&, const Traits&) = default;
};

/// What the ratings of stages are called: nps_rating_ and the stage's ASCII letters, in small ones, and
/// digits, with one _ for whatever stands between. Stages that would have one name, and those without
/// any letter or digit, take eight hex digits of a hash of their bytes besides, so that a name says one
/// stage and is the same wherever the same stages are known.
///
/// Threads     a plain value.
/// Complexity  O(length of the name, log stages).
class NPS_EXPORT TraitNames {
 public:
  /// A stage that there is. The stage "" has no name, and no trait.
  void add(std::string_view stage);

  /// What the stage's rating is called. One that was not added is taken for the only one that there is
  /// besides those that were.
  [[nodiscard]] std::string of(std::string_view stage) const;

  /// Stages that would have had one name, by that name: to be told to people, who may rename one.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> collisions() const;

 private:
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> stages_;  // by plain name
};

/// nps_rating, nps_band, nps_answered_at, nps_channel, nps_journey_stage (of the latest answer),
/// nps_previous_rating, nps_first_answered_at, nps_response_count, and nps_rating_<stage> for each stage
/// that the customer answered about, by its bytes. Times are RFC 3339 in UTC. A channel or stage of ""
/// is none.
/// Empty case  somebody without answers: all of the first eight, with a count of 0 and else none.
[[nodiscard]] NPS_EXPORT Traits traits_of(const Profile& profile, const Scale& scale = kZeroToTen,
                                          const TraitNames& names = {});

/// What `after` says otherwise than `before`; names that are gone have no value. Nothing where they are
/// equal: `traits` is empty then.
[[nodiscard]] NPS_EXPORT Traits changed_traits(const Traits& before, const Traits& after);

/// One line of JSON, without the newline: customer_id and then the traits, null where there is no
/// value. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] NPS_EXPORT std::string render_json(const Traits& traits);

}  // namespace nps

#endif  // NPS_CUSTOMER_TRAITS_H_
