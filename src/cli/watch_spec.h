// WatchSpec: what a user writes to have something watched: "below=20,window=30d".
#ifndef NPS_SRC_CLI_WATCH_SPEC_H_
#define NPS_SRC_CLI_WATCH_SPEC_H_

#include <string>
#include <string_view>

#include "nps/adapters/time_text.h"
#include "nps/result.h"
#include "nps/segment/zone.h"
#include "nps/stream/watch.h"

namespace nps::cli {

/// What can be watched for, with a sentence each: for help.
extern const std::string_view kWatchSpecs;

/// Reads a specification; an instant without an offset is civil time in `zone`. Fails (wrong usage)
/// with what is allowed.
[[nodiscard]] Result<Watch> watch_of(const std::string& spec, const Zone& zone);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_WATCH_SPEC_H_
