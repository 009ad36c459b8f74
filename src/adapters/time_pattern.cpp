#include "adapters/time_pattern.h"

#include <array>
#include <string>
#include <utility>

#include "adapters/time_scan.h"
#include "nps/detail/text.h"

namespace nps::detail {
namespace {

// The kind of a step is the letter of its conversion, Y y m d b a H I p M S f z Z s, or one of
constexpr char kSpaces = ' ';    // any amount of white space
constexpr char kSeconds = '*';   // seconds with a fraction or without
constexpr char kLiteral = '\'';  // this very character

// What a conversion comes to: the kind of a step, or a longer pattern, or neither.
struct Meaning {
  char kind = '\0';
  std::string_view stands_for = {};
};

Meaning meaning_of(char letter) noexcept {
  switch (letter) {
    case 'B':
    case 'h': return {'b'};
    case 'A': return {'a'};
    case 'n':
    case 't': return {kSpaces};
    case 'e': return {'\0', "%n%d"};  // padded with a space
    case 'F': return {'\0', "%Y-%m-%d"};
    case 'D': return {'\0', "%m/%d/%y"};
    case 'T': return {'\0', "%H:%M:%S"};
    case 'R': return {'\0', "%H:%M"};
    default: break;
  }
  constexpr std::string_view kOwn = "YymdbaHIpMSfzZs";
  return {kOwn.find(letter) != std::string_view::npos ? letter : '\0'};
}

// Appends the steps of a pattern. False at a conversion that is unknown, where `rest` begins.
bool append_steps(std::string_view pattern, std::string& steps, std::string_view& rest) {
  const auto append = [&steps](char kind, char literal = '\0') {
    steps += kind;
    steps += literal;
  };
  while (!pattern.empty()) {
    rest = pattern;
    const char first = pattern.front();
    pattern.remove_prefix(1);
    if (first != '%') {
      append(is_space(first) ? kSpaces : kLiteral, first);
    } else if (pattern.starts_with("E*S")) {
      append(kSeconds);
      pattern.remove_prefix(3);
    } else if (pattern.starts_with("Ez")) {
      append('z');
      pattern.remove_prefix(2);
    } else if (pattern.starts_with('%')) {
      append(kLiteral, '%');
      pattern.remove_prefix(1);
    } else {
      const Meaning meaning = pattern.empty() ? Meaning{} : meaning_of(pattern.front());
      if (meaning.kind != '\0') {
        append(meaning.kind);
      } else if (meaning.stands_for.empty() || !append_steps(meaning.stands_for, steps, rest)) {
        return false;
      }
      pattern.remove_prefix(1);
    }
  }
  return true;
}

// The part of a time that a step fills in, by one letter; NUL for white space and literals.
char part_of(char kind) noexcept {
  switch (kind) {
    case 'y': return 'Y';
    case 'b': return 'm';
    case 'I': return 'H';
    case kSeconds: return 'S';
    case 'Z': return 'z';
    case kSpaces:
    case kLiteral: return '\0';
    default: return kind;
  }
}

// What is wrong with the parts that a pattern names, or nothing.
std::string_view fault_of(std::string_view kinds, std::string_view parts) noexcept {
  const auto has = [kinds](char kind) { return kinds.find(kind) != std::string_view::npos; };
  const auto names = [parts](char part) { return parts.find(part) != std::string_view::npos; };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts.substr(0, i).find(parts[i]) == std::string_view::npos) continue;
    return "names the same part of a time twice";
  }
  if (has('s')) return parts.size() > 1 ? "has %s, which stands for a whole time" : "";
  if (!names('Y')) return "has no year (%Y)";
  if (names('d') && !names('m')) return "has a day but no month";
  if (has('I') != has('p')) {
    return "needs both %I, hours up to 12, and %p, AM or PM, or else %H";
  }
  if (has('f') && !has('S')) return "has %f, a fraction of a second, without %S";
  return "";
}

Error bad_pattern(std::string_view pattern, std::string_view what) {
  std::string message = "The time pattern \"" + printable(pattern.substr(0, 80)) + "\" ";
  message.append(what).append(
      ". An example of one that works is \"%d.%m.%Y %H:%M\", which reads 25.10.2020 14:30.");
  return Error{ErrorCode::InvalidArgument, std::move(message), Where{{}, 0, "time format"}};
}

}  // namespace

