#include "nps/adapters/ndjson.h"

#include <random>
#include <string>

#include "adapters/ndjson_events.h"
#include "adapters/ndjson_model.h"
#include "support/catch.h"

using namespace nps::test;
using nps::NdjsonEvents;
using nps::NdjsonOptions;

namespace {

/// An answer with one more field.
Said answer_with(const std::string& field, const NdjsonOptions& options = {}) {
  return read_events(R"({"type":"answered","response_id":"r","version":1,)" + field + "}", options);
}

/// What is said of the rating that stands there.
std::string rated(const std::string& json) {
  const Said said = answer_with(R"("rating":)" + json);
  REQUIRE(said.size() == 1);
  const std::string event = "1: answered response=r version=1";
  if (said[0] == event) return "none";
  if (said[0].starts_with(event)) return said[0].substr(event.size() + 1);
  return said[0].substr(3);
}

}  // namespace

TEST_CASE("ndjson: every field of an event is read, in any order", "[ndjson]") {
  NdjsonOptions options;
  options.dimensions = {"plan", "country"};
  CHECK(
      read_events(
          R"({"weight":2.5,"comment":"it was \"fine\" \ud83d\ude00","journey_stage":"checkout",)"
          R"("channel":"web","touchpoint_at":"2026-01-01","received_at":"2026-01-02T10:00:00Z",)"
          R"("answered_at":"2026-01-02T10:30:00.5+01:00","rating":9,"account_id":7,)"
          R"("customer_id":"ann","updated_at":"2026-01-03","version":3,"response_id":12345,)"
          R"("type":"updated","event_id":"e","country":"DE","ignored":[1,{"a":null}]})",
          options) ==
      Said{"1: updated event=e response=12345 version=3 updated=2026-01-03T00:00:00Z customer=ann "
           "account=7 rating=9 answered=2026-01-02T09:30:00.500000Z received=2026-01-02T10:00:00Z "
           "touchpoint=2026-01-01T00:00:00Z channel=web stage=checkout comment=it was \"fine\" "
           "\xf0\x9f\x98\x80 weight=2.5 country=DE"});
}

TEST_CASE("ndjson: an event that is used again keeps nothing of the event before", "[ndjson]") {
  const std::string full =
      R"({"type":"updated","event_id":"e","response_id":"r","version":1,"updated_at":"2026-01-01",)"
      R"("customer_id":"c","account_id":"a","rating":3,"answered_at":"2026-01-01",)"
      R"("received_at":"2026-01-01","touchpoint_at":"2026-01-01","channel":"web",)"
      R"("journey_stage":"s","comment":"x","weight":2,"plan":"p"})";
  const NdjsonOptions options{.dimensions = {"plan"}};
  const Said said =
      read_events(full + "\n{\"type\":\"deleted\"}\n" + full + "\n{\"type\":\"erased\"}\n" + full +
                      "\n{\"type\":\"answered\"}",
                  options);
  REQUIRE(said.size() == 6);
  CHECK(said[1] == "2: deleted");
  CHECK(said[3] == "4: erased");
  CHECK(said[5] == "6: answered");
}

TEST_CASE("ndjson: a rating counts as in a CSV file, and as the number that it is", "[ndjson]") {
  for (const char* nine : {"9", "9.0", "9.000", "90e-1", "0.9e1", "9E+0", "0.00000009e8", R"("9")",
                           R"(" 9.0 ")", R"("9 - very likely")"}) {
    INFO(nine);
    CHECK(rated(nine) == "rating=9");
  }
  CHECK(rated("1E+1") == "rating=10");  // as some write ten
  CHECK(rated("-0") == "rating=0");
  CHECK(rated("0e999999999999999999999") == "rating=0");
  for (const char* off : {"11", "-1", "10.5", "1e2", "1e999999999999999999999", R"("42")"}) {
    INFO(off);
    CHECK(rated(off) == "out_of_range rating");
  }
  // The last but one would round to nine.
  for (const char* between : {"8.5", "85e-1", "1e-300", "8.99999999999999999999e0",
                              "1e-999999999999999999999", R"("0.5")"}) {
    INFO(between);
    CHECK(rated(between) == "fractional rating");
  }
  for (const char* other : {"true", "[9]", "{}", R"("nine")", R"("9/10")", R"("1e1")"}) {
    INFO(other);
    CHECK(rated(other) == "not_a_number rating");
  }
  // No rating is not a wrong one: whether the event needs one is for the ledger to say.
  for (const char* none : {"null", R"("")", R"("NA")", R"("n/a")"}) {
    INFO(none);
    CHECK(rated(none) == "none");
  }
}

