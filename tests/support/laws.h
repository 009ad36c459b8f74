// laws.h: what every lawful accumulator owes its users, checked by trying.
//
//   nps::test::check_merge_laws<nps::Tally>(seen);              // a range of tallies, empty ones
//   too nps::test::check_splits<nps::Tally>(ratings, [](nps::Tally& tally, nps::Rating rating) {
//     tally.add(rating);
//   });
//
// Whatever merges by a call that can fail is wrapped in a type whose += calls it and REQUIREs.
#ifndef NPS_TESTS_SUPPORT_LAWS_H_
#define NPS_TESTS_SUPPORT_LAWS_H_

#include <cstddef>
#include <iterator>
#include <ranges>

#include "nps/mergeable.h"
#include "support/catch.h"

namespace nps::test {

template <Mergeable A>
A merged(A a, const A& b) {
  a += b;
  return a;
}

/// The empty accumulator changes nothing; merging is commutative and associative; and where there
/// is a -=, it undoes the merge. All pairs and triples of the values are tried.
template <Mergeable A, std::ranges::forward_range Values>
void check_merge_laws(const Values& values) {
  REQUIRE(std::ranges::distance(values) > 0);
  for (const A& a : values) {
    CHECK(merged(a, A{}) == a);
    CHECK(merged(A{}, a) == a);
    for (const A& b : values) {
      CHECK(merged(a, b) == merged(b, a));
      if constexpr (Subtractable<A>) {
        A back = merged(a, b);
        back -= b;
        CHECK(back == a);
        back -= a;
        CHECK(back == A{});
      }
      for (const A& c : values) CHECK(merged(merged(a, b), c) == merged(a, merged(b, c)));
    }
  }
}

/// Feeding a then b equals merging what was fed a and b apart: for every place to split the
/// samples, in both orders, and for one accumulator a sample.
template <Mergeable A, std::ranges::forward_range Samples, typename Add>
void check_splits(const Samples& samples, Add add) {
  const auto fed = [&add](auto first, auto last) {
    A accumulator;
    for (; first != last; ++first) add(accumulator, *first);
    return accumulator;
  };
  const auto begin = std::ranges::begin(samples);
  const auto end = std::ranges::end(samples);
  const A whole = fed(begin, end);
  A one_by_one;
  for (auto split = begin;; ++split) {
    INFO("split before sample " << std::ranges::distance(begin, split));
    CHECK(merged(fed(begin, split), fed(split, end)) == whole);
    CHECK(merged(fed(split, end), fed(begin, split)) == whole);
    if (split == end) break;
    one_by_one += fed(split, std::ranges::next(split));
  }
  CHECK(one_by_one == whole);
}

}  // namespace nps::test

#endif  // NPS_TESTS_SUPPORT_LAWS_H_
