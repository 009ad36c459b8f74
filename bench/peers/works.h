// The works of the table, done by nps. Each is a call as a host would make it, from columns or a
// file to the figures of every group.
#ifndef NPS_BENCH_PEERS_WORKS_H_
#define NPS_BENCH_PEERS_WORKS_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "bench/peers/table.h"
#include "nps/result.h"

namespace nps::bench::peers {

/// A row a group: its labels, then its counts. The order does not matter.
using Answer = Result<nlohmann::json>;

/// [count of 0, ..., count of 10, rejected]
[[nodiscard]] Answer tally(std::span<const std::uint8_t> ratings, unsigned threads);

/// channel, stage, rating, responses. Added in calls of `batch` rows; 0 is one call.
[[nodiscard]] Answer group(const Table& table, unsigned threads, std::size_t batch);

/// channel, stage, month in Berlin, responses, promoters, detractors, by the times in order or by
/// those in none.
[[nodiscard]] Answer month(const Table& table, std::span<const Timestamp> times, unsigned threads,
                           std::size_t batch);

/// channel, responses, promoters, detractors of each customer's latest answer
[[nodiscard]] Answer latest(const Table& table, unsigned threads);

/// channel, stage, month in UTC, responses, promoters, detractors
[[nodiscard]] Answer csv(const std::string& path, unsigned threads);

}  // namespace nps::bench::peers

#endif  // NPS_BENCH_PEERS_WORKS_H_
