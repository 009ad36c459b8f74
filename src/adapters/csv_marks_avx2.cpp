// AVX2: a group is two vectors of 32 bytes, the quotes' prefix sum a carry-less product with all ones.
#include "adapters/csv_marks.h"

#ifdef NPS_CSV_X86
#include <immintrin.h>

#define NPS_AVX2 __attribute__((target("avx2,bmi,pclmul,popcnt")))

namespace nps::csv {
namespace {

NPS_AVX2 inline std::uint64_t equal(__m256i low, __m256i high, __m256i byte) noexcept {
  const auto bits = [](__m256i same)
                        NPS_AVX2 { return static_cast<std::uint32_t>(_mm256_movemask_epi8(same)); };
  return bits(_mm256_cmpeq_epi8(low, byte)) | std::uint64_t{bits(_mm256_cmpeq_epi8(high, byte))}
                                                  << 32U;
}

NPS_AVX2 std::size_t mark_groups(const char* bytes, std::size_t groups, char delimiter,
                                 MarkState& state, std::uint64_t* marks) noexcept {
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i between = _mm256_set1_epi8(delimiter);
  const __m256i line_feed = _mm256_set1_epi8('\n');
  const __m256i carriage = _mm256_set1_epi8('\r');
  MarkState s = state;
  std::size_t group = 0;
  for (; group < groups; ++group, bytes += kGroupBytes) {
    const auto* const at = reinterpret_cast<const __m256i*>(bytes);
    const __m256i low = _mm256_loadu_si256(at);
    const __m256i high = _mm256_loadu_si256(at + 1);
    const GroupBits bits{equal(low, high, quote), equal(low, high, between),
                         equal(low, high, line_feed), equal(low, high, carriage),
                         equal(low, high, _mm256_setzero_si256())};
    const __m128i open = _mm_clmulepi64_si128(
        _mm_cvtsi64_si128(static_cast<long long>(bits.quotes)), _mm_set1_epi8(-1), 0);
    if (!mark_group(bits, static_cast<std::uint64_t>(_mm_cvtsi128_si64(open)), s, marks[group])) {
      break;
    }
  }
  state = s;
  return group;
}

NPS_AVX2 std::size_t list(const std::uint64_t* marks, std::size_t groups,
                          std::uint32_t* begins) noexcept {
  return list_marks(marks, groups, begins);
}

bool runs_here() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

}  // namespace

const MarkKernel kAvx2Marks{
    .name = "avx2", .runs_here = runs_here, .mark = mark_groups, .list = list};

}  // namespace nps::csv

#endif  // NPS_CSV_X86
