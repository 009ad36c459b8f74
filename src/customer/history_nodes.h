// HistoryNodes: first, previous and latest of some answers in 44 bytes. A node is of a customer, or of
// one stage of a customer who answered about several.
#ifndef NPS_SRC_CUSTOMER_HISTORY_NODES_H_
#define NPS_SRC_CUSTOMER_HISTORY_NODES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "stream/index.h"
#include "stream/records.h"

namespace nps::internal {

/// The three answers of a history, by their places in what is kept of each.
using Place = std::size_t;
inline constexpr Place kFirst = 0;
inline constexpr Place kPrevious = 1;
inline constexpr Place kLatest = 2;

struct HistoryNode {
  /// Of a customer the name, see ProfileIds. Of a stage the customer's next stage, and the answers.
  std::array<std::uint32_t, 2> key{};
  std::array<std::uint32_t, 6> times{};  // low and high word of each
  std::uint32_t labels = 0;              // which combination of labels; spilled: which Spilled
  std::uint32_t bits = 0;
  std::uint32_t next = Index::kNone;  // of the same bucket; of a free one, the next free one

  static constexpr std::uint32_t kSpilled = 1U << 15U;
  static constexpr std::uint32_t kMostAnswers = 0xffff;

  [[nodiscard]] std::uint8_t rating(Place place) const noexcept {
    return static_cast<std::uint8_t>((bits >> (4 * place)) & 15U);
  }
  [[nodiscard]] bool timed(Place place) const noexcept {
    return ((bits >> (12 + place)) & 1U) != 0;
  }
  [[nodiscard]] std::int64_t time(Place place) const noexcept {
    return static_cast<std::int64_t>(std::uint64_t{times[2 * place + 1]} << 32U | times[2 * place]);
  }
  void set(Place place, std::uint8_t rating, bool timed, std::int64_t time) noexcept {
    bits |= std::uint32_t{rating} << (4 * place) | std::uint32_t{timed} << (12 + place);
    times[2 * place] = static_cast<std::uint32_t>(time);
    times[2 * place + 1] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(time) >> 32U);
  }
  [[nodiscard]] bool spilled() const noexcept { return (bits & kSpilled) != 0; }
  [[nodiscard]] std::uint32_t answers() const noexcept { return bits >> 16U; }
};
static_assert(sizeof(HistoryNode) == 44);

class HistoryNodes {
 public:
  [[nodiscard]] HistoryNode& operator[](std::uint32_t at) noexcept {
    return *std::launder(reinterpret_cast<HistoryNode*>(blocks_[at]));
  }
  [[nodiscard]] const HistoryNode& operator[](std::uint32_t at) const noexcept {
    return *std::launder(reinterpret_cast<const HistoryNode*>(blocks_[at]));
  }
  /// How many positions there are, free ones included.
  [[nodiscard]] std::uint32_t size() const noexcept { return blocks_.size(); }
  std::uint32_t take() {
    std::uint32_t at = free_;
    if (at != Index::kNone) {
      free_ = (*this)[at].next;
    } else {
      blocks_.reserve_one();
      at = blocks_.push();
    }
    ::new (static_cast<void*>(blocks_[at])) HistoryNode{};
    return at;
  }
  void give_back(std::uint32_t at) noexcept { (*this)[at].next = std::exchange(free_, at); }
  [[nodiscard]] std::size_t memory() const noexcept { return blocks_.memory(); }

 private:
  Blocks blocks_{sizeof(HistoryNode)};
  std::uint32_t free_ = Index::kNone;
};

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_HISTORY_NODES_H_
