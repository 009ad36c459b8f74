#include "nps/adapters/csv.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "adapters/csv_blocks.h"
#include "adapters/csv_columns.h"
#include "adapters/csv_pipeline.h"
#include "nps/detail/text.h"

namespace nps {

using internal::CsvBatch;
using internal::kNoColumn;

namespace {

constexpr std::uint64_t kSure = 1000;  // so many dates of one kind and none of another are a column

std::string valid_utf8(std::string_view text) {
  return detail::is_utf8(text) ? std::string(text) : detail::repair_utf8(text);
}

}  // namespace

std::string file_stem(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::size_t dot = path.rfind('.');
  return std::string(dot == 0 ? path : path.substr(0, dot));
}

// What is done in the order of the file, by the caller's thread: the header, and what is said and
// numbered as batches come in.
struct CsvResponses::Impl {
  Impl(CsvRecords opened, CsvOptions chosen)
      : options(std::move(chosen)),
        plan(options, opened.name()),
        blocks(std::in_place, std::move(opened), options.footer_rows),
        stem(file_stem(plan.file)),
        total(blocks->records().bytes_total()) {}

  // A label column: one code for all rows, or a column of the batch.
  struct Label {
    std::size_t column;  // position in plan.labels; kNoColumn: the file's own label
    Labels* into;
    Code code = 0;
  };
  // What a time column has turned out to hold.
  struct Times {
    std::uint64_t good = 0;
    std::uint64_t unreadable = 0;
    std::uint64_t day_or_month = 0;
    std::optional<Error> which_first = {};
  };

  CsvOptions options;
  internal::CsvPlan plan;
  std::optional<internal::CsvBlocks> blocks;  // until the pipeline has them
  std::optional<internal::CsvPipeline> pipeline;
  const internal::CsvBatch* current = nullptr;  // that columns are of
  std::string stem;
  std::optional<std::uint64_t> total;

  std::vector<Label> labels;
  std::array<Times, 2> times;
  std::vector<std::string> made_ids;
  std::vector<std::uint64_t> row_numbers;
  std::vector<CodeColumn> code_columns;
  ResponseColumns columns;

  Rejected rejected;
  std::uint64_t row = 0;  // data rows so far
  std::uint64_t consumed = 0;
  bool repaired = false;
  bool at_end = false;
  std::optional<Error> failed;

  std::string utf8(std::string_view cell) {
    if (options.encoding == CsvEncoding::Latin1) return detail::latin1_to_utf8(cell);
    repaired = repaired || !detail::is_utf8(cell);
    return valid_utf8(cell);
  }

  Result<> start();
  Result<> read_header();
  void find_labels();
  Error not_found(Error error);
  Result<bool> next_batch();
  void tell_rejects(CsvBatch& batch);
  Result<> check_times(const CsvBatch& batch);
  void give_codes(CsvBatch& batch);
  void give_ids(CsvBatch& batch);
};

// ---- the header ----

Result<> CsvResponses::Impl::read_header() {
  CsvRecords& records = blocks->records();
  for (std::size_t row_of_header = 0; row_of_header < options.header_rows; ++row_of_header) {
    const auto more = records.next();
    if (!more) return more.error();
    if (!*more) {
      return Error{ErrorCode::Malformed,
                   fmt::format("{} ends after {} of its {} header rows.",
                               detail::printable(plan.file), row_of_header, options.header_rows),
                   {.file = plan.file}};
    }
    const auto cells = records.cells();
    if (plan.header.columns() != 0 && cells.size() != plan.header.columns()) {
      return plan.refuse(
          ErrorCode::Malformed, records.line(),
          fmt::format("header row {} has {} {} and the first has {}. Is --header-rows right?",
                      row_of_header + 1, cells.size(), cells.size() == 1 ? "cell" : "cells",
                      plan.header.columns()));
    }
    std::vector<std::string> names;
    for (const std::string_view cell : cells) names.push_back(utf8(cell));
    plan.header.add_row(std::move(names));
  }
  return {};
}

void CsvResponses::Impl::find_labels() {
  std::size_t column = 0;
  for (const CsvLabel& label : options.labels) {
    if (label.column == kFileLabel) {
      labels.push_back({kNoColumn, label.into, label.into->intern(valid_utf8(stem))});
    } else {
      labels.push_back({column++, label.into, label.into->intern("")});
    }
  }
}

// A name is not the user's mistake where the bytes turn out to be no text, or no CSV.
Error CsvResponses::Impl::not_found(Error error) {
  constexpr int kLook = 1000;
  for (int i = 0; i < kLook; ++i) {
    auto more = blocks->records().next();
    if (!more) return std::move(more).error();
    if (!*more) break;
  }
  if (repaired) error.message += " Some names are not UTF-8; is it --encoding latin1?";
  return error;
}

Result<> CsvResponses::Impl::start() {
  plan.shape.delimiter = blocks->records().delimiter();
  if (auto read = read_header(); !read) return read;
  if (auto found = plan.find_columns(options); !found) return not_found(std::move(found).error());
  find_labels();
  plan.shape.skip_blank = blocks->skips_blank_lines();
  consumed = blocks->records().bytes_consumed();
  return {};
}

Result<CsvResponses> CsvResponses::open(std::unique_ptr<ByteSource> source, CsvOptions options) {
  if (options.header_rows == 0) {
    return Error{ErrorCode::InvalidArgument, "a file needs at least one header row"};
  }
  auto records = CsvRecords::open(std::move(source), options.dialect, options.limits);
  if (!records) return std::move(records).error();
  auto impl = std::make_unique<Impl>(*std::move(records), std::move(options));
  if (auto started = impl->start(); !started) return std::move(started).error();
  return CsvResponses(std::move(impl));
}

// ---- batches, in order ----

void CsvResponses::Impl::tell_rejects(CsvBatch& batch) {
  for (const CsvBatch::Event& event : batch.events) {
    rejected.add(event.reason);
    if (!options.on_reject) continue;
    const bool cell = event.column != kNoColumn;
    options.on_reject({plan.file, event.line,
                       cell ? std::string_view(plan.header.name(event.column)) : std::string_view(),
                       cell ? batch.rows.text(event.row, event.column) : std::string_view(),
                       event.reason});
  }
}

// A column of dates with the day or the month first is for the caller to decide on; a few such
// dates among others are bad times, wherever they stand.
Result<> CsvResponses::Impl::check_times(const CsvBatch& batch) {
  for (std::size_t which = 0; which < times.size(); ++which) {
    if (plan.times[which] == kNoColumn) continue;
    const internal::TimeBatch& more = batch.times[which];
    Times& seen = times[which];
    if (!seen.which_first) seen.which_first = more.which_first;
    const bool sure = seen.good == 0 && seen.day_or_month + more.day_or_month_at_first >= kSure;
    seen.good += more.good;
    seen.unreadable += more.unreadable;
    seen.day_or_month += more.day_or_month;
    const bool alone = at_end && !batch.error && seen.good == 0 && seen.day_or_month > 0;
    if (sure || alone) return *seen.which_first;
  }
  return {};
}

void CsvResponses::Impl::give_codes(CsvBatch& batch) {
  code_columns.clear();
  for (const Label& label : labels) {
    if (label.column == kNoColumn) {
      code_columns.emplace_back(label.code);
      continue;
    }
    internal::LabelBatch& read = batch.labels[label.column];
    read.settle(*label.into);
    code_columns.emplace_back(std::span<const Code>(read.codes));
  }
}

void CsvResponses::Impl::give_ids(CsvBatch& batch) {
  if (!plan.needs_ids) return;
  const std::size_t rows = batch.ratings.size();
  if (plan.response_id == kNoColumn) {
    row_numbers.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) row_numbers[i] = row + batch.rows.number(i) + 1;
    return;
  }
  made_ids.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (!batch.ids[i].empty()) continue;
    made_ids[i] = fmt::format("{}:{:012}", stem, row + batch.rows.number(i) + 1);
    batch.ids[i] = made_ids[i];
  }
}

