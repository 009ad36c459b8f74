// Index: where in a table the thing of a hash is. Open addressing with linear probing; a slot is 32
// bits of the hash, whose upper bits are its home, and the position. Slots are in order of those bits,
// so that a search for what is not there ends where it would be, and not at the next gap; and there is
// room past the last home, so that nothing begins again at the front. The table is grown from the slots
// alone, from front to back, without a look at what they point to.
// Source      Amble and Knuth, "Ordered hash tables", The Computer Journal 17 (1974) 135-142.
#ifndef NPS_SRC_STREAM_INDEX_H_
#define NPS_SRC_STREAM_INDEX_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "detail/pages.h"

namespace nps::internal {

class Index {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  Index() = default;
  Index(const Index& other)
      : pages_(other.pages_.size()),
        bits_(other.bits_),
        size_(other.size_),
        past_(other.past_),
        room_past_(other.room_past_) {
    if (pages_.size() != 0) std::memcpy(pages_.data(), other.pages_.data(), pages_.size());
  }
  Index(Index&&) noexcept = default;
  Index& operator=(const Index&) = delete;
  Index& operator=(Index&&) noexcept = default;
  ~Index() = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t memory() const noexcept { return pages_.size(); }

  /// The position under that hash of which `is_it(position)` holds; kNone where there is none.
  template <typename IsIt>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt is_it) const noexcept {
    if (size_ == 0) return kNone;
    const std::uint32_t tag = tag_of(hash);
    const Slot* slot = slots() + home(tag);
    while (slot->tag > tag) ++slot;
    for (; slot->tag == tag; ++slot) {
      if (is_it(slot->position - 1)) return slot->position - 1;
    }
    return kNone;
  }

  /// Asks for the memory in which the hash would be looked up.
  void prefetch(std::uint64_t hash) const noexcept {
    if (size_ != 0) __builtin_prefetch(slots() + home(tag_of(hash)));
  }
  /// A position that may be the one: the first with the same tag. Nothing but a hint.
  [[nodiscard]] std::uint32_t guess(std::uint64_t hash) const noexcept {
    return find(hash, [](std::uint32_t) { return true; });
  }

  /// Makes room for `more` further positions.
  void reserve(std::size_t more) {
    if ((size_ + more) * 5 > homes() * 4 || past_ + more > room_past_) grow(more);
  }

  /// There must be room for it.
  void insert(std::uint64_t hash, std::uint32_t position) noexcept {
    Slot moved{tag_of(hash), position + 1};
    std::size_t at = home(moved.tag);
    Slot* const table = slots();
    while (table[at].tag > moved.tag) ++at;
    for (;; ++at) {  // what stood here moves on by one
      std::swap(table[at], moved);
      if (moved.tag == 0) break;
    }
    if (at >= homes()) ++past_;
    ++size_;
  }

  /// The position must be there under that hash.
  void erase(std::uint64_t hash, std::uint32_t position) noexcept {
    Slot* const table = slots();
    std::size_t hole = home(tag_of(hash));
    while (table[hole].position != position + 1) ++hole;
    // What was pushed past its home moves back by one.
    for (; table[hole + 1].tag != 0 && home(table[hole + 1].tag) <= hole; ++hole) {
      table[hole] = table[hole + 1];
    }
    table[hole] = {};
    if (hole >= homes()) --past_;
    --size_;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;       // 0 in an empty slot; they descend, so that empty ones come last
    std::uint32_t position = 0;  // one more than it is
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32U) | 1U;
  }
  [[nodiscard]] std::size_t homes() const noexcept {
    return bits_ == 0 ? 0 : std::size_t{1} << bits_;
  }
  static std::size_t home(std::uint32_t tag, unsigned bits) noexcept {
    return std::size_t{~tag} >> (32U - bits);
  }
  [[nodiscard]] std::size_t home(std::uint32_t tag) const noexcept { return home(tag, bits_); }
  [[nodiscard]] Slot* slots() const noexcept { return static_cast<Slot*>(pages_.data()); }

  void grow(std::size_t more) {
    unsigned bits = bits_ == 0 ? 4 : bits_;
    while ((size_ + more) * 5 > (std::size_t{1} << bits) * 4) ++bits;
    while (!move_to(bits, more)) ++bits;
  }

  // Into a table of so many homes; false where too many would stand past the last of them.
  bool move_to(unsigned bits, std::size_t more) {
    const std::size_t room = kLeastPast + (std::size_t{1} << bits) / 64 + more;
    Pages pages(((std::size_t{1} << bits) + room + 1) * sizeof(Slot));  // the last is always empty
    auto* const table = static_cast<Slot*>(pages.data());
    const std::size_t end = homes() == 0 ? 0 : homes() + room_past_;
    std::size_t next = 0;
    for (std::size_t at = 0; at < end; ++at) {
      const Slot slot = slots()[at];
      if (slot.tag == 0) continue;
      next = std::max(next, home(slot.tag, bits));
      if (next + more >= (std::size_t{1} << bits) + room) return false;
      table[next++] = slot;
    }
    pages_ = std::move(pages);
    bits_ = bits;
    past_ = next - std::min(next, homes());
    room_past_ = room;
    return true;
  }

  static constexpr std::size_t kLeastPast = 16;

  Pages pages_;
  unsigned bits_ = 0;
  std::size_t size_ = 0;
  std::size_t past_ = 0;       // of them, past the last home
  std::size_t room_past_ = 0;  // for so many
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_INDEX_H_
