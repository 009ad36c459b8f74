// Any bytes as columns: every kernel makes the cube that a std::map makes row by row, whole or in
// two batches, and a code that no label has refuses the batch.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "../segment/grouping_model.h"
#include "nps/batch.h"

namespace {

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nps::test::GroupingCase batch({data, size});
  const auto expected = batch.expected();
  for (const std::string_view kernel : nps::kernels()) {
    require(nps::use_kernel(kernel), "a kernel that is listed can be used");
    nps::Cube cube = batch.empty_cube();
    const auto all = batch.cut(0, batch.rows());
    nps::ResponseColumns columns = all.columns;
    columns.codes = all.codes;
    const auto added = cube.add(columns);
    require(added.has_value() != expected.unknown_code, "refused or not");
    if (!added) {
      require(cube == batch.empty_cube() && cube.cell_count() == 0, "a refused batch left a trace");
      continue;
    }
    const std::string wrong = nps::test::differs(cube, *added, expected);
    require(wrong.empty(), std::string(kernel) + " differs in " + wrong);

    nps::Cube halves = batch.empty_cube();
    const std::size_t half = batch.rows() / 2 / 8 * 8;
    for (const auto& cut : {batch.cut(0, half), batch.cut(half, batch.rows() - half)}) {
      columns = cut.columns;
      columns.codes = cut.codes;
      require(halves.add(columns).has_value(), "half a batch is added");
    }
    require(halves == cube, "two halves are the whole");
  }
  return 0;
}
