// StoreLeaves: from the keyed hash of an id to a number, for very many ids in no order. A tree of SQLite
// would do, and a batch of random ids would then touch each of its pages. Here a row is a leaf: a blob of
// fixed size, to the end of which entries are appended in order of arrival, so that a batch touches one
// page of each leaf. A leaf that is full is written anew as two.
//
//   leaves.let_go();                          // at the beginning of a transaction
//   const std::int64_t row = leaves.find(hash);          // 0 where there is none
//   leaves.put(hash, 12);
//   leaves.finish();                          // before it is committed
//
// Hashes are looked at to 96 bits of a keyed 128: two ids of one hash are one id. Of a thousand million
// ids two are of one hash once in 150 thousand million stores.
#ifndef NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_
#define NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
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

class StoreLeaves {
 public:
  /// The table has the columns first, the least `high` of the leaf, and entries.
  StoreLeaves(StoreConnection& db, const char* table);
  StoreLeaves(const StoreLeaves&) = delete;
  StoreLeaves& operator=(const StoreLeaves&) = delete;
  ~StoreLeaves() { sqlite3_blob_close(blob_); }

  /// Forgets what was read: another process may have written since.
  void let_go();
  /// The number that was put last; 0 where there is none.
  [[nodiscard]] std::int64_t find(const StoreHash& hash);
  /// Puts a number, from 1 to 2^47. What stood there before is counted out when the leaf is full.
  void put(const StoreHash& hash, std::int64_t number);
  /// Takes the hash out of the bytes of the leaf.
  void drop(const StoreHash& hash);
  /// Writes what is not written yet.
  void finish();

 private:
  static constexpr std::size_t kEntries = 1536;  // 27 KB a leaf, in seven pages
  static constexpr std::size_t kEntryBytes = 18;
  struct Entry {
    StoreHash hash;
    std::int64_t number;
  };

  void move_to(const StoreHash& hash);
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

  // The leaf at hand.
  bool is_loaded_ = false;
  std::int64_t first_ = 0;
  bool is_last_ = false;
  std::int64_t next_ = 0;  // where the next leaf begins, if there is one
  std::vector<Entry> entries_;
  std::size_t written_ = 0;                  // how many of them are in the file
  std::array<std::uint16_t, 4096> slots_{};  // 1 + the place of an entry, by its hash
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_LEAVES_H_
