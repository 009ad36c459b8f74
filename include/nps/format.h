// format.h: the nouns in fmt::format and fmt::print. Opt-in: include it where fmt is at hand; nps
// itself asks nobody to have it.
//
//   fmt::format("{}", nps::Rating::of<9>());          // "9"
//   fmt::format("{:+.1f}", *tally.score());           // "+33.3": a score takes a double's format
//   fmt::format("{}", nps::Band::Promoter);           // "promoter"
//   fmt::format("{}", tally);                         // "[0,0,0,0,0,1,0,0,0,0,2]"
#ifndef NPS_FORMAT_H_
#define NPS_FORMAT_H_

#include <fmt/format.h>

#include <string_view>

#include "nps/band.h"
#include "nps/grade.h"
#include "nps/rating.h"
#include "nps/score.h"
#include "nps/tally.h"

/// The rating as an integer, in any format an integer takes.
template <>
struct fmt::formatter<nps::Rating> : fmt::formatter<int> {
  template <typename Context>
  auto format(nps::Rating rating, Context& context) const {
    return fmt::formatter<int>::format(rating.value(), context);
  }
};

/// The band's name: detractor, passive, promoter.
template <>
struct fmt::formatter<nps::Band> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(nps::Band band, Context& context) const {
    return fmt::formatter<std::string_view>::format(name(band), context);
  }
};

/// The grade's words: needs work, acceptable, strong, excellent.
template <>
struct fmt::formatter<nps::Grade> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(nps::Grade grade, Context& context) const {
    return fmt::formatter<std::string_view>::format(name(grade), context);
  }
};

/// The score in points, in any format a double takes; not rounded by default.
template <>
struct fmt::formatter<nps::Score> : fmt::formatter<double> {
  template <typename Context>
  auto format(const nps::Score& score, Context& context) const {
    return fmt::formatter<double>::format(score.points(), context);
  }
};

/// The eleven counts as they travel between systems, rating 0 first.
template <>
struct fmt::formatter<nps::Tally> {
  constexpr auto parse(fmt::format_parse_context& context) const { return context.begin(); }
  template <typename Context>
  auto format(const nps::Tally& tally, Context& context) const {
    auto out = context.out();
    char separator = '[';
    for (const auto count : tally.counts()) {
      out = fmt::format_to(out, "{}{}", separator, count);
      separator = ',';
    }
    return fmt::format_to(out, "]");
  }
};

#endif  // NPS_FORMAT_H_
