// What a store owes its users besides the law: that it lasts, that it says what is wrong with a file and
// leaves it alone, and that readers and writers do not wait for each other.
#include <sqlite3.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "nps/segment/cube.h"
#include "stream/events.h"
#include "support/catch.h"
#include "support/process.h"

using nps::Answer;
using nps::ErrorCode;
using nps::Event;
using nps::EventType;
using nps::Outcome;
using nps::SqliteStore;
using nps::test::answered;
using nps::test::day;
using nps::test::Folder;
using namespace std::chrono_literals;

namespace {

std::string db(const Folder& folder) { return (folder.path() / "store.db").string(); }

Event full_event() {
  Event event = answered("r1", "ann", 9, 3, "e1");
  nps::Response& said = event.response;
  said.account = "acme";
  said.answered_at = day(3);
  said.touchpoint_at = day(2);
  said.channel = "web";
  said.journey_stage = "delivery";
  said.dimensions = {{"plan", "pro\"\n\xff"}, {"region", "emea"}};
  said.weight = 2.5;
  said.comment = "quick, and friendly";
  event.received_at = day(4);
  return event;
}

/// So many answers, of the customers in turn.
std::vector<Event> answers(int from, int count, int customers) {
  std::vector<Event> events;
  for (int i = from; i < from + count; ++i) {
    events.push_back(answered("response-" + std::to_string(i),
                              "customer-" + std::to_string(i % customers), i % 11, 1));
    events.back().response.answered_at = day(1) + std::chrono::minutes(i);
    events.back().response.comment = "comment of response " + std::to_string(i);
  }
  return events;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void check_refused(const std::string& path, ErrorCode code, const std::string& says) {
  REQUIRE(std::filesystem::exists(path));
  const std::string before = content(path);
  const auto opened = SqliteStore::open(path);
  REQUIRE(!opened);
  CHECK(opened.error().code == code);
  INFO(opened.error().message);
  CHECK(opened.error().message.find(says) != std::string::npos);
  CHECK(opened.error().message.find(path) != std::string::npos);
  CHECK(content(path) == before);
}

}  // namespace

TEST_CASE("store: an event comes back whole after the store was closed", "[sqlite][store]") {
  const Folder folder;
  {
    auto store = SqliteStore::create(db(folder), {});
    REQUIRE(store);
    const auto seen = store->apply(std::vector{full_event()});
    REQUIRE(seen);
    CHECK(seen->of(Outcome::Accepted) == 1);
  }
  auto store = SqliteStore::open(db(folder));
  REQUIRE(store);
  std::vector<Event> events;
  REQUIRE(store->for_each_event([&](const Event& event) { events.push_back(event); }));
  CHECK(events == std::vector{full_event()});
  CHECK(store->apply(std::vector{full_event()})->of(Outcome::Duplicate) == 1);
  std::size_t seen = 0;
  REQUIRE(store->for_each_answer([&](const Answer& answer) {
    ++seen;
    CHECK(answer.account == "acme");
    CHECK(answer.customer == "ann");
    CHECK(answer.dimensions.size() == 2);
  }));
  CHECK(seen == 1);
}

TEST_CASE("store: a later event may come first, and what counted before it is known",
          "[sqlite][store]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  Event first = answered("r1", "ann", 3, 1);
  first.received_at = day(5);
  Event second = answered("r1", "ann", 9, 2);
  second.received_at = day(7);
  REQUIRE(store->apply(std::vector{second, first})->of(Outcome::Stale) == 1);
  const auto ratings = [&](std::optional<nps::Timestamp> as_of) {
    std::string text;
    REQUIRE(store->for_each_answer([&](const Answer& answer) { text += nps::test::shown(answer); },
                                   as_of));
    return text;
  };
  CHECK(ratings({}) == "r1:ann:9");
  CHECK(ratings(day(6)) == "r1:ann:3");
  CHECK(ratings(day(4)).empty());
}

TEST_CASE("store: files that are no store are refused by what they are, and left alone",
          "[sqlite][store]") {
  const Folder folder;
  const auto file = [&](const std::string& name, const std::string& text) {
    folder.write(name, text);
    return (folder.path() / name).string();
  };
  check_refused(file("letter", "This is a letter to nobody, and long enough to have a head."),
                ErrorCode::Malformed, "no SQLite database");
  check_refused(file("short", "x"), ErrorCode::Malformed, "too short");
  const std::string foreign = (folder.path() / "foreign.db").string();
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(foreign.c_str(), &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "CREATE TABLE t(a)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(raw);
  check_refused(foreign, ErrorCode::Malformed, "no store of nps");

  { REQUIRE(SqliteStore::create(db(folder), {})->apply(answers(0, 2000, 7))); }
  const std::string cut = file("cut.db", content(db(folder)).substr(0, 50'000));
  check_refused(cut, ErrorCode::Malformed, "cut short");

  REQUIRE(sqlite3_open(db(folder).c_str(), &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "UPDATE nps_meta SET value = 99 WHERE key = 'schema'", nullptr, nullptr,
                       nullptr) == SQLITE_OK);
  sqlite3_close(raw);
  check_refused(db(folder), ErrorCode::Mismatch, "newer nps");
  const auto missing = SqliteStore::open((folder.path() / "missing.db").string());
  REQUIRE(!missing);
  CHECK(missing.error().code == ErrorCode::Unreadable);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "missing.db"));
  CHECK(SqliteStore::create(db(folder), {}).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("store: open_or_create makes one once, opens it then, and knows one that is another",
          "[sqlite][store]") {
  const nps::test::Folder folder;
  const std::string path = (folder.path() / "store.db").string();
  const nps::StoreOptions options;
  for (int day = 1; day <= 3; ++day) {
    auto store = SqliteStore::open_or_create(path, options);
    if (!store) FAIL(store.error().message);
    REQUIRE(store->apply(std::vector{nps::test::answered("r" + std::to_string(day), "ann", 9, 1)}));
    CHECK(store->counts()->responses == static_cast<std::uint64_t>(day));
  }
  CHECK_FALSE(SqliteStore::can_create(path));
  nps::StoreOptions other;
  other.dimensions.push_back("shop");
  nps::StoreOptions keyed;
  keyed.erasure_key.emplace();
  for (const auto& wanted : {other, keyed}) {
    const auto refused = SqliteStore::open_or_create(path, wanted);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == nps::ErrorCode::Mismatch);
  }
  const auto nowhere =
      SqliteStore::open_or_create((folder.path() / "no" / "s.db").string(), options);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == nps::ErrorCode::Unreadable);
}

TEST_CASE("store: another key, or none, is refused", "[sqlite][store]") {
  const Folder folder;
  const std::array<std::byte, 16> key{std::byte{1}};
  const std::array<std::byte, 16> other{std::byte{2}};
  { REQUIRE(SqliteStore::create(db(folder), {.erasure_key = key})); }
  CHECK(SqliteStore::open(db(folder)).error().code == ErrorCode::Mismatch);
  CHECK(SqliteStore::open(db(folder), {.erasure_key = other}).error().code == ErrorCode::Mismatch);
  CHECK(SqliteStore::open(db(folder), {.erasure_key = key}));
}

TEST_CASE("store: where the disk is full nothing of a call is stored, and the next one works",
          "[sqlite][store]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  REQUIRE(store->apply(answers(0, 100, 7)));
  const auto before = store->dump();
  const auto pages = [&](const std::string& limit) {
    return sqlite3_exec(store->connection(), ("PRAGMA max_page_count = " + limit).c_str(), nullptr,
                        nullptr, nullptr);
  };
  REQUIRE(pages("40") == SQLITE_OK);
  const auto full = store->apply(answers(100, 5000, 7));
  REQUIRE(!full);
  CHECK(full.error().code == ErrorCode::Unreadable);
  CHECK(full.error().message.find("disk is full") != std::string::npos);
  CHECK(*store->dump() == *before);
  REQUIRE(pages("1000000") == SQLITE_OK);
  CHECK(store->apply(answers(100, 5000, 7)));
  CHECK(store->counts()->responses == 5100);
}

TEST_CASE("store: while one writes, another reads one state, and a second writer is told to wait",
          "[sqlite][store]") {
  const Folder folder;
  auto writer = SqliteStore::create(db(folder), {});
  REQUIRE(writer->apply(answers(0, 100, 7)));
  auto reader = SqliteStore::open(db(folder), {.read_only = true});
  auto second = SqliteStore::open(db(folder), {.busy_timeout = 20ms});
  REQUIRE(reader);
  REQUIRE(second);
  REQUIRE(sqlite3_exec(writer->connection(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  REQUIRE(writer->apply(answers(100, 50, 7)));  // part of the open transaction
  CHECK(reader->counts()->responses == 100);
  const auto locked = second->apply(answers(500, 1, 7));
  REQUIRE(!locked);
  CHECK(locked.error().message.find("locked by another process") != std::string::npos);
  REQUIRE(sqlite3_exec(writer->connection(), "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(reader->counts()->responses == 150);
  CHECK(second->apply(answers(500, 1, 7)));
  const auto refused = reader->apply(answers(600, 1, 7));
  CHECK(!refused);
}

TEST_CASE("store: a connection of the host's may hold it beside the host's own tables",
          "[sqlite][store]") {
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(":memory:", &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "CREATE TABLE mine(a); BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK);
  {
    auto store = SqliteStore::attach(raw, {});
    REQUIRE(store);
    REQUIRE(store->apply(answers(0, 10, 3)));
    CHECK(store->erase("customer-1").error().code == ErrorCode::InvalidArgument);
    REQUIRE(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
    CHECK(store->counts()->responses == 10);
    CHECK(store->erase("customer-1")->answers == 3);
  }
  auto again = SqliteStore::attach(raw, {});
  REQUIRE(again);
  CHECK(again->counts()->responses == 7);
  CHECK(SqliteStore::attach(raw, {.dimensions = {"plan"}}).error().code == ErrorCode::Mismatch);
  again = SqliteStore::attach(raw, {});
  sqlite3_close_v2(raw);
}

// ---- privacy ------------------------------------------------------------------------------------

namespace {

bool holds(const std::string& path, std::string_view text) {
  return content(path).find(text) != std::string::npos ||
         content(path + "-wal").find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("store: after an erasure neither the file nor its WAL holds a byte of what was said",
          "[sqlite][store][privacy]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  const auto events = answers(0, 6000, 40);
  for (int i = 0; i < 6; ++i) {
    REQUIRE(store->apply(std::span(events).subspan(static_cast<std::size_t>(i) * 1000, 1000)));
  }
  const std::string ann = "annabel.lee@example.com";
  std::vector<Event> said;
  for (int i = 0; i < 30; ++i) {
    said.push_back(answered("anns-response-" + std::to_string(i), ann, i % 11, 1));
    said.back().response.comment =
        "what ann wrote " + std::string(static_cast<std::size_t>(i) * 400, 'x');
  }
  REQUIRE(store->apply(said));
  REQUIRE(store->apply(answers(6000, 2000, 40)));
  said[3].version = 2;
  REQUIRE(store->apply(std::span(said).subspan(3, 1)));
  const auto whole = nlohmann::json::parse(*store->export_customer(ann));
  CHECK(whole["events"].size() == 31);
  CHECK(whole["profile"]["answers"] == 30);
  REQUIRE(holds(db(folder), ann));

  const auto gone = store->erase(ann);
  REQUIRE(gone);
  CHECK(gone->events == 31);
  CHECK(gone->responses == 30);
  CHECK(gone->answers == 30);
  CHECK(gone->profile);
  CHECK_FALSE(gone->pending);
  CHECK_FALSE(holds(db(folder), ann));
  CHECK_FALSE(holds(db(folder), "anns-response"));
  CHECK_FALSE(holds(db(folder), "what ann wrote"));
  CHECK(store->counts()->erased == 30);
  CHECK(nlohmann::json::parse(*store->export_customer(ann))["events"].empty());

  // What comes later leaves nothing, either.
  said.push_back(answered("anns-response-late", ann, 7, 1));
  const auto later = store->apply(said);
  REQUIRE(later);
  CHECK(later->of(Outcome::Erased) == 1);
  CHECK_FALSE(holds(db(folder), ann));
  CHECK_FALSE(holds(db(folder), "anns-response"));
  CHECK(store->erase(ann)->already_erased);
}

TEST_CASE("store: every customer's bytes are gone, whichever were erased before",
          "[sqlite][store][privacy]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  for (int i = 0; i < 20; ++i) REQUIRE(store->apply(answers(i * 200, 200, 60)));
  for (int customer = 0; customer < 60; ++customer) {
    const std::string id = "customer-" + std::to_string((customer * 37) % 60);
    std::vector<std::string> comments;
    REQUIRE(store->for_each_event([&](const Event& event) {
      if (event.response.customer == id) comments.push_back(event.response.comment);
    }));
    REQUIRE(comments.size() >= 66);
    REQUIRE_FALSE(store->erase(id)->pending);
    const std::string bytes = content(db(folder)) + content(db(folder) + "-wal");
    for (const std::string& comment : comments) {
      const auto at = bytes.find(comment);
      // "comment of response 1" is a part of "comment of response 10", which may be another's.
      const bool is_whole = at != std::string::npos &&
                            (at + comment.size() == bytes.size() ||
                             bytes[at + comment.size()] < '0' || bytes[at + comment.size()] > '9');
      REQUIRE_FALSE(is_whole);
    }
  }
  CHECK(store->counts()->responses == 0);
  CHECK(content(db(folder)).find("customer-") == std::string::npos);
  CHECK(content(db(folder)).find("comment of") == std::string::npos);
}

TEST_CASE("store: an erasure is pending while a reader holds the WAL, and scrubbed after it",
          "[sqlite][store][privacy]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  REQUIRE(store->apply(answers(0, 300, 3)));
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(db(folder).c_str(), &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "BEGIN; SELECT count(*) FROM nps_log", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  const auto gone = store->erase("customer-2");
  REQUIRE(gone);
  CHECK(gone->answers == 100);
  CHECK(gone->pending);
  CHECK(holds(db(folder), "customer-2"));
  CHECK_FALSE(*store->scrub());
  sqlite3_close(raw);
  CHECK(*store->scrub());
  CHECK_FALSE(holds(db(folder), "customer-2"));
}

TEST_CASE(
    "store: what is older than a cutoff goes, tallies stay where asked for, and an erasure says so",
    "[sqlite][store][privacy]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  auto events = answers(0, 2000, 7);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].response.channel = i < 5 ? "kiosk" : i % 2 == 0 ? "web" : "app";
  }
  REQUIRE(store->apply(events));
  const auto cutoff = day(1) + std::chrono::minutes(1000);
  CHECK_FALSE(store->erase("customer-0")->inseparable_before);
  const auto gone =
      store->retain_since(cutoff, {.keep = std::vector{nps::Dimension::label("channel")}});
  REQUIRE(gone);
  CHECK(gone->answers == 1000 - 143);
  CHECK(gone->kept == gone->answers);
  CHECK_FALSE(gone->pending);
  CHECK_FALSE(holds(db(folder), "comment of response 999"));
  CHECK_FALSE(holds(db(folder), "kiosk"));
  CHECK(store->counts()->responses == 1000 - 143);
  CHECK(*store->horizon() == cutoff);
  const auto kept = nps::Cube::decode(**store->kept());
  REQUIRE(kept);
  CHECK(kept->total().responses() == gone->kept);
  CHECK(kept->cells().size() == 3);  // "", app, web: too few said "kiosk"
  CHECK(store->apply(std::span(events).first(1))->of(Outcome::TooOld) == 1);
  CHECK(store->profile("customer-1")->value().answers == 143);
  CHECK(store->erase("customer-1")->inseparable_before == cutoff);
  CHECK(store->retain_since(cutoff)->events == 0);
}
