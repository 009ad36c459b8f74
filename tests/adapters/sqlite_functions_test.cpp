#include "nps/adapters/sqlite_functions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite_db.h"
#include "support/catch.h"
#include "support/golden.h"

using nps::Rating;
using nps::Tally;
using nps::test::exactly;
using nps::test::golden;
using nps::test::GoldenRow;
using nps::test::SqliteDb;

namespace {

/// "(9),(9),(7)": as many rows as there are responses.
std::string rows_of(std::uint64_t detractors, std::uint64_t passives, std::uint64_t promoters) {
  std::string values;
  const auto add = [&values](std::uint64_t times, const char* row) {
    for (; times > 0; --times) values += (values.empty() ? "" : ",") + std::string(row);
  };
  add(detractors, "(3)");
  add(passives, "(8)");
  add(promoters, "(10)");
  return values;
}

std::string score_of(const Tally& tally) {
  const auto score = tally.score();
  return score ? exactly(score->points()) : "NULL";
}

}  // namespace

TEST_CASE("sql functions: nps() and nps_score() give the score that R's NPS gives",
          "[sqlite][golden]") {
  std::size_t checked = 0;
  for (const GoldenRow& row : golden("golden_nps_r.csv")) {
    INFO(row.describe());
    const auto n = row.count("n");
    if (n == 0 || n > 2000) continue;
    SqliteDb db;
    db.run("CREATE TABLE a(r); INSERT INTO a VALUES " +
           rows_of(row.count("detractors"), row.count("passives"), row.count("promoters")));
    const auto found = db.rows(
        "SELECT nps(r), nps_score(t), nps_responses(t), nps_detractors(t), nps_passives(t), "
        "nps_promoters(t) FROM a, (SELECT nps_tally(r) AS t FROM a)");
    REQUIRE(found.size() == 1);
    const auto& got = found.front();
    CHECK(std::stod(got[0]) == Approx(100 * row.number("nps")).epsilon(0).margin(1e-10));
    CHECK(got[1] == got[0]);
    CHECK(got[2] == row.text("n"));
    CHECK(got[3] == row.text("detractors"));
    CHECK(got[4] == row.text("passives"));
    CHECK(got[5] == row.text("promoters"));
    ++checked;
  }
  CHECK(checked >= 40);
}

TEST_CASE("sql functions: nps_low() and nps_high() are Tango's interval as R gives it",
          "[sqlite][golden]") {
  std::size_t checked = 0;
  for (const GoldenRow& row : golden("golden_paired_oracles_r.csv")) {
    if (row.text("oracle") != "contingencytables::Tango") continue;
    INFO(row.describe());
    SqliteDb db;
    db.run("CREATE TABLE a(r); INSERT INTO a VALUES " +
           rows_of(row.count("detractors"), row.count("passives"), row.count("promoters")));
    const std::string level = row.text("conf");
    const auto found = db.rows("SELECT nps_low(t, " + level + "), nps_high(t, " + level +
                               ") FROM (SELECT nps_tally(r) AS t FROM a)");
    REQUIRE(found.size() == 1);
    CHECK(std::stod(found[0][0]) == Approx(100 * row.number("lo")).epsilon(0).margin(1e-4));
    CHECK(std::stod(found[0][1]) == Approx(100 * row.number("hi")).epsilon(0).margin(1e-4));
    ++checked;
  }
  CHECK(checked >= 12);
}

TEST_CASE("sql functions: a tally in SQL is the bytes of the wire", "[sqlite]") {
  SqliteDb db;
  db.run("CREATE TABLE a(r); INSERT INTO a VALUES (10), (9), (9), (0), (NULL)");
  const Tally tally = Tally::of({1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1});
  const auto bytes = nps::wire::encode(tally);
  CHECK(bytes.size() == 108);
  CHECK(db.tally("SELECT nps_tally(r) FROM a") == tally);
  CHECK(db.value("SELECT nps_tally(r) = ?1 FROM a", bytes) == "1");
  CHECK(db.value("SELECT nps_counts(?1)", bytes) == "[1,0,0,0,0,0,0,0,0,2,1]");
  CHECK(db.value("SELECT sum(value) FROM json_each(nps_counts(?1))", bytes) == "4");
}

