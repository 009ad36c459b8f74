// Records: what the ledger keeps of each response, and room for more of the same length beside it.
// A record is an Entry and the codes of its labels after it; with two labels it is 64 bytes, the line
// of a cache. Records stay where they are, in blocks of a few megabytes that are made as they are
// needed; only the first block grows, so that small ledgers are small.
#ifndef NPS_SRC_STREAM_RECORDS_H_
#define NPS_SRC_STREAM_RECORDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "detail/pages.h"
#include "nps/batch.h"
#include "stream/id.h"
#include "stream/index.h"

namespace nps::internal {

enum class State : std::uint8_t { Free, Counted, Dismissed, Deleted };

inline constexpr std::uint8_t kAnswered = 1;  // of Entry::known
inline constexpr std::uint8_t kTouched = 2;

struct Entry {
  Id id;
  State state = State::Free;
  std::uint8_t rating = 0;
  std::uint8_t known = 0;                 // which of the times
  std::uint32_t customer = Index::kNone;  // the position of the customer
  std::uint32_t previous = Index::kNone;  // of the same customer
  std::uint32_t next = Index::kNone;      // of the same customer; of a free one, the next free one
  std::int64_t order = 0;
  std::int64_t answered_at = 0;
  std::int64_t touchpoint_at = 0;
};
static_assert(std::is_trivially_copyable_v<Entry> && sizeof(Entry) == 56);

/// A growing table of things of one length, found by position.
class Blocks {
 public:
  explicit Blocks(std::size_t stride) : stride_(stride) {}
  Blocks(const Blocks& other) : stride_(other.stride_), size_(other.size_), room_(other.room_) {
    for (const Pages& block : other.blocks_) {
      blocks_.emplace_back(block.size());
      std::memcpy(blocks_.back().data(), block.data(), block.size());
    }
  }
  Blocks(Blocks&&) noexcept = default;
  Blocks& operator=(const Blocks&) = delete;
  Blocks& operator=(Blocks&&) noexcept = default;
  ~Blocks() = default;

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::byte* operator[](std::uint32_t position) const noexcept {
    auto* const block = static_cast<std::byte*>(blocks_[position >> kShift].data());
    return block + (position & kMask) * stride_;
  }
  /// Makes room for one more.
  void reserve_one() {
    if (size_ == room_) grow();
  }
  /// There must be room for it. All its bytes are 0.
  std::uint32_t push() noexcept {
    if (room_ - size_ == kAhead) is_due_ = room_ >= kBlock;
    return size_++;
  }

  /// Whether the last block is nearly full: true once a block. Fresh memory takes up to a millisecond
  /// to be had, so that whoever grows a table under a lock has the next block made without it.
  bool take_due() noexcept { return is_due_ && std::exchange(is_due_, false); }
  [[nodiscard]] std::size_t block_size() const noexcept { return stride_ * kBlock; }
  /// A block of that size and of zeroes, unless another was made meanwhile.
  void give(Pages block) {
    if (room_ - size_ <= kAhead) add(std::move(block));
  }

  [[nodiscard]] std::size_t memory() const noexcept {
    std::size_t bytes = 0;
    for (const Pages& block : blocks_) bytes += block.size();
    return bytes;
  }

 private:
  static constexpr unsigned kShift = 15;
  static constexpr std::uint32_t kBlock = std::uint32_t{1} << kShift;  // of all but the first
  static constexpr std::uint32_t kMask = kBlock - 1;
  static constexpr std::uint32_t kFirst = 16;
  static constexpr std::uint32_t kAhead = 4096;

  void grow() {
    if (room_ >= kBlock) return add(Pages(block_size()));
    const std::uint32_t more = room_ == 0 ? kFirst : room_ * 2;
    Pages grown(stride_ * more);
    if (room_ == 0) {
      blocks_.push_back(std::move(grown));
    } else {
      std::memcpy(grown.data(), blocks_[0].data(), blocks_[0].size());
      blocks_[0] = std::move(grown);
    }
    room_ = more;
  }
  void add(Pages block) {
    blocks_.push_back(std::move(block));
    room_ += kBlock;
  }

  std::size_t stride_;
  std::uint32_t size_ = 0;
  std::uint32_t room_ = 0;  // for so many
  bool is_due_ = false;
  std::vector<Pages> blocks_;
};

class Records {
 public:
  explicit Records(std::size_t labels)
      : labels_(labels), blocks_((sizeof(Entry) + labels * sizeof(Code) + 7) / 8 * 8) {}

