// The pieces of the JSON that CONTRIBUTING.md promises, which several documents share.
#ifndef NPS_SRC_REPORT_JSON_PARTS_H_
#define NPS_SRC_REPORT_JSON_PARTS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "nps/customer/unplaced.h"
#include "nps/report/report.h"

namespace nps::internal {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const std::optional<Interval>& interval);
Json to_json(const Figures& figures);
Json to_json(const WeightedFigures& weighted);
Json to_json(const Rejected& rejected);
Json to_json(const CountingPolicy& policy);
Json to_json(const OutsideWindow& outside);
Json to_json(const Unplaced& unplaced);
Json key_json(const std::vector<KeyPart>& key, const std::vector<Dimension>& dimensions);

/// In one line. Whatever bytes a label may hold, it is valid UTF-8.
std::string text(const Json& json);

/// A document: the members of `head`, one a line, and then each list of `lists`, one line an element,
/// so that a long one can be read and diffed.
std::string document(const Json& head, const std::vector<std::pair<std::string, Json>>& lists);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_JSON_PARTS_H_