TEST_CASE("sql functions: the roll-up of groups is the tally of all", "[sqlite][laws]") {
  SqliteDb db;
  db.run(
      "CREATE TABLE a AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "5000) SELECT i, CASE WHEN i % 13 = 12 THEN NULL ELSE i * i % 11 END AS r FROM n");
  CHECK(db.value("SELECT (SELECT nps_rollup(t) FROM (SELECT nps_tally(r) AS t FROM a GROUP BY i % "
                 "37)) = (SELECT nps_tally(r) FROM a)") == "1");
  CHECK(db.value("SELECT nps_responses(nps_tally(r)) = count(r) FROM a") == "1");
  // By the definition, in plain SQL.
  CHECK(db.value("SELECT nps(r) = 100.0 * (sum(r >= 9) - sum(r <= 6)) / count(r) FROM a") == "1");
  CHECK(db.value("SELECT sum(nps(r) IS NOT (SELECT 100.0 * (sum(b.r >= 9) - sum(b.r <= 6)) / "
                 "count(b.r) FROM a b WHERE b.i % 10 = a.i % 10)) OVER () FROM a GROUP BY i % 10 "
                 "LIMIT 1") == "0");
  CHECK(db.value("SELECT nps(DISTINCT r) = 100.0 * (2 - 7) / 11 FROM (SELECT r FROM a UNION ALL "
                 "SELECT value FROM json_each('[0,1,2,3,4,5,6,7,8,9,10]'))") == "1");
  CHECK(db.value("SELECT nps(r) FILTER (WHERE r >= 9) FROM a") == "100");
}

TEST_CASE("sql functions: without ratings there is no score, and the tally is empty and no NULL",
          "[sqlite]") {
  SqliteDb db;
  db.run("CREATE TABLE a(r)");
  for (const char* rows : {"", "INSERT INTO a VALUES (NULL), (NULL)"}) {
    db.run(rows);
    CHECK(db.value("SELECT nps(r) FROM a") == "NULL");
    CHECK(db.tally("SELECT nps_tally(r) FROM a") == Tally{});
    CHECK(db.tally("SELECT nps_rollup(r) FROM a") == Tally{});
    const auto found = db.rows(
        "SELECT nps_score(t), nps_low(t, 0.95), nps_high(t, 0.95), nps_responses(t), "
        "nps_promoters(t), nps_counts(t) FROM (SELECT nps_tally(r) AS t FROM a)");
    CHECK(found == std::vector<SqliteDb::Row>{
                       {"NULL", "NULL", "NULL", "0", "0", "[0,0,0,0,0,0,0,0,0,0,0]"}});
  }
  for (const char* name : {"nps_score", "nps_promoters", "nps_passives", "nps_detractors",
                           "nps_responses", "nps_counts"}) {
    CHECK(db.value("SELECT " + std::string(name) + "(NULL)") == "NULL");
  }
  CHECK(db.value("SELECT nps_low(NULL, 0.95)") == "NULL");
  CHECK(db.value("SELECT nps_high(nps_tally(9), NULL)") == "NULL");
}

TEST_CASE("sql functions: whole numbers count in every type in which SQL may hold them",
          "[sqlite]") {
  SqliteDb db;
  CHECK(db.value("SELECT nps_counts(nps_tally(column1)) FROM (VALUES (9), (9.0), ('9'), ('9.0'), "
                 "(' 9 '), ('0'), (-0.0), ('1e1'))") == "[2,0,0,0,0,0,0,0,0,5,1]");
  CHECK(db.value("SELECT nps_counts(nps_tally(column1) OVER ()) FROM (VALUES ('7'), (8.0)) LIMIT "
                 "1") == "[0,0,0,0,0,0,0,1,1,0,0]");
}

