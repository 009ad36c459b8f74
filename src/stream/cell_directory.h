// CellDirectory: the cells that all shards of a tracker know, by their labels. A cell stays for as long
// as the tracker does, emptied or not, so that it can be pointed to; the limit is on all of them.
#ifndef NPS_SRC_STREAM_CELL_DIRECTORY_H_
#define NPS_SRC_STREAM_CELL_DIRECTORY_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/result.h"
#include "stream/published.h"

namespace nps::internal {

/// Labels as one text, each with its length before it; no value for a time that is not known.
class CellKey {
 public:
  static void append(std::string& key, std::optional<std::string_view> label);
  /// The views point into the key.
  [[nodiscard]] static std::vector<std::optional<std::string_view>> labels(std::string_view key);
};

struct TrackedCellEntry {
  std::uint32_t number = 0;  // in the order of arrival
  std::string key;
  /// What each shard counted there; nothing as long as it has not.
  std::vector<std::atomic<const PublishedTally*>> shards;
};

/// Safe for all threads.
class CellDirectory {
 public:
  CellDirectory(std::size_t shards, std::size_t limit) : shards_(shards), limit_(limit) {}

  /// The cell of that key, which is made if need be. LimitReached where there are too many.
  Result<TrackedCellEntry*> at(std::string_view key);
  [[nodiscard]] std::size_t size() const;

 private:
  std::size_t shards_;
  std::size_t limit_;
  mutable std::mutex mutex_;
  std::deque<TrackedCellEntry> cells_;
  absl::flat_hash_map<absl::string_view, TrackedCellEntry*> by_key_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_CELL_DIRECTORY_H_
