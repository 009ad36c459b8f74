#include "stream/cell_directory.h"

#include <fmt/format.h>

#include <cstring>

namespace nps::internal {

namespace {
constexpr std::uint32_t kNoLabel = ~std::uint32_t{0};
}  // namespace

void CellKey::append(std::string& key, std::optional<std::string_view> label) {
  const std::uint32_t size = label ? static_cast<std::uint32_t>(label->size()) : kNoLabel;
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  key.append(bytes, sizeof size);
  if (label) key.append(*label);
}

std::vector<std::optional<std::string_view>> CellKey::labels(std::string_view key) {
  std::vector<std::optional<std::string_view>> labels;
  while (!key.empty()) {
    std::uint32_t size = 0;
    std::memcpy(&size, key.data(), sizeof size);
    key.remove_prefix(sizeof size);
    if (size == kNoLabel) {
      labels.emplace_back();
    } else {
      labels.emplace_back(key.substr(0, size));
      key.remove_prefix(size);
    }
  }
  return labels;
}

Result<TrackedCellEntry*> CellDirectory::at(std::string_view key) {
  const std::lock_guard held(mutex_);
  if (const auto known = by_key_.find(absl::string_view(key.data(), key.size()));
      known != by_key_.end()) {
    return known->second;
  }
  if (cells_.size() >= limit_) {
    return Error{ErrorCode::LimitReached,
                 fmt::format("more than {} combinations of labels: follow fewer dimensions or ones "
                             "with fewer values, or raise the limit on cells; nothing was changed",
                             limit_),
                 {.field = "cell_limit"}};
  }
  by_key_.reserve(cells_.size() + 1);
  TrackedCellEntry& cell = cells_.emplace_back(
      TrackedCellEntry{static_cast<std::uint32_t>(cells_.size()), std::string(key),
                       std::vector<std::atomic<const PublishedTally*>>(shards_)});
  by_key_.emplace(absl::string_view(cell.key.data(), cell.key.size()), &cell);
  return &cell;
}

std::size_t CellDirectory::size() const {
  const std::lock_guard held(mutex_);
  return cells_.size();
}

}  // namespace nps::internal
