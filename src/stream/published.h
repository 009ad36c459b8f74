// Published: figures that one thread at a time changes and any number read meanwhile, without a lock.
// A reader that met a change half done reads again; who changes never waits.
#ifndef NPS_SRC_STREAM_PUBLISHED_H_
#define NPS_SRC_STREAM_PUBLISHED_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

#include "nps/rating.h"
#include "nps/tally.h"

namespace nps::internal {

/// A number that its only writer may change by load and store.
class PublishedNumber {
 public:
  explicit PublishedNumber(std::uint64_t value = 0) noexcept : value_(value) {}
  [[nodiscard]] std::uint64_t read() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::uint64_t more) noexcept { set(read() + more); }  // modulo 2^64

 private:
  std::atomic<std::uint64_t> value_;
};

class PublishedTally {
 public:
  void add(std::uint8_t rating, bool in) noexcept {
    counts_[rating].add(in ? 1 : ~std::uint64_t{0});
  }
  /// Asks for the memory that add() writes to.
  void prefetch(std::uint8_t rating) const noexcept { __builtin_prefetch(&counts_[rating], 1); }
  void set(const Tally& tally) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i].set(tally.counts()[i]);
  }
  [[nodiscard]] Tally read() const noexcept {
    Tally::Counts counts;
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = counts_[i].read();
    return Tally::of(counts);
  }

 private:
  std::array<PublishedNumber, Rating::kCount> counts_;
};

/// A sequence lock: odd while a change is under way.
/// Source      Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012:
///             what is guarded are relaxed atomics, so that nothing is a data race.
class Sequence {
 public:
  /// Changes stand between begin() and end(), of one thread at a time.
  void begin() noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }
  void end() noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// What look() returns, of a moment at which nothing was half done.
  template <typename Look>
  [[nodiscard]] auto read(Look&& look) const noexcept {
    for (unsigned tries = 0;; ++tries) {
      const std::uint64_t before = value_.load(std::memory_order_acquire);
      if (before % 2 == 0) {
        const auto seen = look();
        std::atomic_thread_fence(std::memory_order_acquire);
        if (value_.load(std::memory_order_relaxed) == before) return seen;
      }
      if (tries > kPatience) std::this_thread::yield();  // who changes may not be running
    }
  }

 private:
  static constexpr unsigned kPatience = 32;
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_PUBLISHED_H_