TEST_CASE("sql functions: what is no rating ends the query with a sentence that says why",
          "[sqlite]") {
  SqliteDb db;
  const std::string outside =
      " is no rating: it is outside 0 to 10; NULLIF() turns a code for no answer into NULL, which "
      "is skipped";
  const std::string no_number =
      " is no rating: it is no number; NULLIF() turns a text for no answer into NULL, which is "
      "skipped";
  const std::vector<std::pair<std::string, std::string>> refused{
      {"11", "11" + outside},
      {"-1", "-1" + outside},
      {"99", "99" + outside},
      {"9223372036854775807", "9223372036854775807" + outside},
      {"'11'", "11" + outside},
      {"10.5", "10.5" + outside},
      {"1e999", "Inf" + outside},
      {"8.5", "8.5 is no rating: ratings are whole numbers; leave such answers out in the query"},
      {"''", "''" + no_number},
      {"'n/a'", "'n/a'" + no_number},
      {"'8-9'", "'8-9'" + no_number},
      {"'9' || char(27) || '[2J'", "'9\\x1b[2J'" + no_number},
      {"'" + std::string(50, 'a') + "'", "'" + std::string(40, 'a') + "...'" + no_number},
      {"x'09'", "a BLOB is no rating; tallies are added up by nps_rollup()"}};
  for (const auto& [value, sentence] : refused) {
    INFO(value);
    CHECK(db.error("SELECT nps(" + value + ")") == "nps(): " + sentence);
    CHECK(db.error("SELECT nps_tally(" + value + ")") == "nps_tally(): " + sentence);
    CHECK(db.error("SELECT nps(r) OVER (ROWS 1 PRECEDING) FROM (SELECT 9 AS r UNION ALL SELECT " +
                   value + ")") == "nps(): " + sentence);
  }
  // A text is cut between characters.
  CHECK(db.error("SELECT nps('" + std::string(39, 'a') + "\u00fc" + "b')") ==
        "nps(): '" + std::string(39, 'a') + "...'" + no_number);
}

TEST_CASE("sql functions: what is no tally or level ends the query with a sentence", "[sqlite]") {
  SqliteDb db;
  CHECK(db.error("SELECT nps_score(7)") ==
        "nps_score(): '7' is no tally, which is a BLOB that nps_tally() makes");
  CHECK(db.error("SELECT nps_rollup('[1]')") ==
        "nps_rollup(): '[1]' is no tally, which is a BLOB that nps_tally() makes");
  CHECK(db.error("SELECT nps_counts(x'')") ==
        "nps_counts(): the BLOB is no tally: byte 0: the envelope is cut short: it takes 3 bytes, "
        "not the 0 left");
  CHECK(db.error("SELECT nps_counts(zeroblob(108))") ==
        "nps_counts(): the BLOB is no tally: byte 0: these are no bytes of nps");
  for (const char* level : {"0", "1", "95", "-0.5", "'high'", "x'00'"}) {
    INFO(level);
    const std::string error = db.error("SELECT nps_low(nps_tally(9), " + std::string(level) + ")");
    CHECK(error.ends_with("' is no level between 0 and 1, such as 0.95"));
    CHECK(error.starts_with("nps_low(): '"));
  }
  CHECK(db.error("SELECT nps(9, 10)") == "wrong number of arguments to function nps()");
  CHECK(db.error("SELECT nps_low(nps_tally(9))") ==
        "wrong number of arguments to function nps_low()");
}

TEST_CASE("sql functions: a tally with any one bit changed, or cut anywhere, is refused",
          "[sqlite]") {
  SqliteDb db;
  const auto whole = nps::wire::encode(Tally::of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  REQUIRE(db.error("SELECT nps_score(?1)", whole).empty());
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    auto damaged = whole;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    INFO("bit " << bit);
    CHECK(db.error("SELECT nps_score(?1)", damaged).starts_with("nps_score(): the BLOB is no "));
    CHECK(db.error("SELECT nps_rollup(?1)", damaged).starts_with("nps_rollup(): the BLOB is no "));
  }
  for (std::size_t size = 1; size < whole.size(); ++size) {
    INFO("the first " << size << " bytes");
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(db.error("SELECT nps_high(?1, 0.9)", cut).starts_with("nps_high(): the BLOB is no "));
  }
  auto longer = whole;
  longer.push_back(std::byte{0});
  CHECK(db.error("SELECT nps_score(?1)", longer).starts_with("nps_score(): the BLOB is no "));
  // Something else that nps stores is told by its name.
  CHECK(db.error("SELECT nps_score(?1)", nps::wire::encode(nps::WeightedTally{})) ==
        "nps_score(): the BLOB is no tally: byte 3: this is a weighted tally, where a tally is "
        "expected");
}

