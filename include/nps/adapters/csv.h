// CsvResponses: the answers in a CSV file as columns, and an account of every row that is none.
//
//   auto builder = nps::ReportBuilder::create({.by = {nps::Dimension::label("channel")}});
//   nps::CsvOptions options{.rating = "score"};
//   options.labels.push_back({"channel", &builder->labels(0)});
//   auto answers = nps::CsvResponses::open(*nps::open_file("answers.csv"), std::move(options));
//   while (true) {
//     auto more = answers->next();
//     if (!more) return complain(more.error().message);     // file, line, what to do
//     if (!*more) break;
//     builder->add(answers->columns());
//   }
#ifndef NPS_ADAPTERS_CSV_H_
#define NPS_ADAPTERS_CSV_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/adapters/byte_source.h"
#include "nps/adapters/csv_records.h"
#include "nps/adapters/rejected_cell.h"
#include "nps/adapters/time_text.h"
#include "nps/batch.h"
#include "nps/export.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/labels.h"
#include "nps/segment/zone.h"

namespace nps {

/// What the bytes of a cell mean. Whatever they are, labels come out as valid UTF-8.
enum class CsvEncoding : std::uint8_t { Utf8, Latin1 };

/// What to do with a row that has another number of cells than the header.
enum class RaggedRows : std::uint8_t { Refuse, Reject };

/// A column of labels, and the dictionary that gives them codes. The name kFileLabel stands for the
/// file itself: its name without folders and extension.
struct CsvLabel {
  std::string column;
  Labels* into;  // must live as long as the reader
};
inline constexpr std::string_view kFileLabel = "@file";

/// Which columns to read, and how. A column goes by the trimmed text of its header cell (of any of
/// them, where there are several header rows); "" is a column that is not read.
struct CsvOptions {
  std::string rating = {};  // "" for the one column with a well-known name
  std::string customer = {};
  std::string response_id = {};
  std::string time = {};
  std::string touchpoint = {};
  std::string weight = {};
  std::vector<CsvLabel> labels = {};

  Scale scale = kZeroToTen;
  std::vector<std::string> missing = {};  // codes that mean "no answer", besides the usual words
  std::optional<TimeFormat> time_format = {};  // none: ISO, but never a guess at day or month first
  Zone zone = Zone::utc();                     // of times without an offset

  CsvDialect dialect = {};
  CsvLimits limits = {};
  CsvEncoding encoding = CsvEncoding::Utf8;
  std::size_t header_rows = 1;
  std::size_t footer_rows = 0;  // records at the end that are no data
  RaggedRows ragged = RaggedRows::Refuse;
  bool needs_customer = false;  // reject rows without one, and give each row an id to break ties by
  bool needs_ids = false;       // give each row that id, though nobody needs to be named
  std::function<void(const RejectedCell&)> on_reject = {};
  std::size_t threads = 1;  // that read at once, the caller's among them; more than 16 are not used
};

/// Reads a file batch by batch, in memory that does not depend on its length.
///
/// Ratings     a cell counts as RatingReader reads it; all else is rejected by reason.
/// Labels      trimmed; an empty cell is the label ""; bytes that are no UTF-8 become U+FFFD.
/// Times       an unreadable or empty one is BadTime: the row counts, without a time.
/// Ids         where they or customers are needed, by the response id column, or else by row_ids.
/// Errors      NotFound and Ambiguous for columns, and Ambiguous for a column of dates that have
///             the day or the month first (the caller's to mend), found at the latest after 1000
///             of them; otherwise those of CsvRecords, and Malformed for a ragged row. An error is
///             final; what was delivered before it should be thrown away.
/// Threads     one at a time. With CsvOptions::threads it has helpers of its own from the first
///             next() on, which read the source (in order, one at a time, unless it has places) and
///             take cells apart. Labels and on_reject are used by open() and next() alone, in the
///             order of the file: whatever the number of threads, batches, codes, rejects and errors
///             are the same.
/// Memory      for a few columns, some 2 MB with one thread and 1 MB for each more, and a copy of each
///             different label for each; more only for records longer than a block.
/// Complexity  O(bytes); only the columns asked for are looked at. See bench/csv_bench.
class NPS_EXPORT CsvResponses {
 public:
  [[nodiscard]] static Result<CsvResponses> open(std::unique_ptr<ByteSource> source,
                                                 CsvOptions options);
  CsvResponses(CsvResponses&&) noexcept;
  CsvResponses& operator=(CsvResponses&&) noexcept;
  ~CsvResponses();

  /// Reads the next batch, some thousands of responses, as many as CsvLimits::block_bytes hold:
  /// false when there are no more rows. A batch may be empty, where every row in it was rejected.
  Result<bool> next();

  /// The batch. Views into this object, until next().
  [[nodiscard]] const ResponseColumns& columns() const noexcept;

  /// Counts a response of the batch as rejected and tells it, with the column and the bytes that are at
  /// fault: for what only the caller can know. It stays in columns(). O(bytes of the batch), where told.
  void reject(std::size_t row, Reject reason, std::string_view column, std::string_view value);

  /// Rows that became no response, and responses without a time, up to now.
  [[nodiscard]] const Rejected& rejected() const noexcept;
  /// Whether a label or a column's name so far had bytes that are not UTF-8, and so stands with
  /// U+FFFD in it.
  [[nodiscard]] bool repaired_names() const noexcept;
  /// The time columns with text in them, so far, of which none could be read.
  [[nodiscard]] std::vector<std::string> unreadable_times() const;

  /// The column that ratings are read from, by the name in its first header row.
  [[nodiscard]] const std::string& rating_column() const noexcept;
  /// For a progress bar: bytes read so far, and of the whole file if known.
  [[nodiscard]] std::uint64_t bytes_consumed() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept;

 private:
  struct Impl;
  explicit CsvResponses(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// "2020Q4_nps_web" for "data/2020Q4_nps_web.csv".
[[nodiscard]] NPS_EXPORT std::string file_stem(std::string_view path);

}  // namespace nps

#endif  // NPS_ADAPTERS_CSV_H_
