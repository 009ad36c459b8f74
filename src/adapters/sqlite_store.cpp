// Making, opening and describing a store, and its transactions. What is read is in sqlite_read.cpp.
#include "adapters/sqlite_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "adapters/sqlite_schema.h"
#include "nps/wire/counting_policy.h"
#include "nps/wire/reader.h"

namespace nps {

using internal::StoreStatement;

namespace {

constexpr std::uint16_t kPolicyVersion = 2;

/// What shows whether two keys are the same, without saying which.
detail::Digest mark_of(const detail::SipKey& key) {
  return detail::siphash(key, "nps erasure key");
}

template <typename Array>
std::span<const std::byte> bytes_of(const Array& array) {
  return std::as_bytes(std::span(array));
}

Error no_store(const std::string& path) {
  return {ErrorCode::Malformed,
          path + ": the file is a SQLite database, but no store of nps; name another file",
          {.file = path}};
}

Error there_already(const std::string& path) {
  return {ErrorCode::InvalidArgument,
          path + ": there is such a file already; open it, or name another one",
          {.file = path}};
}

/// A file that ends before its own head says, and has no WAL that could hold the rest.
Result<> check_whole(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (failed) {
    return Error{ErrorCode::Unreadable, path + ": " + failed.message(), {.file = path}};
  }
  std::array<char, 32> head{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(head.data(), head.size())) {
    return Error{ErrorCode::Malformed,
                 path + ": the file is too short to be a store of nps",
                 {.file = path}};
  }
  const auto wal = std::filesystem::file_size(path + "-wal", failed);
  if (!failed && wal > 0) return {};
  const auto big = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value = value << 8U | static_cast<unsigned char>(head[at + i]);
    }
    return value;
  };
  const std::uint64_t page = big(16, 2) == 1 ? 65536 : big(16, 2);
  if (std::string_view(head.data(), 15) == "SQLite format 3" && big(28, 4) * page > size) {
    return Error{ErrorCode::Malformed,
                 fmt::format("{}: the file is cut short: it has {} bytes of {}; go back to a copy",
                             path, size, big(28, 4) * page),
                 {.file = path}};
  }
  return {};
}

}  // namespace

// ---- what stands in the file about the whole ----------------------------------------------------

std::optional<std::int64_t> SqliteStore::Impl::meta(const char* key) const {
  StoreStatement statement(db, "SELECT value FROM nps_meta WHERE key = ?");
  if (!statement.bind(std::string_view(key)).step()) return std::nullopt;
  return statement.number_if(0);
}

void SqliteStore::Impl::set_meta(const char* key, std::int64_t value) {
  StoreStatement(db, "INSERT OR REPLACE INTO nps_meta VALUES (?, ?)")
      .run(std::string_view(key), value);
}

