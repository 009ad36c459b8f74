// The label of an answer in a dimension, by its name.
#ifndef NPS_SRC_STREAM_ANSWER_LABEL_H_
#define NPS_SRC_STREAM_ANSWER_LABEL_H_

#include <string_view>

#include "nps/change.h"

namespace nps::internal {

/// "" where the answer has none.
[[nodiscard]] inline std::string_view label_of(const Answer& answer, std::string_view dimension) {
  if (dimension == "channel") return answer.channel;
  if (dimension == "journey_stage") return answer.journey_stage;
  for (const auto& [name, label] : answer.dimensions) {
    if (name == dimension) return label;
  }
  return {};
}

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_ANSWER_LABEL_H_
