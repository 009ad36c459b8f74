// StoreLeaves: from the keyed hash of an id to a few numbers, for very many ids in no order. A tree of SQLite
// would do, and a batch of random ids would then touch each of its pages. Here a row is a leaf: a blob of
// fixed size, to the end of which entries are appended in order of arrival, so that a batch touches one
// page of each leaf. A leaf that is full is written anew as two.
//
//   leaves.let_go();                          // at the beginning of a transaction
//   const std::int64_t row = leaves.find(hash)[0];       // 0 where there is none
//   leaves.put(hash, {12});
//   leaves.finish();                          // before it is committed
//
// Hashes are looked at to 96 bits of a keyed 128: two ids of one hash are one id. Of a thousand million
// ids two are of one hash once in 150 thousand million stores.
#ifndef NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_
#define NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite_statement.h"
#include "nps/detail/siphash.h"

namespace nps::internal {

/// What of a keyed hash is kept. Ordered by `high` alone leaves are ordered, so whoever walks through
/// many is quickest in order.
struct StoreHash {
  std::int64_t high = 0;
  std::uint32_t low = 0;
  friend auto operator<=>(const StoreHash&, const StoreHash&) = default;
};
[[nodiscard]] StoreHash store_hash(const detail::Digest& digest) noexcept;

template <std::size_t kNumbers>
class StoreLeaves {
 public:
  using Numbers = std::array<std::int64_t, kNumbers>;

  /// The table has the columns first, the least `high` of the leaf, and entries.
  StoreLeaves(StoreConnection& db, const char* table);
  StoreLeaves(const StoreLeaves&) = delete;
  StoreLeaves& operator=(const StoreLeaves&) = delete;
  ~StoreLeaves() { sqlite3_blob_close(blob_); }

  /// Forgets what was read: another process may have written since.
  void let_go();
  /// The numbers that were put last; all 0 where there are none.
  [[nodiscard]] Numbers find(const StoreHash& hash);
  /// Puts numbers, below 2^47; the first of them is not 0. What stood there before is counted out when
  /// the leaf is full.
  void put(const StoreHash& hash, const Numbers& numbers);
  /// Takes the hash out of the bytes of the leaf.
  void drop(const StoreHash& hash);
  /// Writes what is not written yet.
  void finish();
  /// All that find() finds, in no order. Nothing may be put meanwhile.
  void for_each(const std::function<void(const Numbers&)>& take);

 private:
  static constexpr std::size_t kNumberBytes = 6;
  static constexpr std::size_t kEntryBytes = 12 + kNumbers * kNumberBytes;
  static constexpr std::size_t kEntries = 27'648 / kEntryBytes;  // seven pages a leaf

  void move_to(const StoreHash& hash);
  void read(std::string_view bytes);
  [[nodiscard]] StoreHash hash_at(std::size_t entry) const;
  [[nodiscard]] Numbers numbers_at(std::size_t entry) const;
  /// Of each hash the entry that was put last.
  [[nodiscard]] std::vector<std::size_t> last_entries() const;
  void keep(const std::vector<std::size_t>& entries);
  void index();
  [[nodiscard]] std::size_t slot_of(const StoreHash& hash) const;
  void append_written();
  void write(std::int64_t first, std::size_t from);
  void make(std::int64_t first);
  void compact();
  void split();

  StoreConnection* db_;
  std::string table_;
  StoreStatement load_, make_;
  sqlite3_blob* blob_ = nullptr;  // open only between two calls of finish()

  // The leaf at hand. Its entries stay as they lie in the file: few of them are ever asked for.
  bool is_loaded_ = false;
  std::int64_t first_ = 0;
  bool is_last_leaf_ = false;
  std::int64_t next_ = 0;  // where the next leaf begins, if there is one
  std::string bytes_;
  std::size_t count_ = 0;                    // of entries
  std::size_t written_ = 0;                  // how many of them are in the file
  std::array<std::uint16_t, 4096> slots_{};  // 1 + the place of an entry, by its hash
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_