TEST_CASE("ndjson: only what is answered has a rating, right or wrong", "[ndjson]") {
  for (const std::string type : {"dismissed", "deleted", "erased"}) {
    CHECK(read_events(R"({"type":")" + type + R"(","rating":11})") == Said{"1: " + type});
    CHECK(read_events(R"({"type":")" + type + R"(","rating":9})") == Said{"1: " + type});
  }
}

TEST_CASE("ndjson: a whole number and its digits are one id", "[ndjson]") {
  const auto id = [](const std::string& json) {
    return read_events(R"({"type":"deleted","response_id":)" + json + "}").at(0);
  };
  CHECK(id("12345") == id(R"("12345")"));
  CHECK(id("98765432109876543210987654321") == "1: deleted response=98765432109876543210987654321");
  CHECK(id("-5") == "1: deleted response=-5");
  CHECK(id(R"("\u0041")") == "1: deleted response=A");
  CHECK(id("null") == "1: deleted");
  CHECK(id(R"("")") == "1: deleted");
  for (const char* wrong : {"1.0", "1e3", "true", "[1]", "{}"}) {
    CHECK(id(wrong) == "1! bad_field response_id");
  }
  CHECK(answer_with(R"("customer_id":1.5)") == Said{"1! bad_field customer_id"});
  CHECK(answer_with(R"("account_id":false)") == Said{"1! bad_field account_id"});
  CHECK(answer_with(R"("event_id":[])") == Said{"1! bad_field event_id"});
}

TEST_CASE("ndjson: a label is a text, or a number or truth value as it is written", "[ndjson]") {
  const std::string event = "1: answered response=r version=1";
  CHECK(answer_with(R"("channel":"caf\u00e9")") == Said{event + " channel=caf\xc3\xa9"});
  CHECK(answer_with(R"("channel":1.50)") == Said{event + " channel=1.50"});
  CHECK(answer_with(R"("channel":true)") == Said{event + " channel=true"});
  CHECK(answer_with(R"("channel":null)") == Said{event});
  CHECK(answer_with(R"("channel":{"name":"web"})") == Said{"1! bad_field channel"});
  CHECK(answer_with(R"("journey_stage":[])") == Said{"1! bad_field journey_stage"});
  CHECK(answer_with(R"("plan":[])", {.dimensions = {"plan"}}) == Said{"1! bad_field plan"});
  CHECK(answer_with(R"("plan":[])") == Said{event});
}

TEST_CASE("ndjson: times are read by the format, and in the zone where they name none",
          "[ndjson]") {
  const std::string event = "1: answered response=r version=1";
  NdjsonOptions berlin;
  berlin.zone = *nps::Zone::load("Europe/Berlin");
  CHECK(answer_with(R"("answered_at":"2026-07-01T12:00:00")", berlin) ==
        Said{event + " answered=2026-07-01T10:00:00Z"});
  CHECK(answer_with(R"("answered_at":"2026-07-01 12:00:00+00:00")", berlin) ==
        Said{event + " answered=2026-07-01T12:00:00Z"});
  CHECK(answer_with(R"("answered_at":"2026\u002d07-01")", berlin) ==
        Said{event + " answered=2026-06-30T22:00:00Z"});
  // Under iso a number is no time, even if it could be taken for a date.
  CHECK(answer_with(R"("answered_at":20260701)") == Said{"1! bad_time answered_at", event});
  NdjsonOptions millis;
  millis.time_format = *nps::TimeFormat::parse("unix_ms");
  CHECK(
      answer_with(R"("answered_at":1604652672402,"touchpoint_at":"1604652672402")", millis) ==
      Said{event + " answered=2020-11-06T08:51:12.402000Z touchpoint=2020-11-06T08:51:12.402000Z"});
  CHECK(answer_with(R"("answered_at":"2020-11-06")", millis) ==
        Said{"1! bad_time answered_at", event});
}

TEST_CASE("ndjson: an event goes on without a time that cannot be read, and is told of once",
          "[ndjson]") {
  CHECK(answer_with(R"("answered_at":"soon","touchpoint_at":"2026-02-30","received_at":[])") ==
        Said{"1! bad_time received_at", "1: answered response=r version=1"});
  CHECK(answer_with(R"("answered_at":null,"touchpoint_at":"")") ==
        Said{"1: answered response=r version=1"});
}

