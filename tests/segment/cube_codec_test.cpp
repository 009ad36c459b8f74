// Cubes as bytes: what is encoded comes back, equal cubes are equal bytes, and nothing else is taken.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/wire/envelope.h"
#include "support/answers.h"
#include "support/catch.h"
#include "wire/bytes.h"

using nps::Cube;
using nps::CubeOptions;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::Response;
using nps::test::Exact;
using nps::test::unhex;
using nps::wire::Bytes;

namespace {

std::vector<Dimension> every_kind() {
  const nps::Zone berlin = *nps::Zone::load("Europe/Berlin");
  std::vector<Dimension> by{Dimension::label("channel"), Dimension::label("journey_stage")};
  for (std::size_t unit = 0; unit < nps::kCalendarUnitNames.size(); ++unit) {
    by.push_back(Dimension::calendar(
        std::string(nps::kCalendarUnitNames[unit]),
        nps::Calendar(nps::CalendarUnit{static_cast<std::uint8_t>(unit)}, berlin,
                      unit % 2 == 0 ? std::chrono::Sunday : std::chrono::Monday)));
  }
  by.push_back(Dimension::cycle("hours", nps::Cycle(nps::CyclicUnit::HourOfDay, berlin)));
  by.push_back(Dimension::cycle("weekdays", nps::Cycle(nps::CyclicUnit::Weekday, berlin)));
  by.push_back(Dimension::delay("delays", *nps::Delays::parse(" 01h, 36h,7d ")));
  return by;
}

std::vector<Response> random_responses(std::mt19937& random, std::size_t count) {
  const std::vector<std::string> labels{"",
                                        "web",
                                        "Web",
                                        "store",
                                        "\xff\xfe",
                                        "日本",
                                        std::string("nul\0!", 5),
                                        std::string(300, 'x')};
  std::vector<Response> responses(count);
  for (Response& response : responses) {
    response.rating = Rating::from(static_cast<int>(random() % 11));
    response.channel = labels[random() % labels.size()];
    response.journey_stage = labels[random() % 2];
    // Sixteenths add up without rounding, so in any order.
    response.weight = static_cast<double>(random() % 64) / 16;
    if (random() % 5 != 0) {
      response.answered_at = nps::test::at(2020, 3, 29) + std::chrono::hours(random() % 9000);
    }
    if (random() % 3 != 0) {
      response.touchpoint_at = nps::test::at(2020, 3, 29) + std::chrono::hours(random() % 9000);
    }
  }
  return responses;
}

Cube cube_of(const std::vector<Dimension>& by, const CubeOptions& options,
             const std::vector<Response>& responses) {
  Cube cube = *Cube::create(by, options);
  for (const Response& response : responses) REQUIRE(cube.add(response));
  return cube;
}

// Parts of a cube's bytes in hex: one of two labels, "a" and "b", with an answer each.
struct Parts {
  std::string policy = "00 00 07 09 0a 03 55 54 43";
  std::string weighted = "00";
  std::string dimensions = "01 01 63 00";
  std::string labels = "02 01 61 01 62";
  std::string cells =
      "02  01 01 00 00 00 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00 00 00 00 01";
};

nps::Result<Cube> decode(const Parts& parts, std::size_t limit = 10) {
  const Exact bytes(nps::wire::seal(nps::wire::Kind::Cube, 1, [&parts](nps::wire::Writer& out) {
    for (const std::string* part :
         {&parts.policy, &parts.weighted, &parts.dimensions, &parts.labels, &parts.cells}) {
      out.raw(unhex(*part));
    }
  }));
  auto cube = Cube::decode(*bytes, limit);
  if (cube) CHECK(cube->encode() == Bytes((*bytes).begin(), (*bytes).end()));
  return cube;
}

std::string refusal(const Parts& parts, ErrorCode code = ErrorCode::Malformed) {
  const auto decoded = decode(parts);
  if (decoded) return "";
  CHECK(decoded.error().code == code);
  INFO(decoded.error().message);
  CHECK(decoded.error().message.starts_with("byte "));
  return decoded.error().message;
}

bool refused_for(const Parts& parts, std::string_view words) {
  const std::string message = refusal(parts);
  INFO(message);
  CHECK(message.find(words) != std::string::npos);
  return message.find(words) != std::string::npos;
}

constexpr std::string_view kNoDimensions = "00";
constexpr std::string_view kOneAnswer = "01 00 00 00 00 00 00 00 00 00 00";

}  // namespace

