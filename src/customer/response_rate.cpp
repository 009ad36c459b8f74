#include "nps/customer/response_rate.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace nps {
namespace {

struct Counts {
  std::uint64_t answered = 0;
  std::uint64_t asked = 0;
};

}  // namespace

ResponseRateReport response_rate_report(std::span<const Asking> askings, const Scale& scale,
                                        Level level) {
  ResponseRateReport report{.askings = askings.size(), .scale = scale, .level = level};
  std::vector<Asking> placed;
  for (const Asking& asking : askings) {
    if (asking.customer.empty()) {
      ++report.anonymous;
    } else if (!asking.at) {
      ++report.untimed;
    } else {
      placed.push_back(asking);
    }
  }
  std::sort(placed.begin(), placed.end(), [](const Asking& a, const Asking& b) {
    return std::tie(a.customer, a.at, a.response_id, a.rating) <
           std::tie(b.customer, b.at, b.response_id, b.rating);
  });

  std::array<Counts, 4> counts{};
  std::string_view customer;
  std::size_t said = kNoAnswer;
  for (const Asking& asking : placed) {
    if (asking.customer != customer) said = kNoAnswer;
    customer = asking.customer;
    ++counts[said].asked;
    if (!asking.rating) continue;
    ++counts[said].answered;
    if (scale.contains(*asking.rating)) said = band_index(scale.band(*asking.rating));
  }

  Counts all;
  std::array<ScoredShare, 3> shares{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    report.by_band[i] = proportion(counts[i].answered, counts[i].asked, level);
    all.answered += counts[i].answered;
    all.asked += counts[i].asked;
    if (i == kNoAnswer) continue;
    shares[i] = {
        .score = static_cast<double>(i), .events = counts[i].answered, .n = counts[i].asked};
  }
  report.all = proportion(all.answered, all.asked, level);
  report.trend = trend_test(shares);
  return report;
}

}  // namespace nps
