// Columns from bytes, and what a cube of them must be, worked out row by row in a std::map. The
// same for the tests, whose bytes are random, and the fuzzer, whose bytes are not.
#ifndef NPS_TESTS_SEGMENT_GROUPING_MODEL_H_
#define NPS_TESTS_SEGMENT_GROUPING_MODEL_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"

namespace nps::test {

/// Reads a string of bytes to its end, and then noughts.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool ended() const { return at_ >= bytes_.size(); }
  std::uint64_t next(std::size_t count = 1) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8U | (ended() ? 0U : bytes_[at_]);
      ++at_;
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// Up to four dimensions of any kind, and rows for as long as there are bytes.
class GroupingCase {
 public:
  explicit GroupingCase(std::span<const std::uint8_t> bytes) {
    ByteReader in(bytes);
    const std::size_t count = in.next() % 5;
    for (std::size_t d = 0; d < count; ++d) add_dimension(d, in.next());
    const std::uint64_t flags = in.next();
    has_bitmap_ = (flags & 1U) != 0;
    has_touchpoints_ = (flags & 2U) != 0;
    may_be_unknown_ = (flags & 4U) != 0;
    const std::uint64_t clock = flags >> 3U & 3U;
    while (!in.ended()) add_row(in, clock);
  }

  std::vector<Dimension> dimensions() const { return dimensions_; }
  std::size_t rows() const { return ratings_.size(); }

  /// A cube that knows the labels, and nothing else.
  Cube empty_cube() const {
    Cube cube = *Cube::create(dimensions_);
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      for (std::size_t i = 0; i < labels_[d]; ++i) cube.labels(d).intern(std::to_string(i));
    }
    return cube;
  }

