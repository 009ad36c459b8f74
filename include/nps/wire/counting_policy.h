// Scales and counting policies to bytes and back, as parts of whatever they belong to. A reader that
// has failed gives the default.
//
//   nps::wire::write(out, cube.options().policy);
//   nps::CountingPolicy policy = nps::wire::read_counting_policy(in);
#ifndef NPS_WIRE_COUNTING_POLICY_H_
#define NPS_WIRE_COUNTING_POLICY_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "nps/counting_policy.h"
#include "nps/scale.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::wire {

/// Four bytes: min, first passive, first promoter, max.
inline void write(Writer& out, const Scale& scale) {
  for (const int rating :
       {scale.min(), scale.first_passive(), scale.first_promoter(), scale.max()}) {
    out.u8(static_cast<std::uint8_t>(rating));
  }
}

[[nodiscard]] inline Scale read_scale(Reader& in) {
  const int min = in.u8("the least rating");
  const int first_passive = in.u8("the first passive rating");
  const int first_promoter = in.u8("the first promoter rating");
  const int max = in.u8("the greatest rating");
  const auto scale = Scale::from(min, first_passive, first_promoter, max);
  if (!scale) in.fail("there is no scale with such bands");
  return in.failed() ? kZeroToTen : *scale;
}

namespace internal {
/// The policies that a byte tells apart. What stands after the third came with version 2; a window and
/// an instant, after the zone, with version 3.
struct CountedAs {
  Which which;
  Per per;
};
inline constexpr std::array<CountedAs, 8> kCountedAs{{{Which::All, Per::Customer},
                                                      {Which::Latest, Per::Customer},
                                                      {Which::First, Per::Customer},
                                                      {Which::Latest, Per::CustomerAndStage},
                                                      {Which::First, Per::CustomerAndStage},
                                                      {Which::All, Per::Account},
                                                      {Which::Latest, Per::Account},
                                                      {Which::First, Per::Account}}};
}  // namespace internal

/// The version of what holds the policy: 1 for what counts all answers or one of each customer, as
/// it was before there was anything else, 3 for a window or an instant, and 2 for the rest.
[[nodiscard]] constexpr std::uint16_t counting_policy_version(
    const CountingPolicy& policy) noexcept {
  if (!is_timeless(policy)) return 3;
  return policy.per == Per::Customer ? 1 : 2;
}

/// Which answers count and what counts once as a byte, the scale, the zone's name as a text; and in
/// version 3 the window and the instant. A policy that is not consistent in what counts once is written
/// as what it counts: all answers.
inline void write(Writer& out, const CountingPolicy& policy) {
  const auto at = std::ranges::find_if(internal::kCountedAs, [&](const internal::CountedAs& as) {
    return as.which == policy.which && as.per == policy.per;
  });
  const auto byte = at == internal::kCountedAs.end() ? 0 : at - internal::kCountedAs.begin();
  out.u8(static_cast<std::uint8_t>(byte));
  write(out, policy.scale);
  out.text(policy.zone);
  if (is_timeless(policy)) return;
  out.u8(!policy.window ? 0 : policy.window->unit == BucketUnit::Hour ? 1 : 2);
  if (policy.window) out.varint(static_cast<std::uint64_t>(policy.window->buckets));
  out.i64(policy.as_of.value_or(Timestamp{}).time_since_epoch().count());
}

/// As it stands in what has that version: of the choices above in version 1 the first three.
[[nodiscard]] inline CountingPolicy read_counting_policy(Reader& in, std::uint16_t version = 2) {
  CountingPolicy policy;
  const std::uint8_t choices = version == 1 ? 3 : std::uint8_t{internal::kCountedAs.size()};
  const internal::CountedAs as = internal::kCountedAs[in.choice("which answers count", choices)];
  policy.which = as.which;
  policy.per = as.per;
  policy.scale = read_scale(in);
  policy.zone = in.text("the zone");
  if (version >= 3) {
    const std::uint8_t kind = in.choice("the kind of window", 3);
    if (kind != 0) {
      const std::uint64_t length = in.varint("the window's length");
      if (length < 1 || length > std::uint64_t{WindowLength::kLongest}) {
        in.fail("no window is that long");
      }
      policy.window = WindowLength{kind == 1 ? BucketUnit::Hour : BucketUnit::Day,
                                   static_cast<std::int64_t>(length)};
    }
    policy.as_of = Timestamp(Timestamp::duration(in.i64("the instant")));
  }
  return in.failed() ? CountingPolicy{} : policy;
}

}  // namespace nps::wire

#endif  // NPS_WIRE_COUNTING_POLICY_H_
