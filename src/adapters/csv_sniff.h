// What the first bytes of a file tell: that it is no CSV at all, or which delimiter it uses.
#ifndef NPS_SRC_ADAPTERS_CSV_SNIFF_H_
#define NPS_SRC_ADAPTERS_CSV_SNIFF_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace nps::detail {

/// Bytes looked at to detect a delimiter.
inline constexpr std::size_t kSniffBytes = std::size_t{64} << 10U;

/// "is a ZIP file or ... ; export ...": the rest of a sentence, if the file begins like something
/// that is known and no CSV.
[[nodiscard]] std::optional<std::string_view> known_as_something_else(std::string_view start);

/// See CsvDialect::delimiter. `last`: the text is all there is. It must have kScanPadding bytes of
/// room after it.
[[nodiscard]] char detect_delimiter(std::string_view text, bool last);

}  // namespace nps::detail

#endif  // NPS_SRC_ADAPTERS_CSV_SNIFF_H_