Result<bool> CsvResponses::Impl::next_batch() {
  if (at_end) return false;
  if (!pipeline) {
    pipeline.emplace(*std::move(blocks), plan, options.threads);
    blocks.reset();
  }
  CsvBatch* const batch = pipeline->next();
  if (batch == nullptr) return false;  // not met: the last batch says that it is
  at_end = batch->block.last;
  consumed = batch->block.consumed;
  repaired = repaired || batch->repaired;
  tell_rejects(*batch);
  if (auto checked = check_times(*batch); !checked) return std::move(checked).error();
  if (batch->error) return *std::move(batch->error);
  current = batch;
  give_codes(*batch);
  give_ids(*batch);
  columns = {.ratings = batch->ratings,
             .codes = code_columns,
             .answered_at = batch->times[0].column(),
             .touchpoint_at = batch->times[1].column(),
             .weights = batch->weights,
             .customers = batch->customers,
             .response_ids = batch->ids,
             .row_ids = {stem, row_numbers}};
  row += batch->rows.rows_in_block();
  return !at_end || batch->rows.rows_in_block() != 0;
}

Result<bool> CsvResponses::next() {
  if (impl_->failed) return *impl_->failed;
  impl_->columns = {};
  auto more = impl_->next_batch();
  if (!more) impl_->failed = more.error();
  return more;
}

CsvResponses::CsvResponses(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
CsvResponses::CsvResponses(CsvResponses&&) noexcept = default;
CsvResponses& CsvResponses::operator=(CsvResponses&&) noexcept = default;
CsvResponses::~CsvResponses() = default;

void CsvResponses::reject(std::size_t row, Reject reason, std::string_view column,
                          std::string_view value) {
  impl_->rejected.add(reason);
  if (!impl_->options.on_reject) return;
  const internal::CsvRows& rows = impl_->current->rows;
  impl_->options.on_reject({impl_->plan.file, rows.line(rows[row]), column, value, reason});
}

const ResponseColumns& CsvResponses::columns() const noexcept { return impl_->columns; }
const Rejected& CsvResponses::rejected() const noexcept { return impl_->rejected; }
bool CsvResponses::repaired_names() const noexcept { return impl_->repaired; }
std::vector<std::string> CsvResponses::unreadable_times() const {
  std::vector<std::string> names;
  for (std::size_t which = 0; which < impl_->times.size(); ++which) {
    const Impl::Times& times = impl_->times[which];
    if (times.good != 0 || times.unreadable == 0) continue;
    names.push_back(impl_->plan.header.name(impl_->plan.times[which]));
  }
  return names;
}
const std::string& CsvResponses::rating_column() const noexcept {
  return impl_->plan.header.name(impl_->plan.rating);
}
std::uint64_t CsvResponses::bytes_consumed() const noexcept { return impl_->consumed; }
std::optional<std::uint64_t> CsvResponses::bytes_total() const noexcept { return impl_->total; }

}  // namespace nps
