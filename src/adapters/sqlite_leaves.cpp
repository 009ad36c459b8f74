#include "adapters/sqlite_leaves.h"

#include <algorithm>
#include <limits>

namespace nps::internal {

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

template <typename T>
void put_bytes(std::byte*& to, T value, std::size_t bytes = sizeof(T)) {
  for (std::size_t i = 0; i < bytes; ++i) {
    *to++ = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xffU);
  }
}

template <typename T>
T take_bytes(const char*& from, std::size_t bytes = sizeof(T)) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(*from++)) << (8 * i);
  }
  return static_cast<T>(value);
}

}  // namespace

StoreHash store_hash(const detail::Digest& digest) noexcept {
  const auto* at = reinterpret_cast<const char*>(digest.data());
  StoreHash hash;
  hash.high = take_bytes<std::int64_t>(at);
  hash.low = take_bytes<std::uint32_t>(at);
  return hash;
}

StoreLeaves::StoreLeaves(StoreConnection& db, const char* table)
    : db_(&db),
      table_(table),
      load_(db, ("SELECT l.first, l.entries, (SELECT n.first FROM " + table_ +
                 " n WHERE n.first > l.first ORDER BY n.first LIMIT 1) FROM " + table_ +
                 " l WHERE l.first <= ? ORDER BY l.first DESC LIMIT 1")
                    .c_str()),
      make_(db, ("INSERT INTO " + table_ + " VALUES (?, zeroblob(?))").c_str()) {
  entries_.reserve(kEntries);
}

void StoreLeaves::let_go() {
  is_loaded_ = false;
  entries_.clear();
  written_ = 0;
}

void StoreLeaves::finish() {
  append_written();
  const int code = sqlite3_blob_close(blob_);
  blob_ = nullptr;
  if (code != SQLITE_OK) db_->fail(code);
  let_go();
}

std::size_t StoreLeaves::slot_of(const StoreHash& hash) const {
  std::size_t slot = hash.low % slots_.size();
  while (slots_[slot] != 0 && entries_[slots_[slot] - 1U].hash != hash) {
    slot = (slot + 1) % slots_.size();
  }
  return slot;
}

void StoreLeaves::index() {
  slots_.fill(0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    slots_[slot_of(entries_[i].hash)] = static_cast<std::uint16_t>(i + 1);
  }
}

void StoreLeaves::move_to(const StoreHash& hash) {
  if (is_loaded_ && hash.high >= first_ && (is_last_ || hash.high < next_)) return;
  append_written();
  let_go();
  first_ = kLeast;
  is_last_ = true;
  if (load_.bind(hash.high).step()) {
    first_ = load_.number(0);
    const std::string_view bytes = load_.text(1);
    for (const char* at = bytes.data(); at + kEntryBytes <= bytes.data() + bytes.size();) {
      Entry entry{};
      entry.hash.high = take_bytes<std::int64_t>(at);
      entry.hash.low = take_bytes<std::uint32_t>(at);
      entry.number = take_bytes<std::int64_t>(at, 6);
      if (entry.number == 0) break;
      entries_.push_back(entry);
    }
    is_last_ = load_.is_null(2);
    next_ = load_.number(2);
  }
  load_.done();
  written_ = entries_.size();
  index();
  is_loaded_ = true;
}

std::int64_t StoreLeaves::find(const StoreHash& hash) {
  move_to(hash);
  const std::uint16_t found = slots_[slot_of(hash)];
  return found == 0 ? 0 : entries_[found - 1U].number;
}

void StoreLeaves::put(const StoreHash& hash, std::int64_t number) {
  move_to(hash);
  if (entries_.size() == kEntries) {
    compact();
    if (entries_.size() > kEntries / 2) split();
    move_to(hash);
  }
  entries_.push_back({hash, number});
  slots_[slot_of(hash)] = static_cast<std::uint16_t>(entries_.size());
}

void StoreLeaves::drop(const StoreHash& hash) {
  if (find(hash) == 0) return;
  std::erase_if(entries_, [&](const Entry& entry) { return entry.hash == hash; });
  compact();
  write(first_, 0);
}

void StoreLeaves::append_written() {
  if (!is_loaded_ || written_ == entries_.size()) return;
  write(first_, written_);
}

/// Keeps of each hash the last entry, and no more.
void StoreLeaves::compact() {
  index();
  std::size_t to = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (slots_[slot_of(entries_[i].hash)] == i + 1) continue;
    entries_[i].number = 0;
  }
  for (const Entry& entry : entries_) {
    if (entry.number != 0) entries_[to++] = entry;
  }
  entries_.resize(to);
  written_ = 0;
  index();
}

void StoreLeaves::split() {
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

void StoreLeaves::make(std::int64_t first) {
  make_.run(first, static_cast<std::int64_t>(kEntries * kEntryBytes));
}

/// Writes the leaf from that entry on; the whole of it, where that is the first one, so that nothing
/// stays that was taken out.
void StoreLeaves::write(std::int64_t first, std::size_t from) {
  if (db_->failed()) return;
  std::vector<std::byte> bytes((from == 0 ? kEntries : entries_.size() - from) * kEntryBytes);
  std::byte* to = bytes.data();
  for (std::size_t i = from; i < entries_.size(); ++i) {
    put_bytes(to, entries_[i].hash.high);
    put_bytes(to, entries_[i].hash.low);
    put_bytes(to, entries_[i].number, 6);
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

}  // namespace nps::internal
