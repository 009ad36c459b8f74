// WatchFlags: what a user asks of `nps watch`, and what that means for the library.
#ifndef NPS_SRC_CLI_WATCH_FLAGS_H_
#define NPS_SRC_CLI_WATCH_FLAGS_H_

#include <string>
#include <vector>

#include "cli/replay_flags.h"
#include "nps/result.h"
#include "nps/stream/watch.h"

namespace nps::cli {

/// The flags as they were typed; `events` holds those that `nps replay` has, too.
struct WatchFlags {
  ReplayFlags events;
  std::vector<std::string> alarms;
  std::string restore;
};

void add_watch_flags(CLI::App& command, const std::string& program, WatchFlags& flags);

/// What the flags mean.
struct WatchPlan {
  ReplayPlan events;
  std::vector<std::string> by;
  std::vector<Watch> watches;
};
/// Fails (wrong usage) on names and specifications that mean nothing.
[[nodiscard]] Result<WatchPlan> plan_of(const WatchFlags& flags);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_WATCH_FLAGS_H_
