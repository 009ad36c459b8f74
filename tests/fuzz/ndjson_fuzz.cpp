// Any bytes as a file of events: the reader ends, says of every line what the model says, and does not
// care how the bytes are cut up.
//
// The first byte chooses the options, the second the block size and the pieces that the source gives;
// the rest is the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/ndjson_events.h"
#include "adapters/ndjson_model.h"

namespace {

using nps::test::Said;

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

nps::NdjsonOptions options_of(std::uint8_t flags) {
  nps::NdjsonOptions options;
  if ((flags & 1U) != 0) options.dimensions = {"a", "b\"\\", ""};
  if ((flags & 2U) != 0) options.zone = *nps::Zone::load("Europe/Berlin");
  if ((flags & 4U) != 0) options.time_format = *nps::TimeFormat::parse("unix_ms");
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  nps::NdjsonOptions options = options_of(data[0]);
  const Said whole = nps::test::read_events(text, options);
  const std::string differs = nps::test::disagreement(whole, text, options);
  require(differs.empty(), differs);

  nps::NdjsonOptions small = options;
  small.block_bytes = 1U + data[1] % 80U;
  require(nps::test::read_events(text, small, 1U + data[1] / 16U) == whole,
          "blocks change what is said");
  if ((data[0] & 0x80U) != 0) {
    small.max_line_bytes = data[1];
    options.max_line_bytes = data[1];
    require(nps::test::read_events(text, small, 3) == nps::test::read_events(text, options),
            "blocks change what a limit does");
  }
  return 0;
}
