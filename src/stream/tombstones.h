// What stays of the erased: of a response its place in the order, of a customer a keyed hash.
#ifndef NPS_SRC_STREAM_TOMBSTONES_H_
#define NPS_SRC_STREAM_TOMBSTONES_H_

#include <absl/hash/hash.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "nps/detail/siphash.h"
#include "stream/id.h"
#include "stream/index.h"

namespace nps::internal {

using detail::Digest;

/// Keyed hashes are hashed once more, by the process's own secret: a key may be none.
inline std::uint64_t hash_of(const Digest& digest) noexcept {
  std::uint64_t words[2];
  std::memcpy(words, digest.data(), sizeof words);
  return absl::HashOf(words[0], words[1]);
}

/// A response whose greatest event is of an erased customer.
struct Tombstone {
  Digest response;  // keyed hash of its id
  std::int64_t order = 0;
  Id event_id;
  Digest digest;  // keyed, of what the event said
};

/// Grows at least by half, so that one more at a time costs O(1).
template <typename T>
void make_room(std::vector<T>& values, std::size_t more) {
  const std::size_t wanted = values.size() + more;
  if (values.capacity() < wanted) values.reserve(std::max(wanted, values.size() * 3 / 2 + 8));
}

class Tombstones {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return stones_.size(); }
  [[nodiscard]] bool empty() const noexcept { return stones_.empty(); }
  [[nodiscard]] const Tombstone& operator[](std::uint32_t at) const noexcept { return stones_[at]; }
  [[nodiscard]] const std::vector<Tombstone>& all() const noexcept { return stones_; }
  [[nodiscard]] std::uint32_t find(const Digest& response) const noexcept {
    return index_.find(hash_of(response),
                       [&](std::uint32_t at) { return stones_[at].response == response; });
  }
  void reserve(std::size_t more) {
    make_room(stones_, more);
    index_.reserve(more);
  }
  /// There must be room for it.
  void add(const Tombstone& stone) noexcept {
    index_.insert(hash_of(stone.response), static_cast<std::uint32_t>(stones_.size()));
    stones_.push_back(stone);
  }
  /// A greater event of the same response.
  void replace(std::uint32_t at, const Tombstone& stone) noexcept { stones_[at] = stone; }
  void remove(std::uint32_t at) noexcept {
    const auto last = static_cast<std::uint32_t>(stones_.size() - 1);
    index_.erase(hash_of(stones_[at].response), at);
    if (at != last) {
      const std::uint64_t hash = hash_of(stones_[last].response);
      index_.erase(hash, last);
      index_.insert(hash, at);
      stones_[at] = stones_[last];
    }
    stones_.pop_back();
  }
  [[nodiscard]] std::size_t memory() const noexcept {
    return stones_.capacity() * sizeof(Tombstone) + index_.memory();
  }

 private:
  std::vector<Tombstone> stones_;
  Index index_;
};

/// A set that only grows.
class Digests {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return digests_.size(); }
  [[nodiscard]] bool empty() const noexcept { return digests_.empty(); }
  [[nodiscard]] const std::vector<Digest>& all() const noexcept { return digests_; }
  [[nodiscard]] std::uint32_t find(const Digest& digest) const noexcept {
    return index_.find(hash_of(digest), [&](std::uint32_t at) { return digests_[at] == digest; });
  }
  [[nodiscard]] bool contains(const Digest& digest) const noexcept {
    return find(digest) != Index::kNone;
  }
  void reserve(std::size_t more) {
    make_room(digests_, more);
    index_.reserve(more);
  }
  /// There must be room for it, and it must not be there.
  void add(const Digest& digest) noexcept {
    index_.insert(hash_of(digest), static_cast<std::uint32_t>(digests_.size()));
    digests_.push_back(digest);
  }
  [[nodiscard]] std::size_t memory() const noexcept {
    return digests_.capacity() * sizeof(Digest) + index_.memory();
  }

 private:
  std::vector<Digest> digests_;
  Index index_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_TOMBSTONES_H_
