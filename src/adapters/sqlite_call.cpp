#include "adapters/sqlite_call.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "nps/detail/text.h"
#include "nps/wire/tally.h"

namespace nps {
namespace {

constexpr auto kMostResponses =
    static_cast<std::uint64_t>(std::numeric_limits<sqlite3_int64>::max());

/// More than kMostResponses, however far the sum of the counts goes.
bool too_many(const Tally& tally) {
  std::uint64_t room = kMostResponses;
  for (const std::uint64_t count : tally.counts()) {
    if (count > room) return true;
    room -= count;
  }
  return false;
}

std::string_view text_of(sqlite3_value* value) {
  const unsigned char* text = sqlite3_value_text(value);
  if (text == nullptr) return {};  // memory is out, which SQLite finds by itself
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

/// As it stands in an error: cut short, and nothing that steers a terminal.
std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 40;
  if (text.size() <= kMost) return detail::printable(text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return detail::printable(text.substr(0, end)) + "...";
}

}  // namespace

void SqliteCall::fail(std::string_view sentence) {
  std::string message = function().name;
  message += "(): ";
  message += sentence;
  sqlite3_result_error(context_, message.c_str(), -1);
}

void SqliteCall::refuse_rating(sqlite3_value* value, std::string_view why) {
  const bool quoted = sqlite3_value_type(value) == SQLITE_TEXT;
  std::string sentence = quoted ? "'" : "";
  sentence += shown(text_of(value));
  sentence += quoted ? "' is no rating: " : " is no rating: ";
  sentence += why;
  fail(sentence);
}

void SqliteCall::refuse_outside(sqlite3_value* value) {
  refuse_rating(value, "it is outside " + std::to_string(scale().min()) + " to " +
                           std::to_string(scale().max()) +
                           "; NULLIF() turns a code for no answer into NULL, which is skipped");
}

std::optional<Rating> SqliteCall::rating(sqlite3_value* value) {
  switch (sqlite3_value_numeric_type(value)) {
    case SQLITE_NULL: return std::nullopt;
    case SQLITE_INTEGER: {
      const auto rating = Rating::from(static_cast<std::int64_t>(sqlite3_value_int64(value)));
      if (rating && scale().contains(*rating)) return rating;
      refuse_outside(value);
      return std::nullopt;
    }
    case SQLITE_FLOAT: {
      const double number = sqlite3_value_double(value);
      if (!(scale().min() <= number && number <= scale().max())) {
        refuse_outside(value);
      } else if (number != std::floor(number)) {
        refuse_rating(value, "ratings are whole numbers; leave such answers out in the query");
      } else {
        return Rating::from(static_cast<int>(number));
      }
      return std::nullopt;
    }
    case SQLITE_TEXT:
      refuse_rating(value,
                    "it is no number; NULLIF() turns a text for no answer into NULL, which is "
                    "skipped");
      return std::nullopt;
    default: fail("a BLOB is no rating; tallies are added up by nps_rollup()"); return std::nullopt;
  }
}

std::optional<Tally> SqliteCall::tally(sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) return std::nullopt;
  if (type != SQLITE_BLOB) {
    fail("'" + shown(text_of(value)) + "' is no tally, which is a BLOB that nps_tally() makes");
    return std::nullopt;
  }
  const auto* bytes = static_cast<const std::byte*>(sqlite3_value_blob(value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  const auto tally = wire::decode_tally({bytes, bytes == nullptr ? 0 : size});
  if (!tally) {
    fail("the BLOB is no tally: " + tally.error().message);
    return std::nullopt;
  }
  if (too_many(*tally)) {
    fail("the tally has more responses than an integer of SQL holds (2^63 - 1)");
    return std::nullopt;
  }
  return *tally;
}

std::optional<Level> SqliteCall::level(sqlite3_value* value) {
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_NULL) return std::nullopt;
  const bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  const auto level = number ? Level::from(sqlite3_value_double(value)) : std::nullopt;
  if (!level) fail("'" + shown(text_of(value)) + "' is no level between 0 and 1, such as 0.95");
  return level;
}

void SqliteCall::answer(std::string_view text) {
  sqlite3_result_text(context_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void SqliteCall::answer(const Tally& tally) {
  const wire::Bytes bytes = wire::encode(tally);
  sqlite3_result_blob(context_, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

Tally* SqliteCall::counted() {
  // Zeroed memory, suitably aligned: an empty tally.
  void* memory = sqlite3_aggregate_context(context_, sizeof(Tally));
  if (memory == nullptr) sqlite3_result_error_nomem(context_);
  return static_cast<Tally*>(memory);
}

void SqliteCall::count(const Tally& more) {
  Tally* tally = counted();
  if (tally == nullptr) return;
  *tally += more;  // of two that each fit, so it does not wrap
  if (too_many(*tally)) {
    fail("together these are more responses than an integer of SQL holds (2^63 - 1)");
  }
}

Tally SqliteCall::counted_in_all() {
  const auto* tally = static_cast<const Tally*>(sqlite3_aggregate_context(context_, 0));
  return tally == nullptr ? Tally{} : *tally;
}

}  // namespace nps
