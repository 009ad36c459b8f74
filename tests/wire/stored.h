// stored.h: values of every kind that is stored, one golden file each, and what must hold when any
// bytes are decoded as such a value.
#ifndef NPS_TESTS_WIRE_STORED_H_
#define NPS_TESTS_WIRE_STORED_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/wire/envelope.h"
#include "nps/wire/tally.h"

namespace nps::test {

/// Decodes and encodes again. No value, with an error that says something, where that is refused.
using Recode = std::optional<wire::Bytes> (*)(std::span<const std::byte>);

template <typename T>
std::optional<wire::Bytes> encoded_again(const Result<T>& decoded) {
  if (!decoded) return std::nullopt;
  if constexpr (std::is_same_v<T, Cube>) {
    return decoded->encode();
  } else {
    return wire::encode(*decoded);
  }
}

inline std::optional<wire::Bytes> recode_tally(std::span<const std::byte> bytes) {
  return encoded_again(wire::decode_tally(bytes));
}
inline std::optional<wire::Bytes> recode_weighted_tally(std::span<const std::byte> bytes) {
  return encoded_again(wire::decode_weighted_tally(bytes));
}
inline std::optional<wire::Bytes> recode_cube(std::span<const std::byte> bytes) {
  return encoded_again(Cube::decode(bytes));
}

/// Every decoder there is.
inline constexpr Recode kRecoders[] = {recode_tally, recode_weighted_tally, recode_cube};

/// The bytes with their length and checksum made to fit, so that a decoder looks further.
inline wire::Bytes repaired(std::span<const std::byte> bytes) {
  wire::Bytes fitting(bytes.begin(), bytes.end());
  if (fitting.size() < wire::kEnvelopeSize) return fitting;
  const std::size_t end = fitting.size() - 4;
  wire::Writer out;
  out.u64(end - wire::kHeaderSize);
  std::ranges::copy(out.written(), fitting.begin() + 8);
  wire::Writer checksum;
  checksum.u32(wire::crc32c(std::span(fitting).first(end)));
  std::ranges::copy(checksum.written(), fitting.begin() + static_cast<std::ptrdiff_t>(end));
  return fitting;
}

}  // namespace nps::test

#endif  // NPS_TESTS_WIRE_STORED_H_
