// Snapshot: the state of a replay as bytes, and back.
//
// The state is the ledger, and the latest instant that any valid event was received or answered: both
// are joins, so that snapshots of parts merge to the one of the whole, byte for byte. The cube and the
// windows follow from the ledger and are not stored. The zone is, because times without an offset were
// read in it.
#ifndef NPS_SRC_CLI_SNAPSHOT_H_
#define NPS_SRC_CLI_SNAPSHOT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/result.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"
#include "nps/timestamp.h"
#include "nps/wire/writer.h"

namespace nps::cli {

struct Snapshot {
  std::optional<Timestamp> latest;
  Ledger ledger;
};

[[nodiscard]] wire::Bytes encode_snapshot(std::string_view zone, std::optional<Timestamp> latest,
                                          const Ledger& ledger);

/// Reads a file that encode_snapshot wrote. Unreadable where it cannot be read, Malformed where it is
/// anything else, Mismatch where it was made in another zone or with other options.
[[nodiscard]] Result<Snapshot> read_snapshot(const std::string& file, std::string_view zone,
                                             const LedgerOptions& options);

/// What `nps watch` goes on from. The watches follow the order of arrival, so this does not merge.
struct Following {
  Ledger ledger;
  Watches watches;
};

[[nodiscard]] wire::Bytes encode_following(const Ledger& ledger, const Watches& watches);

/// Reads a file that encode_following wrote; fails as read_snapshot does.
[[nodiscard]] Result<Following> read_following(const std::string& file, const LedgerOptions& ledger,
                                               std::vector<Watch> watches, WatchesOptions options);

/// Replaces the file with these bytes, on the disk, whole or not at all.
[[nodiscard]] Result<> write_snapshot(const std::string& file, const wire::Bytes& bytes);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_SNAPSHOT_H_
