// Tables for a terminal: columns that fit, colours, bars, and sentences that wrap.
#ifndef NPS_SRC_REPORT_TABLE_LAYOUT_H_
#define NPS_SRC_REPORT_TABLE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/detail/text.h"
#include "nps/grade.h"
#include "nps/report/comparison_report.h"
#include "nps/report/render.h"
#include "nps/score.h"

namespace nps::internal {

inline constexpr int kIndent = 2;
inline constexpr int kGap = 2;

enum class Ink : std::uint8_t { Plain, Bold, Faint, Red, Yellow, Green };

class Brush {
 public:
  explicit Brush(bool color) : color_(color) {}
  [[nodiscard]] std::string operator()(Ink ink, std::string_view text) const;

 private:
  bool color_;
};

Ink ink_of(const std::optional<Grade>& grade);
Ink ink_of(ChangeDirection direction);

/// The three bands as lengths of one bar that add up to `width`.
std::string bar(const BandCounts& bands, int width, const Brush& brush);

/// The text within so many columns. What does not fit goes out of the middle, since names that
/// begin alike tend to differ at the end.
std::string cut(std::string_view text, int width);

/// A cell, and what to wrap it in once it has been padded.
struct Text {
  std::string text;
  Ink ink = Ink::Plain;
  int width = -1;  // where the text holds colours already
  [[nodiscard]] int columns() const { return width >= 0 ? width : detail::display_width(text); }
};

struct TableColumn {
  std::string title;
  bool right = false;
  bool can_be_cut = false;
  std::vector<Text> cells = {};
  int width = 0;
};

/// A column for each dimension, with the keys' labels.
std::vector<TableColumn> key_columns(const std::vector<Dimension>& dimensions,
                                     const std::vector<const std::vector<KeyPart>*>& keys);
/// Whether a group by other dimensions follows, which a table sets apart.
bool grouped_alike(const std::vector<KeyPart>& a, const std::vector<KeyPart>& b);

/// Gives columns their widths. Names that do not fit are cut, the widest first; times never are.
void fit(std::vector<TableColumn>& columns, int available);

/// How wide the bars can be: what names and figures leave, within bounds.
int bar_width(const std::vector<TableColumn>& columns, int available);

std::string title_line(const std::vector<TableColumn>& columns, const Brush& brush);
std::string row_line(const std::vector<TableColumn>& columns, std::size_t row, const Brush& brush);

/// All of a table: the columns fitted, their titles, and a line for each row.
std::string table_lines(std::vector<TableColumn>& columns, const TableStyle& style,
                        const Brush& brush);

/// What a table begins with: its title, if it has one, between blank lines.
std::string heading(const TableStyle& style, const Brush& brush);

/// A change of so many points, with an arrow and its colour where the interval leaves out 0.
Text change_text(double nps, double low, double high);

/// A sentence broken between words to stay within the width.
std::string wrapped(std::string_view sentence, int width, const Brush& brush, Ink ink = Ink::Faint);

/// No width is too small, or too large to add to.
TableStyle bounded(TableStyle style);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_TABLE_LAYOUT_H_