Result<> SqliteStore::Impl::prepare_connection(std::chrono::milliseconds busy, StoreSync sync,
                                               bool writes) {
  sqlite3_busy_timeout(db.raw(), static_cast<int>(busy.count()));
  options.sync = sync;
  options.busy_timeout = busy;
  if (writes) {
    // Only what is erased is overwritten, which costs nothing where nothing is. No copy of a text
    // in a temporary file either.
    db.run(
        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -262144;"
        "PRAGMA wal_autocheckpoint = 32768");
    db.run(sync == StoreSync::Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  } else {
    db.run("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA query_only = ON");
  }
  return db.take_result();
}

Result<> SqliteStore::Impl::set_up(const StoreOptions& wanted) {
  auto ledger = Ledger::create({.dimensions = wanted.dimensions});
  if (!ledger) return std::move(ledger).error();
  if (!is_consistent(wanted.policy)) return inconsistent(wanted.policy);
  if (!is_timeless(wanted.policy)) {
    return Error{
        ErrorCode::InvalidArgument,
        "a store keeps what comes, so its policy has no window and no instant: those are of "
        "a report",
        {.field = "policy"}};
  }
  return in_transaction([&] {
    // Another process may have been quicker.
    if (internal::schema_of(db) != 0) return db.fail(there_already(db.path()));
    internal::migrate(db, 0);
    wire::Writer policy;
    write(policy, wanted.policy);
    wire::Writer dimensions;
    dimensions.varint(wanted.dimensions.size());
    for (const std::string& name : wanted.dimensions) dimensions.text(name);
    StoreStatement put(db, "INSERT OR REPLACE INTO nps_meta VALUES (?, ?)");
    put.run(std::string_view("policy"), policy.written());
    put.run(std::string_view("dimensions"), dimensions.written());
    put.run(std::string_view("order"), std::int64_t{wanted.order == EventOrder::Version ? 1 : 2});
    put.run(std::string_view("changed"), std::int64_t{0});
    if (wanted.erasure_key) {
      const Digest mark = mark_of(*wanted.erasure_key);
      put.run(std::string_view("erasure_key"), bytes_of(mark));
    }
    sqlite3_randomness(static_cast<int>(hash_key.size()), hash_key.data());
    put.run(std::string_view("hash_key"), bytes_of(hash_key));
  });
}

Result<> SqliteStore::Impl::load(const std::optional<std::array<std::byte, 16>>& key) {
  const auto damaged = [this](const char* what) {
    return Error{
        ErrorCode::Malformed,
        fmt::format("{}: the store's {} cannot be read; go back to a copy", db.path(), what),
        {.file = db.path()}};
  };
  StoreStatement statement(db, "SELECT value FROM nps_meta WHERE key = ?");
  const auto bytes = [&](const char* name) {
    std::string value;
    if (statement.bind(std::string_view(name)).step()) value = statement.text(0);
    statement.done();
    return value;
  };
  const std::string policy = bytes("policy");
  wire::Reader read_policy(wire::bytes_of(policy));
  options.policy = wire::read_counting_policy(read_policy, kPolicyVersion);
  if (!read_policy.finish()) return damaged("policy");
  const std::string dimensions = bytes("dimensions");
  wire::Reader read_names(wire::bytes_of(dimensions));
  options.dimensions.clear();
  for (std::size_t n = read_names.count("the number of dimensions", 1); n > 0; --n) {
    options.dimensions.emplace_back(read_names.text("a dimension"));
  }
  if (!read_names.finish()) return damaged("dimensions");
  options.order = meta("order") == 2 ? EventOrder::UpdatedAt : EventOrder::Version;
  const std::string hashes = bytes("hash_key");
  if (hashes.size() != hash_key.size()) return damaged("key of its hashes");
  std::memcpy(hash_key.data(), hashes.data(), hash_key.size());
  const std::string mark = bytes("erasure_key");
  options.erasure_key = key;
  if (key) secret = *key;
  if (auto read = db.take_result(); !read) return read;
  const Digest given = key ? mark_of(*key) : Digest{};
  const bool same = mark.empty() ? !key
                                 : key && mark.size() == given.size() &&
                                       std::memcmp(mark.data(), given.data(), given.size()) == 0;
  if (same) return {};
  return Error{ErrorCode::Mismatch,
               db.path() + (mark.empty() ? ": the store was made without an erasure key: open it "
                                           "without one"
                            : key ? ": the store was made with another erasure key: give that one"
                                  : ": the store was made with an erasure key: give it"),
               {.file = db.path(), .field = "erasure_key"}};
}

// ---- making and opening -------------------------------------------------------------------------

namespace {

Result<std::unique_ptr<SqliteStore::Impl>> connect(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  auto impl = std::make_unique<SqliteStore::Impl>(raw, path, true);
  if (code != SQLITE_OK) {
    return internal::sqlite_error(code, path, raw == nullptr ? "" : sqlite3_errmsg(raw));
  }
  return impl;
}

Result<> check_schema(internal::StoreConnection& db, std::int64_t schema) {
  if (auto read = db.take_result(); !read) return read;
  if (schema <= 0) return no_store(db.path());
  if (schema <= internal::kStoreSchema) return {};
  return Error{ErrorCode::Mismatch,
               fmt::format("{}: a newer nps wrote this store (schema {}, this one knows {}): use a "
                           "newer nps",
                           db.path(), schema, internal::kStoreSchema),
               {.file = db.path()}};
}

/// Switching to WAL does not wait for other processes by itself.
void switch_to_wal(internal::StoreConnection& db, std::chrono::milliseconds busy_timeout) {
  constexpr std::chrono::milliseconds kPause{5};
  const auto until = std::chrono::steady_clock::now() + busy_timeout;
  const auto is_busy = [&db] {
    return sqlite3_exec(db.raw(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr) ==
           SQLITE_BUSY;
  };
  while (is_busy() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(kPause);
  db.run("PRAGMA journal_mode = WAL");
}

Result<> check_same(const StoreOptions& found, const StoreOptions& wanted,
                    const std::string& path) {
  if (found.policy == wanted.policy && found.order == wanted.order &&
      found.dimensions == wanted.dimensions) {
    return {};
  }
  return Error{ErrorCode::Mismatch,
               path + ": the store has another policy, order or other dimensions",
               {.file = path}};
}

Error older(const std::string& path, std::int64_t schema) {
  return {ErrorCode::Mismatch,
          fmt::format("{}: an older nps wrote this store (schema {}, this one reads {}): open it "
                      "once for writing, which brings it up to date",
                      path, schema, internal::kStoreSchema),
          {.file = path}};
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SqliteStore::SqliteStore(SqliteStore&& other) noexcept = default;
SqliteStore& SqliteStore::operator=(SqliteStore&& other) noexcept = default;
SqliteStore::~SqliteStore() = default;

const StoreOptions& SqliteStore::options() const noexcept { return impl_->options; }
sqlite3* SqliteStore::connection() const noexcept { return impl_->db.raw(); }

bool SqliteStore::can_create(const std::string& path, std::chrono::milliseconds busy_timeout) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return true;
  if (std::filesystem::is_regular_file(path, failed) &&
      std::filesystem::file_size(path, failed) == 0) {
    return true;
  }
  // To write, though it does not: else a journal that is left behind could not be played back.
  auto made = connect(path, SQLITE_OPEN_READWRITE);
  if (!made) return false;
  internal::StoreConnection& db = (*made)->db;
  sqlite3_busy_timeout(db.raw(), static_cast<int>(busy_timeout.count()));
  const bool blank = db.number("PRAGMA application_id") == 0 &&
                     db.number("SELECT count(*) FROM sqlite_master") == 0;
  return db.take_result() && blank;
}

Result<SqliteStore> SqliteStore::create(const std::string& path, const StoreOptions& options) {
  if (!can_create(path, options.busy_timeout)) return there_already(path);
  auto made = connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!made) return std::move(made).error();
  Impl& impl = **made;
  if (auto done = impl.prepare_connection(options.busy_timeout, options.sync, true); !done) {
    return std::move(done).error();
  }
  switch_to_wal(impl.db, options.busy_timeout);
  if (auto done = impl.db.take_result(); !done) return std::move(done).error();
  if (auto done = impl.set_up(options); !done) return std::move(done).error();
  impl.db.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                          internal::kStoreApplication, internal::kStoreSchema)
                  .c_str());
  if (auto done = impl.db.take_result(); !done) return std::move(done).error();
  if (auto done = impl.load(options.erasure_key); !done) return std::move(done).error();
  return SqliteStore(*std::move(made));
}

Result<SqliteStore> SqliteStore::open_or_create(const std::string& path,
                                                const StoreOptions& options) {
  if (can_create(path, options.busy_timeout)) {
    auto created = create(path, options);
    // Unless another process was quicker.
    if (created || can_create(path, options.busy_timeout)) return created;
  }
  auto opened = open(path, {.erasure_key = options.erasure_key,
                            .sync = options.sync,
                            .busy_timeout = options.busy_timeout});
  if (!opened) return opened;
  if (auto same = check_same(opened->options(), options, path); !same) {
    return std::move(same).error();
  }
  return opened;
}

Result<SqliteStore> SqliteStore::open(const std::string& path, StoreOpen how) {
  if (auto whole = check_whole(path); !whole) return std::move(whole).error();
  auto made = connect(path, how.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  if (!made) return std::move(made).error();
  Impl& impl = **made;
  sqlite3_busy_timeout(impl.db.raw(), static_cast<int>(how.busy_timeout.count()));
  // Nothing is written before it is known that this is a store.
  const std::int64_t schema = internal::schema_of(impl.db);
  if (auto known = check_schema(impl.db, schema); !known) return std::move(known).error();
  auto done = impl.prepare_connection(how.busy_timeout, how.sync, !how.read_only);
  if (done && schema < internal::kStoreSchema) {
    if (how.read_only) return older(path, schema);
    done = impl.in_transaction([&] {
      internal::migrate(impl.db, schema);
      impl.db.run(fmt::format("PRAGMA user_version = {}", internal::kStoreSchema).c_str());
    });
  }
  if (done) done = impl.load(how.erasure_key);
  if (!done) return std::move(done).error();
  return SqliteStore(*std::move(made));
}

Result<SqliteStore> SqliteStore::attach(sqlite3* connection, const StoreOptions& options) {
  const char* const file = sqlite3_db_filename(connection, "main");
  auto impl =
      std::make_unique<Impl>(connection, file == nullptr || *file == 0 ? "memory" : file, false);
  impl->options.sync = options.sync;
  impl->options.busy_timeout = options.busy_timeout;
  const std::int64_t schema = internal::schema_of(impl->db);
  if (auto read = impl->db.take_result(); !read) return std::move(read).error();
  if (schema == 0) {
    if (auto done = impl->set_up(options); !done) return std::move(done).error();
  } else {
    if (auto known = check_schema(impl->db, schema); !known) return std::move(known).error();
    if (schema < internal::kStoreSchema) {
      auto done = impl->in_transaction([&] { internal::migrate(impl->db, schema); });
      if (!done) return std::move(done).error();
    }
  }
  if (auto done = impl->load(options.erasure_key); !done) return std::move(done).error();
  if (auto same = check_same(impl->options, options, impl->db.path()); !same) {
    return std::move(same).error();
  }
  return SqliteStore(std::move(impl));
}

// ---- transactions -------------------------------------------------------------------------------

Result<> SqliteStore::Impl::in_transaction(const std::function<void()>& work) {
  const bool is_own = sqlite3_get_autocommit(db.raw()) != 0;
  db.run(is_own ? "BEGIN IMMEDIATE" : "SAVEPOINT nps");
  if (db.failed()) return db.take_result();
  let_go();
  work();
  if (statements_) {
    statements_->responses.finish();
    statements_->customers.finish();
  }
  db.run(is_own ? "COMMIT" : "RELEASE nps");
  auto done = db.take_result();
  if (!done) {
    // SQLite may have rolled it back by itself: then there is nothing left to do, and that is fine.
    if (!is_own) {
      sqlite3_exec(db.raw(), "ROLLBACK TO nps; RELEASE nps", nullptr, nullptr, nullptr);
    } else if (sqlite3_get_autocommit(db.raw()) == 0) {
      sqlite3_exec(db.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }
  return done;
}

Result<> SqliteStore::Impl::in_snapshot(const std::function<void()>& work) const {
  const bool is_own = sqlite3_get_autocommit(db.raw()) != 0;
  if (is_own) db.run("BEGIN");
  let_go();
  work();
  if (is_own) {
    db.run("COMMIT");
    if (sqlite3_get_autocommit(db.raw()) == 0) {
      sqlite3_exec(db.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }
  return db.take_result();
}

void SqliteStore::Impl::let_go() const {
  if (!statements_) return;
  statements_->responses.let_go();
  statements_->customers.let_go();
}

internal::StoreStatements& SqliteStore::Impl::statements() const {
  if (!statements_) statements_ = std::make_unique<internal::StoreStatements>(db);
  return *statements_;
}

internal::StoreHash SqliteStore::Impl::hash_of(std::string_view text) const noexcept {
  return internal::store_hash(detail::siphash(hash_key, text));
}

SqliteStore::Impl::Digest SqliteStore::Impl::keyed(std::string_view text) const noexcept {
  return detail::siphash(secret, text);
}

}  // namespace nps
