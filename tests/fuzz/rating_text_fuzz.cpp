// Any bytes: a cell reads as the model reads it, ratings lie on the scale, spaces around a cell
// change nothing, and the helpers of detail/text.h give valid UTF-8.
//
// The first byte chooses the scale and whether there are missing codes; up to the first line end
// the rest is the code, after it the cell.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "../adapters/rating_text_model.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const nps::Scale scale = nps::kNamedScales[data[0] % nps::kNamedScales.size()].scale;
  std::vector<std::string> codes;
  if ((data[0] & 0x80U) != 0) {
    codes.emplace_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), codes[0].size() + 1));
  }
  const std::vector<char> exact(rest.begin(), rest.end());
  const std::string_view cell(exact.data(), exact.size());

  const nps::RatingReader reader(scale, codes);
  const nps::RatingReading reading = reader.read(cell);
  require(reading == nps::test::model_rating(cell, scale, codes), "the model reads otherwise");
  require(reading == reader.read(" \t" + std::string(cell) + "\r\n"), "spaces matter");
  if (reading) require(scale.contains(reading.rating()), "a rating off the scale");

  const std::string repaired = nps::detail::repair_utf8(cell);
  require(nps::detail::is_utf8(repaired), "repaired to something broken");
  require(nps::detail::is_utf8(cell) == (repaired == cell), "repaired what was whole");
  const std::string shown = nps::detail::printable(cell);
  require(nps::detail::is_utf8(shown), "printable is not UTF-8");
  require(nps::detail::printable(shown) == shown, "printable leaves something to do");
  require(nps::detail::is_utf8(nps::detail::latin1_to_utf8(cell)), "Latin-1 to something broken");
  require(nps::detail::display_width(cell) >= 0, "a negative width");
  return 0;
}
