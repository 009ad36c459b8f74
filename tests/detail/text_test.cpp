#include "nps/detail/text.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"

using namespace std::string_view_literals;
namespace detail = nps::detail;

namespace {

const std::string kFffd = "\xef\xbf\xbd";

/// In a heap block of exactly its size, so that reading a byte too many is noticed.
class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_(text.begin(), text.end()) {}
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

}  // namespace

static_assert(detail::trim(" \t\r\n\v\f") == "");
static_assert(detail::trim("  a b ") == "a b");
static_assert(detail::is_letter(U'é') && detail::is_letter(U'я') && detail::is_letter(U'好') &&
              detail::is_letter(U'ن') && detail::is_letter(U'한') && detail::is_letter(U'ก'));
static_assert(!detail::is_letter(U'–') && !detail::is_letter(U'“') && !detail::is_letter(U'•') &&
              !detail::is_letter(U'→') && !detail::is_letter(U'👍') && !detail::is_letter(U'：') &&
              !detail::is_letter(U'、') && !detail::is_letter(U'×') && !detail::is_letter(U'½'));
static_assert(detail::is_number(U'７') && detail::is_number(U'٧') && detail::is_number(U'७') &&
              detail::is_number(U'²') && detail::is_number(U'⑦') && !detail::is_number(U'七'));

TEST_CASE("text: trimming takes ASCII spaces off both ends and nothing else", "[text]") {
  CHECK(detail::trim(" \t x y \r\n") == "x y");
  CHECK(detail::trim("") == "");
  CHECK(detail::trim("\xc2\xa0x\xc2\xa0") == "\xc2\xa0x\xc2\xa0");
  CHECK(detail::trim("\x1cx\x1f") == "\x1cx\x1f");
}

TEST_CASE("text: case is ignored in ASCII only", "[text]") {
  CHECK(detail::equals_ignoring_case("N/A", "n/a"));
  CHECK_FALSE(detail::equals_ignoring_case("na", "nan"));
  CHECK_FALSE(detail::equals_ignoring_case("É", "é"));
  CHECK_FALSE(detail::equals_ignoring_case("@", "`"));
}

TEST_CASE("text: well-formed UTF-8 is what Table 3-7 allows", "[text]") {
  for (const std::string_view good :
       {""sv, "abc"sv, "\0"sv, "\x7f"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv,
        "\xed\x9f\xbf"sv, "\xee\x80\x80"sv, "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv,
        "\xf4\x8f\xbf\xbf"sv, "0123456789abcdef\xc3\xa9"sv, "1234567\xf0\x9f\x91\x8d"sv}) {
    CHECK(detail::is_utf8(Exact(good)));
    CHECK(detail::repair_utf8(Exact(good)) == good);
  }
  for (const std::string_view bad :
       {"\x80"sv, "\xbf"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xc2"sv, "\xc2\x41"sv, "\xe0\x9f\xbf"sv,
        "\xe0\xa0"sv, "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv, "\xf0\x8f\xbf\xbf"sv, "\xf0\x90\x80"sv,
        "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv, "abcdefgh\xe9"sv}) {
    CHECK_FALSE(detail::is_utf8(Exact(bad)));
    CHECK(detail::is_utf8(detail::repair_utf8(Exact(bad))));
  }
}

TEST_CASE("text: each maximal subpart of a broken sequence becomes one U+FFFD", "[text]") {
  // The example of the Unicode Standard, section 3.9, table 3-8 and the ones after it.
  CHECK(detail::repair_utf8("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41") ==
        kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + "A");
  CHECK(detail::repair_utf8("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41") ==
        kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + kFffd + "A");
  CHECK(detail::repair_utf8("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42") ==
        kFffd + kFffd + kFffd + kFffd + kFffd + "A" + kFffd + kFffd + "B");
  CHECK(detail::repair_utf8("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41") ==
        kFffd + kFffd + kFffd + kFffd + "A");
  CHECK(detail::repair_utf8("caf\xe9") == "caf" + kFffd);
}

TEST_CASE("text: random bytes become valid UTF-8 and stay so", "[text]") {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::size_t i = 0, n = random() % 24; i < n; ++i) {
      text += static_cast<char>(random() % 3 == 0 ? random() % 128 : 0x80 + random() % 128);
    }
    const std::string repaired = detail::repair_utf8(Exact(text));
    REQUIRE(detail::is_utf8(repaired));
    REQUIRE(detail::repair_utf8(repaired) == repaired);
    REQUIRE(detail::is_utf8(Exact(text)) == (repaired == text));
    REQUIRE(detail::display_width(Exact(text)) == detail::display_width(repaired));
    REQUIRE(detail::is_utf8(detail::printable(Exact(text))));
    REQUIRE(detail::is_utf8(detail::latin1_to_utf8(Exact(text))));
  }
}

