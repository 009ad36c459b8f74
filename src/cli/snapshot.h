// Snapshots in files: the state of a replay or a watch, read and replaced.
#ifndef NPS_SRC_CLI_SNAPSHOT_H_
#define NPS_SRC_CLI_SNAPSHOT_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/snapshot_codec.h"
#include "nps/result.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"
#include "nps/wire/writer.h"

namespace nps::cli {

/// Reads a file that encode_snapshot wrote. Unreadable where it cannot be read; else fails as
/// decode_snapshot does, with the file's name.
[[nodiscard]] Result<Snapshot> read_snapshot(const std::string& file, std::string_view zone,
                                             const LedgerOptions& options);

/// Reads a file that encode_following wrote; fails as read_snapshot does.
[[nodiscard]] Result<Following> read_following(const std::string& file, const LedgerOptions& ledger,
                                               std::vector<Watch> watches, WatchesOptions options);

/// Replaces the file with these bytes, on the disk, whole or not at all.
[[nodiscard]] Result<> write_snapshot(const std::string& file, const wire::Bytes& bytes);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_SNAPSHOT_H_