  /// How many positions there are, free ones included.
  [[nodiscard]] std::uint32_t size() const noexcept { return blocks_.size(); }
  [[nodiscard]] Entry& operator[](std::uint32_t at) noexcept {
    return *std::launder(reinterpret_cast<Entry*>(blocks_[at]));
  }
  [[nodiscard]] const Entry& operator[](std::uint32_t at) const noexcept {
    return *std::launder(reinterpret_cast<const Entry*>(blocks_[at]));
  }
  [[nodiscard]] std::span<Code> codes(std::uint32_t at) noexcept {
    return {reinterpret_cast<Code*>(blocks_[at] + sizeof(Entry)), labels_};
  }
  [[nodiscard]] std::span<const Code> codes(std::uint32_t at) const noexcept {
    return {reinterpret_cast<const Code*>(blocks_[at] + sizeof(Entry)), labels_};
  }
  /// The id of the event that the record is of; the empty one as long as none was ever given.
  [[nodiscard]] Id event_id(std::uint32_t at) const noexcept {
    return at < event_ids_.size() ? event_ids_[at] : Id{};
  }
  /// There must be room where it is not empty.
  void set_event_id(std::uint32_t at, const Id& id) noexcept {
    if (at < event_ids_.size()) {
      event_ids_[at] = id;
    } else if (!id.empty()) {
      event_ids_.resize(at + 1);
      event_ids_[at] = id;
    }
  }
  void prefetch(std::uint32_t at) const noexcept { __builtin_prefetch(blocks_[at]); }

  /// Makes room for one more, with or without the id of an event.
  void reserve_one(bool event_id) {
    if (free_ == Index::kNone) blocks_.reserve_one();
    if (event_id && event_ids_.capacity() < size() + 1U) {
      event_ids_.reserve(std::max<std::size_t>({16, size() + 1U, event_ids_.capacity() * 2}));
    }
  }
  /// A position for a new record, which is default. There must be room.
  std::uint32_t take() noexcept {
    std::uint32_t at = free_;
    if (at != Index::kNone) {
      free_ = (*this)[at].next;
    } else {
      at = blocks_.push();
    }
    ::new (static_cast<void*>(blocks_[at])) Entry{};
    std::ranges::fill(codes(at), Code{0});
    return at;
  }
  void give_back(std::uint32_t at) noexcept {
    (*this)[at] = Entry{};
    (*this)[at].next = std::exchange(free_, at);
    set_event_id(at, {});
  }

  [[nodiscard]] Blocks& blocks() noexcept { return blocks_; }

  [[nodiscard]] std::size_t memory() const noexcept {
    return blocks_.memory() + event_ids_.capacity() * sizeof(Id);
  }

 private:
  std::size_t labels_;
  Blocks blocks_;
  std::vector<Id> event_ids_;  // as long as the last record that has one
  std::uint32_t free_ = Index::kNone;
};

/// Who answered: found by id, and with a list of the records through Entry::next.
class Customers {
 public:
  struct Customer {
    Id id;
    std::uint32_t first = Index::kNone;  // of a free one, the next free one
  };

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] std::uint32_t positions() const noexcept { return blocks_.size(); }
  [[nodiscard]] Customer& operator[](std::uint32_t at) noexcept {
    return *std::launder(reinterpret_cast<Customer*>(blocks_[at]));
  }
  [[nodiscard]] const Customer& operator[](std::uint32_t at) const noexcept {
    return *std::launder(reinterpret_cast<const Customer*>(blocks_[at]));
  }
  [[nodiscard]] const Index& index() const noexcept { return index_; }
  [[nodiscard]] std::uint32_t find(const Key& key, const Texts& texts) const noexcept {
    return index_.find(key.hash,
                       [&](std::uint32_t at) { return same((*this)[at].id, key, texts); });
  }
  void prefetch(std::uint32_t at) const noexcept { __builtin_prefetch(blocks_[at]); }

  std::uint32_t add(const Key& key, Texts& texts) {
    if (free_ == Index::kNone) blocks_.reserve_one();
    index_.reserve(1);
    const Id id = store(key, texts);
    std::uint32_t at = free_;
    if (at != Index::kNone) {
      free_ = (*this)[at].first;
    } else {
      at = blocks_.push();
    }
    ::new (static_cast<void*>(blocks_[at])) Customer{.id = id};
    index_.insert(key.hash, at);
    return at;
  }
  /// Its text, if it is a long one, is the caller's to give back.
  void remove(std::uint32_t at, std::uint64_t hash) noexcept {
    index_.erase(hash, at);
    (*this)[at] = {.id = {}, .first = std::exchange(free_, at)};
  }
  [[nodiscard]] std::size_t memory() const noexcept { return blocks_.memory() + index_.memory(); }

 private:
  Blocks blocks_{sizeof(Customer)};
  Index index_;
  std::uint32_t free_ = Index::kNone;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_RECORDS_H_
