#include "nps/wire/crc32c.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nps/wire/writer.h"
#include "support/catch.h"

using nps::wire::bytes_of;
using nps::wire::crc32c;

static_assert(crc32c({}) == 0);

TEST_CASE("crc32c: the published vectors come out", "[wire][golden]") {
  // RFC 3720, section B.4: its bytes are in the order in which they are sent.
  std::array<std::byte, 32> bytes{};
  CHECK(crc32c(bytes) == 0x8a9136aa);
  bytes.fill(std::byte{0xff});
  CHECK(crc32c(bytes) == 0x62a8ab43);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::byte>(i);
  CHECK(crc32c(bytes) == 0x46dd794e);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::byte>(31 - i);
  CHECK(crc32c(bytes) == 0x113fdb5c);
  CHECK(crc32c(bytes_of("123456789")) == 0xe3069283);
  CHECK(crc32c(bytes_of("a")) == 0xc1d04330);
}

TEST_CASE("crc32c: bit by bit gives the same at every length", "[wire]") {
  std::vector<std::byte> bytes;
  for (std::uint32_t i = 0; i < 100; ++i) {
    std::uint32_t rest = ~0U;
    for (const std::byte byte : bytes) {
      rest ^= std::to_integer<std::uint32_t>(byte);
      for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? 0x82f63b78U : 0);
    }
    REQUIRE(crc32c(bytes) == ~rest);
    bytes.push_back(static_cast<std::byte>(i * 151 + 7));
  }
}

TEST_CASE("crc32c: part after part is the whole", "[wire]") {
  const auto whole = bytes_of("how likely are you to recommend us to a friend?");
  for (std::size_t split = 0; split <= whole.size(); ++split) {
    CHECK(crc32c(whole.subspan(split), crc32c(whole.first(split))) == crc32c(whole));
  }
}
