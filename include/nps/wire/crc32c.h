// crc32c: the checksum at the end of everything that nps stores.
//
//   nps::wire::crc32c(bytes);                          // of all of them
//   nps::wire::crc32c(tail, nps::wire::crc32c(head));  // or part after part
//
// It finds damage, not forgery: every burst of up to 32 bits, so every single byte that changed, and
// all but one in four thousand million of the rest.
#ifndef NPS_WIRE_CRC32C_H_
#define NPS_WIRE_CRC32C_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nps::wire {

namespace internal {

/// tables[k][byte]: what a byte adds to the remainder when k more bytes follow it.
using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr CrcTables crc_tables() noexcept {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // 0x1edc6f41, bits reversed
  CrcTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? kPolynomial : 0);
    tables[0][byte] = rest;
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (std::size_t k = 1; k < tables.size(); ++k) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8U) ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}

inline constexpr CrcTables kCrcTables = crc_tables();

}  // namespace internal

/// CRC-32C of the bytes, or of what `before` is the checksum of and then the bytes. No bytes: 0.
/// Complexity  O(bytes), eight at a time; no allocation.
/// Source      Castagnoli, Braeuer and Herrmann, IEEE Transactions on Communications 41 (1993):
///             polynomial 0x1edc6f41, reflected, begun with and inverted by 0xffffffff, as in
///             iSCSI (RFC 3720, whose vectors are in the test). Of "123456789" it is 0xe3069283.
[[nodiscard]] constexpr std::uint32_t crc32c(std::span<const std::byte> bytes,
                                             std::uint32_t before = 0) noexcept {
  const internal::CrcTables& tables = internal::kCrcTables;
  const auto byte = [&bytes](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
  std::uint32_t rest = ~before;
  std::size_t i = 0;
  for (; bytes.size() - i >= 8; i += 8) {
    rest ^= byte(i) | byte(i + 1) << 8U | byte(i + 2) << 16U | byte(i + 3) << 24U;
    rest = tables[7][rest & 0xffU] ^ tables[6][(rest >> 8U) & 0xffU] ^
           tables[5][(rest >> 16U) & 0xffU] ^ tables[4][rest >> 24U] ^ tables[3][byte(i + 4)] ^
           tables[2][byte(i + 5)] ^ tables[1][byte(i + 6)] ^ tables[0][byte(i + 7)];
  }
  for (; i < bytes.size(); ++i) rest = (rest >> 8U) ^ tables[0][(rest ^ byte(i)) & 0xffU];
  return ~rest;
}

}  // namespace nps::wire

#endif  // NPS_WIRE_CRC32C_H_