TEST_CASE("cube codec: a decoded cube equals the one encoded, and encodes to the same bytes",
          "[cube][wire][laws]") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<Dimension> by = every_kind();
    std::ranges::shuffle(by, random);
    by.resize(random() % (by.size() + 1), Dimension::label(""));
    CubeOptions options{.policy = {.zone = "Asia/Tokyo"}, .weighted = random() % 2 == 0};
    if (random() % 4 == 0) options.policy.which = nps::Which::Latest;
    if (random() % 4 == 0) options.policy.per = nps::Per::Account;
    const Cube cube = cube_of(by, options, random_responses(random, random() % 200));
    const Exact bytes(cube.encode());
    const auto decoded = Cube::decode(*bytes);
    if (!decoded) FAIL(decoded.error().message);
    REQUIRE(*decoded == cube);
    REQUIRE(decoded->cell_count() == cube.cell_count());
    REQUIRE(decoded->encode() == cube.encode());
  }
}

TEST_CASE("cube codec: equal cubes are equal bytes, whatever way they came about",
          "[cube][wire][laws]") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<Dimension> by = every_kind();
    const CubeOptions options{.weighted = seed % 2 == 0};
    std::vector<Response> responses = random_responses(random, 100);
    const Bytes expected = cube_of(by, options, responses).encode();

    std::ranges::shuffle(responses, random);
    Cube other = cube_of(by, {.weighted = options.weighted, .cell_limit = 5000}, responses);
    REQUIRE(other.encode() == expected);

    // Labels that came and went leave no trace, nor do cells.
    const std::vector<Response> passing = random_responses(random, 50);
    Cube visitors = cube_of(by, options, passing);
    other.labels(0).intern("never used");
    REQUIRE(other.merge(visitors));
    REQUIRE(other.encode() != expected);
    REQUIRE(other.subtract(visitors));
    REQUIRE(other.encode() == expected);

    // Two halves, one of which was itself stored.
    const auto half = responses.begin() + 50;
    Cube merged = cube_of(by, options, {half, responses.end()});
    REQUIRE(merged.merge(*Cube::decode(cube_of(by, options, {responses.begin(), half}).encode())));
    REQUIRE(merged.encode() == expected);
  }
}

TEST_CASE("cube codec: unequal cubes are unequal bytes", "[cube][wire]") {
  const std::vector<Dimension> by{Dimension::label("channel")};
  std::vector<Cube> cubes;
  const auto add = [&cubes](Cube cube, std::string_view label, int rating, double weight = 1) {
    if (!label.empty()) REQUIRE(cube.add({label}, *Rating::from(rating), weight));
    cubes.push_back(std::move(cube));
  };
  add(*Cube::create(by), "", 0);
  add(*Cube::create(by), "web", 0);
  add(*Cube::create(by), "web", 1);
  add(*Cube::create(by), "app", 1);
  add(*Cube::create({Dimension::label("Channel")}), "app", 1);
  add(*Cube::create(by, {.weighted = true}), "app", 1);
  add(*Cube::create(by, {.weighted = true}), "app", 1, 2);
  add(*Cube::create(by, {.policy = {.which = nps::Which::First}}), "app", 1);
  add(*Cube::create(by, {.policy = {.scale = nps::kOneToTen}}), "app", 1);
  add(*Cube::create(by, {.policy = {.zone = "Asia/Tokyo"}}), "app", 1);
  add(*Cube::create({}), "", 0);
  for (const Cube& one : cubes) {
    for (const Cube& other : cubes) {
      CHECK((one.encode() == other.encode()) == (one == other));
      CHECK((one == other) == (&one == &other));
    }
  }
}

