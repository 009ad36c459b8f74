#include "adapters/sqlite_leaves.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace nps::internal {

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

// The lower bytes of a number, the least first.
template <std::size_t kBytes, typename T>
void put_bytes(std::byte*& to, T value) {
  for (std::size_t i = 0; i < kBytes; ++i) {
    *to++ = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xffU);
  }
}

template <std::size_t kBytes, typename T>
void take_bytes(const char*& from, T& value) {
  std::uint64_t bytes = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&bytes, from, kBytes);
  } else {
    for (std::size_t i = 0; i < kBytes; ++i) {
      bytes |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
    }
  }
  from += kBytes;
  value = static_cast<T>(bytes);
}

void put_hash(std::byte*& to, const StoreHash& hash) {
  put_bytes<8>(to, hash.high);
  put_bytes<4>(to, hash.low);
}

void take_hash(const char*& from, StoreHash& hash) {
  take_bytes<8>(from, hash.high);
  take_bytes<4>(from, hash.low);
}

}  // namespace

StoreHash store_hash(const detail::Digest& digest) noexcept {
  const auto* at = reinterpret_cast<const char*>(digest.data());
  StoreHash hash;
  take_hash(at, hash);
  return hash;
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
  entries_.reserve(kEntries);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::let_go() {
  is_loaded_ = false;
  entries_.clear();
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
std::size_t StoreLeaves<kNumbers>::slot_of(const StoreHash& hash) const {
  std::size_t slot = hash.low % slots_.size();
  while (slots_[slot] != 0 && entries_[slots_[slot] - 1U].hash != hash) {
    slot = (slot + 1) % slots_.size();
  }
  return slot;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::index() {
  slots_.fill(0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    slots_[slot_of(entries_[i].hash)] = static_cast<std::uint16_t>(i + 1);
  }
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::move_to(const StoreHash& hash) {
  if (is_loaded_ && hash.high >= first_ && (is_last_leaf_ || hash.high < next_)) return;
  append_written();
  let_go();
  first_ = kLeast;
  is_last_leaf_ = true;
  if (load_.bind(hash.high).step()) {
    first_ = load_.number(0);
    read(load_.text(1));
    is_last_leaf_ = load_.is_null(2);
    next_ = load_.number(2);
  }
  load_.done();
  written_ = entries_.size();
  index();
  is_loaded_ = true;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::read(std::string_view bytes) {
  const char* at = bytes.data();
  for (std::size_t i = 0; i < bytes.size() / kEntryBytes; ++i) {
    Entry entry;
    take_hash(at, entry.hash);
    for (std::int64_t& number : entry.numbers) take_bytes<kNumberBytes>(at, number);
    if (entry.numbers[0] == 0) break;
    entries_.push_back(entry);
  }
}

template <std::size_t kNumbers>
bool StoreLeaves<kNumbers>::is_last_of_its_hash(std::size_t entry) const {
  return slots_[slot_of(entries_[entry].hash)] == entry + 1;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::for_each(const std::function<void(const Numbers&)>& take) {
  append_written();
  StoreStatement all(*db_, ("SELECT entries FROM " + table_).c_str());
  while (all.step()) {
    let_go();
    read(all.text(0));
    index();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (is_last_of_its_hash(i)) take(entries_[i].numbers);
    }
  }
  let_go();
}

template <std::size_t kNumbers>
auto StoreLeaves<kNumbers>::find(const StoreHash& hash) -> Numbers {
  move_to(hash);
  const std::uint16_t found = slots_[slot_of(hash)];
  return found == 0 ? Numbers{} : entries_[found - 1U].numbers;
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::put(const StoreHash& hash, const Numbers& numbers) {
  move_to(hash);
  if (entries_.size() == kEntries) {
    compact();
    if (entries_.size() > kEntries / 2) split();
    move_to(hash);
  }
  entries_.push_back({hash, numbers});
  slots_[slot_of(hash)] = static_cast<std::uint16_t>(entries_.size());
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::drop(const StoreHash& hash) {
  if (find(hash)[0] == 0) return;
  std::erase_if(entries_, [&](const Entry& entry) { return entry.hash == hash; });
  compact();
  write(first_, 0);
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::append_written() {
  if (!is_loaded_ || written_ == entries_.size()) return;
  write(first_, written_);
}

/// Keeps of each hash the last entry, and no more.
template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::compact() {
  index();
  std::size_t to = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!is_last_of_its_hash(i)) entries_[i].numbers[0] = 0;
  }
  for (const Entry& entry : entries_) {
    if (entry.numbers[0] != 0) entries_[to++] = entry;
  }
  entries_.resize(to);
  written_ = 0;
  index();
}

template <std::size_t kNumbers>
void StoreLeaves<kNumbers>::split() {
  std::ranges::sort(entries_, {}, &Entry::hash);
  const std::int64_t middle = entries_[entries_.size() / 2].hash.high;
  const auto upper = std::ranges::lower_bound(entries_, middle, {},
                                              [](const Entry& entry) { return entry.hash.high; });
  std::vector<Entry> rest(upper, entries_.end());
  entries_.erase(upper, entries_.end());
  write(first_, 0);
  make(middle);
  entries_ = std::move(rest);
  entries_.reserve(kEntries);
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
  std::vector<std::byte> bytes((from == 0 ? kEntries : entries_.size() - from) * kEntryBytes);
  std::byte* to = bytes.data();
  for (std::size_t i = from; i < entries_.size(); ++i) {
    put_hash(to, entries_[i].hash);
    for (const std::int64_t number : entries_[i].numbers) put_bytes<kNumberBytes>(to, number);
  }
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
  written_ = entries_.size();
}

template class StoreLeaves<1>;
template class StoreLeaves<3>;

}  // namespace nps::internal
