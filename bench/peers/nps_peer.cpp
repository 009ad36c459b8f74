// nps as a peer among peers: keeps its data in memory, takes commands line by line, and answers
// each with one line of JSON. main.mjs is what talks to it.
//
//   info                              what this is, and what it can be asked for
//   make table ROWS | ratings ROWS | csv ROWS FILE
//   drop table | ratings              gives the memory back
//   run WORK THREADS [ARGUMENT]       {"seconds", "answer"}; the argument is
//     tally                             a kernel
//     group, month, any_month           the rows of a batch; any_month: times in no order
//     csv                               the file
//     read_WORK                         a reader, of the bytes that the work reads
//   sweep BYTES THREADS READER        {"bytes_per_second"}
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "bench/peers/csv_file.h"
#include "bench/peers/reads.h"
#include "bench/peers/table.h"
#include "bench/peers/works.h"
#include "nps/batch.h"
#include "nps/version.h"

namespace nps::bench::peers {
namespace {

using nlohmann::json;

std::unique_ptr<Table> table;
std::unique_ptr<std::vector<std::uint8_t>> ratings;

json complain(std::string_view what) { return {{"error", what}}; }

template <typename Work>
json timed(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  const auto answer = work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (!answer) return complain(answer.error().message);
  return {{"seconds", taken.count()}, {"answer", *answer}};
}

json info() {
  json readers = json::array();
  for (const Reader& reader : kReaders) {
    if (reader.runs_here()) readers.push_back(reader.name);
  }
  const auto usable = kernels();
  return {{"version", kVersionText},
          {"compiler", NPS_PEER_COMPILER},
          {"kernels", std::vector<std::string>(usable.begin(), usable.end())},
          {"readers", readers}};
}

json make(std::istream& words) {
  std::string what;
  std::string path;
  std::uint64_t rows = 0;
  words >> what >> rows;
  if (what == "table") {
    table = std::make_unique<Table>(rows);
  } else if (what == "ratings") {
    ratings = std::make_unique<std::vector<std::uint8_t>>(rows);
    for (std::uint64_t i = 0; i < rows; ++i) (*ratings)[i] = rating_of(i);
  } else if (what == "csv" && words >> path) {
    if (!write_csv(path, rows)) return complain("cannot write " + path);
  } else {
    return complain("nothing is made of '" + what + "'");
  }
  return {{"made", what}};
}

json drop(std::istream& words) {
  std::string what;
  words >> what;
  if (what == "table") table.reset();
  if (what == "ratings") ratings.reset();
  return {{"dropped", what}};
}

template <typename T>
Bytes bytes_of(const std::vector<T>& column) {
  const auto* const first = reinterpret_cast<const std::uint8_t*>(column.data());
  return {first, column.size() * sizeof(T)};
}

/// The columns that a work reads; none for one that is not known.
std::vector<Bytes> columns_of(std::string_view work) {
  if (work == "tally" && ratings) return {bytes_of(*ratings)};
  if (!table) return {};
  std::vector<Bytes> columns{bytes_of(table->ratings), bytes_of(table->channels)};
  if (work != "latest") columns.push_back(bytes_of(table->stages));
  if (work == "any_month") columns.push_back(bytes_of(table->any_times));
  if (work == "month" || work == "latest") columns.push_back(bytes_of(table->times));
  if (work == "latest") columns.push_back(bytes_of(table->customers));
  return columns;
}

json run_read(std::string_view work, unsigned threads, std::string_view name) {
  const Reader* const reader = find_reader(name);
  const auto columns = columns_of(work);
  if (reader == nullptr || columns.empty()) return complain("nothing is read so");
  std::size_t bytes = 0;
  for (const Bytes column : columns) bytes += column.size();
  json done = timed([&]() -> Answer { return json(read_columns(columns, threads, *reader)); });
  done["bytes"] = bytes;
  return done;
}

json run_tally(unsigned threads, const std::string& kernel) {
  if (!ratings) return complain("there are no ratings");
  if (!kernel.empty() && !use_kernel(kernel)) return complain("no kernel " + kernel + " here");
  json done = timed([&] { return tally(*ratings, threads); });
  use_kernel(kernels().front());
  return done;
}

json run(std::istream& words) {
  std::string work;
  std::string argument;
  unsigned threads = 0;
  words >> work >> threads >> argument;
  if (threads == 0) return complain("on how many threads?");
  constexpr std::string_view kRead = "read_";
  if (work.starts_with(kRead)) return run_read(work.substr(kRead.size()), threads, argument);
  if (work == "tally") return run_tally(threads, argument);
  if (work == "csv") return timed([&] { return csv(argument, threads); });
  if (!table) return complain("there is no table");
  const std::size_t batch = argument.empty() ? 0 : std::stoul(argument);
  if (work == "group") return timed([&] { return group(*table, threads, batch); });
  if (work == "month") return timed([&] { return month(*table, table->times, threads, batch); });
  if (work == "any_month") {
    return timed([&] { return month(*table, table->any_times, threads, batch); });
  }
  if (work == "latest") return timed([&] { return latest(*table, threads); });
  return complain("no work is called '" + work + "'");
}

json run_sweep(std::istream& words) {
  std::size_t bytes = 0;
  unsigned threads = 0;
  std::string name;
  words >> bytes >> threads >> name;
  const Reader* const reader = find_reader(name);
  if (reader == nullptr || bytes < kStep || threads == 0) return complain("nothing is read so");
  return {{"bytes_per_second", sweep(bytes, threads, *reader)}};
}

json answer(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "info") return info();
  if (command == "make") return make(words);
  if (command == "drop") return drop(words);
  if (command == "run") return run(words);
  if (command == "sweep") return run_sweep(words);
  return complain("no command is called '" + command + "'");
}

}  // namespace
}  // namespace nps::bench::peers

int main() {
  try {
    for (std::string line; std::getline(std::cin, line);) {
      std::cout << nps::bench::peers::answer(line) << std::endl;
    }
  } catch (const std::exception& problem) {
    std::cerr << "nps_peer: " << problem.what() << '\n';
    return 1;
  }
}
