// EventReader: what the fields of a line say, as an event, or why they say none.
#ifndef NPS_SRC_ADAPTERS_NDJSON_EVENT_H_
#define NPS_SRC_ADAPTERS_NDJSON_EVENT_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/ndjson_fields.h"
#include "adapters/time_iso.h"
#include "nps/adapters/ndjson.h"
#include "nps/adapters/rating_text.h"
#include "nps/event.h"
#include "nps/report/report.h"

namespace nps::internal {

/// Why a line is no event, or lacks a time, and what is to blame. Views into the line's fields.
struct NdjsonFault {
  Reject reason;
  std::string_view field;
  std::string_view value;
};

class EventReader {
 public:
  explicit EventReader(const NdjsonOptions& options);

  /// Overwrites the whole event, which is of no use where there is a fault.
  std::optional<NdjsonFault> read(const NdjsonFields& fields, Event& event);
  /// Of the event that was read last: a time that is left out because it cannot be read.
  [[nodiscard]] const std::optional<NdjsonFault>& bad_time() const noexcept { return bad_time_; }
  /// The time fields that had something in them of which none could be read.
  [[nodiscard]] std::vector<std::string> unreadable_times() const;

 private:
  using Fault = std::optional<NdjsonFault>;
  static Fault read_ids(const NdjsonFields& fields, Event& event);
  Fault read_order(const NdjsonFields& fields, Event& event);
  Fault read_rating(const NdjsonFields& fields, Event& event) const;
  Fault read_labels(const NdjsonFields& fields, Response& response) const;
  static Fault read_weight(const NdjsonFields& fields, Response& response);
  bool read_time(const NdjsonFields& fields, NdjsonField field, std::optional<Timestamp>& time);
  void read_time_if_good(const NdjsonFields& fields, NdjsonField field,
                         std::optional<Timestamp>& time);
  std::optional<Timestamp> time_of(const JsonValue& value);

  struct Times {
    bool good = false;
    bool bad = false;
  };

  std::vector<std::string> dimensions_;
  TimeFormat time_format_;
  Zone zone_;
  bool is_iso_;
  IsoTimes iso_times_;
  RatingReader ratings_;
  std::array<Times, kNdjsonFields> times_{};
  Fault bad_time_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_NDJSON_EVENT_H_
