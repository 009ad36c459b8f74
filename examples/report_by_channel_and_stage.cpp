// A host's own columns, grouped by channel and journey stage and rolled up to every subset, as a
// table for people. render_json would give the same report to a program.
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/nps.h"

int main() {
  auto builder = nps::ReportBuilder::create({
      .by = {nps::Dimension::label("channel"), nps::Dimension::label("stage")},
      .roll_up = true,
  });
  if (!builder) return std::puts(builder.error().message.c_str()), 1;

  // Labels become codes once; the columns carry codes.
  const nps::Code web = builder->labels(0).intern("web");
  const nps::Code store = builder->labels(0).intern("store");
  const nps::Code checkout = builder->labels(1).intern("checkout");
  const nps::Code support = builder->labels(1).intern("support");

  const std::vector<std::uint8_t> ratings{10, 9, 7, 2, 10, 9, 8, 10, 6, 9, 10, 5};
  const std::vector<nps::Code> channel{web,   web,   web,   web,   web,   web,
                                       store, store, store, store, store, store};
  const std::vector<nps::Code> stage{checkout, checkout, checkout, support, support, support,
                                     checkout, checkout, checkout, support, support, support};
  const std::vector<nps::CodeColumn> codes{channel, stage};
  if (const auto added = builder->add({.ratings = ratings, .codes = codes}); !added) {
    return std::puts(added.error().message.c_str()), 1;
  }

  const auto report = builder->finish();
  if (!report) return std::puts(report.error().message.c_str()), 1;
  std::fputs(nps::render_table(*report, {.width = 80, .title = "Twelve answers"}).c_str(), stdout);
  return 0;
}
