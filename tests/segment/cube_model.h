// CubeModel: a cube in the plainest way there is, a std::map from labels to tallies. Slow, and too
// simple to be wrong in the same way as Cube.
#ifndef NPS_TESTS_SEGMENT_CUBE_MODEL_H_
#define NPS_TESTS_SEGMENT_CUBE_MODEL_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/tally.h"

namespace nps::test {

class CubeModel {
 public:
  /// A label for each dimension; none where a response has no such time.
  using Key = std::vector<std::optional<std::string>>;

  void add(const Key& key, Rating rating) { cells_[key].add(rating); }

  void merge(const CubeModel& other) {
    for (const auto& [key, tally] : std::map(other.cells_)) cells_[key] += tally;
  }

  /// False, and nothing changes, where the other has what this one has not.
  bool subtract(const CubeModel& other) {
    for (const auto& [key, tally] : other.cells_) {
      const auto own = cells_.find(key);
      if (own == cells_.end() || !own->second.contains(tally)) return false;
    }
    for (const auto& [key, tally] : std::map(other.cells_)) {
      if ((cells_[key] -= tally).empty()) cells_.erase(key);
    }
    return true;
  }

  [[nodiscard]] CubeModel roll_up(const std::vector<std::size_t>& keep) const {
    CubeModel rolled;
    for (const auto& [key, tally] : cells_) {
      Key kept;
      for (const std::size_t d : keep) kept.push_back(key[d]);
      rolled.cells_[kept] += tally;
    }
    return rolled;
  }

  [[nodiscard]] CubeModel slice(std::size_t dimension, const std::string& label) const {
    CubeModel sliced;
    for (const auto& [key, tally] : cells_) {
      if (key[dimension] != label) continue;
      Key others = key;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(dimension));
      sliced.cells_[others] = tally;
    }
    return sliced;
  }

  [[nodiscard]] Tally total() const {
    Tally total;
    for (const auto& [key, tally] : cells_) total += tally;
    return total;
  }

  [[nodiscard]] std::size_t size() const { return cells_.size(); }

  /// The cells with a value in every dimension.
  [[nodiscard]] std::map<std::vector<std::string>, Tally> timed() const {
    std::map<std::vector<std::string>, Tally> cells;
    for (const auto& [key, tally] : cells_) {
      std::vector<std::string> labels;
      for (const auto& label : key) {
        if (label) labels.push_back(*label);
      }
      if (labels.size() == key.size()) cells[labels] = tally;
    }
    return cells;
  }

 private:
  std::map<Key, Tally> cells_;
};

/// Everything that can be read off an unweighted cube is what the model says. One assertion, so
/// that it can stand in long loops.
inline bool same(const Cube& cube, const CubeModel& model) {
  const std::vector<Cell> cells = cube.cells();
  std::map<std::vector<std::string>, Tally> read;
  for (const Cell& cell : cells) {
    if (cell.weighted) return false;
    read.emplace(std::vector<std::string>(cell.labels.begin(), cell.labels.end()), cell.tally);
  }
  const auto& by = cube.dimensions();
  const auto in_order = [&by](const Cell& a, const Cell& b) {
    for (std::size_t d = 0; d < by.size(); ++d) {
      if (a.labels[d] != b.labels[d]) return by[d].before(a.labels[d], b.labels[d]);
    }
    return false;  // alike, which cells may not be
  };
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (!in_order(cells[i - 1], cells[i])) return false;
  }
  return cube.total() == model.total() && cube.cell_count() == model.size() &&
         read.size() == cells.size() && read == model.timed();
}

}  // namespace nps::test

#endif  // NPS_TESTS_SEGMENT_CUBE_MODEL_H_
