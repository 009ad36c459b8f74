#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "nps/detail/siphash.h"
#include "support/catch.h"

using nps::detail::Digest;
using nps::detail::siphash;
using nps::detail::SipKey;

namespace {

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte / 16];
    text += kDigits[byte % 16];
  }
  return text;
}

}  // namespace

// Source: vectors_sip128 of the authors' reference implementation (github.com/veorq/SipHash,
// vectors.h): the key is 00 01 .. 0f, the input of row n the n bytes 00 01 .. n-1.
TEST_CASE("siphash: the authors' test vectors come out", "[siphash][golden]") {
  constexpr std::array<std::string_view, 26> kExpected{
      "a3817f04ba25a8e66df67214c7550293", "da87c1d86b99af44347659119b22fc45",
      "8177228da4a45dc7fca38bdef60affe4", "9c70b60c5267a94e5f33b6b02985ed51",
      "f88164c12d9c8faf7d0f6e7c7bcd5579", "1368875980776f8854527a07690e9627",
      "14eeca338b208613485ea0308fd7a15e", "a1f1ebbed8dbc153c0b84aa61ff08239",
      "3b62a9ba6258f5610f83e264f31497b4", "264499060ad9baabc47f8b02bb6d71ed",
      "00110dc378146956c95447d3f3d0fbba", "0151c568386b6677a2b4dc6f81e5dc18",
      "d626b266905ef35882634df68532c125", "9869e247e9c08b10d029934fc4b952f7",
      "31fcefac66d7de9c7ec7485fe4494902", "5493e99933b0a8117e08ec0f97cfc3d9",
      "6ee2a4ca67b054bbfd3315bf85230577", "473d06e8738db89854c066c47ae47740",
      "a426e5e423bf4885294da481feaef723", "78017731cf65fab074d5208952512eb1",
      "9e25fc833f2290733e9344a5e83839eb", "568e495abe525a218a2214cd3e071d12",
      "4a29b54552d16b9a469c10528eff0aae", "c9d184ddd5a9f5e0cf8ce29a9abf691c",
      "2db479ae78bd50d8882a8a178a6132ad", "8ece5f042d5e447b5051b9eacb8d8f6f"};
  SipKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
  std::string text;
  for (std::size_t length = 0; length < kExpected.size(); ++length) {
    INFO(length << " bytes");
    CHECK(hex(siphash(key, text)) == kExpected[length]);
    text += static_cast<char>(length);
  }
  text.clear();
  for (int byte = 0; byte < 63; ++byte) text += static_cast<char>(byte);
  CHECK(hex(siphash(key, text)) == "5150d1772f50834a503e069a973fbd7c");
}

TEST_CASE("siphash: another key gives another digest", "[siphash]") {
  SipKey other{};
  other[15] = std::byte{1};
  CHECK(siphash(SipKey{}, "ann") != siphash(other, "ann"));
  static_assert(siphash(SipKey{}, "ann") == siphash(SipKey{}, "ann"));
}
