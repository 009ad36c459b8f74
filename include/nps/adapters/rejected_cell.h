// RejectedCell: one thing that was read and not taken, told while it is being read.
#ifndef NPS_ADAPTERS_REJECTED_CELL_H_
#define NPS_ADAPTERS_REJECTED_CELL_H_

#include <cstdint>
#include <string_view>

#include "nps/report/report.h"

namespace nps {

/// A cell of a file, or a field of an event, that was rejected. The views live as long as the call.
struct RejectedCell {
  std::string_view file;
  std::uint64_t line;       // where the row begins, from 1
  std::string_view column;  // "" where the whole row is at fault
  std::string_view value;   // the bytes as they came
  Reject reason;
};

}  // namespace nps

#endif  // NPS_ADAPTERS_REJECTED_CELL_H_
