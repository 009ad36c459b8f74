// Pages: large zeroed memory in large pages, where the system has such.
//
// With pages of 2 MiB a table of some hundred megabytes is made with a thousand page faults instead
// of half a million, and random reads of it miss the translation look-aside buffer less.
#ifndef NPS_SRC_DETAIL_PAGES_H_
#define NPS_SRC_DETAIL_PAGES_H_

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

#include "detail/cache_line.h"

#ifdef __linux__
#include <sys/mman.h>

#include <cstdint>
#endif

namespace nps::internal {

/// Zeroed bytes, aligned for any cache line. Throws std::bad_alloc.
class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    mapped_ = map();
    if (mapped_) return;
    data_ = ::operator new (bytes, std::align_val_t{detail::kCacheLine});
    std::memset(data_, 0, bytes);
  }
  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        mapped_(std::exchange(other.mapped_, false)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(mapped_, other.mapped_);
    return *this;
  }
  ~Pages() {
    if (data_ == nullptr) return;
#ifdef __linux__
    if (mapped_) {
      ::munmap(data_, rounded(bytes_));
      return;
    }
#endif
    ::operator delete (data_, std::align_val_t{detail::kCacheLine});
  }

  /// Has the system find the memory now, which it else does when each page is first written to.
  void touch() noexcept {
    auto* const bytes = static_cast<volatile std::byte*>(data_);
    for (std::size_t at = 0; at < bytes_; at += kSmall) bytes[at] = std::byte{0};
  }

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t kSmall = 4096;
  static constexpr std::size_t kLarge = std::size_t{2} << 20U;

  static constexpr std::size_t rounded(std::size_t bytes) noexcept {
    return (bytes + kLarge - 1) / kLarge * kLarge;
  }

#ifdef __linux__
  // Whether it could. Large pages begin at multiples of their size, so one more is mapped and its
  // rest given back.
  bool map() noexcept {
    if (bytes_ < kLarge) return false;
    const std::size_t bytes = rounded(bytes_);
    void* mapped =
        ::mmap(nullptr, bytes + kLarge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return false;  // NOLINT(performance-no-int-to-ptr)
    const std::size_t before =
        (kLarge - reinterpret_cast<std::uintptr_t>(mapped) % kLarge) % kLarge;
    auto* const begin = static_cast<std::byte*>(mapped);
    if (before != 0) ::munmap(begin, before);
    ::munmap(begin + before + bytes, kLarge - before);
    data_ = begin + before;
#ifdef MADV_HUGEPAGE
    ::madvise(data_, bytes, MADV_HUGEPAGE);  // a wish: without it all is the same, only slower
#endif
    return true;
  }
#else
  static bool map() noexcept { return false; }
#endif

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
  bool mapped_ = false;
};

}  // namespace nps::internal

#endif  // NPS_SRC_DETAIL_PAGES_H_
