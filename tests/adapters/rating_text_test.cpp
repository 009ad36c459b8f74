#include "nps/adapters/rating_text.h"

#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "adapters/rating_text_model.h"
#include "support/catch.h"

using namespace std::string_view_literals;
using nps::RatingReader;
using nps::RatingReading;
using nps::RatingReject;
using nps::Scale;

static_assert(std::is_trivially_copyable_v<RatingReading> && sizeof(RatingReading) == 1);
static_assert(RatingReading(nps::Rating::of<7>()).byte() == 7);
static_assert(RatingReading(RatingReject::NotANumber).byte() > nps::Rating::kMax);
static_assert(RatingReading(RatingReject::Fractional).reject() == RatingReject::Fractional);

namespace {

/// What a cell reads as, "9" or "missing". The cell lies in a heap block of exactly its size.
std::string read(std::string_view cell, const RatingReader& reader = RatingReader()) {
  const std::vector<char> exact(cell.begin(), cell.end());
  const RatingReading reading = reader.read({exact.data(), exact.size()});
  if (reading) return std::to_string(reading.rating().value());
  return std::string(name(reading.reject()));
}

void check_all(std::string_view expected, std::initializer_list<std::string_view> cells,
               const RatingReader& reader = RatingReader()) {
  for (const std::string_view cell : cells) {
    CAPTURE(std::string(cell));
    CHECK(read(cell, reader) == expected);
  }
}

}  // namespace

TEST_CASE("rating text: an integer on the scale is a rating", "[rating_text]") {
  for (int value = 0; value <= 10; ++value) {
    CHECK(read(std::to_string(value)) == std::to_string(value));
    CHECK(read("  " + std::to_string(value) + "\t\r\n") == std::to_string(value));
  }
  check_all("9", {"9", "+9", "09", "0000000000000000000000000000009", " \f\v9"});
  check_all("0", {"0", "00", "-0", "+0"});
}

TEST_CASE("rating text: a zero fraction changes nothing", "[rating_text]") {
  check_all("9", {"9.0", "9.", "+9.000000000000000000000000000000", "09.00"});
  check_all("0", {"0.0", ".0", "-0.0", "-.00", "0."});
  check_all("10", {"10.0", "10."});
}

TEST_CASE("rating text: nothing and the words for nothing are missing", "[rating_text]") {
  check_all("missing", {"", " ", "\t \r\n", "NA", "na", "Na", "N/A", "n/a", "null", "NULL", "NaN",
                        "nan", "None", "none", "  NA  "});
  check_all("not_a_number", {"N A", "NA.", "-", ".", "?", "nil", "#N/A", "nulls", "N/A - 9"});
}

TEST_CASE("rating text: a declared code is missing as text and as a number", "[rating_text]") {
  const RatingReader reader(nps::kZeroToTen, {"11", " -99 ", "refused", "9.50", "k. A."});
  check_all("missing",
            {"11", "11.0", "+11.00", "011", " 11 ", "-99", "-99.0", "refused", " refused ", "9.5",
             "9.5000", "k. A.", "11 - Blank"},
            reader);
  check_all("out_of_range", {"12", "99", "-9", "111", "12 - Blank"}, reader);
  check_all("not_a_number", {"Refused", "refused.", "-11 - Blank", "k. a."}, reader);
  check_all("fractional", {"9.51", "9.05"}, reader);
  check_all("10", {"10"}, reader);
}

TEST_CASE("rating text: a code on the scale is missing, in its short forms too", "[rating_text]") {
  const RatingReader reader(nps::kZeroToTen, {"0", "10"});
  check_all("missing", {"0", "00", "10", "0.0", "10 - ten", "-0"}, reader);
  check_all("1", {"1", "01"}, reader);
}

TEST_CASE("rating text: what lies outside the scale is out of range, however many digits",
          "[rating_text]") {
  check_all("out_of_range",
            {"11", "42", "99", "-1", "+11", "10.5", "42.7", "-0.5", "-.5", "100", "2147483648",
             "18446744073709551616", "-18446744073709551617", "10.00000000000000000000001",
             "-0.00000000000000000000000000000000000001",
             "99999999999999999999999999999999999999999999999999", "11.", "012"});
}

TEST_CASE("rating text: what lies between two ratings is fractional", "[rating_text]") {
  check_all("fractional", {"9.5", "0.5", ".5", "+.5", "9.99999999999999999999999999999", "007.5",
                           "0.00000000000000000000000000000000001"});
}

TEST_CASE("rating text: a labelled integer is the integer", "[rating_text]") {
  check_all("10",
            {"10 - Extremely likely", "10-Extremely likely", "10 – 非常に", "10. Very",
             "10 (sehr wahrscheinlich)", "10\u00a0: oui", "10 = да", "10 \xd9\x86\xd8\xb9\xd9\x85",
             "10 extremely likely", "010 - yes", "10\n- yes", "10 ⭐ top", "10, ja"});
  check_all("0", {"0 (Not at all likely)", "0: Pas du tout probable", "0 - не порекомендую"});
  check_all("9", {"9: Très probable", "9/ten", "  9 - good  ", "9 — sí", "9\"x\""});
}