TEST_CASE("sql functions: counts that no integer of SQL holds are refused and do not wrap",
          "[sqlite]") {
  SqliteDb db;
  constexpr std::uint64_t kMost = INT64_MAX;
  const auto most = nps::wire::encode(Tally::of({kMost}));
  CHECK(db.value("SELECT nps_responses(?1)", most) == "9223372036854775807");
  for (const Tally& tally : {Tally::of({kMost, 1}), Tally::of({UINT64_MAX}),
                             Tally::of({1ULL << 63U, 1ULL << 63U, 5})}) {  // 2^64 + 5
    const auto bytes = nps::wire::encode(tally);
    CHECK(db.error("SELECT nps_score(?1)", bytes) ==
          "nps_score(): the tally has more responses than an integer of SQL holds (2^63 - 1)");
  }
  CHECK(db.error("SELECT nps_rollup(t) FROM (SELECT ?1 AS t UNION ALL SELECT ?1)", most) ==
        "nps_rollup(): together these are more responses than an integer of SQL holds (2^63 - 1)");
  CHECK(db.error("SELECT nps_rollup(t) FROM (SELECT ?1 AS t UNION ALL SELECT ?1 UNION ALL SELECT "
                 "?1)",
                 most) ==
        "nps_rollup(): together these are more responses than an integer of SQL holds (2^63 - 1)");
}

TEST_CASE("sql functions: a sliding window equals counting each frame anew", "[sqlite][laws]") {
  const unsigned seed = 20261126;
  std::mt19937_64 random(seed);
  INFO("seed " << seed);
  struct Row {
    int group;
    int day;
    std::optional<Rating> rating;
  };
  for (int round = 0; round < 40; ++round) {
    SqliteDb db;
    db.run("CREATE TABLE a(i INTEGER PRIMARY KEY, g, d, r, t BLOB)");
    std::vector<Row> rows(1 + random() % 150);
    const std::uint64_t groups = 1 + random() % 3;
    std::string insert;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Row& row = rows[i];
      row.group = static_cast<int>(random() % groups);
      row.day = static_cast<int>(random() % 60);
      if (random() % 5 != 0) row.rating = Rating::from(random() % 11);
      const std::string r = row.rating ? std::to_string(row.rating->value()) : "NULL";
      insert += (i == 0 ? "(" : ",(") + std::to_string(i) + "," + std::to_string(row.group) + "," +
                std::to_string(row.day) + "," + r + ",NULL)";
    }
    db.run("INSERT INTO a VALUES " + insert +
           "; UPDATE a SET t = (SELECT nps_tally(r) FROM a b WHERE b.i = a.i) WHERE i % 7 <> 0 OR "
           "r IS NOT NULL");
    const bool by_rows = random() % 2 == 0;
    const int before = static_cast<int>(random() % 20);
    const int after = static_cast<int>(random() % 30) - 10;  // below 0: frames that end before
    const std::string end =
        after < 0 ? std::to_string(-after) + " PRECEDING" : std::to_string(after) + " FOLLOWING";
    const std::string order = by_rows ? "i ROWS" : "d RANGE";
    const auto found = db.rows(
        "SELECT i, nps(r) OVER w, nps_tally(r) OVER w, nps_rollup(t) OVER w FROM a WINDOW w AS "
        "(PARTITION BY g ORDER BY " +
        order + " BETWEEN " + std::to_string(before) + " PRECEDING AND " + end + ") ORDER BY i");
    REQUIRE(found.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::size_t> partition;  // rows of the group, in the order of i
      for (std::size_t j = 0; j < rows.size(); ++j) {
        if (rows[j].group == rows[i].group) partition.push_back(j);
      }
      const auto place = [&partition](std::size_t row) {
        return static_cast<int>(std::ranges::find(partition, row) - partition.begin());
      };
      Tally expected;
      for (const std::size_t j : partition) {
        const int distance = by_rows ? place(j) - place(i) : rows[j].day - rows[i].day;
        if (-before <= distance && distance <= after && rows[j].rating) {
          expected.add(*rows[j].rating);
        }
      }
      INFO("round " << round << ", row " << i << ", " << order << " " << before << ", " << after);
      CHECK(found[i][1] == score_of(expected));
      CHECK(SqliteDb::tally_in(found[i][2]) == expected);
      CHECK(SqliteDb::tally_in(found[i][3]) == expected);
    }
  }
}

