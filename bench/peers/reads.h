// Plain reads of the memory that a work reads: the limit that it stands beside.
#ifndef NPS_BENCH_PEERS_READS_H_
#define NPS_BENCH_PEERS_READS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bench/read_memory.h"

namespace nps::bench::peers {

using Bytes = std::span<const std::uint8_t>;

/// Null where no reader has that name or it does not run here.
[[nodiscard]] const Reader* find_reader(std::string_view name) noexcept;

/// Reads each column once, each thread its share of each.
std::uint64_t read_columns(const std::vector<Bytes>& columns, unsigned threads,
                           const Reader& reader);

/// Bytes per second of all threads together, each reading a piece of its own of so many bytes over
/// and over for about a fifth of a second.
[[nodiscard]] double sweep(std::size_t bytes, unsigned threads, const Reader& reader);

}  // namespace nps::bench::peers

#endif  // NPS_BENCH_PEERS_READS_H_
