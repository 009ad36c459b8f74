// Cells: the table behind a Cube. A row of codes finds its cell; a cell is a tally and, where
// weights are kept, their sums.
#ifndef NPS_SRC_SEGMENT_CELLS_H_
#define NPS_SRC_SEGMENT_CELLS_H_

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>
#include <absl/types/span.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nps/batch.h"
#include "nps/tally.h"
#include "nps/weighted_tally.h"

namespace nps::internal {

/// The code of a response that has no value in a timing dimension.
inline constexpr Code kAbsent = ~Code{0};

class Cells {
 public:
  using Index = std::uint32_t;

  Cells(std::size_t dimensions, bool weighted)
      : width_(dimensions), weighted_(weighted), index_(0, Hash{this}, Equal{this}) {}
  Cells(const Cells& other)
      : width_(other.width_),
        weighted_(other.weighted_),
        codes_(other.codes_),
        tallies_(other.tallies_),
        weights_(other.weights_),
        index_(other.size(), Hash{this}, Equal{this}) {
    for (Index cell = 0; cell < size(); ++cell) index_.insert(cell);
  }
  Cells& operator=(const Cells&) = delete;
  ~Cells() = default;

  [[nodiscard]] std::size_t size() const noexcept { return tallies_.size(); }
  [[nodiscard]] std::span<const Code> codes(Index cell) const noexcept {
    return {codes_.data() + std::size_t{cell} * width_, width_};
  }
  [[nodiscard]] const Tally& tally(Index cell) const noexcept { return tallies_[cell]; }
  [[nodiscard]] Tally& tally(Index cell) noexcept { return tallies_[cell]; }
  /// Only where weights are kept.
  [[nodiscard]] const WeightedTally& weights(Index cell) const noexcept { return weights_[cell]; }
  [[nodiscard]] WeightedTally& weights(Index cell) noexcept { return weights_[cell]; }
  /// Changes whenever an index may have come to mean another cell.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  [[nodiscard]] bool weighted() const noexcept { return weighted_; }

  /// Room for so many cells in all.
  void reserve(std::size_t size) {
    codes_.reserve(size * width_);
    tallies_.reserve(size);
    if (weighted_) weights_.reserve(size);
    index_.reserve(size);
  }

  /// The cell of these codes, new and empty if need be.
  Index at(std::span<const Code> codes) {
    if (const auto known = find(codes)) return *known;
    const auto cell = static_cast<Index>(size());
    codes_.insert(codes_.end(), codes.begin(), codes.end());
    tallies_.emplace_back();
    if (weighted_) weights_.emplace_back();
    index_.insert(cell);
    return cell;
  }

  [[nodiscard]] std::optional<Index> find(std::span<const Code> codes) const {
    const auto known = index_.find(codes);
    return known == index_.end() ? std::nullopt : std::optional(*known);
  }
  /// The same for who asks for few cells very often: what was found of late is looked at first.
  [[nodiscard]] std::optional<Index> find_again(std::span<const Code> codes) {
    std::uint32_t place = 0;
    for (const Code code : codes) place = place * 13 + code;
    Index& recent = recent_[place % recent_.size()];
    if (recent < size() && std::ranges::equal(this->codes(recent), codes)) return recent;
    const auto known = find(codes);
    if (known) recent = *known;
    return known;
  }

  /// Forgets one cell; the last one takes its index.
  void erase(Index cell) {
    const auto last = static_cast<Index>(size() - 1);
    index_.erase(cell);
    if (cell != last) {
      index_.erase(last);
      std::ranges::copy(codes(last), codes_.begin() + static_cast<std::ptrdiff_t>(cell * width_));
      tallies_[cell] = tallies_[last];
      if (weighted_) weights_[cell] = weights_[last];
      index_.insert(cell);
    }
    drop_last();
  }

  /// Forgets the cells made since there were `size` of them.
  void shrink(std::size_t size) {
    while (this->size() > size) {
      index_.erase(static_cast<Index>(this->size() - 1));
      drop_last();
    }
  }

 private:
  void drop_last() {
    ++version_;
    codes_.resize(codes_.size() - width_);
    tallies_.pop_back();
    if (weighted_) weights_.pop_back();
  }

  struct Hash {
    using is_transparent = void;
    const Cells* cells;
    std::size_t operator()(std::span<const Code> codes) const {
      return absl::HashOf(absl::MakeConstSpan(codes.data(), codes.size()));
    }
    std::size_t operator()(Index cell) const { return (*this)(cells->codes(cell)); }
  };
  struct Equal {
    using is_transparent = void;
    const Cells* cells;
    bool operator()(Index a, Index b) const { return a == b; }
    bool operator()(Index cell, std::span<const Code> codes) const {
      return std::ranges::equal(cells->codes(cell), codes);
    }
    bool operator()(std::span<const Code> codes, Index cell) const { return (*this)(cell, codes); }
  };

  std::size_t width_;
  bool weighted_;
  std::uint64_t version_ = 0;
  std::vector<Code> codes_;  // width_ of them a cell
  std::vector<Tally> tallies_;
  std::vector<WeightedTally> weights_;
  absl::flat_hash_set<Index, Hash, Equal> index_;
  std::array<Index, 64> recent_{};  // any cells: who looks compares
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_CELLS_H_