TEST_CASE("sql functions: they may stand in indexes, generated columns, views and triggers",
          "[sqlite]") {
  SqliteDb db;
  db.run(
      "PRAGMA trusted_schema = OFF;"
      "CREATE TABLE daily(day TEXT, t BLOB, score REAL AS (nps_score(t)) STORED);"
      "CREATE INDEX by_responses ON daily(nps_responses(t));"
      "CREATE VIEW total AS SELECT nps_score(nps_rollup(t)) AS score FROM daily;"
      "CREATE TABLE log(score);"
      "CREATE TRIGGER watch AFTER INSERT ON daily BEGIN INSERT INTO log SELECT nps_score(new.t); "
      "END;"
      "INSERT INTO daily(day, t) SELECT '2026-11-25', nps_tally(column1) FROM (VALUES (9), (10));"
      "INSERT INTO daily(day, t) SELECT '2026-11-26', nps_tally(column1) FROM (VALUES (9), (3))");
  CHECK(db.value("SELECT score FROM total") == "50");
  CHECK(db.value("SELECT group_concat(score) FROM (SELECT score FROM daily ORDER BY day)") ==
        "100.0,0.0");
  CHECK(db.value("SELECT group_concat(score) FROM log") == "100.0,0.0");
  CHECK(db.value("SELECT count(*) FROM daily WHERE nps_responses(t) = 2") == "2");
}

TEST_CASE("sql functions: another scale has other bands and other limits", "[sqlite]") {
  SqliteDb db;
  REQUIRE(nps::register_sqlite_functions(db.connection(), nps::kOneToFive));
  db.run("CREATE TABLE a(r)");
  db.run("INSERT INTO a VALUES (1), (4), (5), (5.0), (NULL)");
  CHECK(db.value("SELECT nps(r) FROM a") == "25");
  CHECK(db.value("SELECT nps_promoters(nps_tally(r)) FROM a") == "2");
  CHECK(db.value("SELECT nps_passives(nps_tally(r)) FROM a") == "1");
  CHECK(db.value("SELECT nps_score(nps_tally(r)) FROM a") == "25");
  for (const char* outside : {"0", "6", "5.5", "'6'"}) {
    INFO(outside);
    CHECK(db.error(std::string("SELECT nps(") + outside + ")").find("outside 1 to 5") !=
          std::string::npos);
  }
  REQUIRE(nps::register_sqlite_functions(db.connection()));
  CHECK(db.value("SELECT nps(6)") == "-100");
}

TEST_CASE("sql functions: registering twice is harmless, and a refusal says why", "[sqlite]") {
  SqliteDb db;
  CHECK(nps::register_sqlite_functions(db.connection()));
  CHECK(db.value("SELECT nps(9)") == "100");
  const auto nothing = nps::register_sqlite_functions(nullptr);
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().code == nps::ErrorCode::InvalidArgument);

  sqlite3_stmt* running = nullptr;
  REQUIRE(sqlite3_prepare_v2(db.connection(), "SELECT nps(9)", -1, &running, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(running) == SQLITE_ROW);
  const auto busy = nps::register_sqlite_functions(db.connection());
  sqlite3_finalize(running);
  REQUIRE_FALSE(busy);
  CHECK(busy.error().code == nps::ErrorCode::InvalidArgument);
  CHECK(busy.error().message ==
        "SQLite does not take the function nps(): unable to delete/modify user-function due to "
        "active statements; register it before the connection has statements that use it");
}