TEST_CASE("rating text: a label off the scale is out of range", "[rating_text]") {
  check_all("out_of_range", {"11 - Blank", "99 (no answer)", "18446744073709551617 - many"});
}

TEST_CASE("rating text: a label has a letter and no digit", "[rating_text]") {
  check_all("not_a_number",
            {"8-9", "10-11-2020", "9/10", "9 of 10", "9 - 10 likely", "9 -", "9 --- !", "9 ⭐⭐",
             "9 👍", "9 (…)", "10%", "9,5", "9 - grade ９", "9 - ٩ درجة", "9 ½ stars", "9²",
             "9.0 - good", "9.5 - good", "2020-10-19T12:00:00Z"});
}

TEST_CASE("rating text: a separator does not begin with a letter and has no sign before it",
          "[rating_text]") {
  check_all("not_a_number",
            {"10th",     "1e1",       "0x9",        "9a",      "9ème",  "9º",       "9点",  "9й",
             "-9 - bad", "+9 - good", "- 9",        "inf",     "-inf",  "infinity", "nine", "x9",
             "（9）",    "９",        "１０ - yes", "\u00a09", "1 000", "1_0",      "--9",  "+-9",
             "9..0",     "9.0.0",     "..",         "+",       "-.",    "+."});
}

TEST_CASE("rating text: broken UTF-8 and NUL bytes never make a rating", "[rating_text]") {
  check_all("not_a_number", {"\xe9", "9\xe9me", "9\xe8", "9 - \xff\xfe", "9\0"sv, "\0"sv, "9\xc3"});
  check_all("9", {"9 - tr\xe8s probable"});  // Latin-1: the letters around it are enough
}

TEST_CASE("rating text: each scale has its own range", "[rating_text]") {
  const RatingReader stars(nps::kOneToFive);
  check_all("5", {"5", "5.0", "05", "5 - top", "5 stars"}, stars);
  check_all("out_of_range", {"0", "6", "10", ".5", "0.99", "5.01", "0 - none at all", "-1"}, stars);
  check_all("fractional", {"1.01", "4.5"}, stars);
  const RatingReader ten(nps::kOneToTen);
  check_all("out_of_range", {"0", "0.0", "11"}, ten);
  check_all("10", {"10"}, ten);
}

TEST_CASE("rating text: every short cell reads as the model reads it", "[rating_text]") {
  const std::vector<std::string> codes{"8", "99", "x"};
  for (const Scale& scale : {nps::kZeroToTen, nps::kOneToFive}) {
    const RatingReader reader(scale, codes);
    std::size_t differ = 0;
    for (int a = 0; a < 256; ++a) {
      const std::string one(1, static_cast<char>(a));
      if (reader.read(one) != nps::test::model_rating(one, scale, codes)) ++differ;
      for (int b = 0; b < 256; ++b) {
        const std::string two = one + static_cast<char>(b);
        if (reader.read(two) != nps::test::model_rating(two, scale, codes)) ++differ;
      }
    }
    CHECK(differ == 0);
  }
}

TEST_CASE("rating text: random cells read as the model reads them", "[rating_text]") {
  std::mt19937 random(42);
  const std::vector<std::string_view> parts{
      "0",  "1",  "9", "10", "5", "00",  ".",  "-",  "+", " ", "a", "é", "é"sv.substr(0, 1),
      "好", "９", "(", ")",  "–", "N/A", "\t", ".0", "½"};
  const std::vector<std::string> codes{"11", "a", "9.90", "-1"};
  for (int round = 0; round < 20'000; ++round) {
    std::string cell;
    for (std::size_t i = 0, n = random() % 7; i < n; ++i) cell += parts[random() % parts.size()];
    const Scale scale = nps::kNamedScales[random() % nps::kNamedScales.size()].scale;
    const std::vector<std::string> declared = round % 2 == 0 ? codes : std::vector<std::string>{};
    const std::vector<char> exact(cell.begin(), cell.end());
    const RatingReading got = RatingReader(scale, declared).read({exact.data(), exact.size()});
    if (got != nps::test::model_rating(cell, scale, declared)) {
      CAPTURE(cell, scale.min(), scale.max(), round);
      CHECK(got == nps::test::model_rating(cell, scale, declared));
    }
    if (got) CHECK(scale.contains(got.rating()));
  }
}

TEST_CASE("rating text: the names of the rejects are those of the report", "[rating_text]") {
  CHECK(name(RatingReject::Missing) == "missing");
  CHECK(name(RatingReject::OutOfRange) == "out_of_range");
  CHECK(name(RatingReject::Fractional) == "fractional");
  CHECK(name(RatingReject::NotANumber) == "not_a_number");
}
