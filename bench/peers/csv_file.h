// The CSV file that every engine reads: customer_id, responded_at, score, channel, journey_stage
// and a comment in quotes in every fourth row, 55 bytes or so a row, in order of time.
#ifndef NPS_BENCH_PEERS_CSV_FILE_H_
#define NPS_BENCH_PEERS_CSV_FILE_H_

#include <cstdint>
#include <string>

namespace nps::bench::peers {

/// Writes so many rows that span a year. False when the file cannot be written.
[[nodiscard]] bool write_csv(const std::string& path, std::uint64_t rows);

}  // namespace nps::bench::peers

#endif  // NPS_BENCH_PEERS_CSV_FILE_H_
