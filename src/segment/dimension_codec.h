// Dimensions and their timings to bytes and back, as parts of whatever they belong to. FORMAT.md in
// include/nps/wire has the layout. A reader that has failed gives some value of the type.
#ifndef NPS_SRC_SEGMENT_DIMENSION_CODEC_H_
#define NPS_SRC_SEGMENT_DIMENSION_CODEC_H_

#include <cstddef>
#include <string_view>

#include "nps/segment/dimension.h"
#include "nps/segment/timing.h"
#include "nps/segment/zone.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::internal {

/// A dimension is at least so many bytes: an empty name and the kind.
inline constexpr std::size_t kLeastDimension = 2;

void write(wire::Writer& out, Zone zone);
void write(wire::Writer& out, const Calendar& calendar);
void write(wire::Writer& out, const Cycle& cycle);
void write(wire::Writer& out, const Delays& delays);
void write(wire::Writer& out, const Dimension& dimension);

/// A zone that this machine does not have is a NotFound, all else that is wrong is Malformed. Zones
/// stay loaded, so bytes of unknown origin can fill memory with as many as the database has.
Zone read_zone(wire::Reader& in);
Calendar read_calendar(wire::Reader& in);
Cycle read_cycle(wire::Reader& in);
Delays read_delays(wire::Reader& in);
Dimension read_dimension(wire::Reader& in);

/// Whether a response could have this label: any text in a label dimension; in a timing the form of
/// its labels. Whether a calendar's zone ever had that hour is not asked, as editions of the time
/// zone database differ there.
bool could_have(const Dimension& dimension, std::string_view label);

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_DIMENSION_CODEC_H_