TEST_CASE("text: Latin-1 becomes the code points of the same numbers", "[text]") {
  CHECK(detail::latin1_to_utf8("caf\xe9 \x80\xff") == "café \xc2\x80ÿ");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const std::string utf8 = detail::latin1_to_utf8(all);
  CHECK(utf8.size() == 128 + 2 * 128);
  CHECK(detail::is_utf8(utf8));
}

TEST_CASE("text: what is printed cannot steer a terminal", "[text]") {
  CHECK(detail::printable("plain é 好") == "plain é 好");
  CHECK(detail::printable("\x1b[31mred\x1b[0m") == "\\x1b[31mred\\x1b[0m");
  CHECK(detail::printable("a\nb\r\nc\rd\te\vf") == "a b c d e f");
  CHECK(detail::printable("\x00\x07\x7f"sv) == "\\x00\\x07\\x7f");
  CHECK(detail::printable("\xc2\x9b"
                          "31m") == "\\x9b31m");
  CHECK(detail::printable("\xc2\x85") == " ");
  CHECK(detail::printable("a\u2028b\u2029c") == "a b c");
  CHECK(detail::printable("\u202egnp.exe\u2066") == "\\u{202e}gnp.exe\\u{2066}");
  CHECK(detail::printable("\u202a\u202d\u2069") == "\\u{202a}\\u{202d}\\u{2069}");
  CHECK(detail::printable("caf\xe9") == "caf" + kFffd);
}

TEST_CASE("text: every character that is not printable is spelled out", "[text]") {
  std::size_t left = 0;
  for (char32_t code = 0; code < 0x3000; ++code) {
    std::string text;
    detail::append_utf8(text, code);
    const std::string shown = detail::printable(text);
    for (std::string_view rest = shown; !rest.empty();) {
      const detail::Character c = detail::first_character(rest);
      if (detail::is_unprintable(c.code)) ++left;
      rest.remove_prefix(c.size);
    }
  }
  CHECK(left == 0);
}

TEST_CASE("text: the width is what a terminal gives it", "[text]") {
  CHECK(detail::display_width("") == 0);
  CHECK(detail::display_width("abc é") == 5);
  CHECK(detail::display_width("好的") == 4);
  CHECK(detail::display_width("한국어") == 6);
  CHECK(detail::display_width("ＡＢ") == 4);
  CHECK(detail::display_width("e\u0301") == 1);
  CHECK(detail::display_width("👍") == 2);
  CHECK(detail::display_width("\u200b\ufeff\x07\x7f\u0085") == 0);
  CHECK(detail::display_width("–…█▏") == 4);
  CHECK(detail::display_width("\xe9") == 1);
  CHECK(detail::display_width("\U000200d0") == 2);
  CHECK(detail::display_width("\u1112\u1161\u11ab") == 2);
}

TEST_CASE("text: the tables of characters are sorted and do not touch", "[text]") {
  const auto sorted = [](std::span<const detail::CodeRange> ranges) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (ranges[i].first > ranges[i].last) return false;
      if (i > 0 && ranges[i - 1].last + 1 >= ranges[i].first) return false;
    }
    return true;
  };
  CHECK(sorted(detail::kLetters));
  CHECK(sorted(detail::kNumbers));
  CHECK(sorted(detail::kWide));
  CHECK(sorted(detail::kZeroWidth));
}