Result<std::string> compile_time_pattern(std::string_view pattern) {
  std::string steps;
  std::string_view rest;
  if (!append_steps(trim(pattern), steps, rest)) {
    const bool modified = rest.size() > 2 && (rest[1] == 'E' || rest[1] == 'O');
    return bad_pattern(pattern, "has " + printable(rest.substr(0, modified ? 3 : 2)) +
                                    ", which is none of %Y %y %m %d %e %b %B %h %a %A %H %I %p %M "
                                    "%S %f %z %Z %s %F %D %T %R %n %t %% %E*S %Ez");
  }
  std::string kinds;
  std::string parts;
  for (std::size_t i = 0; i < steps.size(); i += 2) {
    if (part_of(steps[i]) == '\0') continue;
    kinds += steps[i];
    parts += part_of(steps[i]);
  }
  const std::string_view fault = fault_of(kinds, parts);
  if (!fault.empty()) return bad_pattern(pattern, fault);
  return steps;
}

// ---- Reading ------------------------------------------------------------------------------------

namespace {

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

// A whole name, or else its first three letters. `index` counts from 0.
template <std::size_t N>
bool scan_name(TimeScanner& in, const std::array<std::string_view, N>& names, int& index) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (in.take_word(names[i]) || in.take_word(names[i].substr(0, 3))) {
      index = static_cast<int>(i);
      return true;
    }
  }
  return false;
}

struct Read {
  TimeFields fields;
  std::optional<bool> afternoon;
  std::optional<int> weekday;  // Sunday is 0
  std::optional<Timestamp> unix_time;
};

bool scan_step(TimeScanner& in, char kind, char literal, Read& read) noexcept {
  TimeFields& fields = read.fields;
  int value = 0;
  switch (kind) {
    case 'Y': return in.four_digits(fields.year);
    case 'y':
      if (!in.two_digits(value)) return false;
      fields.year = century_of(value) + value;
      return true;
    case 'm': return in.digits(1, 2, fields.month);
    case 'b':
      if (!scan_name(in, kMonths, value)) return false;
      fields.month = value + 1;
      return true;
    case 'd': return in.digits(1, 2, fields.day);
    case 'a':
      if (!scan_name(in, kWeekdays, value)) return false;
      read.weekday = value;
      return true;
    case 'H':
    case 'I': return in.digits(1, 2, fields.hour);
    case 'p': read.afternoon = in.take_word("pm"); return *read.afternoon || in.take_word("am");
    case 'M': return in.digits(1, 2, fields.minute);
    case 'S': return in.digits(1, 2, fields.second);
    case kSeconds:
      if (!in.digits(1, 2, fields.second)) return false;
      return !(in.take('.') || in.take(',')) || in.fraction(fields.micros);
    case 'f': return in.fraction(fields.micros);
    case 'z':
    case 'Z':
      if (in.take_word("z") || (kind == 'Z' && (in.take_word("utc") || in.take_word("gmt")))) {
        fields.offset = 0;
        return true;
      }
      return kind == 'z' && scan_offset(in, fields);
    case 's': read.unix_time = scan_unix(in, 6); return read.unix_time.has_value();
    case kSpaces: in.take_spaces(); return true;
    default: return in.take(literal);
  }
}

bool is_weekday(const TimeFields& date, int weekday) noexcept {
  namespace chrono = std::chrono;
  const chrono::weekday day{chrono::local_days{chrono::year{date.year} / date.month / date.day}};
  return day == chrono::weekday{static_cast<unsigned>(weekday)};
}

}  // namespace

std::optional<Timestamp> read_by_pattern(std::string_view steps, std::string_view text,
                                         const Zone& zone) noexcept {
  TimeScanner in(text);
  Read read;
  for (std::size_t i = 0; i < steps.size(); i += 2) {
    if (!scan_step(in, steps[i], steps[i + 1], read)) return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  if (read.unix_time) return read.unix_time;
  if (read.afternoon && !to_24_hours(read.fields.hour, *read.afternoon)) return std::nullopt;
  const auto instant = to_instant(read.fields, zone);
  if (instant && read.weekday && !is_weekday(read.fields, *read.weekday)) return std::nullopt;
  return instant;
}

}  // namespace nps::detail
