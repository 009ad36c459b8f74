// What NdjsonEvents must say, by another parser of JSON and written out the long way: it shares with
// the reader what cells of ratings and times mean, and nothing else.
#ifndef NPS_TESTS_ADAPTERS_NDJSON_MODEL_H_
#define NPS_TESTS_ADAPTERS_NDJSON_MODEL_H_

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/ndjson_events.h"
#include "adapters/rating_text_model.h"
#include "nps/adapters/time_text.h"
#include "nps/weighted_tally.h"

namespace nps::test {

struct ModelValue {
  char kind;  // as JSON begins it: " 0 t n {
  std::string text;
};

/// The fields of the outermost object, in order, and how deep it all goes.
class ModelHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<std::pair<std::string, ModelValue>> fields;
  int depth = 0;
  int deepest = 0;
  bool is_object = false;
  bool cannot_tell = false;  // a number beyond what the other parser holds

  bool null() override { return scalar('n', ""); }
  bool boolean(bool value) override { return scalar('t', value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return scalar('0', std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar('0', std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override { return scalar('0', text); }
  bool string(string_t& value) override { return scalar('"', value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (depth == 0) is_object = true;
    return open('{');
  }
  bool key(string_t& name) override {
    if (depth == 1) name_ = name;
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open('['); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    cannot_tell = error.id == 406;
    return false;
  }

 private:
  bool scalar(char kind, std::string text) {
    if (depth == 1) fields.emplace_back(name_, ModelValue{kind, std::move(text)});
    return true;
  }
  bool open(char bracket) {
    if (depth == 1) fields.emplace_back(name_, ModelValue{'{', std::string(1, bracket)});
    deepest = std::max(deepest, ++depth);
    return true;
  }
  bool close() {
    --depth;
    return true;
  }
  std::string name_;
};

/// One line: what is to be said of it, nothing for a blank one; no value where the model cannot tell.
class ModelLine {
 public:
  ModelLine(std::string_view line, const NdjsonOptions& options) : options_(options) {
    if (line.find('\0') != std::string_view::npos || line.starts_with("\xef\xbb\xbf")) {
      said_ = {"! not_json"};
      return;
    }
    ModelHandler handler;
    const bool parsed = nlohmann::json::sax_parse(line, &handler);
    // The other parser gives a minus zero as 0, and no number that is too great.
    if (handler.cannot_tell || line.find("-0") != std::string_view::npos) {
      can_tell_ = false;
    } else if (!parsed || !handler.is_object || handler.deepest > 256) {
      said_ = {"! not_json"};
    } else {
      read(handler);
    }
  }
  [[nodiscard]] std::optional<Said> said() const {
    return can_tell_ ? std::optional(said_) : std::nullopt;
  }

 private:
  static inline const std::vector<std::string> kNames{
      "event_id",      "type",       "response_id",   "version",     "updated_at",
      "customer_id",   "account_id", "rating",        "answered_at", "received_at",
      "touchpoint_at", "channel",    "journey_stage", "comment",     "weight"};

  [[nodiscard]] const ModelValue& at(const std::string& field) const {
    static const ModelValue kNull{'n', ""};
    const auto found = values_.find(field);
    return found == values_.end() ? kNull : found->second;
  }
  [[nodiscard]] static bool absent(const ModelValue& value) {
    return value.kind == 'n' || (value.kind == '"' && value.text.empty());
  }
  bool fail(const std::string& reason, const std::string& field) {
    said_ = {"! " + reason + (field.empty() ? "" : " " + field)};
    return false;
  }
  bool id(const std::string& field, std::string& into) {
    const ModelValue& value = at(field);
    into = value.text;
    const bool whole = value.text.find_first_not_of("-0123456789") == std::string::npos;
    if (value.kind == 'n' || value.kind == '"' || (value.kind == '0' && whole)) return true;
    return fail("bad_field", field);
  }
  bool label(const std::string& field, std::string& into) {
    into = at(field).text;
    return at(field).kind != '{' || fail("bad_field", field);
  }
  /// False for one that is there and cannot be read.
  bool time(const std::string& field, std::optional<Timestamp>& into) {
    const ModelValue& value = at(field);
    if (absent(value)) return true;
    const bool iso = options_.time_format.spec() == "iso";
    if (value.kind == '"' || (value.kind == '0' && !iso)) {
      into = options_.time_format.read(value.text, options_.zone);
    }
    return into.has_value();
  }
  void time_or_none(const std::string& field, std::optional<Timestamp>& into) {
    if (!time(field, into) && said_.empty()) said_ = {"! bad_time " + field};
  }
  template <typename Number>
  static bool number(const ModelValue& value, Number& into) {
    if (value.kind != '"' && value.kind != '0') return false;
    const std::string text(detail::trim(value.text));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
  }
  /// Moves the point of a decimal by one place after the other.
  bool plain(std::string& text) {
    const auto e = text.find_first_of("eE");
    if (e == std::string::npos) return true;
    int exponent = 0;
    const std::string power = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    text.erase(e);
    if (text.find_first_of("123456789") == std::string::npos) {
      text = "0";
      return true;
    }
    if (error != std::errc{} || exponent < -400 || exponent > 400) return false;
    const bool negative = text.starts_with('-');
    if (negative) text.erase(0, 1);
    std::size_t point = std::min(text.find('.'), text.size());
    if (point < text.size()) text.erase(point, 1);
    for (; exponent > 0; --exponent) {
      if (point == text.size()) text += '0';
      ++point;
    }
    for (; exponent < 0; ++exponent) {
      if (point == 0)
        text.insert(0, 1, '0');
      else
        --point;
    }
    text.insert(point, ".");
    text.insert(0, negative ? "-0" : "0");
    return true;
  }
  bool rating(Event& event) {
    const ModelValue& value = at("rating");
    if (event.type != EventType::Answered && event.type != EventType::Updated) return true;
    if (absent(value)) return true;
    std::string text = value.text;
    if (value.kind != '"' && value.kind != '0') return fail("not_a_number", "rating");
    if (value.kind == '0' && !plain(text)) return can_tell_ = false;
    const RatingReading reading = model_rating(text, kZeroToTen, {});
    if (reading) {
      event.response.rating = reading.rating();
    } else if (reading.reject() != RatingReject::Missing) {
      return fail(std::string(name(reading.reject())), "rating");
    }
    return true;
  }

  bool fill(Event& event) {
    Response& response = event.response;
    const auto type = event_type(at("type").kind == '"' ? at("type").text : "");
    if (!type) return fail("unknown_type", "type");
    event.type = *type;
    if (!id("event_id", event.id) || !id("customer_id", response.customer)) return false;
    if (event.type == EventType::Erased) {
      time_or_none("received_at", event.received_at);
      return true;
    }
    if (!id("response_id", response.id) || !id("account_id", response.account)) return false;
    if (!absent(at("version"))) {
      std::int64_t version = 0;
      if (!number(at("version"), version)) return fail("no_order", "version");
      event.version = version;
    }
    if (!time("updated_at", event.updated_at)) return fail("no_order", "updated_at");
    if (!rating(event) || !label("channel", response.channel) ||
        !label("journey_stage", response.journey_stage) || !label("comment", response.comment)) {
      return false;
    }
    for (const std::string& dimension : options_.dimensions) {
      std::string text;
      if (!label(dimension, text)) return false;
      response.dimensions.emplace_back(dimension, text);
    }
    const bool weightless = absent(at("weight"));
    if (!weightless &&
        (!number(at("weight"), response.weight) || !WeightedTally::is_weight(response.weight))) {
      return fail("bad_weight", "weight");
    }
    time_or_none("received_at", event.received_at);
    time_or_none("answered_at", response.answered_at);
    time_or_none("touchpoint_at", response.touchpoint_at);
    return true;
  }

  void read(const ModelHandler& handler) {
    std::vector<std::string> names = kNames;
    names.insert(names.end(), options_.dimensions.begin(), options_.dimensions.end());
    for (const auto& [field, value] : handler.fields) {
      if (std::find(names.begin(), names.end(), field) == names.end()) continue;
      if (!values_.emplace(field, value).second) {
        fail("bad_field", field);
        return;
      }
    }
    Event event;
    if (fill(event)) said_.push_back(": " + describe(event));
  }

  const NdjsonOptions& options_;
  std::map<std::string, ModelValue> values_;
  Said said_;
  bool can_tell_ = true;
};

/// Of each line what must be said of it; no value where the model cannot tell.
inline std::map<std::uint64_t, std::optional<Said>> model_events(std::string_view text,
                                                                 const NdjsonOptions& options) {
  std::map<std::uint64_t, std::optional<Said>> all;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto said = ModelLine(line, options).said();
    if (said) {
      for (std::string& sentence : *said) sentence.insert(0, std::to_string(number));
    }
    all.emplace(number, std::move(said));
  }
  return all;
}

/// The first line of which the reader says something else than the model; "" where there is none.
inline std::string disagreement(const Said& said, std::string_view text,
                                const NdjsonOptions& options) {
  std::map<std::uint64_t, Said> by_line;
  for (const std::string& sentence : said) {
    std::uint64_t line = 0;  // stays 0 for an error
    std::from_chars(sentence.data(), sentence.data() + sentence.size(), line);
    by_line[line].push_back(sentence);
  }
  const auto expected = model_events(text, options);
  for (const auto& [line, sentences] : by_line) {
    const auto found = expected.find(line);
    if (found == expected.end()) return "not expected: " + sentences.front();
    if (found->second && *found->second != sentences) {
      return "said: " + sentences.front() +
             "\nexpected: " + (found->second->empty() ? "nothing" : found->second->front());
    }
  }
  for (const auto& [line, sentences] : expected) {
    if (!by_line.contains(line)) return "nothing is said of line " + std::to_string(line);
  }
  return "";
}

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_NDJSON_MODEL_H_
