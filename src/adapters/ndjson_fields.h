// NdjsonFields: a line of JSON taken apart into the fields that an event has.
//
//   NdjsonFields fields({"plan"});
//   if (fields.read(line) == NdjsonFields::Found::Object) use(fields[NdjsonField::Rating].text);
#ifndef NPS_SRC_ADAPTERS_NDJSON_FIELDS_H_
#define NPS_SRC_ADAPTERS_NDJSON_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::internal {

/// The fields that every event may have, in the order of their names in kNdjsonNames.
enum class NdjsonField : std::uint8_t {
  EventId,
  Type,
  ResponseId,
  Version,
  UpdatedAt,
  CustomerId,
  AccountId,
  Rating,
  AnsweredAt,
  ReceivedAt,
  TouchpointAt,
  Channel,
  JourneyStage,
  Comment,
  Weight,
};
inline constexpr std::size_t kNdjsonFields = 15;

[[nodiscard]] std::string_view name(NdjsonField field) noexcept;

/// A value of JSON; null is Absent, objects and arrays are Nested.
struct JsonValue {
  enum class Kind : std::uint8_t { Absent, String, Number, Boolean, Nested };
  Kind kind = Kind::Absent;
  bool seen = false;           // its name stands in the line, if only with null
  bool in_line = false;        // the text is a part of the line, and not unescaped
  std::string_view text = {};  // what a string means; else as it is written, of Nested a bracket
};

class NdjsonFields {
 public:
  static constexpr std::size_t kPadding = 64;  // bytes after a line that must be there to be read
  static constexpr int kMostNesting = 256;     // the line's own object is the first of them

  enum class Found : std::uint8_t {
    Object,
    Twice,  // a field that is read stands there twice, the second of them is repeated()
    NoObject,
  };

  /// `others` are the names of further fields to read.
  explicit NdjsonFields(std::span<const std::string> others);
  NdjsonFields(NdjsonFields&&) noexcept;
  NdjsonFields& operator=(NdjsonFields&&) noexcept;
  ~NdjsonFields();

  /// The whole line is checked, fields that nobody reads included. What it finds lives as long as the
  /// line, until the next call.
  Found read(std::string_view line);

  [[nodiscard]] const JsonValue& operator[](NdjsonField field) const noexcept {
    return values_[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] const JsonValue& other(std::size_t i) const noexcept {
    return values_[kNdjsonFields + i];
  }
  [[nodiscard]] std::string_view repeated() const noexcept { return names_[repeated_]; }

 private:
  struct Parser;
  std::size_t find(std::string_view rest, std::size_t place, bool& sound);
  std::optional<std::string_view> meaning(std::string_view inside);
  [[nodiscard]] std::size_t named(std::string_view name) const noexcept;

  std::vector<std::string> names_;
  std::vector<JsonValue> values_;
  std::vector<std::size_t> guesses_;  // the field that the line before had in each place
  std::string_view line_;
  std::string unescaped_;  // what strings with escapes mean
  std::size_t repeated_ = 0;
  std::unique_ptr<Parser> parser_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_NDJSON_FIELDS_H_
