// AnswerId: what breaks the tie between two answers of one time, as text or as a row of a file.
#ifndef NPS_SRC_SEGMENT_ANSWER_ID_H_
#define NPS_SRC_SEGMENT_ANSWER_ID_H_

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace nps::internal {

/// A text; or where `is_row`, the text "stem:row" with the row in at least twelve digits, which is
/// not composed as long as rows alone decide.
struct AnswerId {
  std::string_view text = {};  // of a row: the stem
  std::uint64_t row = 0;
  bool is_row = false;

  [[nodiscard]] std::string composed() const { return fmt::format("{}:{:012}", text, row); }
};

/// Less than, equal to or greater than 0, as the texts are by bytes.
inline int compare(const AnswerId& a, const AnswerId& b) {
  constexpr std::uint64_t kThirteenDigits = 1'000'000'000'000;
  if (!a.is_row && !b.is_row) return a.text.compare(b.text);
  if (a.is_row && b.is_row && a.text == b.text && a.row < kThirteenDigits &&
      b.row < kThirteenDigits) {
    return static_cast<int>(a.row > b.row) - static_cast<int>(a.row < b.row);
  }
  const std::string left = a.is_row ? a.composed() : std::string(a.text);
  const std::string right = b.is_row ? b.composed() : std::string(b.text);
  return left.compare(right);
}

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_ANSWER_ID_H_
