#include "adapters/sqlite_leaves.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace nps::internal {

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

// The lower bytes of a number, the least first.
template <std::size_t kBytes, typename T>
void put_bytes(std::string& to, T value) {
  for (std::size_t i = 0; i < kBytes; ++i) {
    to.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xffU));
  }
}

template <std::size_t kBytes, typename T>
void take_bytes(const char* from, T& value) {
  std::uint64_t bytes = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&bytes, from, kBytes);
  } else {
    for (std::size_t i = 0; i < kBytes; ++i) {
      bytes |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
    }
  }
  value = static_cast<T>(bytes);
}

constexpr std::size_t kHashBytes = 12;

StoreHash hash_in(const char* from) {
  StoreHash hash;
  take_bytes<8>(from, hash.high);
  take_bytes<4>(from + 8, hash.low);
  return hash;
}

}  // namespace

StoreHash store_hash(const detail::Digest& digest) noexcept {
  return hash_in(reinterpret_cast<const char*>(digest.data()));
}

template <std::size_t kNumbers>
StoreLeaves<kNumbers>::StoreLeaves(StoreConnection& db, const char* table)
    : db_(&db),
      table_(table),
      load_(db, ("SELECT l.first, l.entries, (SELECT n.first FROM " + table_ +
                 " n WHERE n.first > l.first ORDER BY n.first LIMIT 1) FROM " + table_ +
                 " l WHERE l.first <= ? ORDER BY l.first DESC LIMIT 1")
                    .c_str()),
      make_(db, ("INSERT INTO " + table_ + " VALUES (?, zeroblob(?))").c_str()) {
  bytes_.reserve(kEntries * kEntryBytes);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::let_go() {
  is_loaded_ = false;
  bytes_.clear();
  count_ = 0;
  written_ = 0;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::finish() {
  append_written();
  const int code = sqlite3_blob_close(blob_);
  blob_ = nullptr;
  if (code != SQLITE_OK) db_->fail(code);
  let_go();
}

template <std::size_t kNumbers>
StoreHash StoreLeaves<kNumbers>::hash_at(std::size_t entry) const {
  return hash_in(bytes_.data() + entry * kEntryBytes);
}

template <std::size_t kNumbers>
auto StoreLeaves<kNumbers>::numbers_at(std::size_t entry) const -> Numbers {
  const char* at = bytes_.data() + entry * kEntryBytes + kHashBytes;
  Numbers numbers{};
  for (std::int64_t& number : numbers) {
    take_bytes<kNumberBytes>(at, number);
    at += kNumberBytes;
  }
  return numbers;
}

template <std::size_t kNumbers>
std::size_t StoreLeaves<kNumbers>::slot_of(const StoreHash& hash) const {
  std::size_t slot = hash.low % slots_.size();
  while (slots_[slot] != 0 && hash_at(slots_[slot] - 1U) != hash) slot = (slot + 1) % slots_.size();
  return slot;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::index() {
  slots_.fill(0);
  for (std::size_t i = 0; i < count_; ++i) {
    slots_[slot_of(hash_at(i))] = static_cast<std::uint16_t>(i + 1);
  }
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::move_to(const StoreHash& hash) {
  if (is_loaded_ && hash.high >= first_ && (is_last_leaf_ || hash.high < next_)) return;
  append_written();
  let_go();
  const bool is_there = load_.bind(hash.high).step();
  first_ = is_there ? load_.number(0) : kLeast;
  is_last_leaf_ = !is_there || load_.is_null(2);
  next_ = is_there ? load_.number(2) : 0;
  read(is_there ? load_.text(1) : std::string_view());
  load_.done();
  written_ = count_;
  is_loaded_ = true;
}

/// Entries end where the first number of one is 0. One that belongs into another leaf shows that these
/// are not the bytes that were written.
template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::read(std::string_view bytes) {
  bytes_ = bytes;
  const std::size_t places = bytes.size() / kEntryBytes;
  bool is_sound = places == 0 || places == kEntries;
  for (count_ = 0; is_sound && count_ < places && numbers_at(count_)[0] != 0; ++count_) {
    const std::int64_t high = hash_at(count_).high;
    is_sound = is_sound && high >= first_ && (is_last_leaf_ || high < next_);
  }
  if (!is_sound) db_->fail_damaged();
  bytes_.resize(count_ * kEntryBytes);
  index();
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::for_each(const std::function<void(const Numbers&)>& take) {
  append_written();
  let_go();
  first_ = kLeast;
  is_last_leaf_ = true;
  StoreStatement all(*db_, ("SELECT entries FROM " + table_).c_str());
  while (all.step()) {
    read(all.text(0));
    for (const std::size_t entry : last_entries()) take(numbers_at(entry));
  }
  let_go();
}

template <std::size_t kNumbers>
auto StoreLeaves<kNumbers>::find(const StoreHash& hash) -> Numbers {
  move_to(hash);
  const std::uint16_t found = slots_[slot_of(hash)];
  return found == 0 ? Numbers{} : numbers_at(found - 1U);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::put(const StoreHash& hash, const Numbers& numbers) {
  move_to(hash);
  if (count_ == kEntries) {
    keep(last_entries());
    if (count_ > kEntries / 2) split();
    move_to(hash);
  }
  put_bytes<8>(bytes_, hash.high);
  put_bytes<4>(bytes_, hash.low);
  for (const std::int64_t number : numbers) put_bytes<kNumberBytes>(bytes_, number);
  slots_[slot_of(hash)] = static_cast<std::uint16_t>(++count_);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::drop(const StoreHash& hash) {
  if (find(hash)[0] == 0) return;
  std::vector<std::size_t> others = last_entries();
  std::erase_if(others, [&](std::size_t entry) { return hash_at(entry) == hash; });
  keep(others);
  write(first_, 0);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::append_written() {
  if (!is_loaded_ || written_ == count_) return;
  write(first_, written_);
}

template <std::size_t kNumbers>
std::vector<std::size_t> StoreLeaves<kNumbers>::last_entries() const {
  std::vector<std::size_t> last;
  last.reserve(count_);
  for (std::size_t i = 0; i < count_; ++i) {
    if (slots_[slot_of(hash_at(i))] == i + 1) last.push_back(i);
  }
  return last;
}

/// These entries and no others, in this order. All of the leaf is to be written then.
template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::keep(const std::vector<std::size_t>& entries) {
  std::string kept;
  kept.reserve(kEntries * kEntryBytes);
  for (const std::size_t entry : entries) {
    kept.append(bytes_, entry * kEntryBytes, kEntryBytes);
  }
  bytes_ = std::move(kept);
  count_ = entries.size();
  written_ = 0;
  index();
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::split() {
  std::vector<std::size_t> sorted = last_entries();
  std::ranges::sort(sorted, {}, [this](std::size_t entry) { return hash_at(entry); });
  const std::int64_t middle = hash_at(sorted[sorted.size() / 2]).high;
  const auto upper = std::ranges::lower_bound(
      sorted, middle, {}, [this](std::size_t entry) { return hash_at(entry).high; });
  const std::vector<std::size_t> rest(upper, sorted.end());
  sorted.erase(upper, sorted.end());
  const std::string all = bytes_;
  keep(sorted);
  write(first_, 0);
  make(middle);
  bytes_ = all;
  keep(rest);
  write(middle, 0);
  let_go();
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::make(std::int64_t first) {
  make_.run(first, static_cast<std::int64_t>(kEntries * kEntryBytes));
}

/// Writes the leaf from that entry on; the whole of it, where that is the first one, so that nothing
/// stays that was taken out.
template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::write(std::int64_t first, std::size_t from) {
  if (db_->failed()) return;
  std::string bytes = bytes_.substr(from * kEntryBytes);
  if (from == 0) bytes.resize(kEntries * kEntryBytes);
  const auto open = [&] {
    return blob_ != nullptr
               ? sqlite3_blob_reopen(blob_, first)
               : sqlite3_blob_open(db_->raw(), "main", table_.c_str(), "entries", first, 1, &blob_);
  };
  int code = open();
  if (code == SQLITE_ERROR) {  // no such leaf: the first of a table
    sqlite3_blob_close(blob_);
    blob_ = nullptr;
    make(first);
    code = open();
  }
  if (code == SQLITE_OK) {
    code = sqlite3_blob_write(blob_, bytes.data(), static_cast<int>(bytes.size()),
                              static_cast<int>(from * kEntryBytes));
  }
  if (code != SQLITE_OK) db_->fail(code);
  written_ = count_;
}

template class StoreLeaves<1>;
template class StoreLeaves<3>;

}  // namespace nps::internal