TEST_CASE("ndjson: what an event is to be ordered by has to be readable", "[ndjson]") {
  const auto with = [](const std::string& field) {
    return read_events(R"({"type":"answered",)" + field + "}").at(0);
  };
  CHECK(with(R"("version":"7")") == "1: answered version=7");
  CHECK(with(R"("version":-9223372036854775808)") == "1: answered version=-9223372036854775808");
  for (const char* wrong : {"1.5", "3.0", "9223372036854775808", R"("new")", "true", "[]"}) {
    CHECK(with(R"("version":)" + std::string(wrong)) == "1! no_order version");
  }
  CHECK(with(R"("updated_at":"yesterday")") == "1! no_order updated_at");
  CHECK(with(R"("rating":3)") == "1: answered rating=3");  // whether it needs one, the ledger says
}

TEST_CASE("ndjson: a weight that is none is not taken for one", "[ndjson]") {
  CHECK(answer_with(R"("weight":"0.5")") == Said{"1: answered response=r version=1 weight=0.5"});
  CHECK(answer_with(R"("weight":null)") == Said{"1: answered response=r version=1"});
  for (const char* wrong : {"-1", "1e400", R"("much")", "true", "[1]"}) {
    CHECK(answer_with(R"("weight":)" + std::string(wrong)) == Said{"1! bad_weight weight"});
  }
}

TEST_CASE("ndjson: nothing but a broken line or a customer keeps an erasure from being read",
          "[ndjson]") {
  CHECK(
      read_events(R"({"type":"erased","customer_id":7,"response_id":[],"version":"x","rating":99,)"
                  R"("weight":-1,"channel":{},"updated_at":"?","answered_at":"?"})") ==
      Said{"1: erased customer=7"});
  CHECK(read_events(R"({"type":"erased","customer_id":[7]})") == Said{"1! bad_field customer_id"});
}

TEST_CASE("ndjson: what is no object of JSON is told of, and the next line is read", "[ndjson]") {
  const std::string good = R"({"type":"deleted","response_id":"r"})";
  const std::string broken[] = {"x",
                                "[]",
                                "1",
                                "null",
                                "\"{}\"",
                                "{",
                                "}",
                                "{}}",
                                "{} {}",
                                good + good,
                                good + ",",
                                good + " x",
                                R"({"a":1,})",
                                R"({"a" 1})",
                                R"({"a":1 "b":2})",
                                R"({a:1})",
                                R"({'a':1})",
                                R"({"a":})",
                                R"({"a":01})",
                                R"({"a":1.})",
                                R"({"a":.5})",
                                R"({"a":+1})",
                                R"({"a":1e})",
                                R"({"a":0x1})",
                                R"({"a":NaN})",
                                R"({"a":tru})",
                                R"({"a":truee})",
                                R"({"a":nul})",
                                R"({"a":[1,2})",
                                R"({"a":[1}])",
                                R"({"a":[1,]})",
                                R"({"a":{"b":1,}})",
                                R"({"a":"\q"})",
                                R"({"a":"\u12g4"})",
                                R"({"a":"\ud800"})",
                                R"({"a":"\udc00"})",
                                R"({"a":"\ud800\u0041"})",
                                R"({"\ud800":1})",
                                R"({"a":{"\q":1}})",
                                R"({"type":"\ud800"})",
                                R"({"type":"deleted)",
                                "{\"a\":\"\t\"}",
                                "{\"a\":\"\xff\"}",
                                "{\"a\":\"\xed\xa0\x80\"}",
                                "{\"a\":\"\xc0\xaf\"}",
                                "\xef\xbb\xbf" + good,
                                good + '\0',
                                std::string("{\"a\":\"\0\"}", 9),
                                "// " + good,
                                R"({"a":"x":1})",
                                R"({"type":"x":1})"};
  for (const std::string& line : broken) {
    INFO(line);
    CHECK(read_events(good + "\n" + line + "\n" + good) ==
          Said{"1: deleted response=r", "2! not_json", "3: deleted response=r"});
    CHECK(read_events(good + "\n" + line) == Said{"1: deleted response=r", "2! not_json"});
  }
}

