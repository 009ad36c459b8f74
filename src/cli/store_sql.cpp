// nps store sql: a query of one's own, with the functions of nps.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/store_file.h"
#include "cli/store_query.h"
#include "cli/usage.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSqlExamples =
    "The tables to read are nps_answer (the answers that count), nps_profile and\n"
    "nps_stage_profile (customers) and nps_event (all events). Times are microseconds\n"
    "of UTC; SELECT * FROM nps_answer LIMIT 1 shows the columns. The functions:\n"
    "nps(rating), nps_tally(rating), nps_rollup(tally), also over windows;\n"
    "nps_score(t), nps_low(t, level), nps_high(t, level), nps_responses(t),\n"
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

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

/// Writes rows one by one, as they come.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  RowWriter() = default;
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  /// Sees every row before the first is written.
  virtual void look(const SqlRow&) {}
  virtual void begin(std::string& out) = 0;
  virtual void write(const SqlRow& row, std::string& out) = 0;
  virtual void end(std::string&) {}
  [[nodiscard]] virtual bool is_safe() const { return false; }  // for a terminal
};

/// An array of objects, as a document would be indented.
class JsonRows final : public RowWriter {
 public:
  explicit JsonRows(const std::vector<std::string>& columns) {
    for (const std::string& name : columns) names_.push_back(detail::repair_utf8(name));
  }
  void begin(std::string& out) override { out += '['; }
  void write(const SqlRow& row, std::string& out) override {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[names_[i]] = json_of(row[i]);
    out += first_ ? "\n  " : ",\n  ";
    first_ = false;
    for (const char c : object.dump(2)) {  // a line end within a text is spelled \n
      out += c;
      if (c == '\n') out += "  ";
    }
  }
  void end(std::string& out) override { out += first_ ? "]\n" : "\n]\n"; }

 private:
  std::vector<std::string> names_;
  bool first_ = true;
};

class CsvRows final : public RowWriter {
 public:
  explicit CsvRows(const std::vector<std::string>& columns) : columns_(columns) {}
  void begin(std::string& out) override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      out += (i == 0 ? "" : ",") + csv_cell(detail::repair_utf8(columns_[i]));
    }
    out += '\n';
  }
  void write(const SqlRow& row, std::string& out) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += (i == 0 ? "" : ",") + csv_cell(text_of(row[i]));
    }
    out += '\n';
  }

 private:
  const std::vector<std::string>& columns_;
};

/// Columns as wide as their widest cell, numbers to the right.
class AlignedRows final : public RowWriter {
 public:
  explicit AlignedRows(const std::vector<std::string>& columns)
      : widths_(columns.size()), numbers_(columns.size(), true) {
    for (const std::string& name : columns) names_.push_back(detail::printable(name));
    widen(names_);
  }
  void look(const SqlRow& row) override {
    widen(line_of(row));
    for (std::size_t i = 0; i < row.size(); ++i) {
      numbers_[i] = numbers_[i] && !std::holds_alternative<std::string>(row[i]) &&
                    !std::holds_alternative<SqlBlob>(row[i]);
    }
  }
  void begin(std::string& out) override { add(names_, out); }
  void write(const SqlRow& row, std::string& out) override { add(line_of(row), out); }
  [[nodiscard]] bool is_safe() const override { return true; }

 private:
  static std::vector<std::string> line_of(const SqlRow& row) {
    std::vector<std::string> line;
    for (const SqlCell& cell : row) {
      const auto* number = std::get_if<double>(&cell);
      line.push_back(number != nullptr ? fmt::format("{:.6g}", *number)
                                       : detail::printable(text_of(cell)));
    }
    return line;
  }
  void widen(const std::vector<std::string>& line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths_[i] = std::max(widths_[i], detail::display_width(line[i]));
    }
  }
  void add(const std::vector<std::string>& line, std::string& out) const {
    std::string one;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i > 0) one += "  ";
      const int space = std::max(0, widths_[i] - detail::display_width(line[i]));
      const std::string blank(static_cast<std::size_t>(space), ' ');
      one += numbers_[i] ? blank + line[i] : line[i] + blank;
    }
    one.erase(one.find_last_not_of(' ') + 1);
    out += one + "\n";
  }

  std::vector<std::string> names_;
  std::vector<int> widths_;
  std::vector<bool> numbers_;
};

Result<std::unique_ptr<RowWriter>> writer_of(const std::string& format,
                                             const std::vector<std::string>& columns) {
  std::unique_ptr<RowWriter> writer;
  if (format == "csv") {
    writer = std::make_unique<CsvRows>(columns);
  } else if (format == "table") {
    writer = std::make_unique<AlignedRows>(columns);
  } else {
    std::vector<std::string> names = columns;
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
      return usage(
          fmt::format("two columns of the query are called '{}': give one another name, "
                      "with AS",
                      *twice));
    }
    writer = std::make_unique<JsonRows>(columns);
  }
  return writer;
}

/// Runs the query to its end before anything is written, since an error leaves nothing on standard output.
/// What it gave is kept if it is not much, and asked for again, of the same state of the file, if it is.
Result<> write_rows(SqlQuery& query, RowWriter& writer) {
  constexpr std::size_t kKept = 10'000;
  std::vector<SqlRow> kept;
  std::uint64_t rows = 0;
  auto looked = query.each([&](const SqlRow& row) {
    writer.look(row);
    if (++rows <= kKept) kept.push_back(row);
    if (rows == kKept + 1) kept = {};
    return Result<>();
  });
  if (!looked) return looked;
  std::string out;
  const auto flush = [&](std::size_t at_least) {
    if (out.size() < at_least) return Result<>();
    auto written = write_stdout(out, writer.is_safe());
    out.clear();
    return written;
  };
  constexpr std::size_t kPiece = 65'536;
  const auto write = [&](const SqlRow& row) {
    writer.write(row, out);
    return flush(kPiece);
  };
  writer.begin(out);
  if (rows > kKept) {
    if (auto written = query.each(write); !written) return written;
  } else {
    for (const SqlRow& row : kept) {
      if (auto written = write(row); !written) return written;
    }
  }
  writer.end(out);
  return flush(1);
}

Result<int> run_query(const SqlFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  auto query = SqlQuery::create(*store, flags.query);
  if (!query) return std::move(query).error();
  const auto writer = writer_of(flags.store.format, query->columns());
  if (!writer) return writer.error();
  if (auto written = write_rows(*query, **writer); !written) return std::move(written).error();
  return kDone;
}

}  // namespace

void add_store_sql(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command = store.add_subcommand("sql", "Runs a query, with nps() and the like in it");
  auto flags = std::make_shared<SqlFlags>();
  add_store_flags(*command, flags->store, {"table", "json", "csv"});
  command->footer(fmt::format(kSqlExamples, program));
  command->add_option("QUERY", flags->query, "One query that only reads")
      ->required()
      ->option_text(" ");
  when_run(*command, exit_code, [flags] { return run_query(*flags); });
}

}  // namespace nps::cli
