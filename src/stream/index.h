// Index: where in a table the thing of a hash is. Open addressing with linear probing; a slot is 32
// bits of the hash, whose upper bits are its home, and the position. The table is grown from the
// slots alone, without a look at what they point to.
#ifndef NPS_SRC_STREAM_INDEX_H_
#define NPS_SRC_STREAM_INDEX_H_

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
  Index(const Index& other) : pages_(other.pages_.size()), bits_(other.bits_), size_(other.size_) {
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
    const Slot* const table = slots();
    for (std::size_t at = home(tag);; at = next(at)) {
      const Slot& slot = table[at];
      if (slot.position == 0) return kNone;
      if (slot.tag == tag && is_it(slot.position - 1)) return slot.position - 1;
    }
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
    if ((size_ + more) * 5 > slot_count() * 4) grow(more);
  }

  /// There must be room for it.
  void insert(std::uint64_t hash, std::uint32_t position) noexcept {
    place(slots(), bits_, {tag_of(hash), position + 1});
    ++size_;
  }

  /// The position must be there under that hash.
  void erase(std::uint64_t hash, std::uint32_t position) noexcept {
    Slot* const table = slots();
    std::size_t hole = home(tag_of(hash));
    while (table[hole].position != position + 1) hole = next(hole);
    // What was pushed past the hole moves back into it, so that no probe stops short.
    for (std::size_t at = next(hole); table[at].position != 0; at = next(at)) {
      const std::size_t wanted = home(table[at].tag);
      if (((at - wanted) & mask()) < ((at - hole) & mask())) continue;
      table[hole] = table[at];
      hole = at;
    }
    table[hole] = {};
    --size_;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t position = 0;  // one more than it is; 0 in an empty slot
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32U);
  }
  [[nodiscard]] std::size_t slot_count() const noexcept {
    return bits_ == 0 ? 0 : std::size_t{1} << bits_;
  }
  [[nodiscard]] std::size_t mask() const noexcept { return slot_count() - 1; }
  [[nodiscard]] std::size_t home(std::uint32_t tag) const noexcept {
    return std::size_t{tag} >> (32U - bits_);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & mask(); }
  [[nodiscard]] Slot* slots() const noexcept { return static_cast<Slot*>(pages_.data()); }

  static void place(Slot* table, unsigned bits, Slot slot) noexcept {
    const std::size_t mask = (std::size_t{1} << bits) - 1;
    std::size_t at = std::size_t{slot.tag} >> (32U - bits);
    while (table[at].position != 0) at = (at + 1) & mask;
    table[at] = slot;
  }

  void grow(std::size_t more) {
    unsigned bits = bits_ == 0 ? 4 : bits_;
    while ((size_ + more) * 5 > (std::size_t{1} << bits) * 4) ++bits;
    Pages pages((std::size_t{1} << bits) * sizeof(Slot));
    auto* const table = static_cast<Slot*>(pages.data());
    for (std::size_t at = 0; at < slot_count(); ++at) {
      if (slots()[at].position != 0) place(table, bits, slots()[at]);
    }
    pages_ = std::move(pages);
    bits_ = bits;
  }

  Pages pages_;
  unsigned bits_ = 0;
  std::size_t size_ = 0;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_INDEX_H_
