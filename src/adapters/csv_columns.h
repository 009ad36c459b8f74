// CsvBatch: the columns of a block of rows, read on their own: what it takes from the plan is constant,
// so that blocks can be read by several threads, and in any order.
//
//   CsvBatch batch;
//   blocks.cut(batch.block);        // in the order of the file
//   read_columns(plan, batch);      // by anyone
//   use(batch.ratings);             // in the order of the file again: labels get their codes
#ifndef NPS_SRC_ADAPTERS_CSV_COLUMNS_H_
#define NPS_SRC_ADAPTERS_CSV_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv_blocks.h"
#include "adapters/csv_codes.h"
#include "adapters/csv_header.h"
#include "adapters/csv_rows.h"
#include "nps/adapters/csv.h"
#include "nps/adapters/rating_text.h"
#include "nps/batch.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/timestamp.h"

namespace nps::internal {

inline constexpr std::size_t kNoColumn = std::numeric_limits<std::size_t>::max();

/// Stands for a cell that has to be read at leisure.
inline constexpr std::uint8_t kAskForRating = 0xff;

/// What cells of up to two bytes hold, by the first two bytes from their beginning, in the order of
/// memory. The end of a cell of one byte is the second of them. A table of 64 KiB, of which a column
/// of ratings uses a dozen cache lines.
std::vector<std::uint8_t> short_ratings(const RatingReader& ratings, char delimiter);

/// Which columns there are and how they are read. Does not change while it is in use.
struct CsvPlan {
  CsvPlan(const CsvOptions& options, std::string file_name);

  /// Finds the columns that the options name. Delimiter and header must be known.
  Result<> find_columns(const CsvOptions& options);
  [[nodiscard]] Error refuse(ErrorCode code, std::uint64_t line, std::string_view what) const;

  std::string file;
  CsvHeader header;
  CsvShape shape;

  std::size_t rating = kNoColumn;
  std::size_t customer = kNoColumn;
  std::size_t response_id = kNoColumn;
  std::size_t weight = kNoColumn;
  std::array<std::size_t, 2> times{kNoColumn, kNoColumn};  // answered, touchpoint
  std::vector<std::size_t> labels;                         // without @file

  RatingReader ratings;
  std::vector<std::uint8_t> rating_of_two;  // see short_ratings
  TimeFormat time_format;
  bool guards_dates;  // no format was named: a column of 1/2/2020 is the caller's to decide on
  Zone zone;
  CsvEncoding encoding;
  bool needs_customer;
  bool needs_ids;
  bool tells_lines;  // of what is rejected
};

/// A label column of one block. Cells that earlier blocks had in here, too, have their codes; fresh
/// ones get them when the block's turn comes.
struct LabelBatch {
  std::vector<Code> codes;              // one a row
  std::vector<std::string_view> fresh;  // what CellCodes::kFresh + i stands for; perhaps one twice
  CellCodes cells;
  std::deque<std::string> made;  // those of the fresh ones that do not stand in the block

  /// Gives the fresh cells the codes of their labels, and the rows theirs.
  void settle(Labels& labels);
};

/// A time column of one block.
struct TimeBatch {
  std::vector<Timestamp> values;
  std::vector<std::uint8_t> validity;  // empty where all are known
  std::uint64_t good = 0;
  std::uint64_t unreadable = 0;             // and not empty
  std::uint64_t day_or_month = 0;           // of those: either could come first
  std::uint64_t day_or_month_at_first = 0;  // of those: before any good one
  std::optional<Error> which_first;         // what to say about the first of these

  [[nodiscard]] TimeColumn column() const { return {values, validity}; }
};

struct CsvBatch {
  /// A row that is no response, or has no time.
  struct Event {
    std::uint32_t number;  // of the row among those of the block, from 0
    CsvRow row;
    std::size_t column;  // kNoColumn: the row is ragged
    Reject reason;
    std::uint64_t line = 0;  // if the plan tells lines
  };

  CsvBlock block;
  CsvRows rows;  // those that are responses, once read

  std::vector<std::uint8_t> ratings;
  std::vector<double> weights;
  std::vector<std::string_view> customers;
  std::vector<std::string_view> ids;  // "" where the file has none
  std::array<TimeBatch, 2> times;
  std::vector<LabelBatch> labels;

  std::vector<Event> events;   // in the order of the rows, one a row at most
  bool repaired = false;       // a label was no UTF-8
  std::optional<Error> error;  // what comes after these rows

  std::vector<std::uint8_t> dropped;  // while reading: rows that are no responses
};

void read_columns(const CsvPlan& plan, CsvBatch& batch);

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_COLUMNS_H_
