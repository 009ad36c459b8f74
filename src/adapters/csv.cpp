#include "nps/adapters/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "adapters/csv_header.h"
#include "nps/adapters/rating_text.h"
#include "nps/detail/text.h"
#include "nps/weighted_tally.h"

namespace nps {

namespace {

constexpr std::size_t kBatchRows = 4096;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Text of one batch, copied out of the records before they are gone.
class TextColumn {
 public:
  void clear() {
    bytes_.clear();
    ends_.clear();
    views_.clear();
  }
  void push(std::string_view text) {
    bytes_ += text;
    ends_.push_back(bytes_.size());
  }
  /// Makes the views, once all text is in and no longer moves.
  std::span<const std::string_view> seal() {
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      views_.push_back(std::string_view(bytes_).substr(begin, end - begin));
      begin = end;
    }
    return views_;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> views_;
};

class TimeBatch {
 public:
  void clear() {
    values_.clear();
    validity_.clear();
  }
  void push(std::optional<Timestamp> time) {
    const std::size_t row = values_.size();
    if (row % 8 == 0) validity_.push_back(0);
    if (time) validity_.back() = static_cast<std::uint8_t>(validity_.back() | 1U << (row % 8));
    values_.push_back(time.value_or(Timestamp{}));
  }
  [[nodiscard]] TimeColumn column() const { return {values_, validity_}; }

 private:
  std::vector<Timestamp> values_;
  std::vector<std::uint8_t> validity_;
};

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
  std::size_t time = kNone;
  std::size_t touchpoint = kNone;
  std::size_t weight = kNone;
  std::vector<Label> labels;

  std::vector<std::uint8_t> rating_batch;
  std::vector<double> weight_batch;
  TimeBatch time_batch;
  TimeBatch touchpoint_batch;
  TextColumn customer_batch;
  TextColumn id_batch;
  std::vector<CodeColumn> code_batch;
  ResponseColumns batch;

  Rejected rejected;
  std::uint64_t row = 0;  // data rows so far
  bool repaired = false;
  std::uint64_t good_times = 0;

  [[nodiscard]] std::string utf8(std::string_view cell) const {
    if (options.encoding == CsvEncoding::Latin1) return detail::latin1_to_utf8(cell);
    return detail::is_utf8(cell) ? std::string(cell) : detail::repair_utf8(cell);
  }

  Result<> read_header();
  Result<> find_columns();
  Result<bool> next_record(Record& record);
  Result<> read_row(const Record& record);
  Result<std::optional<Timestamp>> read_time(const Record& record, std::size_t column);
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
      return Error{ErrorCode::Malformed,
                   fmt::format("{}: ends after {} of its {} header rows", records.name(),
                               row_of_header, options.header_rows),
                   {.file = records.name()}};
    }
    const auto cells = records.cells();
    if (header.columns() != 0 && cells.size() != header.columns()) {
      return Error{ErrorCode::Malformed,
                   fmt::format("{}:{}: header row {} has {} cells and the first has {}; is "
                               "--header-rows right?",
                               records.name(), records.line(), row_of_header + 1, cells.size(),
                               header.columns()),
                   {.file = records.name(), .line = records.line()}};
    }
    std::vector<std::string> names;
    for (const std::string_view cell : cells) names.push_back(utf8(cell));
    header.add_row(std::move(names));
  }
  return {};
}

Result<> CsvResponses::Impl::find_columns() {
  const auto found = options.rating.empty() ? header.find_rating() : header.find(options.rating);
  if (!found) return found.error();
  rating = *found;
  for (const auto& [name, column] : {std::pair(&options.customer, &customer),
                                     std::pair(&options.response_id, &response_id),
                                     std::pair(&options.time, &time),
                                     std::pair(&options.touchpoint, &touchpoint),
                                     std::pair(&options.weight, &weight)}) {
    if (name->empty()) continue;
    const auto at = header.find(*name);
    if (!at) return at.error();
    *column = *at;
  }
  for (const CsvLabel& label : options.labels) {
    if (label.column == kFileLabel) {
      const Code code = label.into->intern(utf8(stem));
      labels.push_back({kNone, label.into, {}, {}, code});
      continue;
    }
    const auto at = header.find(label.column);
    if (!at) return at.error();
    labels.push_back({*at, label.into, {}, "", label.into->intern("")});
  }
  return {};
}

