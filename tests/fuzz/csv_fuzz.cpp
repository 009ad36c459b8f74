// Any bytes as a file of answers: the reader ends, every row is accounted for, labels are valid UTF-8,
// and neither the blocks in which the bytes come, nor threads, nor kernels, nor a source that gives a
// few bytes at a time, in order or from any place, change anything.
//
// The first byte chooses the options, the second the number of header and footer rows; the rest is
// the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "../adapters/csv_model.h"
#include "nps/adapters/csv.h"
#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "nps/report/report_builder.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

struct Outcome {
  std::string report;  // or the error's sentence
  bool failed = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome failure(const nps::Error& error) {
  require(nps::detail::is_utf8(error.message) || error.message.find("answers") == 0,
          "a sentence that is no text");
  return {error.message, true};
}

Outcome report_of(std::string_view text, std::uint8_t flags, std::uint8_t rows,
                  std::size_t block_bytes, std::size_t threads = 1,
                  std::unique_ptr<nps::ByteSource> source = {}) {
  const bool latest = (flags & 1U) != 0;
  nps::ReportOptions wanted;
  wanted.by = {nps::Dimension::label("b")};
  wanted.policy.which = latest ? nps::Which::Latest : nps::Which::All;
  wanted.customers = true;
  wanted.weighted = (flags & 2U) != 0;
  if ((flags & 4U) != 0) {
    wanted.by.push_back(nps::Dimension::calendar(
        "@month", nps::Calendar(nps::CalendarUnit::Month, nps::Zone::utc())));
  }
  auto builder = nps::ReportBuilder::create(wanted);

  nps::CsvOptions options;
  options.rating = "a";
  options.customer = "c";
  options.time = latest || (flags & 4U) != 0 ? "d" : "";
  options.weight = wanted.weighted ? "e" : "";
  options.labels.push_back({"b", &builder->labels(0)});
  options.limits.block_bytes = block_bytes;
  options.threads = threads;
  options.needs_customer = latest;
  options.ragged = (flags & 8U) != 0 ? nps::RaggedRows::Reject : nps::RaggedRows::Refuse;
  options.encoding = (flags & 16U) != 0 ? nps::CsvEncoding::Latin1 : nps::CsvEncoding::Utf8;
  options.header_rows = 1U + rows % 3U;
  options.footer_rows = (rows / 3U) % 3U;
  std::uint64_t listed = 0;
  options.on_reject = [&listed](const nps::RejectedCell&) { ++listed; };

  if (!source) source = nps::bytes_in_memory(text, "answers.csv");
  auto answers = nps::CsvResponses::open(std::move(source), std::move(options));
  if (!answers) return failure(answers.error());
  while (true) {
    const auto more = answers->next();
    if (!more) return failure(more.error());
    if (!*more) break;
    const auto added = builder->add(answers->columns());
    require(added.has_value(), "a batch that its own builder refuses");
  }
  const nps::Rejected& rejected = answers->rejected();
  require(listed == rejected.uncounted() + rejected.count(nps::Reject::BadTime),
          "a reject that is not listed, or listed twice");
  for (std::size_t i = 0; i < nps::kRejects; ++i) {
    const auto reason = static_cast<nps::Reject>(i);
    builder->reject(reason, rejected.count(reason));
  }
  const auto report = builder->finish();
  require(report.has_value(), "a report that cannot be finished");
  require(
      report->rows == report->total.responses + report->rejected.uncounted() + report->superseded,
      "rows that are in no account");
  for (const nps::Group& group : report->groups) {
    for (const nps::KeyPart& part : group.key) {
      require(nps::detail::is_utf8(part.label), "a label that is not UTF-8");
    }
  }
  const std::string json = nps::render_json(*report);
  require(nps::detail::is_utf8(json), "JSON that is not UTF-8");
  require(nps::detail::is_utf8(nps::render_table(*report)), "a table that is not UTF-8");
  return {json};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Outcome whole = report_of(text, data[0], data[1], std::size_t{1} << 16U);
  for (const std::string_view kernel : nps::kernels()) {
    nps::use_kernel(kernel);
    require(whole == report_of(text, data[0], data[1], 1U + data[1] % 7U),
            "small blocks change the report");
    require(whole == report_of(text, data[0], data[1], 64U + data[1]), "blocks change the report");
  }
  nps::use_kernel(nps::kernels().front());
  require(whole == report_of(text, data[0], data[1], 100U + data[0], 2),
          "threads change the report");
  const std::size_t piece = 1U + data[1] % 42U;
  require(whole == report_of(text, data[0], data[1], 100U + data[0], 2,
                             std::make_unique<nps::test::PieceSource>(text, piece)),
          "the source's pieces change the report");
  return 0;
}