  /// The columns, or those of some of the rows. Bitmaps cannot be cut but at whole bytes.
  struct Cut {
    std::vector<CodeColumn> codes;
    ResponseColumns columns;
  };
  Cut cut(std::size_t first, std::size_t rows) const {
    Cut cut;
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      if (dimensions_[d].is_timing()) continue;
      if (labels_[d] == 1 && !may_be_unknown_) {
        cut.codes.emplace_back(Code{0});
      } else if (labels_[d] < 0x100) {
        cut.codes.emplace_back(std::span(narrow_[d]).subspan(first, rows));
      } else if (labels_[d] < 0x10000) {
        cut.codes.emplace_back(std::span(middle_[d]).subspan(first, rows));
      } else {
        cut.codes.emplace_back(std::span(wide_[d]).subspan(first, rows));
      }
    }
    cut.columns = {.ratings = std::span(ratings_).subspan(first, rows),
                   .answered_at = {.values = std::span(answered_).subspan(first, rows)}};
    if (has_bitmap_) cut.columns.answered_at.validity = std::span(bitmap_).subspan(first / 8);
    if (has_touchpoints_) {
      cut.columns.touchpoint_at.values = std::span(touched_).subspan(first, rows);
    }
    return cut;
  }

  struct Expected {
    bool unknown_code = false;
    std::map<std::vector<std::string>, Tally> cells;  // with a value in every dimension
    Tally total;
    Added added;
  };
  Expected expected() const {
    Expected expected;
    for (std::size_t row = 0; row < rows(); ++row) {
      bool absent = false;
      std::vector<std::string> key;
      for (std::size_t d = 0; d < dimensions_.size(); ++d) {
        const auto label = label_of(d, row);
        absent = absent || !label;
        key.push_back(label.value_or(""));
        expected.unknown_code = expected.unknown_code || code_is_unknown(d, row);
      }
      const auto rating = Rating::from(ratings_[row]);
      if (!rating) {
        ++expected.added.rejected;
        continue;
      }
      ++expected.added.added;
      expected.total.add(*rating);
      if (absent) {
        ++expected.added.untimed;
      } else {
        expected.cells[key].add(*rating);
      }
    }
    return expected;
  }

 private:
  void add_dimension(std::size_t d, std::uint64_t kind) {
    constexpr std::array<std::size_t, 6> kLabels{1, 3, 6, 40, 300, 70'000};
    const std::string name = "d" + std::to_string(d);
    const Zone berlin = *Zone::load("Europe/Berlin");
    labels_.push_back(0);
    switch (kind % 8) {
      case 0:
        dimensions_.push_back(Dimension::calendar(name, Calendar(CalendarUnit::Month, berlin)));
        break;
      case 1: {
        const auto unit = static_cast<CalendarUnit>(kind / 8 % kCalendarUnitNames.size());
        const Zone zone = *Zone::load(kind >= 128 ? "Australia/Lord_Howe" : "UTC");
        dimensions_.push_back(Dimension::calendar(name, Calendar(unit, zone)));
        break;
      }
      case 2: {
        const auto unit = kind >= 128 ? CyclicUnit::Weekday : CyclicUnit::HourOfDay;
        dimensions_.push_back(Dimension::cycle(name, Cycle(unit, berlin)));
        break;
      }
      case 3: dimensions_.push_back(Dimension::delay(name, *Delays::parse("1s,1h,1d"))); break;
      default:
        labels_.back() = kLabels[kind / 8 % kLabels.size()];
        dimensions_.push_back(Dimension::label(name));
    }
    narrow_.emplace_back();
    middle_.emplace_back();
    wide_.emplace_back();
  }

  void add_row(ByteReader& in, std::uint64_t clock) {
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      std::uint64_t code = labels_[d] == 0 ? 0 : in.next(labels_[d] < 0x100 ? 1 : 3);
      const bool unknown = may_be_unknown_ && code == 0xff;
      code = unknown ? labels_[d] : code % std::max<std::size_t>(labels_[d], 1);
      narrow_[d].push_back(static_cast<std::uint8_t>(code));
      middle_[d].push_back(static_cast<std::uint16_t>(code));
      wide_[d].push_back(static_cast<std::uint32_t>(code));
    }
    const std::uint64_t rating = in.next();
    ratings_.push_back(static_cast<std::uint8_t>(rating < 0xf0 ? rating % 12 : rating));
    answered_.push_back(time(in, clock));
    touched_.push_back(answered_.back() - std::chrono::seconds(in.next(2) * 3));
    if (bitmap_.size() * 8 < ratings_.size()) bitmap_.push_back(0);
    if (in.next() % 16 != 0) {
      bitmap_.back() =
          static_cast<std::uint8_t>(bitmap_.back() | 1U << ((ratings_.size() - 1) % 8));
    }
  }

  // In order; in the two years around the turn of one; in two centuries; anywhere at all.
  Timestamp time(ByteReader& in, std::uint64_t clock) const {
    using namespace std::chrono;
    const Timestamp start = sys_days(2020y / October / 24);
    switch (clock) {
      case 0: return start + seconds(ratings_.size() * in.next());
      case 1: return start + seconds(in.next(4) % (730 * 86'400ULL));
      case 2: return start - seconds(in.next(4)) + microseconds(in.next());
      default: return Timestamp(microseconds(static_cast<std::int64_t>(in.next(8))));
    }
  }

  bool code_is_unknown(std::size_t d, std::size_t row) const {
    return !dimensions_[d].is_timing() && wide_[d][row] >= labels_[d];
  }

  std::optional<std::string> label_of(std::size_t d, std::size_t row) const {
    const Dimension& dimension = dimensions_[d];
    if (!dimension.is_timing()) return std::to_string(wide_[d][row]);
    if (has_bitmap_ && (bitmap_[row / 8] >> (row % 8) & 1U) == 0) return std::nullopt;
    if (const auto* calendar = dimension.as_calendar()) return calendar->label(answered_[row]);
    if (const auto* cycle = dimension.as_cycle()) return cycle->label(answered_[row]);
    if (!has_touchpoints_) return std::nullopt;
    const Delays& delays = *dimension.as_delays();
    return std::string(delays.label(delays.bucket(touched_[row], answered_[row])));
  }

  std::vector<Dimension> dimensions_;
  std::vector<std::size_t> labels_;  // how many; 0 for a timing
  bool has_bitmap_ = false;
  bool has_touchpoints_ = false;
  bool may_be_unknown_ = false;
  std::vector<std::vector<std::uint8_t>> narrow_;
  std::vector<std::vector<std::uint16_t>> middle_;
  std::vector<std::vector<std::uint32_t>> wide_;
  std::vector<std::uint8_t> ratings_;
  std::vector<Timestamp> answered_;
  std::vector<Timestamp> touched_;
  std::vector<std::uint8_t> bitmap_;
};

/// What is wrong with a cube that was made of such a case, or nothing.
inline std::string differs(const Cube& cube, const Added& added,
                           const GroupingCase::Expected& expected) {
  if (added.added != expected.added.added) return "rows added";
  if (added.rejected != expected.added.rejected) return "rows rejected";
  if (added.untimed != expected.added.untimed) return "rows untimed";
  if (cube.total() != expected.total) return "the total";
  const auto cells = cube.cells();
  if (cells.size() != expected.cells.size()) return "how many cells there are";
  for (const Cell& cell : cells) {
    const auto at = expected.cells.find({cell.labels.begin(), cell.labels.end()});
    if (at == expected.cells.end()) return "a cell's labels";
    if (at->second != cell.tally) return "a cell's tally";
  }
  return {};
}

}  // namespace nps::test

#endif  // NPS_TESTS_SEGMENT_GROUPING_MODEL_H_
