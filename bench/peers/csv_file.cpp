#include "bench/peers/csv_file.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "bench/peers/table.h"

namespace nps::bench::peers {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;

std::string iso(std::int64_t second) {
  using namespace std::chrono;
  const sys_seconds instant{seconds(second)};
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace

bool write_csv(const std::string& path, std::uint64_t rows) {
  std::ofstream file(path, std::ios::binary);
  std::string out = "customer_id,responded_at,score,channel,journey_stage,comment\n";
  for (std::uint64_t i = 0; i < rows; ++i) {
    const Row row = row_of(i, rows);
    const auto second = kFirstSecond + static_cast<std::int64_t>(i * kYearSeconds / rows);
    fmt::format_to(std::back_inserter(out), "c{},{},{},{},{},{}\n", row.customer, iso(second),
                   row.rating, kChannels[row.channel], kStages[row.stage],
                   row.customer % 4 == 0 ? R"("Good service, but ""slow"" delivery")" : "");
    if (out.size() < kFlushBytes) continue;
    file.write(out.data(), static_cast<std::streamsize>(out.size()));
    out.clear();
  }
  file.write(out.data(), static_cast<std::streamsize>(out.size()));
  file.close();
  return !file.fail();
}

}  // namespace nps::bench::peers
