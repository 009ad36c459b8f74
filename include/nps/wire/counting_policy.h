// Scales and counting policies to bytes and back, as parts of whatever they belong to. A reader that
// has failed gives the default.
//
//   nps::wire::write(out, cube.options().policy);
//   nps::CountingPolicy policy = nps::wire::read_counting_policy(in);
#ifndef NPS_WIRE_COUNTING_POLICY_H_
#define NPS_WIRE_COUNTING_POLICY_H_

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

/// Which answers as a byte (0 all, 1 latest, 2 first), the scale, the zone's name as a text.
inline void write(Writer& out, const CountingPolicy& policy) {
  out.u8(static_cast<std::uint8_t>(policy.which));
  write(out, policy.scale);
  out.text(policy.zone);
}

[[nodiscard]] inline CountingPolicy read_counting_policy(Reader& in) {
  CountingPolicy policy;
  policy.which = Which{in.choice("which answers count", 3)};
  policy.scale = read_scale(in);
  policy.zone = in.text("the zone");
  return in.failed() ? CountingPolicy{} : policy;
}

}  // namespace nps::wire

#endif  // NPS_WIRE_COUNTING_POLICY_H_
