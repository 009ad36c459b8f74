// bytes.h: bytes written down as hex, and exact copies on the heap, so that a sanitizer sees a reader
// that goes one byte too far.
//
//   CHECK(hex(bytes) == "4e 50 53");
//   nps::wire::Reader in(*Exact(unhex("4e 50 53")));
#ifndef NPS_TESTS_WIRE_BYTES_H_
#define NPS_TESTS_WIRE_BYTES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "nps/wire/writer.h"

namespace nps::test {

inline std::string hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ' ';
    text += kDigits[std::to_integer<std::size_t>(byte >> 4U)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

/// Of pairs of small hex digits; all other characters are passed over.
inline wire::Bytes unhex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  wire::Bytes bytes;
  std::size_t digits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;
    if (digits++ % 2 == 0) bytes.push_back({});
    bytes.back() = bytes.back() << 4U | static_cast<std::byte>(digit);
  }
  return bytes;
}

class Exact {
 public:
  explicit Exact(std::span<const std::byte> bytes)
      : copy_(std::make_unique<std::byte[]>(bytes.size())), size_(bytes.size()) {
    std::ranges::copy(bytes, copy_.get());
  }
  std::span<const std::byte> operator*() const noexcept { return {copy_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> copy_;
  std::size_t size_;
};

}  // namespace nps::test

#endif  // NPS_TESTS_WIRE_BYTES_H_
