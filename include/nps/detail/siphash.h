// SipHash-2-4-128: a keyed hash of 128 bits. Whoever does not have the key can neither tell which
// text a hash is of by trying texts, nor make two texts collide.
//
//   const Digest digest = siphash(key, "ann@example.com");
//
// Errors      nothing fails. Complexity  O(length), no allocation.
// Source      Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and the reference
//             implementation for the output of 128 bits. Two rounds a word, four to finish.
#ifndef NPS_DETAIL_SIPHASH_H_
#define NPS_DETAIL_SIPHASH_H_

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nps::detail {

using SipKey = std::array<std::byte, 16>;
using Digest = std::array<std::uint8_t, 16>;  // in the order in which the reference writes it

class SipState {
 public:
  constexpr explicit SipState(const SipKey& key) noexcept {
    const auto word = [&key](std::size_t from) {
      std::uint64_t value = 0;
      for (std::size_t i = 8; i-- > 0;) {
        value = (value << 8U) | std::to_integer<std::uint64_t>(key[from + i]);
      }
      return value;
    };
    const std::uint64_t k0 = word(0);
    const std::uint64_t k1 = word(8);
    v0_ = k0 ^ 0x736f6d6570736575U;
    v1_ = k1 ^ 0x646f72616e646f6dU ^ 0xeeU;
    v2_ = k0 ^ 0x6c7967656e657261U;
    v3_ = k1 ^ 0x7465646279746573U;
  }

  constexpr void word(std::uint64_t value) noexcept {
    v3_ ^= value;
    rounds(2);
    v0_ ^= value;
  }

  [[nodiscard]] constexpr Digest finish() noexcept {
    Digest digest{};
    v2_ ^= 0xeeU;
    rounds(4);
    put(digest, 0);
    v1_ ^= 0xddU;
    rounds(4);
    put(digest, 8);
    return digest;
  }

 private:
  constexpr void rounds(int count) noexcept {
    for (; count > 0; --count) {
      v0_ += v1_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v3_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ += v3_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ += v1_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v2_ = std::rotl(v2_, 32);
    }
  }
  constexpr void put(Digest& digest, std::size_t at) const noexcept {
    const std::uint64_t value = v0_ ^ v1_ ^ v2_ ^ v3_;
    for (std::size_t i = 0; i < 8; ++i) {
      digest[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

[[nodiscard]] constexpr Digest siphash(const SipKey& key, std::string_view text) noexcept {
  const auto little_endian = [text](std::size_t from, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) {
      value = (value << 8U) | static_cast<unsigned char>(text[from + i]);
    }
    return value;
  };
  SipState state(key);
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) state.word(little_endian(at, 8));
  state.word(little_endian(at, text.size() - at) | (std::uint64_t{text.size()} << 56U));
  return state.finish();
}

}  // namespace nps::detail

#endif  // NPS_DETAIL_SIPHASH_H_
