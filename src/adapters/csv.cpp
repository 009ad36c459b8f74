#include "nps/adapters/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "adapters/csv_batch.h"
#include "adapters/csv_header.h"
#include "nps/adapters/rating_text.h"
#include "nps/detail/text.h"
#include "nps/weighted_tally.h"

namespace nps {

namespace {

constexpr std::size_t kBatchRows = 4096;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
constexpr std::uint64_t kSure = 1000;  // so many dates of one kind and none of another are a column

std::string valid_utf8(std::string_view text) {
  return detail::is_utf8(text) ? std::string(text) : detail::repair_utf8(text);
}

std::string counted(std::size_t cells) {
  return fmt::format("{} {}", cells, cells == 1 ? "cell" : "cells");
}

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

}  // namespace

std::string file_stem(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::size_t dot = path.rfind('.');
  return std::string(dot == 0 ? path : path.substr(0, dot));
}

struct CsvResponses::Impl {
  Impl(CsvRecords opened, CsvOptions chosen)
      : options(std::move(chosen)),
        records(std::move(opened)),
        header(records.name()),
        ratings(options.scale, options.missing),
        time_format(options.time_format.value_or(TimeFormat::iso())),
        stem(file_stem(records.name())),
        footer(options.footer_rows) {}

  // A label column as it is read: where its cells are, and this batch's codes.
  struct Label {
    std::size_t column;  // kNone: the file's own label, one code for all rows
    Labels* into;
    std::vector<Code> codes;
    std::string last_raw;  // neighbours are often alike
    Code last_code = 0;
  };
  // A time column as it is read: this batch, and what the column has turned out to hold.
  struct Times {
    std::size_t column = kNone;
    internal::TimeBatch batch = {};
    std::uint64_t good = 0;
    std::uint64_t unreadable = 0;           // and not empty
    std::uint64_t day_or_month = 0;         // of those: either could come first
    std::optional<Error> which_first = {};  // what to say about the first of these
  };
  struct Record {
    std::span<const std::string_view> cells;
    std::uint64_t line;
  };

  CsvOptions options;
  CsvRecords records;
  internal::CsvHeader header;
  RatingReader ratings;
  TimeFormat time_format;
  std::string stem;

  std::vector<CsvRecord> footer;  // a ring: what may turn out to be the end of the file
  std::size_t footer_filled = 0;
  std::size_t footer_next = 0;
  CsvRecord delayed;

  std::size_t rating = kNone;
  std::size_t customer = kNone;
  std::size_t response_id = kNone;
  std::size_t weight = kNone;
  std::vector<Label> labels;

  std::vector<std::uint8_t> rating_batch;
  std::vector<double> weight_batch;
  Times answered_at;
  Times touchpoint_at;
  internal::TextBatch customer_batch;
  internal::TextBatch id_batch;
  std::vector<CodeColumn> code_batch;
  ResponseColumns batch;

  Rejected rejected;
  std::uint64_t row = 0;  // data rows so far
  bool repaired = false;
  std::optional<Error> failed;

  std::string utf8(std::string_view cell) {
    if (options.encoding == CsvEncoding::Latin1) return detail::latin1_to_utf8(cell);
    repaired = repaired || !detail::is_utf8(cell);
    return valid_utf8(cell);
  }
  [[nodiscard]] Error refuse(ErrorCode code, std::uint64_t line, std::string_view what) const {
    return {code,
            fmt::format("{}, line {}: {}", detail::printable(records.name()), line, what),
            {.file = records.name(), .line = line}};
  }

