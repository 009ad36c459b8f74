#include "nps/customer/transition.h"

#include "customer/placed_answers.h"

namespace nps {
namespace {

using internal::PlacedAnswer;
using internal::PlacedSpan;

Error refused(const char* why) { return {ErrorCode::InvalidArgument, why, {}}; }

/// What speaks for a customer in a period, among answers in order of time.
struct Spoken {
  const PlacedAnswer* answer = nullptr;
  std::uint64_t answers = 0;

  void hear(const PlacedAnswer& next, Which which) {
    if (answer == nullptr || which == Which::Latest) answer = &next;
    ++answers;
  }
  [[nodiscard]] std::size_t place(const Scale& scale) const {
    return answer == nullptr ? kNoAnswer : band_index(scale.band(answer->rating));
  }
};

void add_customer(PlacedSpan answers, TransitionReport& report) {
  Spoken before;
  Spoken after;
  for (const PlacedAnswer& answer : answers) {
    if (report.before.contains(answer.at)) {
      before.hear(answer, report.options.which);
    } else if (report.after.contains(answer.at)) {
      after.hear(answer, report.options.which);
    } else {
      ++report.elsewhere;
    }
  }
  const Scale& scale = report.options.scale;
  if (before.answer == nullptr && after.answer == nullptr) {
    ++report.outside;
    return;
  }
  ++report.customers[before.place(scale)][after.place(scale)];
  for (const auto& [spoken, tally] :
       {std::pair(&before, &report.tally_before), std::pair(&after, &report.tally_after)}) {
    if (spoken->answer == nullptr) continue;
    tally->add(spoken->answer->rating);
    report.superseded += spoken->answers - 1;
  }
  if (before.answer != nullptr && after.answer != nullptr) {
    report.moves.add(scale.band(before.answer->rating), scale.band(after.answer->rating));
  }
}

/// Who was heard of again, by band.
void judge_silence(TransitionReport& report) {
  std::array<ScoredShare, 3> shares{};
  for (std::size_t band = 0; band < 3; ++band) {
    const auto& row = report.customers[band];
    const std::uint64_t again = row[0] + row[1] + row[2];
    const std::uint64_t all = again + row[kNoAnswer];
    report.answered_again[band] = proportion(again, all, report.options.level);
    shares[band] = {.score = static_cast<double>(band), .events = again, .n = all};
  }
  report.answered_again_trend = trend_test(shares);
}

}  // namespace

Result<TransitionReport> transition_report(std::span<const Answer> answers, Span before, Span after,
                                           const TransitionOptions& options) {
  if (options.which == Which::All) {
    return refused(
        "a customer is in one place of a table of transitions: count the latest or the first "
        "answer of each period");
  }
  if (before.from >= before.to || after.from >= after.to) {
    return refused("a period of the transitions ends before it begins, or is empty");
  }
  if (after.from < before.to) {
    return refused("the second period of the transitions begins before the first has ended");
  }
  const internal::PlacedAnswers placed = internal::placed_answers(answers, options.scale);
  TransitionReport report{.before = before,
                          .after = after,
                          .answers = answers.size(),
                          .unplaced = placed.unplaced,
                          .options = options};
  PlacedSpan rest = placed.all;
  while (!rest.empty()) add_customer(internal::take_customer(rest), report);
  report.change = compare_paired(report.moves, options.paired, options.level);
  judge_silence(report);
  return report;
}

}  // namespace nps
