// One loop a column. Each has a short way for the cells that nearly all files have, which reads what
// the long way would read, and the long way for all others.
#include "adapters/csv_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "adapters/csv_scan.h"
#include "adapters/time_iso.h"
#include "nps/detail/text.h"
#include "nps/weighted_tally.h"

namespace nps::internal {
namespace {

static_assert(CellCodes::kReadAhead <= detail::kScanPadding);
static_assert(IsoTimes::kReadAhead <= detail::kScanPadding);

Reject reason_of(RatingReject reject) {
  switch (reject) {
    case RatingReject::Missing: return Reject::Missing;
    case RatingReject::OutOfRange: return Reject::OutOfRange;
    case RatingReject::Fractional: return Reject::Fractional;
    case RatingReject::NotANumber: break;
  }
  return Reject::NotANumber;
}

std::optional<double> read_weight(std::string_view cell) {
  const std::string_view text = detail::trim(cell);
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return WeightedTally::is_weight(weight) ? std::optional(weight) : std::nullopt;
}

/// "9" as 9 would stand there with a line end. All but one digit or two between quotes stays as it is.
RawCell without_quotes(RawCell cell) noexcept {
  static constexpr std::string_view kShort = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (cell.size == 4 && is_digit(cell.at[1]) && is_digit(cell.at[2])) return {cell.at + 1, 2};
  if (cell.size == 3 && is_digit(cell.at[1]))
    return {kShort.data() + std::ptrdiff_t{2} * (cell.at[1] - '0'), 1};
  return cell;
}

/// The ratings of cells of one or two bytes, looked up without a branch: nobody can predict how many
/// digits come next. Returns the greatest of what it wrote.
[[gnu::noinline]] std::uint8_t read_short(const CsvColumn cells, std::size_t count,
                                          const std::uint8_t* table, std::uint8_t* out) noexcept {
  std::uint8_t greatest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    RawCell cell = cells[i];
    if (*cell.at == '"') [[unlikely]]
      cell = without_quotes(cell);
    std::uint16_t two = 0;
    std::memcpy(&two, cell.at, sizeof two);
    const std::uint8_t rating = cell.size <= 2 ? table[two] : kAskForRating;
    out[i] = rating;
    greatest = std::max(greatest, rating);
  }
  return greatest;
}

class Reader {
 public:
  Reader(const CsvPlan& plan, CsvBatch& batch) : plan_(plan), batch_(batch), rows_(batch.rows) {}

  void read() {
    start();
    read_ratings();
    if (plan_.weight != kNoColumn) read_weights();
    if (plan_.customer != kNoColumn) read_texts(plan_.customer, batch_.customers);
    if (plan_.needs_customer) check_customers();
    if (any_dropped_) drop();
    if (plan_.needs_ids && plan_.response_id != kNoColumn) {
      read_texts(plan_.response_id, batch_.ids);
    }
    for (std::size_t which = 0; which < plan_.times.size(); ++which) {
      if (plan_.times[which] != kNoColumn) read_times(plan_.times[which], batch_.times[which]);
    }
    for (std::size_t i = 0; i < plan_.labels.size(); ++i) {
      read_labels(plan_.labels[i], batch_.labels[i]);
    }
    finish_events();
  }

 private:
  void start() {
    batch_.events.clear();
    batch_.weights.clear();
    batch_.customers.clear();
    batch_.ids.clear();
    batch_.repaired = false;
    batch_.labels.resize(plan_.labels.size());
    rows_.find(batch_.block, plan_.shape);
    batch_.error = std::move(batch_.block.error);
    for (const CsvRows::Ragged& ragged : rows_.ragged()) {
      if (plan_.shape.stop_at_ragged) {
        batch_.error = ragged_error(ragged);
      } else {
        batch_.events.push_back({ragged.number, ragged.row, kNoColumn, Reject::Ragged});
      }
    }
    batch_.dropped.assign(rows_.size(), 0);
  }