  Result<> read_header();
  Result<> find_columns();
  Error not_found(Error error);
  Result<bool> next_record(Record& record);
  Result<> read_row(const Record& record);
  std::optional<Timestamp> read_time(const Record& record, Times& times) const;
  [[nodiscard]] Result<> check_times(bool at_end) const;
  Result<bool> read_batch();
  Code read_label(Label& label, std::string_view cell);
  void clear_batch();
  void seal_batch();
  void reject(const Record& record, std::size_t column, Reject reason);
};

// ---- the header ----

Result<> CsvResponses::Impl::read_header() {
  for (std::size_t row_of_header = 0; row_of_header < options.header_rows; ++row_of_header) {
    const auto more = records.next();
    if (!more) return more.error();
    if (!*more) {
      return Error{
          ErrorCode::Malformed,
          fmt::format("{} ends after {} of its {} header rows.", detail::printable(records.name()),
                      row_of_header, options.header_rows),
          {.file = records.name()}};
    }
    const auto cells = records.cells();
    if (header.columns() != 0 && cells.size() != header.columns()) {
      return refuse(
          ErrorCode::Malformed, records.line(),
          fmt::format("header row {} has {} and the first has {}. Is --header-rows right?",
                      row_of_header + 1, counted(cells.size()), header.columns()));
    }
    std::vector<std::string> names;
    for (const std::string_view cell : cells) names.push_back(utf8(cell));
    header.add_row(std::move(names));
  }
  return {};
}

Result<> CsvResponses::Impl::find_columns() {
  const auto find = [this](const std::string& name, std::size_t& column) -> Result<> {
    auto found = header.find(name);
    if (!found) return std::move(found).error();
    column = *found;
    return {};
  };
  auto found = options.rating.empty() ? header.find_rating() : header.find(options.rating);
  if (!found) return std::move(found).error();
  rating = *found;
  for (const auto& [name, column] :
       {std::pair(&options.customer, &customer), std::pair(&options.response_id, &response_id),
        std::pair(&options.time, &answered_at.column),
        std::pair(&options.touchpoint, &touchpoint_at.column),
        std::pair(&options.weight, &weight)}) {
    if (name->empty()) continue;
    if (auto at = find(*name, *column); !at) return at;
  }
  for (const CsvLabel& label : options.labels) {
    if (label.column == kFileLabel) {
      const Code code = label.into->intern(valid_utf8(stem));
      labels.push_back({kNone, label.into, {}, {}, code});
      continue;
    }
    std::size_t column = kNone;
    if (auto at = find(label.column, column); !at) return at;
    labels.push_back({column, label.into, {}, "", label.into->intern("")});
  }
  return {};
}

// A name is not the user's mistake where the bytes turn out to be no text, or no CSV.
Error CsvResponses::Impl::not_found(Error error) {
  constexpr int kLook = 1000;
  for (int i = 0; i < kLook; ++i) {
    auto more = records.next();
    if (!more) return std::move(more).error();
    if (!*more) break;
  }
  if (repaired) error.message += " Some names are not UTF-8; is it --encoding latin1?";
  return error;
}

Result<CsvResponses> CsvResponses::open(std::unique_ptr<ByteSource> source, CsvOptions options) {
  if (options.header_rows == 0) {
    return Error{ErrorCode::InvalidArgument, "a file needs at least one header row"};
  }
  auto records = CsvRecords::open(std::move(source), options.dialect, options.limits);
  if (!records) return std::move(records).error();
  auto impl = std::make_unique<Impl>(*std::move(records), std::move(options));
  if (auto read = impl->read_header(); !read) return std::move(read).error();
  if (auto found = impl->find_columns(); !found) {
    return impl->not_found(std::move(found).error());
  }
  return CsvResponses(std::move(impl));
}

// ---- rows ----

// With a footer, records come N late: what is still in the ring at the end is the footer.
Result<bool> CsvResponses::Impl::next_record(Record& record) {
  while (true) {
    auto more = records.next();
    if (!more || !*more) return more;
    if (footer.empty()) {
      record = {records.cells(), records.line()};
      return true;
    }
    std::swap(delayed, footer[footer_next]);
    footer[footer_next].assign(records);
    footer_next = (footer_next + 1) % footer.size();
    if (footer_filled == footer.size()) {
      record = {delayed.cells(), delayed.line()};
      return true;
    }
    ++footer_filled;
  }
}

void CsvResponses::Impl::reject(const Record& record, std::size_t column, Reject reason) {
  rejected.add(reason);
  if (!options.on_reject) return;
  const bool cell = column != kNone;
  options.on_reject({records.name(), record.line,
                     cell ? std::string_view(header.name(column)) : std::string_view(),
                     cell ? record.cells[column] : std::string_view(), reason});
}

std::optional<Timestamp> CsvResponses::Impl::read_time(const Record& record, Times& times) const {
  const std::string_view cell = record.cells[times.column];
  const auto read = time_format.read(cell, options.zone);
  if (read) {
    ++times.good;
  } else if (!detail::trim(cell).empty()) {
    ++times.unreadable;
    if (!options.time_format && day_or_month_first(cell) && times.day_or_month++ == 0) {
      times.which_first = refuse(
          ErrorCode::Ambiguous, record.line,
          fmt::format("'{}' in column '{}' could have the day or the month first, which nps does "
                      "not guess. Pass --time-format dmy or --time-format mdy.",
                      detail::printable(cell), detail::printable(header.name(times.column))));
    }
  }
  return read;
}

// A column of dates with the day or the month first is for the caller to decide on; a few such
// dates among others are bad times, wherever they stand.
Result<> CsvResponses::Impl::check_times(bool at_end) const {
  for (const Times* times : {&answered_at, &touchpoint_at}) {
    if (times->good == 0 && times->day_or_month >= (at_end ? 1 : kSure)) return *times->which_first;
  }
  return {};
}

Code CsvResponses::Impl::read_label(Label& label, std::string_view cell) {
  const std::string_view value = detail::trim(cell);
  if (value == label.last_raw) return label.last_code;
  const bool as_it_is = options.encoding == CsvEncoding::Utf8 && detail::is_utf8(value);
  label.last_code = as_it_is ? label.into->intern(value) : label.into->intern(utf8(value));
  label.last_raw = value;
  return label.last_code;
}

Result<> CsvResponses::Impl::read_row(const Record& record) {
  ++row;
  if (record.cells.size() != header.columns()) {
    if (options.ragged == RaggedRows::Reject) {
      reject(record, kNone, Reject::Ragged);
      return {};
    }
    return refuse(ErrorCode::Malformed, record.line,
                  fmt::format("{} where the header has {}. Mend the row, or leave such rows out "
                              "with --ragged reject (a trailer: with --footer-rows).",
                              counted(record.cells.size()), header.columns()));
  }
  const RatingReading reading = ratings.read(record.cells[rating]);
  if (!reading) {
    reject(record, rating, reason_of(reading.reject()));
    return {};
  }
  std::optional<double> weighs = 1.0;
  if (weight != kNone && !(weighs = read_weight(record.cells[weight]))) {
    reject(record, weight, Reject::BadWeight);
    return {};
  }
  const std::string_view who =
      customer == kNone ? std::string_view() : detail::trim(record.cells[customer]);
  if (options.needs_customer && who.empty()) {
    reject(record, customer, Reject::NoCustomer);
    return {};
  }

  bool untimed = false;
  for (Times* times : {&answered_at, &touchpoint_at}) {
    if (times->column == kNone) continue;
    const auto read = read_time(record, *times);
    if (!read && !untimed) reject(record, times->column, Reject::BadTime);
    untimed = untimed || !read;
    times->batch.push(read);
  }
  rating_batch.push_back(reading.rating().value());
  if (weight != kNone) weight_batch.push_back(*weighs);
  if (customer != kNone) customer_batch.push(who);
  if (options.needs_customer) {
    const std::string_view id =
        response_id == kNone ? std::string_view() : detail::trim(record.cells[response_id]);
    id_batch.push(id.empty() ? fmt::format("{}:{:012}", stem, row) : id);
  }
  for (Label& label : labels) {
    if (label.column != kNone) {
      label.codes.push_back(read_label(label, record.cells[label.column]));
    }
  }
  return {};
}

void CsvResponses::Impl::clear_batch() {
  rating_batch.clear();
  weight_batch.clear();
  answered_at.batch.clear();
  touchpoint_at.batch.clear();
  customer_batch.clear();
  id_batch.clear();
  for (Label& label : labels) label.codes.clear();
}

void CsvResponses::Impl::seal_batch() {
  code_batch.clear();
  for (const Label& label : labels) {
    if (label.column == kNone) {
      code_batch.emplace_back(label.last_code);
    } else {
      code_batch.emplace_back(std::span<const Code>(label.codes));
    }
  }
  batch = {.ratings = rating_batch,
           .codes = code_batch,
           .answered_at = answered_at.batch.column(),
           .touchpoint_at = touchpoint_at.batch.column(),
           .weights = weight_batch,
           .customers = customer_batch.seal(),
           .response_ids = id_batch.seal()};
}

Result<bool> CsvResponses::Impl::read_batch() {
  clear_batch();
  std::size_t rows = 0;
  for (; rows < kBatchRows; ++rows) {
    Record record{};
    const auto more = next_record(record);
    if (!more) return more.error();
    if (!*more) break;
    if (auto read = read_row(record); !read) return std::move(read).error();
  }
  if (auto times = check_times(rows < kBatchRows); !times) return std::move(times).error();
  seal_batch();
  return rows != 0;
}

Result<bool> CsvResponses::next() {
  if (impl_->failed) return *impl_->failed;
  auto more = impl_->read_batch();
  if (!more) {
    impl_->failed = more.error();
    impl_->batch = {};
  }
  return more;
}

CsvResponses::CsvResponses(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
CsvResponses::CsvResponses(CsvResponses&&) noexcept = default;
CsvResponses& CsvResponses::operator=(CsvResponses&&) noexcept = default;
CsvResponses::~CsvResponses() = default;

const ResponseColumns& CsvResponses::columns() const noexcept { return impl_->batch; }
const Rejected& CsvResponses::rejected() const noexcept { return impl_->rejected; }
bool CsvResponses::repaired_names() const noexcept { return impl_->repaired; }
std::vector<std::string> CsvResponses::unreadable_times() const {
  std::vector<std::string> names;
  for (const Impl::Times* times : {&impl_->answered_at, &impl_->touchpoint_at}) {
    if (times->good != 0 || times->unreadable == 0) continue;
    names.push_back(impl_->header.name(times->column));
  }
  return names;
}
const std::string& CsvResponses::rating_column() const noexcept {
  return impl_->header.name(impl_->rating);
}
std::uint64_t CsvResponses::bytes_consumed() const noexcept {
  return impl_->records.bytes_consumed();
}
std::optional<std::uint64_t> CsvResponses::bytes_total() const noexcept {
  return impl_->records.bytes_total();
}

}  // namespace nps
