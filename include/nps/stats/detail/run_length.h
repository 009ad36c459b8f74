// How long a CUSUM runs until it alarms. Not for users: see nps/stats/cusum.h.
//
// S goes from s to max(0, s + step of the band), and alarms at S >= h. On a grid over [0, h) that is
// a Markov chain, a step that ends between two nodes being shared between them; the mean run lengths
// L from each node solve (1 - Q) L = 1, Q being the chances to go from node to node. As no step is
// longer than the longest, Q is a narrow band, and one elimination solves it.
// Source: Brook & Evans, Biometrika 59 (1972) 539-549.
#ifndef NPS_STATS_DETAIL_RUN_LENGTH_H_
#define NPS_STATS_DETAIL_RUN_LENGTH_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace nps::detail {

/// One per band, worst first.
using PerBand = std::array<double, 3>;

/// Fifty nodes to the standard deviation of a step, but from 500 to 20000.
/// So run lengths are within 1 % of simulated ones.
[[nodiscard]] inline std::size_t run_length_nodes(const PerBand& chances, const PerBand& steps,
                                                  double threshold) noexcept {
  double square = 0;
  for (std::size_t i = 0; i < 3; ++i) square += chances[i] * steps[i] * steps[i];
  return static_cast<std::size_t>(std::clamp(50 * threshold / std::sqrt(square), 500.0, 20000.0));
}

/// The mean number of answers until S >= threshold > 0, from S = 0. Infinite where that never
/// happens.
[[nodiscard]] inline double run_length(const PerBand& chances, const PerBand& steps,
                                       double threshold, std::size_t nodes) {
  bool grows = false;
  for (std::size_t i = 0; i < 3; ++i) grows = grows || (chances[i] > 0 && steps[i] > 0);
  if (!grows) return std::numeric_limits<double>::infinity();

  // Where the steps lead, in nodes: `whole`, and the next one with a chance of `part`.
  const auto count = static_cast<std::ptrdiff_t>(nodes);
  std::array<std::ptrdiff_t, 3> whole{};
  PerBand part{};
  std::ptrdiff_t down = 0;
  std::ptrdiff_t up = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double size = static_cast<double>(nodes);
    const double offset = std::clamp(steps[i] / threshold * size, -size, size);
    whole[i] = static_cast<std::ptrdiff_t>(std::floor(offset));
    part[i] = offset - std::floor(offset);
    down = std::max(down, -whole[i]);
    up = std::max(up, whole[i] + 1);
  }
  down = std::min(down, count - 1);
  up = std::min(up, count - 1);

  // 1 - Q, its row i holding columns i - down to i + up.
  const std::ptrdiff_t stride = down + up + 1;
  std::vector<double> matrix(nodes * static_cast<std::size_t>(stride), 0.0);
  const auto row = [&](std::ptrdiff_t i) {
    return matrix.data() + (i * stride + down - i);  // indexed by column
  };
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    double* cells = row(i);
    cells[i] += 1;
    for (std::size_t band = 0; band < 3; ++band) {
      const auto move = [&](std::ptrdiff_t to, double chance) {
        if (to < count && chance > 0) cells[std::max<std::ptrdiff_t>(to, 0)] -= chance;
      };
      move(i + whole[band], chances[band] * (1 - part[band]));
      move(i + whole[band] + 1, chances[band] * part[band]);
    }
  }
  // From the last node to the first, whose run length is wanted. 1 - Q has a dominant diagonal, so
  // nothing need be exchanged.
  std::vector<double> lengths(nodes, 1.0);
  for (std::ptrdiff_t i = count - 1; i >= 0; --i) {
    const double* pivot = row(i);
    const std::ptrdiff_t left = std::max<std::ptrdiff_t>(i - down, 0);
    for (std::ptrdiff_t above = std::max<std::ptrdiff_t>(i - up, 0); above < i; ++above) {
      double* cells = row(above);
      const double factor = cells[i] / pivot[i];
      if (factor == 0) continue;
      for (std::ptrdiff_t j = left; j < i; ++j) cells[j] -= factor * pivot[j];
      lengths[static_cast<std::size_t>(above)] -= factor * lengths[static_cast<std::size_t>(i)];
    }
  }
  return lengths[0] / row(0)[0];
}

[[nodiscard]] inline double run_length(const PerBand& chances, const PerBand& steps,
                                       double threshold) {
  return run_length(chances, steps, threshold, run_length_nodes(chances, steps, threshold));
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_RUN_LENGTH_H_
