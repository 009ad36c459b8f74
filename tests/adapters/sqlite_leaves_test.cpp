// Leaves against a map, through many splits, in order and in none, and with other connections.
#include "adapters/sqlite_leaves.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/catch.h"

using nps::internal::StoreConnection;
using nps::internal::StoreHash;
using StoreLeaves = nps::internal::StoreLeaves<1>;

namespace {

class Table {
 public:
  Table() {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(":memory:", &raw) == SQLITE_OK);
    connection_ = std::make_unique<StoreConnection>(raw, "memory", true);
    connection_->run("CREATE TABLE leaf(first INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT");
    leaves_ = std::make_unique<StoreLeaves>(*connection_, "leaf");
  }
  StoreLeaves& leaves() { return *leaves_; }
  StoreConnection& connection() { return *connection_; }
  std::int64_t number(const char* sql) { return connection_->number(sql); }
  bool works() { return static_cast<bool>(connection_->take_result()); }

 private:
  std::unique_ptr<StoreConnection> connection_;
  std::unique_ptr<StoreLeaves> leaves_;
};

template <typename Model>
StoreHash at_or_after(const Model& model, const StoreHash& hash) {
  const auto at = model.lower_bound(hash);
  return at == model.end() ? model.begin()->first : at->first;
}

StoreHash hash_of(std::mt19937_64& random) {
  return {static_cast<std::int64_t>(random()), static_cast<std::uint32_t>(random())};
}

}  // namespace

TEST_CASE(
    "store leaves: what was put last is found, whatever the order, and what was dropped is not",
    "[sqlite][store]") {
  Table table;
  std::mt19937_64 random(20201101);
  std::map<StoreHash, std::int64_t> model;
  std::vector<StoreHash> known;
  std::int64_t number = 0;
  for (int batch = 0; batch < 30; ++batch) {
    INFO("batch " << batch);
    std::vector<StoreHash> hashes;
    for (int i = 0; i < 2000; ++i) {
      const bool is_new = known.empty() || random() % 10 != 0;
      hashes.push_back(is_new ? hash_of(random) : known[random() % known.size()]);
      if (is_new) known.push_back(hashes.back());
    }
    if (batch % 2 == 0) std::ranges::sort(hashes);
    table.leaves().let_go();
    for (const StoreHash& hash : hashes) {
      const auto at = model.find(hash);
      REQUIRE(table.leaves().find(hash)[0] == (at == model.end() ? 0 : at->second));
      table.leaves().put(hash, {++number});
      model[hash] = number;
      if (random() % 50 == 0) {
        const StoreHash gone = known[random() % known.size()];
        table.leaves().drop(gone);
        model.erase(gone);
      }
    }
    table.leaves().finish();
    REQUIRE(table.works());
  }
  for (const StoreHash& hash : known) {
    const auto at = model.find(hash);
    REQUIRE(table.leaves().find(hash)[0] == (at == model.end() ? 0 : at->second));
  }
  REQUIRE(table.number("SELECT count(*) FROM leaf") > 30);
  CHECK(table.number("SELECT count(DISTINCT length(entries)) FROM leaf") == 1);
}

TEST_CASE("store leaves: hashes that differ in their lower half alone are told apart",
          "[sqlite][store]") {
  Table table;
  for (std::uint32_t low = 0; low < 700; ++low) table.leaves().put({7, low * 4096}, {low + 1});
  table.leaves().finish();
  for (std::uint32_t low = 0; low < 700; ++low) {
    REQUIRE(table.leaves().find({7, low * 4096})[0] == low + 1);
  }
  CHECK(table.leaves().find({7, 3})[0] == 0);
  CHECK(table.leaves().find({8, 0})[0] == 0);
}

TEST_CASE("store leaves: all that is found is told once, with the numbers that were put last",
          "[sqlite][store]") {
  Table table;
  nps::internal::StoreLeaves<3> leaves(table.connection(), "leaf");
  std::mt19937_64 random(7);
  std::map<StoreHash, std::array<std::int64_t, 3>> model;
  for (std::int64_t number = 1; number <= 9000; ++number) {
    const bool is_new = model.empty() || random() % 3 != 0;
    const StoreHash hash = is_new ? hash_of(random) : at_or_after(model, hash_of(random));
    const std::array numbers{number, number * 2, std::int64_t{0}};
    leaves.put(hash, numbers);
    model[hash] = numbers;
  }
  const StoreHash gone = model.begin()->first;
  leaves.drop(gone);
  model.erase(gone);
  leaves.finish();
  REQUIRE(table.works());
  std::vector<std::array<std::int64_t, 3>> told;
  leaves.for_each([&](const auto& numbers) { told.push_back(numbers); });
  std::ranges::sort(told);
  std::vector<std::array<std::int64_t, 3>> expected;
  for (const auto& [hash, numbers] : model) expected.push_back(numbers);
  std::ranges::sort(expected);
  CHECK(told == expected);
}

TEST_CASE("store leaves: a hash that was dropped is in no byte of its leaf", "[sqlite][store]") {
  Table table;
  std::mt19937_64 random(3);
  std::vector<StoreHash> hashes;
  for (int i = 0; i < 5000; ++i) {
    hashes.push_back(hash_of(random));
    table.leaves().put(hashes.back(), {i + 1});
  }
  for (const StoreHash& hash : hashes) table.leaves().drop(hash);
  table.leaves().finish();
  REQUIRE(table.works());
  CHECK(table.number("SELECT count(*) FROM leaf WHERE entries <> zeroblob(length(entries))") == 0);
}
