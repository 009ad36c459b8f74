#include "bench/peers/reads.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>

namespace nps::bench::peers {
namespace {

constexpr std::size_t kSweepBytes = std::size_t{1} << 31U;  // read by each thread, about

/// Runs work(0), work(1), ... at once, the first of them here.
template <typename Work>
void on_threads(unsigned threads, const Work& work) {
  std::vector<std::jthread> others;
  others.reserve(threads);
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([&work, i] { work(i); });
  work(0U);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

const Reader* find_reader(std::string_view name) noexcept {
  const auto* const found = std::find_if(
      kReaders.begin(), kReaders.end(),
      [name](const Reader& reader) { return reader.name == name && reader.runs_here(); });
  return found == kReaders.end() ? nullptr : found;
}

std::uint64_t read_columns(const std::vector<Bytes>& columns, unsigned threads,
                           const Reader& reader) {
  std::atomic<std::uint64_t> any = 0;
  on_threads(threads, [&](unsigned thread) {
    for (const Bytes column : columns) {
      const std::size_t from = column.size() * thread / threads;
      const std::size_t to = column.size() * (thread + 1) / threads;
      any |= reader.read(column.subspan(from, to - from));
    }
  });
  return any;
}

double sweep(std::size_t bytes, unsigned threads, const Reader& reader) {
  const std::size_t rounds = std::max<std::size_t>(2, kSweepBytes / bytes);
  std::atomic<std::uint64_t> any = 0;
  std::chrono::steady_clock::time_point start;
  std::barrier ready(static_cast<std::ptrdiff_t>(threads),
                     [&start]() noexcept { start = std::chrono::steady_clock::now(); });
  on_threads(threads, [&](unsigned) {
    const std::vector<std::uint8_t> piece(bytes, 7);
    any |= reader.read(piece);
    ready.arrive_and_wait();
    for (std::size_t round = 0; round < rounds; ++round) any |= reader.read(piece);
  });
  return static_cast<double>(bytes * rounds * threads) / seconds_since(start);
}

}  // namespace nps::bench::peers
