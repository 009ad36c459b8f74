#include "adapters/ndjson_event.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "adapters/json_text.h"
#include "nps/detail/text.h"
#include "nps/weighted_tally.h"

namespace nps::internal {
namespace {

using Kind = JsonValue::Kind;

NdjsonFault fault(Reject reason, const NdjsonFields& fields, NdjsonField field) {
  return {reason, name(field), fields[field].text};
}

bool is_absent(const JsonValue& value) noexcept {
  return value.kind == Kind::Absent || (value.kind == Kind::String && value.text.empty());
}

bool is_id(const JsonValue& value) noexcept {
  return value.kind == Kind::Absent || value.kind == Kind::String ||
         (value.kind == Kind::Number && is_json_integer(value.text));
}

bool is_text_or_number(const JsonValue& value) noexcept {
  return value.kind == Kind::String || value.kind == Kind::Number;
}

/// A number, or the text of one.
template <typename Number>
std::optional<Number> number_of(const JsonValue& value) noexcept {
  if (!is_text_or_number(value)) return std::nullopt;
  Number number{};
  const std::string_view text = detail::trim(value.text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Reject reason_of(RatingReject reject) noexcept {
  switch (reject) {
    case RatingReject::Missing: return Reject::Missing;
    case RatingReject::OutOfRange: return Reject::OutOfRange;
    case RatingReject::Fractional: return Reject::Fractional;
    case RatingReject::NotANumber: break;
  }
  return Reject::NotANumber;
}

}  // namespace

EventReader::EventReader(const NdjsonOptions& options)
    : dimensions_(options.dimensions),
      time_format_(options.time_format),
      zone_(options.zone),
      is_iso_(options.time_format == TimeFormat::iso()),
      iso_times_(options.zone) {}

std::optional<Timestamp> EventReader::time_of(const JsonValue& value) {
  if (!is_text_or_number(value)) return std::nullopt;
  if (is_iso_) {
    if (value.kind == Kind::Number) return std::nullopt;  // 20201106 is not meant as a date
    static_assert(IsoTimes::kReadAhead <= NdjsonFields::kPadding);
    Timestamp time;
    if (value.in_line && iso_times_.read({value.text.data(), value.text.size()}, time)) return time;
  }
  return time_format_.read(value.text, zone_);
}

/// False for a time that is there and cannot be read; `time` is empty then.
bool EventReader::read_time(const NdjsonFields& fields, NdjsonField field,
                            std::optional<Timestamp>& time) {
  time.reset();
  if (is_absent(fields[field])) return true;
  time = time_of(fields[field]);
  Times& seen = times_[static_cast<std::size_t>(field)];
  (time ? seen.good : seen.bad) = true;
  return time.has_value();
}

void EventReader::read_time_if_good(const NdjsonFields& fields, NdjsonField field,
                                    std::optional<Timestamp>& time) {
  if (!read_time(fields, field, time) && !bad_time_) {
    bad_time_ = fault(Reject::BadTime, fields, field);
  }
}

EventReader::Fault EventReader::read_ids(const NdjsonFields& fields, Event& event) {
  const auto read = [&fields](NdjsonField field, std::string& into) {
    into.assign(fields[field].text);
    return is_id(fields[field]);
  };
  if (!read(NdjsonField::EventId, event.id)) {
    return fault(Reject::BadField, fields, NdjsonField::EventId);
  }
  if (!read(NdjsonField::CustomerId, event.response.customer)) {
    return fault(Reject::BadField, fields, NdjsonField::CustomerId);
  }
  if (event.type == EventType::Erased) {
    event.response.id.clear();
    event.response.account.clear();
    return std::nullopt;
  }
  if (!read(NdjsonField::ResponseId, event.response.id)) {
    return fault(Reject::BadField, fields, NdjsonField::ResponseId);
  }
  if (!read(NdjsonField::AccountId, event.response.account)) {
    return fault(Reject::BadField, fields, NdjsonField::AccountId);
  }
  return std::nullopt;
}

EventReader::Fault EventReader::read_order(const NdjsonFields& fields, Event& event) {
  const JsonValue& version = fields[NdjsonField::Version];
  event.version = number_of<std::int64_t>(version);
  if (!event.version && !is_absent(version)) {
    return fault(Reject::NoOrder, fields, NdjsonField::Version);
  }
  if (!read_time(fields, NdjsonField::UpdatedAt, event.updated_at)) {
    return fault(Reject::NoOrder, fields, NdjsonField::UpdatedAt);
  }
  return std::nullopt;
}

EventReader::Fault EventReader::read_rating(const NdjsonFields& fields, Event& event) const {
  event.response.rating.reset();
  const JsonValue& value = fields[NdjsonField::Rating];
  const bool has_one = event.type == EventType::Answered || event.type == EventType::Updated;
  if (!has_one || is_absent(value)) return std::nullopt;
  if (!is_text_or_number(value)) return fault(Reject::NotANumber, fields, NdjsonField::Rating);
  const bool has_exponent =
      value.kind == Kind::Number && value.text.find_first_of("eE") != std::string_view::npos;
  const RatingReading reading =
      has_exponent ? ratings_.read(without_exponent(value.text)) : ratings_.read(value.text);
  if (reading) {
    event.response.rating = reading.rating();
  } else if (reading.reject() != RatingReject::Missing) {  // which is the ledger's to judge
    return fault(reason_of(reading.reject()), fields, NdjsonField::Rating);
  }
  return std::nullopt;
}

EventReader::Fault EventReader::read_labels(const NdjsonFields& fields, Response& response) const {
  const auto read = [&fields](NdjsonField field, std::string& into) {
    into.assign(fields[field].text);
    return fields[field].kind != Kind::Nested;
  };
  if (!read(NdjsonField::Channel, response.channel)) {
    return fault(Reject::BadField, fields, NdjsonField::Channel);
  }
  if (!read(NdjsonField::JourneyStage, response.journey_stage)) {
    return fault(Reject::BadField, fields, NdjsonField::JourneyStage);
  }
  if (!read(NdjsonField::Comment, response.comment)) {
    return fault(Reject::BadField, fields, NdjsonField::Comment);
  }
  for (std::size_t i = 0; i < dimensions_.size(); ++i) {
    const JsonValue& value = fields.other(i);
    if (value.kind == Kind::Nested)
      return NdjsonFault{Reject::BadField, dimensions_[i], value.text};
    auto& [dimension, label] = response.dimensions[i];
    dimension.assign(dimensions_[i]);
    label.assign(value.text);
  }
  return std::nullopt;
}

EventReader::Fault EventReader::read_weight(const NdjsonFields& fields, Response& response) {
  const JsonValue& value = fields[NdjsonField::Weight];
  response.weight = 1;
  if (is_absent(value)) return std::nullopt;
  const auto weight = number_of<double>(value);
  if (!weight || !WeightedTally::is_weight(*weight)) {
    return fault(Reject::BadWeight, fields, NdjsonField::Weight);
  }
  response.weight = *weight;
  return std::nullopt;
}

std::optional<NdjsonFault> EventReader::read(const NdjsonFields& fields, Event& event) {
  bad_time_.reset();
  const JsonValue& type = fields[NdjsonField::Type];
  const auto known = type.kind == Kind::String ? event_type(type.text) : std::nullopt;
  if (!known) return fault(Reject::UnknownType, fields, NdjsonField::Type);
  event.type = *known;
  if (auto wrong = read_ids(fields, event)) return wrong;
  read_time_if_good(fields, NdjsonField::ReceivedAt, event.received_at);
  if (event.type == EventType::Erased) {
    event = {.type = EventType::Erased,
             .response = {.customer = std::move(event.response.customer)},
             .id = std::move(event.id),
             .received_at = event.received_at};
    return std::nullopt;
  }
  if (auto wrong = read_order(fields, event)) return wrong;
  if (auto wrong = read_rating(fields, event)) return wrong;
  event.response.dimensions.resize(dimensions_.size());
  if (auto wrong = read_labels(fields, event.response)) return wrong;
  if (auto wrong = read_weight(fields, event.response)) return wrong;
  read_time_if_good(fields, NdjsonField::AnsweredAt, event.response.answered_at);
  read_time_if_good(fields, NdjsonField::TouchpointAt, event.response.touchpoint_at);
  return std::nullopt;
}

std::vector<std::string> EventReader::unreadable_times() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (times_[i].bad && !times_[i].good) names.emplace_back(name(static_cast<NdjsonField>(i)));
  }
  return names;
}

}  // namespace nps::internal
