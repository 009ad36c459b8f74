// Snapshots of `nps replay` and `nps watch` as bytes, and back. Layout: FORMAT.md in nps/wire.
//
// The state of a replay is the ledger, and the latest instant that any valid event was received or
// answered: both are joins, so that snapshots of parts merge to the one of the whole, byte for byte. The
// cube and the windows follow from the ledger and are not stored. The zone is, because times without an
// offset were read in it.
#ifndef NPS_SRC_CLI_SNAPSHOT_CODEC_H_
#define NPS_SRC_CLI_SNAPSHOT_CODEC_H_

#include <cstddef>
#include <optional>
#include <span>
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

/// What encode_snapshot wrote, and no other bytes. Malformed says what is wrong at which byte; Mismatch
/// where it was made in another zone or with other options. Memory is O(bytes), whatever they say.
[[nodiscard]] Result<Snapshot> decode_snapshot(std::span<const std::byte> bytes,
                                               std::string_view zone, const LedgerOptions& options);

/// What `nps watch` goes on from. The watches follow the order of arrival, so this does not merge.
struct Following {
  Ledger ledger;
  Watches watches;
};

[[nodiscard]] wire::Bytes encode_following(const Ledger& ledger, const Watches& watches);

/// What encode_following wrote; fails as decode_snapshot does.
[[nodiscard]] Result<Following> decode_following(std::span<const std::byte> bytes,
                                                 const LedgerOptions& ledger_options,
                                                 std::vector<Watch> declared,
                                                 WatchesOptions options);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_SNAPSHOT_CODEC_H_
