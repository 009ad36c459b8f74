// The short way to read a time never says other than the long one.
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../../src/adapters/time_iso.h"
#include "nps/adapters/time_text.h"
#include "support/catch.h"

using nps::Timestamp;
using nps::Zone;
using nps::internal::IsoTimes;

namespace {

/// Whether it is read at all; if so, as TimeFormat reads it.
bool read_alike(IsoTimes& times, std::string_view text, const Zone& zone) {
  std::vector<char> exact(text.begin(), text.end());
  exact.resize(text.size() + IsoTimes::kReadAhead, '7');
  Timestamp time{};
  const bool read = times.read({exact.data(), text.size()}, time);
  // A run reads the same, or leaves it.
  const std::vector<std::uint32_t> begins{0, static_cast<std::uint32_t>(text.size() + 1)};
  const nps::internal::CsvRow first = 0;
  Timestamp in_run{};
  if (times.read_run({exact.data(), begins.data(), &first, false}, 0, 1, &in_run) == 1) {
    CHECK(read);
    CHECK(in_run == time);
  }
  if (!read) return false;
  const auto expected = nps::TimeFormat::iso().read(text, zone);
  CAPTURE(std::string(text), std::string(zone.name()));
  REQUIRE(expected.has_value());
  CHECK(time == *expected);
  return true;
}

std::vector<Zone> zones() {
  return {Zone::utc(), *Zone::load("Europe/Berlin"), *Zone::load("Asia/Kathmandu"),
          *Zone::load("Pacific/Apia"), *Zone::load("America/St_Johns")};
}

}  // namespace

TEST_CASE("time iso: the forms that files have are read the short way", "[time_text]") {
  IsoTimes times(Zone::utc());
  for (const std::string_view text :
       {"2025-01-31T23:59:59Z", "2025-01-31 23:59:59", "2024-02-29", "2025-01-31T00:00:00.5Z",
        "2025-01-31T00:00:00.123456", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    CHECK(read_alike(times, text, Zone::utc()));
  }
}

TEST_CASE("time iso: what is no such time is left to the long way", "[time_text]") {
  IsoTimes times(Zone::utc());
  for (const std::string_view text : {"",
                                      "2025-01-3",
                                      "2025-02-29",
                                      "2025-00-10",
                                      "2025-13-10",
                                      "2025-01-00",
                                      "2025-01-32",
                                      "2025-01-31T24:00:00Z",
                                      "2025-01-31T23:60:00Z",
                                      "2025-01-31T23:59:60Z",
                                      " 2025-01-31",
                                      "2025-01-31 ",
                                      "2025-01-31T23:59:5Z",
                                      "2025-01-31T23:59:59.Z",
                                      "2025-01-31T23:59:59z",
                                      "2025-01-31T23:59:59+01:00",
                                      "2025/01/31",
                                      "20250131T000000Z",
                                      "2025-01-31T23:59:59.1234567",
                                      "2025-01-31TT3:59:59Z",
                                      "2025-01-31Z",
                                      "\xb2\xb0\xb2\xb5-01-31",
                                      "2025-01-31T\xb2\x33:59:59Z"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(read_alike(times, text, Zone::utc()));
  }
}

TEST_CASE("time iso: whatever is read is what the long way reads, in every zone", "[time_text]") {
  std::mt19937 random(20250131);
  const auto digit = [&random] { return std::to_string(random() % 10); };
  const auto two = [&random](unsigned below) {
    const std::string text = std::to_string(random() % below);
    return text.size() == 1 ? "0" + text : text;
  };
  for (const Zone& zone : zones()) {
    IsoTimes times(zone);
    std::size_t read = 0;
    for (int round = 0; round < 20'000; ++round) {
      std::string text =
          round % 2 == 0 ? "20" + digit() + digit() : digit() + digit() + digit() + digit();
      text += "-" + two(14) + "-" + two(33);
      if (round % 9 != 0)
        text += (round % 3 == 0 ? " " : "T") + two(25) + ":" + two(61) + ":" + two(61);
      if (round % 7 == 0) text += "." + std::to_string(random() % 100'000'000);
      if (round % 4 != 0) text += "Z";
      if (round % 5 == 0) text[random() % text.size()] = static_cast<char>(random());
      read += read_alike(times, text, zone) ? 1U : 0U;
    }
    CHECK(read > 5'000);
  }
}

TEST_CASE("time iso: civil times around every clock change of a zone are read alike",
          "[time_text]") {
  const Zone zone = *Zone::load("Europe/Berlin");
  IsoTimes times(zone);
  for (int year = 2000; year < 2030; ++year) {
    for (const int month : {3, 10}) {
      for (int day = 20; day <= 31; ++day) {
        for (const int hour : {0, 1, 2, 3, 12}) {
          const std::string text = std::to_string(year) + (month == 3 ? "-03-" : "-10-") +
                                   std::to_string(day) + " 0" + std::to_string(hour % 10) +
                                   ":30:00";
          CHECK(read_alike(times, text, zone));
        }
      }
    }
  }
}

TEST_CASE("time iso: a run reads rows of the hour before as the long way does", "[time_text]") {
  constexpr std::uint32_t kSize = 20;
  constexpr std::size_t kRows = 4000;
  std::mt19937 random(20251026);
  const auto two = [&random](unsigned below) {
    const std::string text = std::to_string(random() % below);
    return text.size() == 1 ? "0" + text : text;
  };
  for (const Zone& zone : zones()) {
    // Some hours about a change of Berlin's clock and the end of a year, most rows as the one before.
    std::string text;
    std::string hour = "2025-10-26T00:";
    for (std::size_t row = 0; row < kRows; ++row) {
      if (random() % 20 == 0) {
        hour = random() % 4 == 0 ? "2025-12-31T" : "2025-10-26T";
        if (random() % 9 == 0) hour[10] = ' ';
        hour += two(24) + ":";
      }
      std::string cell = hour + two(random() % 30 == 0 ? 99 : 60) + ":" +
                         two(random() % 30 == 0 ? 99 : 60) + (random() % 9 == 0 ? "," : "Z");
      if (random() % 40 == 0) cell[random() % 19] = static_cast<char>(random());
      text += cell + ",";
    }
    const std::string padded = text + std::string(IsoTimes::kReadAhead, '7');
    std::vector<std::uint32_t> begins;
    std::vector<nps::internal::CsvRow> rows;
    for (std::uint32_t row = 0; row < kRows; ++row) {
      const std::uint32_t begin = row * (kSize + 1);
      rows.push_back(static_cast<nps::internal::CsvRow>(begins.size()));
      begins.push_back(begin);
      // Without Z, a cell is one byte shorter, and another one empty.
      if (padded[begin + kSize - 1] == ',') begins.push_back(begin + kSize);
    }
    begins.push_back(kRows * (kSize + 1));

    const nps::internal::CsvColumn cells{padded.data(), begins.data(), rows.data(), false};
    IsoTimes times(zone);
    std::vector<Timestamp> found(kRows);
    std::size_t in_runs = 0;
    for (std::size_t i = 0;; ++i) {
      const std::size_t next = times.read_run(cells, i, kRows, found.data());
      in_runs += next - i;
      for (; i < next; ++i) {
        const std::string cell(cells[i].at, cells[i].size);
        const auto expected = nps::TimeFormat::iso().read(cell, zone);
        CAPTURE(cell, std::string(zone.name()));
        REQUIRE(expected.has_value());
        CHECK(found[i] == *expected);
      }
      if (i == kRows) break;
      times.read(cells[i], found[i]);  // so it is known the next time
    }
    CHECK(in_runs > kRows / 2);
  }
}
