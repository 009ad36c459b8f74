#include "nps/segment/dimension.h"

namespace nps {

Dimension Dimension::label(std::string name) { return {std::move(name), std::monostate{}}; }

Dimension Dimension::calendar(std::string name, Calendar calendar) {
  return {std::move(name), calendar};
}

Dimension Dimension::cycle(std::string name, Cycle cycle) { return {std::move(name), cycle}; }

Dimension Dimension::delay(std::string name, Delays delays) {
  return {std::move(name), std::move(delays)};
}

bool Dimension::before(std::string_view a, std::string_view b) const {
  return std::visit(
      [a, b](const auto& kind) {
        if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, std::monostate>) {
          return a < b;
        } else {
          return kind.before(a, b);
        }
      },
      kind_);
}

}  // namespace nps