  [[nodiscard]] Error ragged_error(const CsvRows::Ragged& ragged) const {
    return plan_.refuse(
        ErrorCode::Malformed, rows_.line(ragged.row),
        fmt::format("{} {} where the header has {}. Mend the row, or leave such rows out with "
                    "--ragged reject (a trailer: with --footer-rows).",
                    ragged.cells, ragged.cells == 1 ? "cell" : "cells", plan_.shape.columns));
  }

  void add_event(std::size_t i, std::size_t column, Reject reason) {
    batch_.events.push_back({rows_.number(i), rows_[i], column, reason});
  }
  void reject(std::size_t i, std::size_t column, Reject reason) {
    add_event(i, column, reason);
    batch_.dropped[i] = 1;
    any_dropped_ = true;
  }

  /// One or two digits are looked up without a branch: of ratings, nobody can predict how many digits
  /// come next.
  void read_ratings() {
    batch_.ratings.resize(rows_.size());
    std::uint8_t* const out = batch_.ratings.data();
    std::uint8_t all =
        read_short(rows_.column(plan_.rating), rows_.marked(), plan_.rating_of_two.data(), out);
    for (std::size_t i = rows_.marked(); i < rows_.size(); ++i) all = out[i] = kAskForRating;
    if (all <= Rating::kMax) return;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (out[i] <= Rating::kMax) continue;
      const RatingReading reading = plan_.ratings.read(rows_.text(rows_[i], plan_.rating));
      out[i] = reading.byte();
      if (!reading) reject(i, plan_.rating, reason_of(reading.reject()));
    }
  }

  void read_weights() {
    batch_.weights.resize(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (batch_.dropped[i] != 0) continue;
      const auto weight = read_weight(rows_.text(rows_[i], plan_.weight));
      batch_.weights[i] = weight.value_or(0);
      if (!weight) reject(i, plan_.weight, Reject::BadWeight);
    }
  }

  /// Trimmed, in the block or in memory of the rows.
  void read_texts(std::size_t column, std::vector<std::string_view>& texts) {
    texts.resize(rows_.size());
    const CsvColumn cells = rows_.column(column);
    for (std::size_t i = 0; i < rows_.marked(); ++i) {
      const RawCell cell = cells[i];
      texts[i] = cell.size > 0 && *cell.at == '"' ? detail::trim(rows_.text(rows_[i], column))
                                                  : detail::trim({cell.at, cell.size});
    }
    for (std::size_t i = rows_.marked(); i < rows_.size(); ++i) {
      texts[i] = detail::trim(rows_.text(rows_[i], column));
    }
  }

