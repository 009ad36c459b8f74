// AVX-512: a group is one vector, whose comparisons give masks at once; marks become numbers by
// compressing a vector of them.
#include "adapters/csv_marks.h"

#ifdef NPS_CSV_X86
#include <immintrin.h>

#define NPS_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,pclmul,popcnt")))

namespace nps::csv {
namespace {

NPS_AVX512 std::size_t mark_groups(const char* bytes, std::size_t groups, char delimiter,
                                   MarkState& state, std::uint64_t* marks) noexcept {
  const __m512i quote = _mm512_set1_epi8('"');
  const __m512i between = _mm512_set1_epi8(delimiter);
  const __m512i line_feed = _mm512_set1_epi8('\n');
  const __m512i carriage = _mm512_set1_epi8('\r');
  MarkState s = state;
  std::size_t group = 0;
  for (; group < groups; ++group, bytes += kGroupBytes) {
    const __m512i text = _mm512_loadu_si512(bytes);
    const GroupBits bits{_mm512_cmpeq_epi8_mask(text, quote), _mm512_cmpeq_epi8_mask(text, between),
                         _mm512_cmpeq_epi8_mask(text, line_feed),
                         _mm512_cmpeq_epi8_mask(text, carriage),
                         _mm512_testn_epi8_mask(text, text)};
    const __m128i open = _mm_clmulepi64_si128(
        _mm_cvtsi64_si128(static_cast<long long>(bits.quotes)), _mm_set1_epi8(-1), 0);
    if (!mark_group(bits, static_cast<std::uint64_t>(_mm_cvtsi128_si64(open)), s, marks[group])) {
      break;
    }
  }
  state = s;
  return group;
}

/// The first sixteen bytes, as integers of 32 bits.
NPS_AVX512 inline __m512i first_lanes(__m512i bytes) noexcept {
  return _mm512_maskz_cvtepu8_epi32(0xffff, _mm512_maskz_extracti32x4_epi32(0xf, bytes, 0));
}

NPS_AVX512 std::size_t list(const std::uint64_t* marks, std::size_t groups,
                            std::uint32_t* begins) noexcept {
  constexpr unsigned kLanes = 16;
  const __m512i numbers = _mm512_set_epi8(
      64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42,
      41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19,
      18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  std::uint32_t* out = begins;
  for (std::size_t group = 0; group < groups; ++group) {
    const auto base = _mm512_set1_epi32(static_cast<int>(group * kGroupBytes));
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(marks[group]));
    __m512i marked = _mm512_maskz_compress_epi8(marks[group], numbers);
    _mm512_storeu_si512(out, _mm512_add_epi32(base, first_lanes(marked)));
    for (unsigned done = kLanes; done < count; done += kLanes) {  // seldom
      marked = _mm512_maskz_shuffle_i64x2(0xff, marked, marked, 0b00111001);
      _mm512_storeu_si512(out + done, _mm512_add_epi32(base, first_lanes(marked)));
    }
    out += count;
  }
  return static_cast<std::size_t>(out - begins);
}

bool runs_here() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vbmi2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

}  // namespace

const MarkKernel kAvx512Marks{
    .name = "avx512", .runs_here = runs_here, .mark = mark_groups, .list = list};

}  // namespace nps::csv

#endif  // NPS_CSV_X86
