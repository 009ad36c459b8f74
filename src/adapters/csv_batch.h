// One batch of a column while it is read: text and times, copied out of records that will be gone.
#ifndef NPS_SRC_ADAPTERS_CSV_BATCH_H_
#define NPS_SRC_ADAPTERS_CSV_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/timestamp.h"

namespace nps::internal {

class TextBatch {
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

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_BATCH_H_