TEST_CASE("cube codec: a limit on cells is the reader's own", "[cube][wire]") {
  const auto cube = decode({}, 2);
  REQUIRE(cube);
  CHECK(cube->options().cell_limit == 2);
  CHECK(cube->total().responses() == 2);
  const auto refused = decode({}, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
}

TEST_CASE("cube codec: a cube in any but its one form is refused", "[cube][wire]") {
  REQUIRE(refusal({}).empty());
  const std::string first = "01 01 00 00 00 00 00 00 00 00 00 00 ";
  const std::string second = "02 00 00 00 00 00 00 00 00 00 00 01 ";
  CHECK(refused_for({.labels = "02 01 62 01 61"}, "labels are not sorted, or one comes twice"));
  CHECK(refused_for({.labels = "02 01 61 01 61"}, "labels are not sorted, or one comes twice"));
  CHECK(refused_for({.labels = "03 01 61 01 62 01 63"}, "a label is in no cell"));
  CHECK(refused_for({.labels = "01 01 61"}, "a cell's label is 2, and there are 2"));
  CHECK(refused_for({.cells = "02 " + second + first}, "cells are not sorted, or one comes twice"));
  CHECK(refused_for({.cells = "03 " + first + second + second},
                    "cells are not sorted, or one comes twice"));
  CHECK(refused_for({.cells = "01 " + first}, "a label is in no cell"));
  CHECK(refused_for({.cells = "02 " + first + "02 00 00 00 00 00 00 00 00 00 00 00"},
                    "a cell has no responses"));
  CHECK(refused_for({.cells = "02 00 01 00 00 00 00 00 00 00 00 00 00 " + first},
                    "a cell has no label"));
  CHECK(refused_for({.cells = "03 " + first + second}, "too many for the 24 bytes left"));
  CHECK(refused_for({.cells = "02 " + first + second + "00"}, "1 byte too many"));
  CHECK(refused_for({.weighted = "02"}, "whether weights are kept"));
  CHECK(refused_for({.weighted = "01"}, "a sum of"));
  CHECK(refused_for({.policy = "03 00 07 09 0a 03 55 54 43"}, "which answers count"));
}

TEST_CASE("cube codec: dimensions that no cube could have are refused", "[cube][wire]") {
  CHECK(refused_for({.dimensions = "02 01 63 00 01 63 00"}, "two dimensions have one name"));
  std::string many = "21 ";
  for (int i = 0; i < 33; ++i) many += "00 00 ";
  CHECK(refused_for({.dimensions = many}, "at most 32 dimensions, not 33"));
  CHECK(refused_for({.dimensions = "01 01 63 04"}, "the kind of a dimension is 4"));
  const std::string utc = "03 55 54 43";
  CHECK(refused_for({.dimensions = "01 01 63 01 06 01 " + utc}, "the unit of the calendar is 6"));
  CHECK(refused_for({.dimensions = "01 01 63 01 03 00 " + utc}, "no first day of the week"));
  CHECK(refused_for({.dimensions = "01 01 63 01 03 08 " + utc}, "the first day of the week is 8"));
  CHECK(refused_for({.dimensions = "01 01 63 02 02 " + utc}, "the unit of the cycle is 2"));
  CHECK(refused_for({.dimensions = "01 01 63 02 00 03 2e 2e 2f"}, "is no time zone's name"));
  CHECK(refused_for({.dimensions = "01 01 63 03 03 30 31 68"}, "as they would be written here"));
  CHECK(refused_for({.dimensions = "01 01 63 03 02 31 78"}, "is no number with a unit"));
  CHECK(refusal({.dimensions = "01 01 63 02 00 03 58 2f 59"}, ErrorCode::NotFound)
            .find("There is no time zone named \"X/Y\"") != std::string::npos);
}

TEST_CASE("cube codec: labels that a timing never has are refused", "[cube][wire]") {
  const std::string utc = "03 55 54 43";
  const auto timed = [&](const std::string& dimension, std::string_view label, bool could) {
    nps::wire::Writer text;
    text.text(label);
    const Parts parts{.dimensions = "01 01 63 " + dimension,
                      .labels = "01 " + nps::test::hex(text.written()),
                      .cells = "01 01 " + std::string(kOneAnswer)};
    INFO(dimension << " with " << label);
    CHECK(refusal(parts).empty() == could);
    if (!could) CHECK(refused_for(parts, "no response can have this label"));
  };
  timed("01 03 01 " + utc, "2020-10", true);
  timed("01 03 01 " + utc, "2020-13", false);
  timed("01 03 01 " + utc, "2020-10-01", false);
  timed("01 02 01 " + utc, "2020-W53", true);
  timed("01 02 01 " + utc, "2021-W53", false);
  timed("01 02 07 " + utc, "2021-01-03", true);
  timed("01 02 07 " + utc, "2021-01-04", false);
  timed("01 00 01 " + utc, "2020-10-25T02:00+02:00", true);  // under some edition of the zones
  timed("02 00 " + utc, "23", true);
  timed("02 00 " + utc, "24", false);
  timed("02 00 " + utc, "7", false);
  timed("02 01 " + utc, "sun", true);
  timed("02 01 " + utc, "Sun", false);
  timed("03 05 31 68 2c 31 64", "1h-1d", true);
  timed("03 05 31 68 2c 31 64", "<0", true);
  timed("03 05 31 68 2c 31 64", "1h-2d", false);
}

TEST_CASE("cube codec: a cell may lack a time, and comes first", "[cube][wire]") {
  const std::string one(kOneAnswer);
  const Parts parts{.dimensions = "01 01 63 02 01 03 55 54 43",
                    .labels = "01 03 6d 6f 6e",
                    .cells = "02 00 " + one + " 01 " + one};
  const auto cube = decode(parts);
  REQUIRE(cube);
  CHECK(cube->total().responses() == 2);
  CHECK(cube->cells().size() == 1);
  Parts turned = parts;
  turned.cells = "02 01 " + one + " 00 " + one;
  CHECK(refused_for(turned, "cells are not sorted"));
}

TEST_CASE("cube codec: a cube without dimensions has one cell at most", "[cube][wire]") {
  const std::string one(kOneAnswer);
  const Parts parts{.dimensions = std::string(kNoDimensions), .labels = "", .cells = "01 " + one};
  REQUIRE(decode(parts));
  Parts twice = parts;
  twice.cells = "02 " + one + " " + one;
  CHECK(refused_for(twice, "one comes twice"));
}
