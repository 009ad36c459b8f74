// Mergeable: what every lawful accumulator can do.
//
//   static_assert(nps::Mergeable<nps::Tally>);
//
// The laws behind the word cannot be compiled, so each accumulator's test runs them:
// feeding a then b equals merging what a and b were fed apart; merging is associative and
// commutative; the empty accumulator changes nothing; and what was merged can be taken away again.
#ifndef NPS_MERGEABLE_H_
#define NPS_MERGEABLE_H_

#include <concepts>
#include <type_traits>

#include "nps/tally.h"

namespace nps {

/// A regular value whose `+=` merges and cannot fail, and whose default is empty. Where merging can
/// fail (unlike dimensions, unlike policies) there is a `merge()` that returns a Result instead.
template <typename A>
concept Mergeable = std::regular<A> && requires(A a, const A& b) {
  { a += b } -> std::same_as<A&>;
};

/// A Mergeable that can be taken apart again.
template <typename A>
concept Subtractable = Mergeable<A> && requires(A a, const A& b) {
  { a -= b } -> std::same_as<A&>;
};

static_assert(Subtractable<Tally>);

}  // namespace nps

#endif  // NPS_MERGEABLE_H_
