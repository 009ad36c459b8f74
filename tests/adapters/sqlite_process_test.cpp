// Two processes and one file; and a disk that really is full.
#include <sys/mount.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "nps/rating.h"
#include "nps/tally.h"
#include "support/catch.h"
#include "support/process.h"

using nps::SqliteStore;
using nps::test::Finished;
using nps::test::Folder;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kOfBatch = 500;

Finished write(const std::string& path, const std::vector<std::string>& how) {
  std::vector<std::string> arguments{path};
  arguments.insert(arguments.end(), how.begin(), how.end());
  return nps::test::run({.program = NPS_TEST_WRITER, .arguments = std::move(arguments)});
}

/// What so many batches say when they are added up: of each rating the answers.
nps::Tally after(std::uint64_t batches) {
  nps::Tally tally;
  for (std::uint64_t i = 0; i < batches; ++i) {
    tally.add(*nps::Rating::from(static_cast<int>(i % 11)), kOfBatch);
  }
  return tally;
}

std::uint64_t wal_bytes(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path + "-wal", failed);
  return failed ? 0 : size;
}

/// The batches that fit are there, the one that did not left nothing, and with room it comes in.
void check_full(const std::string& path, const Finished& full, std::uint64_t batches) {
  INFO(full.err);
  REQUIRE(full.exit_code == 1);
  CHECK(full.err.find("the disk is full") != std::string::npos);
  CHECK(full.err.find("nothing of this call was stored") != std::string::npos);
  CHECK(full.err.find(path) != std::string::npos);
  auto store = SqliteStore::open(path);
  if (!store) FAIL(store.error().message);
  CHECK(store->counts()->responses == batches * kOfBatch);
}

nps::wire::Bytes dump_of(const std::string& path) {
  const auto store = SqliteStore::open(path);
  if (!store) FAIL(store.error().message);
  return *store->dump();
}

}  // namespace

TEST_CASE("store: while another process writes, a reader never waits and sees whole batches only",
          "[sqlite][store][process]") {
  const Folder folder;
  const std::string path = (folder.path() / "store.db").string();
  { REQUIRE(SqliteStore::create(path, {})); }
  constexpr std::uint64_t kBatches = 60;
  Finished written;
  std::thread writer([&] { written = write(path, {"batches", "0", std::to_string(kBatches)}); });
  // It waits for nobody: what were locked would be an error at once.
  const auto reader = SqliteStore::open(path, {.read_only = true, .busy_timeout = 0ms});
  std::string wrong = reader ? "" : reader.error().message;
  std::uint64_t seen = 0;
  std::uint64_t states = 1;
  std::uint64_t reads = 0;
  while (wrong.empty() && seen < kBatches && reads < 100'000) {
    nps::Tally tally;
    const auto read =
        reader->for_each_answer([&](const nps::Answer& answer) { tally.add(answer.rating); });
    const auto customer = reader->profile("customer-7");
    ++reads;
    if (!read || !customer) {
      wrong = !read ? read.error().message : customer.error().message;
      break;
    }
    const std::uint64_t batches = tally.responses() / kOfBatch;
    const std::uint64_t answers = *customer ? (*customer)->answers : 0;
    if (tally != after(batches) || batches < seen) wrong = "half a batch, or an older state";
    // Asked for later than the answers, and of whole batches as well.
    if (answers % 10 != 0 || answers / 10 < batches) wrong = "half a batch in a profile";
    states += batches != seen ? 1U : 0U;
    seen = batches;
  }
  writer.join();
  INFO(written.err);
  CHECK(written.exit_code == 0);
  CHECK(wrong == "");
  CHECK(seen == kBatches);
  CHECK(states > 2);  // it did read while there was writing
}

TEST_CASE("store: a batch that no file has room for leaves the store as it was",
          "[sqlite][store][process]") {
  const Folder folder;
  const std::string path = (folder.path() / "store.db").string();
  { REQUIRE(SqliteStore::create(path, {})); }
  REQUIRE(write(path, {"batches", "0", "3"}).exit_code == 0);
  const auto before = dump_of(path);
  const auto size = std::filesystem::file_size(path);
  // Room for less than one batch, in the WAL as in the file.
  for (const std::uint64_t limit : {size + 4096, size, std::uint64_t{65'536}}) {
    INFO("limit " << limit << ", file " << size << ", WAL " << wal_bytes(path));
    const Finished full = write(path, {"limited", std::to_string(limit), "3", "20"});
    INFO(full.out);
    REQUIRE(full.exit_code == 1);
    const auto stored =
        full.out.empty()
            ? std::uint64_t{3}
            : static_cast<std::uint64_t>(std::atoll(
                  full.out.substr(full.out.rfind('\n', full.out.size() - 2) + 1).c_str()));
    check_full(path, full, stored);
    if (full.out.empty()) CHECK(dump_of(path) == before);
  }
  REQUIRE(write(path, {"batches", "0", "25"}).exit_code == 0);  // again is harmless
  const std::string whole = (folder.path() / "whole.db").string();
  { REQUIRE(SqliteStore::create(whole, {})); }
  REQUIRE(write(whole, {"batches", "0", "25"}).exit_code == 0);
  CHECK(dump_of(path) == dump_of(whole));
}

TEST_CASE("store: a file system that is full leaves the store as it was",
          "[sqlite][store][process]") {
  const Folder folder;
  const std::string disk = (folder.path() / "disk").string();
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) {
    WARN("no file system of two megabytes can be mounted here: a full one is not tested");
    return;
  }
  struct Mounted {
    const std::string& path;
    ~Mounted() { ::umount2(path.c_str(), MNT_DETACH); }
  } mounted{disk};
  const std::string path = disk + "/store.db";
  { REQUIRE(SqliteStore::create(path, {})); }
  REQUIRE(write(path, {"batches", "0", "2"}).exit_code == 0);
  const Finished full = write(path, {"batches", "2", "40"});
  const auto stored = static_cast<std::uint64_t>(
      full.out.empty()
          ? 2
          : std::atoll(full.out.substr(full.out.rfind('\n', full.out.size() - 2) + 1).c_str()));
  check_full(path, full, stored);
  const auto before = dump_of(path);
  const Finished again = write(path, {"batches", std::to_string(stored), "40"});
  check_full(path, again, stored);
  CHECK(dump_of(path) == before);
  REQUIRE(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
  REQUIRE(write(path, {"batches", "0", "42"}).exit_code == 0);
  CHECK(SqliteStore::open(path)->counts()->responses == 42 * kOfBatch);
}
