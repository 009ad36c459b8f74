// The limit that tallies are measured against: reading memory and doing next to nothing with it.
#ifndef NPS_BENCH_READ_MEMORY_H_
#define NPS_BENCH_READ_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace nps::bench {

/// One way to read. Its result depends on every whole 256 bytes, so that none is left out.
struct Reader {
  std::string_view name;
  bool (*runs_here)();
  std::uint64_t (*read)(std::span<const std::uint8_t> bytes);
};

inline constexpr std::size_t kStep = 256;

/// Asks for the lines `near` and `far` bytes after those of this step; 0 asks for none.
template <std::size_t near, std::size_t far>
[[gnu::always_inline]] inline void ask_ahead(const std::uint8_t* here) {
  const auto address = reinterpret_cast<std::uintptr_t>(here);
  for (std::size_t line = 0; line < kStep; line += 64) {
    if constexpr (near != 0) {
      __builtin_prefetch(reinterpret_cast<const void*>(address + near + line), 0, 3);
    }
    if constexpr (far != 0) {
      __builtin_prefetch(reinterpret_cast<const void*>(address + far + line), 0, 2);
    }
  }
}

template <std::size_t near, std::size_t far>
std::uint64_t read_words(std::span<const std::uint8_t> bytes) {
  std::array<std::uint64_t, 4> any{};
  for (; bytes.size() >= kStep; bytes = bytes.subspan(kStep)) {
    ask_ahead<near, far>(bytes.data());
    for (std::size_t at = 0; at < kStep; at += sizeof(any)) {
      std::array<std::uint64_t, 4> words;
      std::memcpy(words.data(), bytes.data() + at, sizeof(words));
      for (std::size_t i = 0; i < words.size(); ++i) any[i] |= words[i];
    }
  }
  return any[0] | any[1] | any[2] | any[3];
}

inline bool always() { return true; }

#if defined(__x86_64__) && defined(__GNUC__)
template <std::size_t near, std::size_t far>
__attribute__((target("avx2"))) std::uint64_t read_avx2(std::span<const std::uint8_t> bytes) {
  const auto* vector = reinterpret_cast<const __m256i*>(bytes.data());
  __m256i a = _mm256_setzero_si256();
  __m256i b = a;
  for (std::size_t steps = bytes.size() / kStep; steps > 0; --steps, vector += 8) {
    ask_ahead<near, far>(reinterpret_cast<const std::uint8_t*>(vector));
    a = _mm256_or_si256(a, _mm256_loadu_si256(vector));
    b = _mm256_or_si256(b, _mm256_loadu_si256(vector + 1));
    a = _mm256_or_si256(a, _mm256_loadu_si256(vector + 2));
    b = _mm256_or_si256(b, _mm256_loadu_si256(vector + 3));
    a = _mm256_or_si256(a, _mm256_loadu_si256(vector + 4));
    b = _mm256_or_si256(b, _mm256_loadu_si256(vector + 5));
    a = _mm256_or_si256(a, _mm256_loadu_si256(vector + 6));
    b = _mm256_or_si256(b, _mm256_loadu_si256(vector + 7));
  }
  std::array<std::uint64_t, 4> words;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(words.data()), _mm256_or_si256(a, b));
  return words[0] | words[1] | words[2] | words[3];
}

template <std::size_t near, std::size_t far>
__attribute__((target("avx512f"))) std::uint64_t read_avx512(std::span<const std::uint8_t> bytes) {
  const auto* vector = reinterpret_cast<const __m512i*>(bytes.data());
  __m512i a = _mm512_setzero_si512();
  __m512i b = a;
  for (std::size_t steps = bytes.size() / kStep; steps > 0; --steps, vector += 4) {
    ask_ahead<near, far>(reinterpret_cast<const std::uint8_t*>(vector));
    a = _mm512_or_si512(a, _mm512_loadu_si512(vector));
    b = _mm512_or_si512(b, _mm512_loadu_si512(vector + 1));
    a = _mm512_or_si512(a, _mm512_loadu_si512(vector + 2));
    b = _mm512_or_si512(b, _mm512_loadu_si512(vector + 3));
  }
  std::array<std::uint64_t, 8> words;
  _mm512_storeu_si512(words.data(), _mm512_or_si512(a, b));
  return words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7];
}

/// In four places at once: while one stream waits at the beginning of a page, three others flow.
template <std::size_t near>
__attribute__((target("avx2"))) std::uint64_t read_avx2_places(
    std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kPlaces = 4;
  const std::size_t part = bytes.size() / kPlaces / kStep * kStep;
  __m256i a = _mm256_setzero_si256();
  __m256i b = a;
  for (std::size_t at = 0; at < part; at += kStep) {
    for (std::size_t place = 0; place < kPlaces; ++place) {
      const std::uint8_t* const here = bytes.data() + place * part + at;
      ask_ahead<near, 0>(here);
      for (std::size_t i = 0; i < kStep; i += 64) {
        const auto* vector = reinterpret_cast<const __m256i*>(here + i);
        a = _mm256_or_si256(a, _mm256_loadu_si256(vector));
        b = _mm256_or_si256(b, _mm256_loadu_si256(vector + 1));
      }
    }
  }
  std::array<std::uint64_t, 4> words;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(words.data()), _mm256_or_si256(a, b));
  return words[0] | words[1] | words[2] | words[3] |
         read_avx2<near, 0>(bytes.subspan(kPlaces * part));
}

inline bool has_avx2() { return __builtin_cpu_supports("avx2") != 0; }
inline bool has_avx512() { return __builtin_cpu_supports("avx512f") != 0; }
#endif

/// Without prefetch, one level ahead, and two, with vectors of each width, and in several places: the
/// best is the limit.
inline constexpr std::array kReaders {
  Reader{"words", always, read_words<0, 0>},
      Reader{"words_near_far", always, read_words<4096, 32768>},
#if defined(__x86_64__) && defined(__GNUC__)
      Reader{"avx2", has_avx2, read_avx2<0, 0>}, Reader{"avx2_near", has_avx2, read_avx2<3072, 0>},
      Reader{"avx2_near_far", has_avx2, read_avx2<4096, 32768>},
      Reader{"avx2_near_places", has_avx2, read_avx2_places<2048>},
      Reader{"avx512", has_avx512, read_avx512<0, 0>},
      Reader{"avx512_near", has_avx512, read_avx512<3072, 0>},
      Reader{"avx512_near_far", has_avx512, read_avx512<4096, 32768>},
#endif
};

}  // namespace nps::bench

#endif  // NPS_BENCH_READ_MEMORY_H_
