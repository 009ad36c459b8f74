// An audience in SQL against the same in memory: random sentences over random profiles, on SQLite.
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "adapters/sqlite_db.h"
#include "nps/customer/audience.h"
#include "stream/events.h"
#include "stream/law_model.h"
#include "support/catch.h"

using nps::Answer;
using nps::AnswerHistory;
using nps::Audience;
using nps::Profile;
using nps::ProfileAnswer;
using nps::SqlCondition;
using nps::SqlValue;
using nps::Timestamp;
using nps::test::day;
using nps::test::LawRandom;
using nps::test::SqliteDb;

namespace {

constexpr std::array<const char*, 4> kStages{"delivery", "support", "", "o'hare \"5\""};
constexpr std::array<const char*, 3> kChannels{"web", "app", ""};

struct Statement {
  sqlite3_stmt* statement = nullptr;
  int next = 1;

  Statement(const SqliteDb& db, const std::string& sql) {
    INFO(sql);
    REQUIRE(sqlite3_prepare_v2(db.connection(), sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  }
  ~Statement() { sqlite3_finalize(statement); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind() { ++next; }  // NULL
  void bind(std::int64_t value) { sqlite3_bind_int64(statement, next++, value); }
  void bind(const std::string& value) {
    sqlite3_bind_text(statement, next++, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
  }
  void rating(const std::optional<ProfileAnswer>& answer) {
    answer ? bind(answer->rating.value()) : bind();
  }
  void time(const std::optional<Timestamp>& time) {
    time ? bind(time->time_since_epoch().count()) : bind();
  }
  /// What is empty is NULL as often as not.
  void label(const std::string& label, LawRandom& random) {
    label.empty() && random.one_in(2) ? bind() : bind(label);
  }
  void history(const AnswerHistory& of) {
    bind(static_cast<std::int64_t>(of.answers));
    rating(of.latest);
    time(of.latest->answered_at);
    rating(of.previous);
    rating(of.first);
  }
  bool step() { return sqlite3_step(statement) == SQLITE_ROW; }
};

std::vector<Profile> random_profiles(LawRandom& random) {
  std::vector<Profile> profiles;
  for (std::size_t customer = 0; customer < 60; ++customer) {
    const std::string id = "c" + std::to_string(customer);
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < 1 + random.below(4); ++i) {
      Answer answer{.response_id = "r",
                    .customer = id,
                    .rating = *nps::Rating::from(random.below(11)),
                    .channel = random.one_of(kChannels),
                    .journey_stage = random.one_of(kStages)};
      if (!random.one_in(4)) answer.answered_at = day(static_cast<int>(1 + random.below(20)));
      answers.push_back(answer);
    }
    std::ranges::stable_sort(answers, {}, &Answer::answered_at);
    profiles.push_back(nps::profile_of(answers));
  }
  return profiles;
}

void store(const SqliteDb& db, const std::vector<Profile>& profiles, LawRandom& random) {
  for (const Profile& profile : profiles) {
    Statement insert(db, "INSERT INTO nps_profile VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(profile.customer);
    insert.history(profile);
    insert.label(profile.latest->channel, random);
    insert.label(profile.latest->journey_stage, random);
    insert.step();
    for (const nps::StageProfile& stage : profile.stages) {
      Statement add(db, "INSERT INTO nps_stage_profile VALUES (?, ?, ?, ?, ?, ?, ?)");
      add.bind(profile.customer);
      add.label(stage.journey_stage, random);
      add.history(stage);
      add.step();
    }
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

class Sentences {
 public:
  explicit Sentences(LawRandom& random) : random_(random) {}

  std::string any(int levels) {
    if (levels == 0) return test();
    switch (random_.below(5)) {
      case 0: return any(levels - 1) + " and " + any(levels - 1);
      case 1: return any(levels - 1) + " or " + any(levels - 1);
      case 2: return "not " + any(levels - 1);
      case 3: return "(" + any(levels - 1) + ")";
      default: return test();
    }
  }

 private:
  template <typename Value>
  std::string values(std::string_view ops, Value value) {
    static constexpr std::array<const char*, 6> kOps{" = ", " != ", " < ", " <= ", " > ", " >= "};
    const bool lists = ops != "ages";
    if (lists && random_.one_in(4)) {
      std::string list = random_.one_in(2) ? " in (" : " not in (";
      for (std::size_t i = 0; i < 1 + random_.below(3); ++i) list += (i == 0 ? "" : ", ") + value();
      return list + ")";
    }
    return kOps[random_.below(ops == "names" ? 2 : 6)] + value();
  }
  std::string test() {
    static constexpr std::array<const char*, 3> kBands{"promoter", "passive", "detractor"};
    static constexpr std::array<const char*, 6> kMoves{
        "promoter_to_detractor", "promoter_to_passive",  "passive_to_promoter",
        "passive_to_detractor",  "detractor_to_passive", "detractor_to_promoter"};
    const std::string of =
        random_.one_in(3) ? " of " + quoted(random_.one_of(kStages)) : std::string();
    const auto rating = [&] { return std::to_string(random_.below(11)); };
    switch (random_.below(9)) {
      case 0:
        return std::array{"band", "previous_band", "first_band"}[random_.below(3)] + of +
               values("names", [&] { return std::string(random_.one_of(kBands)); });
      case 1:
        return "transition" + values("names", [&] { return std::string(random_.one_of(kMoves)); });
      case 2:
        return "trend" + of +
               values("", [&] { return std::to_string(static_cast<int>(random_.below(21)) - 10); });
      case 3: return "answers" + of + values("", [&] { return rating(); });
      case 4:
        return "age" + of + values("ages", [&] { return std::to_string(random_.below(20)) + "d"; });
      case 5:
        return "journey_stage" + values("names", [&] { return quoted(random_.one_of(kStages)); });
      case 6: return "channel" + values("names", [&] { return quoted(random_.one_of(kChannels)); });
      default:
        return std::array{"rating", "previous_rating", "first_rating"}[random_.below(3)] + of +
               values("", rating);
    }
  }

  LawRandom& random_;
};

}  // namespace

TEST_CASE("audience: SQL finds the customers that are found in memory, whatever is NULL",
          "[audience][laws]") {
  std::size_t some = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    LawRandom random(seed);
    SqliteDb db;
    db.run(
        "CREATE TABLE nps_profile(customer_id TEXT, answers INTEGER, rating INTEGER,"
        " answered_at INTEGER, previous_rating INTEGER, first_rating INTEGER, channel TEXT,"
        " journey_stage TEXT) STRICT;"
        "CREATE TABLE nps_stage_profile(customer_id TEXT, journey_stage TEXT, answers INTEGER,"
        " rating INTEGER, answered_at INTEGER, previous_rating INTEGER, first_rating INTEGER) "
        "STRICT");
    const std::vector<Profile> profiles = random_profiles(random);
    store(db, profiles, random);
    Sentences sentences(random);
    for (int i = 0; i < 50; ++i) {
      const std::string text = sentences.any(static_cast<int>(random.below(4)));
      const nps::Scale scale = random.one_in(3) ? nps::kOneToFive : nps::kZeroToTen;
      const Timestamp now = day(static_cast<int>(10 + random.below(15)));
      const auto audience = Audience::parse(text, scale);
      INFO("seed " << seed << ": " << text << (audience ? "" : ": " + audience.error().message));
      REQUIRE(audience);
      const auto again = Audience::parse(audience->text(), scale);
      REQUIRE(again);
      CHECK(again->text() == audience->text());

      std::set<std::string> expected;
      for (const Profile& profile : profiles) {
        if (audience->matches(profile, now)) expected.insert(profile.customer);
        CHECK(again->matches(profile, now) == audience->matches(profile, now));
      }
      const SqlCondition sql = audience->sql(now);
      INFO(sql.where);
      Statement select(db, "SELECT customer_id FROM nps_profile WHERE " + sql.where);
      for (const SqlValue& value : sql.values) {
        std::visit([&](const auto& bound) { select.bind(bound); }, value);
      }
      std::set<std::string> found;
      while (select.step()) {
        found.emplace(reinterpret_cast<const char*>(sqlite3_column_text(select.statement, 0)));
      }
      REQUIRE(found == expected);
      some += !found.empty() && found.size() < profiles.size();
    }
  }
  CHECK(some > 1000);  // most sentences tell some customers from others
}

TEST_CASE("audience: the longest and the deepest sentence are taken by SQLite", "[audience]") {
  SqliteDb db;
  db.run(
      "CREATE TABLE nps_profile(customer_id, answers, rating, answered_at, previous_rating,"
      " first_rating, channel, journey_stage);"
      "CREATE TABLE nps_stage_profile(customer_id, journey_stage, answers, rating, answered_at,"
      " previous_rating, first_rating)");
  const auto is_taken = [&](const std::string& text) {
    const auto audience = Audience::parse(text);
    INFO(text << (audience ? "" : ": " + audience.error().message));
    REQUIRE(audience);
    const std::string where = audience->sql(day(1)).where;
    Statement select(db, "SELECT customer_id FROM nps_profile WHERE " + where);
    CHECK_FALSE(select.step());
  };
  std::string text = "rating = 1";
  for (int i = 1; i < 250; ++i) text += i % 2 == 0 ? " or rating = 1" : " and band != passive";
  is_taken(text);
  std::string values = "rating in (1";
  for (int i = 1; i < 1000; ++i) values += ", 1";
  is_taken(values + ")");
  for (const std::string deepest :
       {"trend of \"delivery\" not in (1, 2)", "transition != promoter_to_detractor",
        "band of \"\" in (passive, promoter)", "channel not in (\"\", \"web\")"}) {
    std::string deep;
    for (int i = 0; i < 20; ++i) deep += i % 2 == 0 ? "answers = 1 and (" : "answers = 1 or (";
    is_taken(deep + deepest + std::string(20, ')'));
    std::string nots;
    for (int i = 0; i < 10; ++i) nots += "not (answers = 1 and ";
    is_taken(nots + deepest + std::string(10, ')'));
  }
}
