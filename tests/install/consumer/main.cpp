// A host's program: calls into every library it links, so that a missing symbol shows.
#include <cstdio>
#include <utility>

#include "nps/adapters/byte_source.h"
#include "nps/adapters/csv.h"
#include "nps/adapters/ndjson.h"
#include "nps/adapters/sqlite_functions.h"
#include "nps/nps.h"

int main() {
  auto builder = nps::ReportBuilder::create({.by = {nps::Dimension::label("channel")}});
  if (!builder) return 1;
  nps::CsvOptions options{.rating = "score"};
  options.labels.push_back({"channel", &builder->labels(0)});
  auto answers = nps::CsvResponses::open(
      nps::bytes_in_memory("channel,score\nweb,10\nweb,9\nstore,8\nstore,3\nstore,99\n"),
      std::move(options));
  if (!answers) return 2;
  for (auto more = answers->next(); more && *more; more = answers->next()) {
    if (!builder->add(answers->columns())) return 3;
  }

  const nps::Tally web = nps::Tally::of({0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  if (web.score()->points() != 100.0 || answers->rejected().uncounted() != 1) return 4;
  auto events = nps::NdjsonEvents::open(
      nps::bytes_in_memory(R"({"type":"answered","response_id":1,"rating":9})"));
  nps::Event event;
  if (!events || !*events->next(event) || event.response.rating != nps::Rating::of<9>()) return 6;
  if (nps::register_sqlite_functions(nullptr)) return 7;
  const auto report = builder->finish();
  if (!report || report->total.responses != 4) return 5;
  std::printf("nps %s\n%s", nps::kVersionText.data(), nps::render_csv(*report).c_str());
  return 0;
}
