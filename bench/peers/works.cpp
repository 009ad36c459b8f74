#include "bench/peers/works.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "nps/adapters/byte_source.h"
#include "nps/adapters/csv.h"
#include "nps/batch.h"
#include "nps/segment/cube.h"
#include "nps/segment/dimension.h"
#include "nps/segment/per_customer.h"
#include "nps/segment/timing.h"
#include "nps/segment/zone.h"

namespace nps::bench::peers {
namespace {

using nlohmann::json;

// Threads are passed on as soon as the library takes them here, in whichever place.
template <typename Ratings>
BatchTally tally_on([[maybe_unused]] unsigned threads, Ratings ratings) {
  if constexpr (requires { tally_ratings(ratings, Validity{}, threads); }) {
    return tally_ratings(ratings, Validity{}, threads);
  } else if constexpr (requires { tally_ratings(ratings, threads); }) {
    return tally_ratings(ratings, threads);
  } else {
    return tally_ratings(ratings);
  }
}
template <typename Options>
void read_on([[maybe_unused]] unsigned threads, Options& options) {
  if constexpr (requires { options.threads; }) options.threads = threads;
}

Dimension months_of(const Zone& zone) {
  return Dimension::calendar("@month", Calendar(CalendarUnit::Month, zone));
}

template <std::size_t n>
void know(Labels& labels, const std::array<std::string_view, n>& texts) {
  for (const std::string_view text : texts) labels.intern(text);
}

json by_rating(const Cube& cube) {
  json rows = json::array();
  for (const Cell& cell : cube.cells()) {
    for (std::size_t rating = 0; rating < cell.tally.counts().size(); ++rating) {
      if (cell.tally.counts()[rating] == 0) continue;
      json row(cell.labels);
      row.push_back(rating);
      row.push_back(cell.tally.counts()[rating]);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

json by_band(const Cube& cube) {
  json rows = json::array();
  for (const Cell& cell : cube.cells()) {
    const BandCounts bands = cell.tally.bands();
    json row(cell.labels);
    row.push_back(cell.tally.responses());
    row.push_back(bands.promoters);
    row.push_back(bands.detractors);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Adds the table's channels, stages and ratings, and those times if there are any, in calls of
/// `batch` rows.
Result<> add_table(Cube& cube, const Table& table, std::span<const Timestamp> times,
                   unsigned threads, std::size_t batch) {
  know(cube.labels(0), kChannels);
  know(cube.labels(1), kStages);
  const std::size_t rows = table.ratings.size();
  if (batch == 0) batch = rows;
  for (std::size_t from = 0; from < rows; from += batch) {
    const std::size_t size = std::min(batch, rows - from);
    const std::array<CodeColumn, 2> codes{std::span(table.channels).subspan(from, size),
                                          std::span(table.stages).subspan(from, size)};
    ResponseColumns columns{.ratings = std::span(table.ratings).subspan(from, size),
                            .codes = codes};
    if (!times.empty()) columns.answered_at = {.values = times.subspan(from, size)};
    if (auto added = cube.add(columns, threads); !added) return added.error();
  }
  return {};
}

}  // namespace

Answer tally(std::span<const std::uint8_t> ratings, unsigned threads) {
  const BatchTally tally = tally_on(threads, ratings);
  json row(tally.tally.counts());
  row.push_back(tally.rejected);
  return json::array({std::move(row)});
}

Answer group(const Table& table, unsigned threads, std::size_t batch) {
  auto cube = Cube::create({Dimension::label("channel"), Dimension::label("stage")});
  if (!cube) return cube.error();
  if (auto added = add_table(*cube, table, {}, threads, batch); !added) return added.error();
  return by_rating(*cube);
}

Answer month(const Table& table, std::span<const Timestamp> times, unsigned threads,
             std::size_t batch) {
  const auto berlin = Zone::load("Europe/Berlin");
  if (!berlin) return berlin.error();
  auto cube =
      Cube::create({Dimension::label("channel"), Dimension::label("stage"), months_of(*berlin)});
  if (!cube) return cube.error();
  if (auto added = add_table(*cube, table, times, threads, batch); !added) return added.error();
  return by_band(*cube);
}

Answer latest(const Table& table, unsigned threads) {
  auto cube = Cube::create({Dimension::label("channel")});
  if (!cube) return cube.error();
  know(cube->labels(0), kChannels);
  const std::array<CodeColumn, 1> codes{std::span(table.channels)};
  PerCustomer latest(Which::Latest);
  const auto placed = latest.add({.ratings = table.ratings,
                                  .codes = codes,
                                  .answered_at = {.values = table.times},
                                  .customer_ids = table.customers},
                                 threads);
  if (!placed) return placed.error();
  if (auto added = cube->add(latest.columns(threads), threads); !added) return added.error();
  return by_band(*cube);
}

Answer csv(const std::string& path, unsigned threads) {
  auto cube = Cube::create(
      {Dimension::label("channel"), Dimension::label("stage"), months_of(Zone::utc())});
  if (!cube) return cube.error();
  CsvOptions options{.rating = "score", .time = "responded_at"};
  options.labels = {{"channel", &cube->labels(0)}, {"journey_stage", &cube->labels(1)}};
  read_on(threads, options);
  auto file = open_file(path);
  if (!file) return file.error();
  auto answers = CsvResponses::open(std::move(*file), std::move(options));
  if (!answers) return answers.error();
  while (true) {
    const auto more = answers->next();
    if (!more) return more.error();
    if (!*more) return by_band(*cube);
    if (auto added = cube->add(answers->columns()); !added) return added.error();
  }
}

}  // namespace nps::bench::peers