Result<CsvResponses> CsvResponses::open(std::unique_ptr<ByteSource> source, CsvOptions options) {
  if (options.header_rows == 0) {
    return Error{ErrorCode::InvalidArgument, "a file needs at least one header row"};
  }
  auto records = CsvRecords::open(std::move(source), options.dialect, options.limits);
  if (!records) return std::move(records).error();
  auto impl = std::make_unique<Impl>(*std::move(records), std::move(options));
  if (auto read = impl->read_header(); !read) return std::move(read).error();
  if (auto found = impl->find_columns(); !found) return std::move(found).error();
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

Result<std::optional<Timestamp>> CsvResponses::Impl::read_time(const Record& record,
                                                              std::size_t column) {
  const std::string_view cell = record.cells[column];
  auto read = time_format.read(cell, options.zone);
  if (read) {
    ++good_times;
  } else if (!options.time_format && good_times == 0 && day_or_month_first(cell)) {
    return Error{
        ErrorCode::Ambiguous,
        fmt::format("{}:{}: '{}' in column '{}' could have the day or the month first, which nps "
                    "does not guess; pass --time-format dmy or --time-format mdy",
                    records.name(), record.line, detail::printable(cell), header.name(column)),
        {.file = records.name(), .line = record.line, .field = header.name(column)}};
  }
  return read;
}

Code CsvResponses::Impl::read_label(Label& label, std::string_view cell) {
  const std::string_view value = detail::trim(cell);
  if (value == label.last_raw) return label.last_code;
  if (options.encoding == CsvEncoding::Utf8 && detail::is_utf8(value)) {
    label.last_code = label.into->intern(value);
  } else {
    repaired = repaired || options.encoding == CsvEncoding::Utf8;
    label.last_code = label.into->intern(utf8(value));
  }
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
    return Error{ErrorCode::Malformed,
                 fmt::format("{}:{}: line {} has {} cells where the header has {}; mend the file, or "
                             "leave such rows out with --ragged reject",
                             records.name(), record.line, record.line, record.cells.size(),
                             header.columns()),
                 {.file = records.name(), .line = record.line}};
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
  for (const auto& [column, times] : {std::pair(time, &time_batch),
                                      std::pair(touchpoint, &touchpoint_batch)}) {
    if (column == kNone) continue;
    auto read = read_time(record, column);
    if (!read) return std::move(read).error();
    if (!*read && !untimed) reject(record, column, Reject::BadTime);
    untimed = untimed || !*read;
    times->push(*read);
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
  time_batch.clear();
  touchpoint_batch.clear();
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
           .answered_at = time_batch.column(),
           .touchpoint_at = touchpoint_batch.column(),
           .weights = weight_batch,
           .customers = customer_batch.seal(),
           .response_ids = id_batch.seal()};
}

Result<bool> CsvResponses::next() {
  impl_->clear_batch();
  bool any = false;
  for (std::size_t rows = 0; rows < kBatchRows; ++rows) {
    Impl::Record record{};
    const auto more = impl_->next_record(record);
    if (!more) return more.error();
    if (!*more) break;
    any = true;
    if (auto read = impl_->read_row(record); !read) return std::move(read).error();
  }
  impl_->seal_batch();
  return any;
}

CsvResponses::CsvResponses(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
CsvResponses::CsvResponses(CsvResponses&&) noexcept = default;
CsvResponses& CsvResponses::operator=(CsvResponses&&) noexcept = default;
CsvResponses::~CsvResponses() = default;

const ResponseColumns& CsvResponses::columns() const noexcept { return impl_->batch; }
const Rejected& CsvResponses::rejected() const noexcept { return impl_->rejected; }
bool CsvResponses::repaired_labels() const noexcept { return impl_->repaired; }
std::uint64_t CsvResponses::good_times() const noexcept { return impl_->good_times; }
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