  void check_customers() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (batch_.dropped[i] == 0 && (batch_.customers.empty() || batch_.customers[i].empty())) {
        reject(i, plan_.customer, Reject::NoCustomer);
      }
    }
  }

  void drop() {
    const auto compact = [this](auto& column) {
      if (column.empty()) return;
      std::size_t kept = 0;
      for (std::size_t i = 0; i < column.size(); ++i) {
        if (batch_.dropped[i] == 0) column[kept++] = column[i];
      }
      column.resize(kept);
    };
    compact(batch_.ratings);
    compact(batch_.weights);
    compact(batch_.customers);
    rows_.drop(batch_.dropped);
  }

  void read_times(std::size_t column, TimeBatch& times) {
    times.validity.clear();
    times.good = times.unreadable = times.day_or_month = times.day_or_month_at_first = 0;
    times.which_first.reset();
    times.values.resize(rows_.size());
    bad_.clear();
    if (plan_.time_format.spec() == "iso") {
      const CsvColumn cells = rows_.column(column);
      const std::size_t marked = rows_.marked();
      Timestamp* const out = times.values.data();
      for (std::size_t i = 0;; ++i) {
        i = iso_.read_run(cells, i, marked, out);
        if (i == marked) break;
        RawCell cell = cells[i];
        if (cell.size > 1 && *cell.at == '"') cell = {cell.at + 1, cell.size - 2};
        if (!iso_.read(cell, out[i])) read_time(i, column, times);
      }
    } else {
      for (std::size_t i = 0; i < rows_.marked(); ++i) read_time(i, column, times);
    }
    for (std::size_t i = rows_.marked(); i < rows_.size(); ++i) read_time(i, column, times);
    times.good = rows_.size() - bad_.size();
    if (bad_.empty()) return;
    times.validity.assign((rows_.size() + 7) / 8, 0xff);
    for (const std::size_t i : bad_) {
      auto& byte = times.validity[i / 8];
      byte = static_cast<std::uint8_t>(byte & ~(1U << (i % 8)));
      if (untimed_.empty()) untimed_.resize(rows_.size());
      if (std::exchange(untimed_[i], 1) == 0) add_event(i, column, Reject::BadTime);
    }
  }

  /// The long way.
  void read_time(std::size_t i, std::size_t column, TimeBatch& times) {
    const std::string_view cell = rows_.text(rows_[i], column);
    const auto time = plan_.time_format.read(cell, plan_.zone);
    times.values[i] = time.value_or(Timestamp{});
    if (time) return;
    bad_.push_back(i);
    if (detail::trim(cell).empty()) return;
    ++times.unreadable;
    if (!plan_.guards_dates || !day_or_month_first(cell)) return;
    if (times.day_or_month++ == 0) {
      times.which_first = plan_.refuse(
          ErrorCode::Ambiguous, rows_.line(rows_[i]),
          fmt::format("'{}' in column '{}' could have the day or the month first, which nps does "
                      "not guess. Pass --time-format dmy or --time-format mdy.",
                      detail::printable(cell), detail::printable(plan_.header.name(column))));
    }
    if (bad_.size() == i + 1) ++times.day_or_month_at_first;  // all up to here are bad
  }

  void read_labels(std::size_t column, LabelBatch& labels) {
    labels.fresh.clear();
    labels.made.clear();
    labels.codes.resize(rows_.size());
    Code* const out = labels.codes.data();
    const auto meet = [&](std::size_t i) {
      labels.fresh.push_back(label_of(rows_.text(rows_[i], column), labels));
    };
    labels.cells.codes_of(rows_.column(column), rows_.marked(), out, meet);
    for (std::size_t i = rows_.marked(); i < rows_.size(); ++i) {
      out[i] = CellCodes::kFresh + static_cast<Code>(labels.fresh.size());
      meet(i);
    }
  }

  std::string_view label_of(std::string_view cell, LabelBatch& labels) {
    const std::string_view value = detail::trim(cell);
    if (plan_.encoding == CsvEncoding::Latin1) {
      return labels.made.emplace_back(detail::latin1_to_utf8(value));
    }
    if (detail::is_utf8(value)) return value;
    batch_.repaired = true;
    return labels.made.emplace_back(detail::repair_utf8(value));
  }

  void finish_events() {
    std::ranges::stable_sort(batch_.events, {}, &CsvBatch::Event::number);
    if (!plan_.tells_lines) return;
    const CsvBatch::Event* before = nullptr;
    for (CsvBatch::Event& event : batch_.events) {
      event.line = before == nullptr ? rows_.line(event.row)
                                     : rows_.line(event.row, before->row, before->line);
      before = &event;
    }
  }

  const CsvPlan& plan_;
  CsvBatch& batch_;
  CsvRows& rows_;
  IsoTimes iso_{plan_.zone};
  bool any_dropped_ = false;
  std::vector<std::size_t> bad_;       // rows without a time in the column being read
  std::vector<std::uint8_t> untimed_;  // those of any time column, once there is one
};

}  // namespace

void LabelBatch::settle(Labels& labels) {
  if (fresh.empty()) return;
  std::vector<Code> given;
  for (const std::string_view text : fresh) given.push_back(labels.intern(text));
  for (Code& code : codes) {
    if (code >= CellCodes::kFresh) code = given[code - CellCodes::kFresh];
  }
  cells.settle(given);
}

void read_columns(const CsvPlan& plan, CsvBatch& batch) { Reader(plan, batch).read(); }

}  // namespace nps::internal