TEST_CASE("ndjson: a field that is read twice is not guessed at", "[ndjson]") {
  CHECK(answer_with(R"("version":2)") == Said{"1! bad_field version"});
  CHECK(answer_with(R"("v\u0065rsion":2)") == Said{"1! bad_field version"});
  CHECK(answer_with(R"("comment":null,"comment":"x")") == Said{"1! bad_field comment"});
  CHECK(answer_with(R"("plan":1,"plan":2)") == Said{"1: answered response=r version=1"});
  CHECK(answer_with(R"("plan":1,"plan":2)", {.dimensions = {"plan"}}) == Said{"1! bad_field plan"});
  CHECK(answer_with(R"("version":2,"x":)") == Said{"1! not_json"});
}

TEST_CASE("ndjson: a type is one of the five, as they are written", "[ndjson]") {
  for (const char* wrong :
       {R"({"type":"Answered"})", R"({"type":"click"})", R"({"type":1})", R"({"type":null})",
        R"({"type":""})", "{}", R"({"type":["answered"]})"}) {
    CHECK(read_events(wrong) == Said{"1! unknown_type type"});
  }
}

TEST_CASE("ndjson: lines end as they end, and blank ones are none", "[ndjson]") {
  const std::string good = R"({"type":"deleted"})";
  CHECK(read_events("").empty());
  CHECK(read_events("\n \t\r\n\r\n").empty());
  CHECK(read_events("\xef\xbb\xbf" + good + "\r\n\r\n  \n" + good) ==
        Said{"1: deleted", "4: deleted"});
  CHECK(read_events("  " + good + "  \n") == Said{"1: deleted"});
  CHECK(read_events(good + "\r" + good) == Said{"1! not_json"});
}

