#include "adapters/ndjson_fields.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/json_text.h"

namespace nps::internal {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array<std::string_view, kNdjsonFields> kNames{
    "event_id",      "type",       "response_id",   "version",     "updated_at",
    "customer_id",   "account_id", "rating",        "answered_at", "received_at",
    "touchpoint_at", "channel",    "journey_stage", "comment",     "weight"};
constexpr std::size_t kNobody = static_cast<std::size_t>(-1);  // reads that field

template <typename T>
bool got(simdjson::simdjson_result<T> result, T& value) noexcept {
  return std::move(result).get(value) == simdjson::SUCCESS;
}

bool has_escapes(std::string_view inside) noexcept {
  return inside.find('\\') != std::string_view::npos;
}

bool has_sound_escapes(std::string_view inside) {
  if (!has_escapes(inside)) return true;
  std::string ignored;
  return unescape(inside, ignored);
}

/// The text between the quotes of a value that is a string, and goes on to what follows it.
std::optional<std::string_view> take_string(ondemand::value& value) {
  const std::string_view text = trim_json(value.raw_json_token());
  if (value.get_raw_json_string().error() != simdjson::SUCCESS) return std::nullopt;
  if (text.size() < 2 || text.back() != '"') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// The text between the quotes of a key, where `rest` begins with it.
std::string_view key_at(std::string_view rest) noexcept {
  const auto is_escaped = [rest](std::size_t at) {
    std::size_t slashes = 0;
    while (slashes < at && rest[at - 1 - slashes] == '\\') ++slashes;
    return slashes % 2 == 1;
  };
  std::size_t end = rest.find('"');
  while (end != std::string_view::npos && is_escaped(end)) end = rest.find('"', end + 1);
  return rest.substr(0, end);
}

/// The line from the field's key on.
std::string_view rest_from(std::string_view line, const ondemand::field& field) noexcept {
  return line.substr(static_cast<std::size_t>(field.key().raw() - line.data()));
}

bool is_literal(std::string_view text) noexcept {
  return text == "null" || text == "true" || text == "false";
}

/// On-demand parsing looks at no more than is asked for, so what nobody reads is walked through, too:
/// a line is JSON to its last character, or it is none.
class Soundness {
 public:
  explicit Soundness(std::string_view line) : line_(line) {}

  /// Of a value so many levels down.
  [[nodiscard]] bool check(ondemand::value value, int depth) const {
    const std::string_view token = value.raw_json_token();
    switch (token.front()) {
      case '{': return depth < NdjsonFields::kMostNesting && check_object(value, depth);
      case '[': return depth < NdjsonFields::kMostNesting && check_array(value, depth);
      case '"': {
        const auto inside = take_string(value);
        return inside && has_sound_escapes(*inside);
      }
      default: {
        const std::string_view text = trim_json(token);
        return is_literal(text) || is_json_number(text);
      }
    }
  }

 private:
  [[nodiscard]] bool check_array(ondemand::value& value, int depth) const {
    ondemand::array array;
    if (!got(value.get_array(), array)) return false;
    for (auto each : array) {
      ondemand::value element;
      if (!got(each, element) || !check(element, depth + 1)) return false;
    }
    return true;
  }
  [[nodiscard]] bool check_object(ondemand::value& value, int depth) const {
    ondemand::object object;
    if (!got(value.get_object(), object)) return false;
    for (auto each : object) {
      ondemand::field field;
      if (!got<ondemand::field>(each, field)) return false;
      if (!has_sound_escapes(key_at(rest_from(line_, field)))) return false;
      if (!check(field.value(), depth + 1)) return false;
    }
    return true;
  }

  std::string_view line_;
};

}  // namespace

std::string_view name(NdjsonField field) noexcept {
  return kNames[static_cast<std::size_t>(field)];
}

struct NdjsonFields::Parser {
  ondemand::parser parser;

