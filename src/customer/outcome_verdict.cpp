#include "customer/outcome_verdict.h"

#include <fmt/format.h>

#include <chrono>

namespace nps::internal {
namespace {

constexpr std::string_view kNoCause = "This is an association, not a cause.";

double days(std::chrono::microseconds length) {
  return std::chrono::duration<double, std::chrono::days::period>(length).count();
}

std::string of_events(const OutcomeReport& report) {
  const auto& detractors = report.bands[0].rate;
  const auto& promoters = report.bands[2].rate;
  const std::string within =
      fmt::format("\"{}\" within {:g} days", report.kind, days(report.horizon));
  if (!detractors || !promoters) {
    return fmt::format(
        "{}: {} answered so long before the end of observation, so that they cannot be compared.",
        within,
        detractors || promoters ? (detractors ? "no promoter" : "no detractor")
                                : "no detractor or promoter");
  }
  const std::string shares = fmt::format("{:.1f} % of detractors against {:.1f} % of promoters",
                                         100 * detractors->share, 100 * promoters->share);
  const RiskRatio& ratio = *report.detractors_to_promoters;
  const std::string level = fmt::format("{:.15g} % interval", 100 * ratio.level.value());
  if (!ratio.is_more() && !ratio.is_less()) {
    return fmt::format("{}: {}, which chance alone may explain. {}", within, shares, kNoCause);
  }
  if (!ratio.ratio) {
    return fmt::format("{}: {}, at least {:.2f} times as often ({}). {}", within, shares, ratio.low,
                       level, kNoCause);
  }
  return fmt::format("{}: {}, {:.2f} times as often ({} {:.2f} to {:.2f}). {}", within, shares,
                     *ratio.ratio, level, ratio.low, *ratio.high, kNoCause);
}

std::string of_amounts(const OutcomeReport& report) {
  const std::string within =
      fmt::format("\"{}\" within {:g} days", report.kind, days(report.horizon));
  const auto& detractors = report.bands[0].amount;
  const auto& promoters = report.bands[2].amount;
  std::string means;
  if (detractors && promoters) {
    means = fmt::format(" {:.2f} a detractor's answer against {:.2f} a promoter's;",
                        detractors->mean, promoters->mean);
  }
  if (!report.kendall) {
    return fmt::format("{}:{} too little varies to tell whether it goes with the rating.", within,
                       means);
  }
  const double p = report.kendall->p;
  if (p > 1 - report.level.value()) {
    return fmt::format("{}:{} no clear order by rating (p {:.3f}). {}", within, means, p, kNoCause);
  }
  return fmt::format("{}:{} {} with higher ratings (Kendall's tau {:+.2f}, p {}). {}", within,
                     means, report.kendall->coefficient > 0 ? "more" : "less",
                     report.kendall->coefficient, p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p),
                     kNoCause);
}

}  // namespace

std::string outcome_verdict(const OutcomeReport& report) {
  return report.measure == OutcomeMeasure::Event ? of_events(report) : of_amounts(report);
}

}  // namespace nps::internal
