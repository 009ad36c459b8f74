// nps store sql: a query of one's own, with the functions of nps.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/store_file.h"
#include "cli/store_query.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kExamples =
    "The tables to read are nps_answer (the answers that count), nps_profile and\n"
    "nps_stage_profile (customers) and nps_event (all events). Times are microseconds\n"
    "of UTC. The functions: nps(rating), nps_tally(rating), nps_rollup(tally), also\n"
    "over windows; nps_score(t), nps_low(t, level), nps_high(t, level), nps_responses(t),\n"
    "nps_promoters(t), nps_passives(t), nps_detractors(t), nps_counts(t).\n"
    "\n"
    "Example:\n"
    "  {0} store sql answers.db \\\n"
    "    'SELECT channel, nps(rating), count(*) FROM nps_answer GROUP BY channel'";

struct SqlFlags {
  StoreFlags store;
  std::string query;
};

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

Json json_of(const SqlCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return text_json(*text);
  if (const auto* blob = std::get_if<SqlBlob>(&cell)) return hex(blob->bytes);
  return nullptr;
}

/// As a person or a spreadsheet reads it; "" for NULL.
std::string text_of(const SqlCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&cell)) return detail::repair_utf8(*text);
  if (const auto* blob = std::get_if<SqlBlob>(&cell)) return hex(blob->bytes);
  return "";
}

Result<Json> document_of(const SqlTable& table) {
  std::vector<std::string> names = table.columns;
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("two columns of the query are called '{}': give one another name, "
                             "with AS",
                             *twice)};
  }
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json one = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      one[detail::repair_utf8(table.columns[i])] = json_of(row[i]);
    }
    rows.push_back(std::move(one));
  }
  return rows;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_of(const SqlTable& table) {
  std::string text;
  const auto add = [&text](std::size_t i, std::string_view cell) {
    text += (i == 0 ? "" : ",") + csv_cell(cell);
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    add(i, detail::repair_utf8(table.columns[i]));
  }
  text += "\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) add(i, text_of(row[i]));
    text += "\n";
  }
  return text;
}

std::string aligned(const SqlTable& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const std::string& name : table.columns) lines.front().push_back(detail::printable(name));
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const SqlCell& cell : row) {
      const auto* number = std::get_if<double>(&cell);
      line.push_back(number != nullptr ? fmt::format("{:.6g}", *number)
                                       : detail::printable(text_of(cell)));
    }
  }
  std::vector<int> widths(table.columns.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], detail::display_width(line[i]));
    }
  }
  const auto is_number = [&table](std::size_t column) {
    return std::ranges::all_of(table.rows, [column](const auto& row) {
      return std::holds_alternative<std::int64_t>(row[column]) ||
             std::holds_alternative<double>(row[column]) ||
             std::holds_alternative<std::monostate>(row[column]);
    });
  };
  std::string text;
  for (const auto& line : lines) {
    std::string one;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i > 0) one += "  ";
      const std::string space(static_cast<std::size_t>(widths[i] - detail::display_width(line[i])),
                              ' ');
      one += is_number(i) ? space + line[i] : line[i] + space;
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  }
  return text;
}

Result<int> run_query(const SqlFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto table = query(*store, flags.query);
  if (!table) return table.error();
  if (flags.store.format == "json") {
    const auto document = document_of(*table);
    if (!document) return document.error();
    return write_json(*document);
  }
  const bool csv = flags.store.format == "csv";
  if (auto written = write_stdout(csv ? csv_of(*table) : aligned(*table), !csv); !written) {
    return std::move(written).error();
  }
  return kDone;
}

}  // namespace

void add_store_sql(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command = store.add_subcommand("sql", "Runs a query, with nps() and the like in it");
  auto flags = std::make_shared<SqlFlags>();
  add_store_flags(*command, flags->store, {"table", "json", "csv"});
  command->footer(fmt::format(kExamples, program));
  command->add_option("QUERY", flags->query, "One query that only reads")
      ->required()
      ->option_text(" ");
  when_run(*command, exit_code, [flags] { return run_query(*flags); });
}

}  // namespace nps::cli
