#include "segment/compact_table.h"

#include <algorithm>

#include "kernels/kernel.h"

#ifdef NPS_KERNELS_X86
#include <immintrin.h>
#endif

namespace nps::internal {
namespace {

using Line = CompactTable::Line;

std::size_t home(const CompactEntry& entry, std::size_t lines) noexcept {
  return ((entry.who >> 32U) * lines) >> 32U;
}

// Asks for the line at which an entry is looked for first.
[[gnu::always_inline]] inline void ask_for([[maybe_unused]] const Line* lines,
                                           [[maybe_unused]] std::size_t count,
                                           [[maybe_unused]] const CompactEntry& entry) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(lines + home(entry, count), 1);
#endif
}

// The first place of a line that is this customer's or free; 4 if there is none. Written so that it
// becomes no branches: which place it is cannot be predicted.
inline unsigned place_in(const Line& line, std::uint64_t who) noexcept {
  unsigned place = 4;
  for (unsigned i = 4; i-- > 0;) {
    const bool fits = static_cast<unsigned>((line.who[i] ^ who) <= CompactEntry::kSideMask) |
                      static_cast<unsigned>(line.what[i] == 0);
    place = fits ? i : place;
  }
  return place;
}

// Whether the new answer is the greater one cannot be predicted either.
inline std::size_t keep_greater(Line& line, unsigned place, const CompactEntry& entry) noexcept {
  const std::uint64_t who = line.who[place];
  const std::uint64_t what = line.what[place];
  const std::uint64_t takes =
      std::uint64_t{0} - static_cast<std::uint64_t>(entry.rank() > what >> CompactEntry::kSide);
  line.who[place] = who ^ ((who ^ entry.who) & takes);
  line.what[place] = what ^ ((what ^ entry.what) & takes);
  return what == 0 ? 1 : 0;
}

// The lines of some entries are asked for before the first of them is looked at, and then one more
// with each that is: asking for all of a piece first, it would wait for the first of them.
class LinesAhead {
 public:
  [[gnu::always_inline]] LinesAhead(const Line* lines, std::size_t count,
                                    std::span<const CompactEntry> entries) noexcept
      : lines_(lines), count_(count), entries_(entries) {
    for (std::size_t i = 0; i < std::min(kAhead, entries.size()); ++i) fetch(i);
  }
  [[gnu::always_inline]] void at(std::size_t entry) const noexcept {
    if (entry + kAhead < entries_.size()) fetch(entry + kAhead);
  }

 private:
  static constexpr std::size_t kAhead = 16;

  [[gnu::always_inline]] void fetch(std::size_t entry) const noexcept {
    ask_for(lines_, count_, entries_[entry]);
  }

  const Line* lines_;
  std::size_t count_;
  std::span<const CompactEntry> entries_;
};

/// Puts the entries where there is room for all; how many were new customers.
template <typename PlaceIn>
[[gnu::always_inline]] inline std::size_t put_all(Line* lines, std::size_t count,
                                                  std::span<const CompactEntry> entries,
                                                  PlaceIn find) noexcept {
  std::size_t fresh = 0;
  const LinesAhead ahead(lines, count, entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    ahead.at(i);
    const CompactEntry& entry = entries[i];
    std::size_t at = home(entry, count);
    unsigned place = find(lines[at], entry.who);
    while (place == 4) {
      at = at + 1 == count ? 0 : at + 1;
      place = find(lines[at], entry.who);
    }
    fresh += keep_greater(lines[at], place, entry);
  }
  return fresh;
}

std::size_t put_scalar(Line* lines, std::size_t count,
                       std::span<const CompactEntry> entries) noexcept {
  return put_all(lines, count, entries, place_in);
}

#ifdef NPS_KERNELS_X86
__attribute__((target("avx2,bmi"))) std::size_t put_avx2(
    Line* lines, std::size_t count, std::span<const CompactEntry> entries) noexcept {
  std::size_t fresh = 0;
  const __m256i zero = _mm256_setzero_si256();
  const LinesAhead ahead(lines, count, entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    ahead.at(i);
    const CompactEntry& entry = entries[i];
    const __m256i who = _mm256_set1_epi64x(static_cast<long long>(entry.who));
    std::size_t at = home(entry, count);
    for (;;) {
      const auto* words = reinterpret_cast<const __m256i*>(&lines[at]);
      const __m256i unlike =
          _mm256_srli_epi64(_mm256_xor_si256(_mm256_load_si256(words), who), CompactEntry::kSide);
      const __m256i fits = _mm256_or_si256(_mm256_cmpeq_epi64(unlike, zero),
                                           _mm256_cmpeq_epi64(_mm256_load_si256(words + 1), zero));
      const auto places = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(fits)));
      if (places != 0) [[likely]] {
        fresh += keep_greater(lines[at], static_cast<unsigned>(__builtin_ctz(places)), entry);
        break;
      }
      at = at + 1 == count ? 0 : at + 1;
    }
  }
  return fresh;
}
#endif

// Every kernel for x86 but the scalar one needs AVX2 at least.
auto selected() noexcept {
#ifdef NPS_KERNELS_X86
  if (&kernel::selected() != &kernel::kScalar) return put_avx2;
#endif
  return put_scalar;
}

}  // namespace

void CompactTable::prefetch(const CompactEntry& entry) const noexcept {
  if (count_ != 0) ask_for(lines_, count_, entry);
}

void CompactTable::fetch() const noexcept {
  for (const Line& line : lines()) {
    // A load that nothing waits for, and that the compiler may not leave out.
    static_cast<void>(*static_cast<const volatile std::uint64_t*>(&line.what[3]));
  }
}

// At most three quarters are ever taken.
void CompactTable::reserve(std::size_t customers) {
  if (customers <= count_ * 3) return;
  std::size_t count = std::max(count_, ShardMemory::kLeast / sizeof(Line));
  while (customers > count * 3) count *= 2;
  resize(count);
}

void CompactTable::resize(std::size_t lines) {
  constexpr std::size_t kShared = ShardMemory::kMost / sizeof(Line);
  Pages own(lines <= kShared ? 0 : lines * sizeof(Line));
  void* const room = lines <= kShared ? shared_->take(shard_, lines * sizeof(Line)) : own.data();
  auto* const into = static_cast<Line*>(room);
  for_each([&](const CompactEntry& entry) { put_scalar(into, lines, {&entry, 1}); });
  if (count_ != 0 && count_ <= kShared) shared_->give_back(count_ * sizeof(Line));
  own_ = std::move(own);
  lines_ = into;
  count_ = lines;
}

void CompactTable::put(std::span<const CompactEntry> entries) {
  reserve(customers_ + entries.size());
  customers_ += selected()(lines_, count_, entries);
  placed_ += entries.size();
}

}  // namespace nps::internal
