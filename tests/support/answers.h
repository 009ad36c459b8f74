// answers.h: answers written down one by one, and the columns that they make. For tests of whatever
// reads ResponseColumns.
//
//   const std::vector<nps::test::Answer> answers{{.labels = {"web"}, .rating = 9}};
//   const nps::test::Columns columns(answers, cube.dimensions(),
//                                    [&](std::size_t d) -> nps::Labels& { return cube.labels(d);
//                                    });
//   REQUIRE(cube.add(columns.view()));
#ifndef NPS_TESTS_SUPPORT_ANSWERS_H_
#define NPS_TESTS_SUPPORT_ANSWERS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "nps/timestamp.h"

namespace nps::test {

inline Timestamp at(int year, unsigned month, unsigned day, int hour = 12, int minute = 0) {
  using namespace std::chrono;
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
         hours(hour) + minutes(minute);
}

struct Answer {
  std::vector<std::string> labels = {};  // one for each label dimension, in order
  int rating = 0;                        // may be no rating: 0..255
  std::optional<Timestamp> answered_at = {};
  std::optional<Timestamp> touchpoint_at = {};
  double weight = 1;
  std::string customer = {};
  std::string id = {};
};

enum class CodeWidth : std::uint8_t { Eight, Sixteen, ThirtyTwo, Constant };

/// Owns what its view points to. A column of constants takes the first answer's label for all.
class Columns {
 public:
  using LabelsOf = std::function<Labels&(std::size_t)>;

  Columns(std::span<const Answer> answers, std::span<const Dimension> dimensions,
          const LabelsOf& labels_of, std::vector<CodeWidth> widths = {})
      : eight_(dimensions.size()), sixteen_(dimensions.size()), thirty_two_(dimensions.size()) {
    for (const Answer& answer : answers) {
      ratings_.push_back(static_cast<std::uint8_t>(answer.rating));
      answered_.push_back(answer.answered_at);
      touchpoint_.push_back(answer.touchpoint_at);
      weights_.push_back(answer.weight);
      customers_.push_back(answer.customer);
      ids_.push_back(answer.id);
    }
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      if (dimensions[d].is_timing()) continue;
      const std::size_t column = codes_.size();
      const CodeWidth width = column < widths.size() ? widths[column] : CodeWidth::ThirtyTwo;
      for (const Answer& answer : answers) {
        thirty_two_[d].push_back(labels_of(d).intern(answer.labels.at(column)));
        sixteen_[d].push_back(static_cast<std::uint16_t>(thirty_two_[d].back()));
        eight_[d].push_back(static_cast<std::uint8_t>(thirty_two_[d].back()));
      }
      switch (width) {
        case CodeWidth::Eight: codes_.emplace_back(std::span<const std::uint8_t>(eight_[d])); break;
        case CodeWidth::Sixteen:
          codes_.emplace_back(std::span<const std::uint16_t>(sixteen_[d]));
          break;
        case CodeWidth::ThirtyTwo:
          codes_.emplace_back(std::span<const std::uint32_t>(thirty_two_[d]));
          break;
        case CodeWidth::Constant:
          codes_.emplace_back(answers.empty() ? Code{0} : thirty_two_[d][0]);
          break;
      }
    }
  }
  Columns(const Columns&) = delete;
  Columns& operator=(const Columns&) = delete;

  [[nodiscard]] ResponseColumns view() const {
    return {.ratings = ratings_,
            .codes = codes_,
            .answered_at = answered_.view(),
            .touchpoint_at = touchpoint_.view(),
            .weights = weights_,
            .customers = customers_,
            .response_ids = ids_};
  }

 private:
  // Where a time is not known there stands one that would be noticed if it were read.
  struct Times {
    std::vector<Timestamp> values = {};
    std::vector<std::uint8_t> validity = {};
    void push_back(std::optional<Timestamp> time) {
      if (values.size() % 8 == 0) validity.push_back(0);
      if (time) validity.back() |= static_cast<std::uint8_t>(1U << (values.size() % 8));
      values.push_back(time.value_or(at(1987, 6, 5)));
    }
    [[nodiscard]] TimeColumn view() const { return {values, validity}; }
  };

  std::vector<std::uint8_t> ratings_;
  std::vector<std::vector<std::uint8_t>> eight_;
  std::vector<std::vector<std::uint16_t>> sixteen_;
  std::vector<std::vector<std::uint32_t>> thirty_two_;
  std::vector<CodeColumn> codes_;
  Times answered_;
  Times touchpoint_;
  std::vector<double> weights_;
  std::vector<std::string_view> customers_;  // of the answers, which must live as long
  std::vector<std::string_view> ids_;
};

}  // namespace nps::test

#endif  // NPS_TESTS_SUPPORT_ANSWERS_H_