  bool start(std::string_view line, ondemand::document& document, ondemand::object& object) {
    static_assert(kPadding >= simdjson::SIMDJSON_PADDING);
    return got(parser.iterate(line.data(), line.size(), line.size() + kPadding), document) &&
           got(document.get_object(), object);
  }
};

NdjsonFields::NdjsonFields(std::span<const std::string> others)
    : names_(kNames.begin(), kNames.end()), parser_(std::make_unique<Parser>()) {
  names_.insert(names_.end(), others.begin(), others.end());
  values_.resize(names_.size());
}
NdjsonFields::NdjsonFields(NdjsonFields&&) noexcept = default;
NdjsonFields& NdjsonFields::operator=(NdjsonFields&&) noexcept = default;
NdjsonFields::~NdjsonFields() = default;

std::size_t NdjsonFields::named(std::string_view name) const noexcept {
  const auto found = std::ranges::find(names_, name);
  return found == names_.end() ? kNobody : static_cast<std::size_t>(found - names_.begin());
}

/// What the text between quotes means, kept until the next line.
std::optional<std::string_view> NdjsonFields::meaning(std::string_view inside) {
  unescaped_.reserve(line_.size());  // so that it never moves: no text means more bytes than it has
  const std::size_t begin = unescaped_.size();
  if (!unescape(inside, unescaped_)) return std::nullopt;
  return std::string_view(unescaped_).substr(begin);
}

/// The field whose key `rest` begins with, in that place of the line. Lines tend to have the same
/// fields in the same order, so that of the line before is tried first.
std::size_t NdjsonFields::find(std::string_view rest, std::size_t place, bool& sound) {
  if (place == guesses_.size()) guesses_.push_back(kNobody);
  std::size_t& guess = guesses_[place];
  if (guess != kNobody) {
    const std::string_view name = names_[guess];
    if (rest.size() > name.size() && rest[name.size()] == '"' && rest.starts_with(name))
      return guess;
  }
  std::string_view key = key_at(rest);
  const bool escaped = has_escapes(key);
  if (escaped) {
    const auto meant = meaning(key);
    sound = meant.has_value();
    key = meant.value_or("");
  }
  const std::size_t found = named(key);
  if (!escaped) guess = found;
  return found;
}

NdjsonFields::Found NdjsonFields::read(std::string_view line) {
  std::ranges::fill(values_, JsonValue{});
  unescaped_.clear();
  line_ = line;
  ondemand::document document;
  ondemand::object object;
  if (!parser_->start(line, document, object)) return Found::NoObject;
  const Soundness soundness(line);
  Found found = Found::Object;
  std::size_t place = 0;
  for (auto each : object) {
    ondemand::field field;
    if (!got<ondemand::field>(each, field)) return Found::NoObject;
    bool sound = true;
    const std::size_t which = find(rest_from(line, field), place++, sound);
    if (!sound) return Found::NoObject;
    ondemand::value value = field.value();
    if (which == kNobody) {
      if (!soundness.check(value, 1)) return Found::NoObject;
      continue;
    }
    JsonValue& into = values_[which];
    if (into.seen && found == Found::Object) {
      found = Found::Twice;
      repeated_ = which;
    }
    into = {.kind = JsonValue::Kind::Nested, .seen = true};
    const std::string_view token = value.raw_json_token();
    switch (token.front()) {
      case '{':
      case '[':
        into.text = token.substr(0, 1);
        if (!soundness.check(value, 1)) return Found::NoObject;
        break;
      case '"': {
        const auto inside = take_string(value);
        if (!inside) return Found::NoObject;
        into.kind = JsonValue::Kind::String;
        into.in_line = !has_escapes(*inside);
        const auto meant = into.in_line ? inside : meaning(*inside);
        if (!meant) return Found::NoObject;
        into.text = *meant;
        break;
      }
      default:
        into.text = trim_json(token);
        if (into.text == "null") {
          into = {.kind = JsonValue::Kind::Absent, .seen = true};
        } else if (is_literal(into.text)) {
          into.kind = JsonValue::Kind::Boolean;
        } else if (is_json_number(into.text)) {
          into.kind = JsonValue::Kind::Number;
        } else {
          return Found::NoObject;
        }
    }
  }
  // What follows the object, if anything does.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return Found::NoObject;
  return found;
}

}  // namespace nps::internal
