// report_of: answers in, a report out. What every test of reports begins with.
#ifndef NPS_TESTS_REPORT_REPORT_OF_H_
#define NPS_TESTS_REPORT_REPORT_OF_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nps/report/report_builder.h"
#include "support/answers.h"
#include "support/catch.h"

namespace nps::test {

inline ReportBuilder builder_of(ReportOptions options) {
  auto builder = ReportBuilder::create(std::move(options));
  REQUIRE(builder);
  return *std::move(builder);
}

inline void feed(ReportBuilder& builder, std::span<const Answer> answers) {
  const Columns columns(answers, builder.options().by,
                        [&builder](std::size_t d) -> Labels& { return builder.labels(d); });
  REQUIRE(builder.add(columns.view()));
}

inline Report finished(ReportBuilder& builder) {
  auto report = builder.finish();
  REQUIRE(report);
  return *std::move(report);
}

inline Report report_of(std::span<const Answer> answers, ReportOptions options) {
  ReportBuilder builder = builder_of(std::move(options));
  feed(builder, answers);
  return finished(builder);
}

/// The group with those labels, of the same dimensions in order; fails the test if there is none.
inline const Group& group_of(const Report& report, const std::vector<KeyPart>& key) {
  for (const Group& group : report.groups) {
    if (group.key == key) return group;
  }
  FAIL("no group has that key");
  return report.groups.front();
}

inline Dimension calendar(std::string name, CalendarUnit unit, std::string_view zone = "UTC") {
  return Dimension::calendar(std::move(name), Calendar(unit, *Zone::load(zone)));
}

}  // namespace nps::test

#endif  // NPS_TESTS_REPORT_REPORT_OF_H_
