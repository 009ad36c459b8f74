// ReplayFlags: what a user asks of `nps replay`, and what that means for the library.
#ifndef NPS_SRC_CLI_REPLAY_FLAGS_H_
#define NPS_SRC_CLI_REPLAY_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/erasure_key.h"
#include "cli/report_flags.h"
#include "nps/adapters/ndjson.h"
#include "nps/event.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"
#include "nps/timestamp.h"

namespace CLI {
class Option;
}

namespace nps::cli {

/// The flags as they were typed.
struct ReplayFlags {
  ReportFlags report;
  std::vector<std::string> windows;
  std::string as_of;
  std::string order;
  std::vector<std::string> merge;
  std::string snapshot;
  std::uint64_t every = 0;
  std::optional<std::string> erasure_key;  // the name of its file
};

/// --erasure-key, which `nps watch` has, too.
CLI::Option* add_erasure_key(CLI::App& command, ReplayFlags& flags);
void add_replay_flags(CLI::App& command, const std::string& program, ReplayFlags& flags);

/// What the flags mean.
struct ReplayPlan {
  ReportOptions report;
  NdjsonOptions events;
  std::vector<std::string> labels;  // that the ledger is to keep, sorted
  std::optional<EventOrder> order;
  std::vector<WindowLength> windows;
  std::optional<Timestamp> as_of;
  std::optional<ErasureKey> erasure_key;

  /// What the ledger is made with, and what a snapshot's ledger has to agree with.
  [[nodiscard]] LedgerOptions ledger() const {
    return {.dimensions = labels, .order = order, .erasure_key = erasure_key};
  }
};
/// Fails (wrong usage) on names that mean nothing and on flags that do not go together, and where the
/// erasure key cannot be read.
[[nodiscard]] Result<ReplayPlan> plan_of(const ReplayFlags& flags);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_REPLAY_FLAGS_H_