TEST_CASE("ndjson: nesting has an end, at 256 levels", "[ndjson]") {
  const auto nested = [](std::size_t levels) {  // the line's own object is one of them
    return R"({"type":"deleted","x":)" + std::string(levels - 1, '[') +
           std::string(levels - 1, ']') + "}";
  };
  CHECK(read_events(nested(256)) == Said{"1: deleted"});
  CHECK(read_events(nested(257)) == Said{"1! not_json"});
  CHECK(read_events(nested(200'000)) == Said{"1! not_json"});
}

TEST_CASE("ndjson: a line may be tens of megabytes long, and longer than allowed is an error",
          "[ndjson]") {
  const std::string good = R"({"type":"deleted"})";
  const std::string text = good + "\n{\"type\":\"deleted\",\"comment\":\"" +
                           std::string(std::size_t{20} << 20U, 'x') + "\"}\n" + good;
  const Said said = read_events(text, {.block_bytes = 1000});
  REQUIRE(said.size() == 3);
  CHECK(said[1].size() > (std::size_t{20} << 20U));
  CHECK(said[2] == "3: deleted");
  for (const std::size_t block : {1U, 7U, 1000U, 1U << 20U}) {
    const Said limited = read_events(text, {.max_line_bytes = 100, .block_bytes = block});
    REQUIRE(limited.size() == 2);
    CHECK(limited[1] ==
          "events, line 2: the line is longer than 100 bytes, the most that is read. Is there one "
          "event on each line?");
  }
}

TEST_CASE("ndjson: an error is final, and comes after what was before it", "[ndjson]") {
  const std::string text = "{\"type\":\"deleted\"}\n" + std::string(50, ' ');
  auto events = NdjsonEvents::open(nps::bytes_in_memory(text), {.max_line_bytes = 20});
  nps::Event event;
  CHECK(*events->next(event));
  for (int again = 0; again < 2; ++again) {
    const auto more = events->next(event);
    REQUIRE_FALSE(more);
    CHECK(more.error().code == nps::ErrorCode::LimitReached);
    CHECK(more.error().where.line == 2);
  }
}

TEST_CASE("ndjson: a dimension is named once, and not like a field of every event", "[ndjson]") {
  const auto refusal = [](std::vector<std::string> dimensions) {
    const auto events =
        NdjsonEvents::open(nps::bytes_in_memory(""), {.dimensions = std::move(dimensions)});
    REQUIRE_FALSE(events);
    CHECK(events.error().code == nps::ErrorCode::InvalidArgument);
    return events.error().message;
  };
  CHECK(refusal({"plan", "channel"}) ==
        "'channel' cannot be a further dimension: every event has a field of that name");
  CHECK(refusal({"plan", "x", "plan"}) ==
        "'plan' cannot be a further dimension: it is named twice");
}

TEST_CASE("ndjson: what a ledger rejects is counted and listed like the rest", "[ndjson]") {
  Said listed;
  NdjsonOptions options;
  options.on_reject = [&listed](const nps::RejectedCell& cell) {
    listed.push_back(std::string(cell.file) + ":" + std::to_string(cell.line) + " " +
                     std::string(name(cell.reason)) + " " + std::string(cell.column));
  };
  auto events = NdjsonEvents::open(
      nps::bytes_in_memory("\n{\"type\":\"answered\"}\nx\n", "e.ndjson"), std::move(options));
  nps::Event event;
  REQUIRE(*events->next(event));
  events->reject(nps::Reject::NoResponseId, "response_id");
  CHECK_FALSE(*events->next(event));
  CHECK(listed == Said{"e.ndjson:2 no_response_id response_id", "e.ndjson:3 not_json "});
  CHECK(events->rejected().count(nps::Reject::NoResponseId) == 1);
  CHECK(events->rejected().uncounted() == 2);
  CHECK(events->lines() == 2);
}

TEST_CASE("ndjson: a time field of which nothing can be read is named", "[ndjson]") {
  auto events = NdjsonEvents::open(nps::bytes_in_memory(
      R"({"type":"deleted","answered_at":"1.2.2026","received_at":"?"})"
      "\n"
      R"({"type":"deleted","answered_at":"1.3.2026","received_at":"2026-01-01"})"));
  nps::Event event;
  while (*events->next(event)) {
  }
  CHECK(events->unreadable_times() == Said{"answered_at"});
}

// ---- against the model ---------------------------------------------------------------------------

namespace {

/// Lines as they come, and as they do not, from a seed.
class Lines {
 public:
  explicit Lines(std::uint64_t seed) : random_(seed) {}

  std::string text() {
    std::string text;
    for (std::size_t lines = 1 + below(6); lines > 0; --lines) {
      text += line() + pick({"\n", "\n", "\n", "\r\n", "\n\n", ""});
    }
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  std::string value(int depth) {
    static const std::vector<std::string> kValues{R"("answered")",
                                                  R"("updated")",
                                                  R"("deleted")",
                                                  R"("erased")",
                                                  R"("r-1")",
                                                  R"("")",
                                                  "null",
                                                  "true",
                                                  "0",
                                                  "7",
                                                  "9.0",
                                                  "10",
                                                  "11",
                                                  "8.5",
                                                  "1e1",
                                                  "95e-1",
                                                  "-3",
                                                  "12345678901234567890123",
                                                  R"("2026-01-02T03:04:05Z")",
                                                  R"("2026-01-02T03:04:05.25+05:30")",
                                                  R"("2026-13-01")",
                                                  R"("9 - yes")",
                                                  R"("NA")",
                                                  R"("\u00e9\n")",
                                                  R"("\ud83d\ude00")",
                                                  R"("\ud83d")",
                                                  "1604652672402"};
    if (depth < 3 && below(12) == 0) return "[" + value(depth + 1) + "," + value(depth + 1) + "]";
    if (depth < 3 && below(12) == 0) return R"({"type":)" + value(depth + 1) + "}";
    return pick(kValues);
  }
  std::string line() {
    static const std::vector<std::string> kNames{
        "event_id", "response_id", "version",     "updated_at",    "customer_id", "account_id",
        "rating",   "answered_at", "received_at", "touchpoint_at", "channel",     "journey_stage",
        "comment",  "weight",      "plan",        "other",         "r\\u0061ting"};
    std::string line =
        "{\"type\":" + (below(4) == 0 ? value(0) : pick({R"("answered")", R"("erased")"}));
    for (std::size_t fields = below(8); fields > 0; --fields) {
      line += pick({",", ", ", " ,"}) + "\"" + pick(kNames) + "\"" + pick({":", " : "}) + value(0);
    }
    line += "}";
    if (below(6) == 0) line.erase(below(line.size()), 1 + below(3));
    if (below(8) == 0)
      line.insert(below(line.size() + 1), pick({"\"", ",", "}", "]", " ", "\\", "\xff"}));
    return line;
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("ndjson: another parser of JSON finds the same in lines of all kinds",
          "[ndjson][model]") {
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    INFO("seed " << seed);
    Lines lines(seed);
    const std::string text = lines.text();
    INFO(text);
    NdjsonOptions options{.dimensions = {"plan"}};
    if (seed % 3 == 0) options.time_format = *nps::TimeFormat::parse("unix_ms");
    const Said said = read_events(text, options);
    REQUIRE(disagreement(said, text, options).empty());
    options.block_bytes = 1 + seed % 90;
    REQUIRE(read_events(text, options, 1 + seed % 17) == said);
  }
}
