// More than 2^32 ratings in 16 MiB: one piece of memory, seen so often in a row. For what counts in
// fewer than 64 bits on its way.
#ifndef NPS_TESTS_SUPPORT_LONG_COLUMN_H_
#define NPS_TESTS_SUPPORT_LONG_COLUMN_H_

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nps::test {

/// All tens, but for kTimes elevens, which are no ratings. Empty where there is no room for it.
class LongColumn {
 public:
  static constexpr std::size_t kPiece = std::size_t{1} << 24U;
  static constexpr std::size_t kTimes = 258;
  static constexpr std::uint64_t kTens = (kPiece - 1) * kTimes;

  LongColumn() : file_(memfd_create("ratings", 0)) {
    if (file_ < 0 || ftruncate(file_, kPiece) != 0) return;
    void* const map = mmap(nullptr, kPiece * kTimes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) return;
    bytes_ = static_cast<std::uint8_t*>(map);
    for (std::size_t i = 0; i < kTimes; ++i) {
      void* const piece = mmap(bytes_ + i * kPiece, kPiece, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_FIXED, file_, 0);
      if (piece == MAP_FAILED) return;
    }
    std::fill_n(bytes_, kPiece, std::uint8_t{10});
    bytes_[0] = 11;
    complete_ = true;
  }
  LongColumn(const LongColumn&) = delete;
  LongColumn& operator=(const LongColumn&) = delete;
  ~LongColumn() {
    if (bytes_ != nullptr) munmap(bytes_, kPiece * kTimes);
    if (file_ >= 0) close(file_);
  }

  [[nodiscard]] std::span<const std::uint8_t> ratings() const {
    return {bytes_, complete_ ? kPiece * kTimes : 0};
  }

 private:
  int file_;
  std::uint8_t* bytes_ = nullptr;
  bool complete_ = false;
};

}  // namespace nps::test
#endif

#endif  // NPS_TESTS_SUPPORT_LONG_COLUMN_H_
