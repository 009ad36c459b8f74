#include "nps/segment/zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "nps/detail/text.h"
#include "segment/civil.h"

namespace nps {
namespace {

using detail::from_seconds;
using detail::kFurthestOffset;
using detail::kSecondsPerCycle;
using detail::to_seconds;

// Far outside what a Timestamp can say, and far enough inside 64 bits to add offsets to.
constexpr std::int64_t kBeginning = -(std::int64_t{1} << 60);
constexpr std::int64_t kEnd = std::int64_t{1} << 60;

struct Run {  // a Stretch in seconds: of time, and of UTC offset
  std::int64_t from;
  std::int64_t to;
  std::int64_t offset;
};

std::string zoneinfo_folder() {
  const char* named = std::getenv("TZDIR");  // as Abseil does
  return named != nullptr && *named != '\0' ? named : "/usr/share/zoneinfo";
}

// The database's own rule for names, which are file names: parts of letters, digits, '_', '+' and
// '-' between single slashes. No name has a dot or a colon, so none leads out of its folder.
bool is_well_formed(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.front() == '/' || name.back() == '/') return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '+' || c == '-';
    if (!plain && !(c == '/' && name[i - 1] != '/')) return false;
  }
  return true;
}

// Files beside the zones that are the machine's choice ("localtime" links to /etc/localtime), and
// names that Abseil answers to although the database does not.
bool is_local_or_private(std::string_view name) {
  using detail::equals_ignoring_case;
  const std::string_view last = name.substr(name.rfind('/') + 1);
  return equals_ignoring_case(last, "localtime") || equals_ignoring_case(last, "posixrules") ||
         equals_ignoring_case(name.substr(0, 6), "fixed/") || equals_ignoring_case(name, "utc0");
}

std::string quoted(std::string_view text) {
  return '"' + detail::printable(text.substr(0, 60)) + (text.size() > 60 ? "...\"" : "\"");
}

Error refuse(ErrorCode code, std::string message) {
  return Error{code, std::move(message), Where{{}, 0, "zone"}};
}

}  // namespace

// A zone as the sorted list of its offsets, which is all that grouping ever asks of it.
struct Zone::Table {
  struct Change {
    std::int64_t from;
    std::int64_t offset;
  };

  explicit Table(std::string_view zone_name) : name(zone_name), changes{{kBeginning, 0}} {}

  std::string name;
  std::vector<Change> changes;  // never empty; the first is from kBeginning
  // The rule a zone follows today has no end. It is written out over 400 years or more, and
  // repeats after the last change listed.
  bool repeats = false;

  Run at(std::int64_t t) const noexcept {
    std::int64_t shift = 0;
    std::int64_t earliest = kBeginning;
    if (repeats && t >= changes.back().from) {
      const std::int64_t last = changes.back().from;
      shift = ((t - last) / kSecondsPerCycle + 1) * kSecondsPerCycle;
      earliest = last - kSecondsPerCycle;
      t -= shift;
    }
    const auto next =
        std::upper_bound(changes.begin() + 1, changes.end(), t,
                         [](std::int64_t value, const Change& c) { return value < c.from; });
    const Change& here = *(next - 1);
    const std::int64_t to = next == changes.end() ? kEnd : next->from + shift;
    return {std::max(here.from, earliest) + shift, to, here.offset};
  }
};

namespace {

// The offsets are Abseil's; they are asked for once. A change is found as the civil time at which
// the old offset ends, which the old offset turns into an instant.
void list_changes(const absl::TimeZone& zone, Zone::Table& table) {
  const absl::Time past = absl::FromUnixSeconds(to_seconds(Timestamp::min()) - 1);
  std::int64_t offset = zone.At(past).offset;
  table.changes = {{kBeginning, offset}};
  absl::TimeZone::CivilTransition change;
  for (absl::Time t = past; zone.NextTransition(t, &change);) {
    t = absl::FromUnixSeconds((change.from - absl::CivilSecond()) - offset);
    offset = zone.At(t).offset;
    if (offset == table.changes.back().offset) continue;  // only the name or the season changed
    table.changes.push_back({absl::ToUnixSeconds(t), offset});
  }
  constexpr std::int64_t kYear2300 = 10'413'792'000;
  table.repeats = table.changes.back().from > kYear2300;
}

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<const Zone::Table>, std::less<>> tables;
};

Registry& registry() {
  static auto* const kept = new Registry;  // outlives every static Zone of the host
  return *kept;
}

}  // namespace

Result<Zone> Zone::load(std::string_view name) {
  if (name == "UTC") return utc();
  if (!is_well_formed(name)) {
    return refuse(ErrorCode::InvalidArgument,
                  quoted(name) +
                      " is no time zone's name: give an IANA name such as "
                      "Europe/Berlin or America/New_York, or UTC.");
  }
  if (is_local_or_private(name)) {
    return refuse(ErrorCode::InvalidArgument,
                  "The time zone " + quoted(name) +
                      " would mean something else on another machine: name the zone itself, such "
                      "as Europe/Berlin, or UTC.");
  }

  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  if (const auto found = known.tables.find(name); found != known.tables.end()) {
    return Zone(found->second.get());
  }

  absl::TimeZone zone;
  if (!absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone)) {
    const std::string folder = zoneinfo_folder();
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
      return refuse(ErrorCode::NotFound, "The time zone " + quoted(name) +
                                             " cannot be looked up, as there is no time zone data "
                                             "in " +
                                             folder +
                                             ": install the tzdata package, or name its folder in "
                                             "TZDIR. UTC needs none.");
    }
    return refuse(ErrorCode::NotFound, "There is no time zone named " + quoted(name) + " in " +
                                           folder +
                                           ": give an IANA name such as Europe/Berlin or "
                                           "America/New_York, or UTC.");
  }
  auto table = std::make_unique<Table>(name);
  list_changes(zone, *table);
  return Zone(known.tables.emplace(table->name, std::move(table)).first->second.get());
}

Zone Zone::utc() {
  static const auto* const table = new Table("UTC");
  return Zone(table);
}

std::string_view Zone::name() const noexcept { return table_->name; }

Zone::Stretch Zone::at(Timestamp t) const noexcept {
  const Run run = table_->at(to_seconds(t));
  return {{from_seconds(run.from), from_seconds(run.to)}, std::chrono::seconds{run.offset}};
}

namespace {

// t + seconds, stopping at the ends of the range.
std::chrono::microseconds add(std::chrono::microseconds t, std::int64_t seconds) noexcept {
  using std::chrono::microseconds;
  const microseconds change = std::chrono::seconds{seconds};
  if (change > microseconds{0} && t > microseconds::max() - change) return microseconds::max();
  if (change < microseconds{0} && t < microseconds::min() - change) return microseconds::min();
  return t + change;
}

}  // namespace

CivilTime Zone::civil(Timestamp t) const noexcept {
  return CivilTime{add(t.time_since_epoch(), table_->at(to_seconds(t)).offset)};
}

Timestamp Zone::instant(CivilTime shown) const noexcept {
  const std::int64_t second = detail::floor_div(shown.time_since_epoch().count(), 1'000'000);
  // From a run that surely begins too early, walk to the first whose clock still has to show it.
  Run run = table_->at(second - kFurthestOffset);
  std::int64_t offset = run.offset;
  while (second >= run.to + run.offset) {
    offset = run.offset;
    run = table_->at(run.to);
  }
  const bool skipped = second < run.from + run.offset;
  return Timestamp{add(shown.time_since_epoch(), -(skipped ? offset : run.offset))};
}

std::string tzdata_version() {
  const std::string folder = zoneinfo_folder();
  const auto first_line = [&folder](const char* file) {
    std::ifstream in(folder + "/" + file);
    std::string line;
    for (char c; line.size() < 40 && in.get(c) && c != '\n';) line += c;
    return line;
  };
  const auto is_version = [](std::string_view text) {  // 2025b: a year, then letters
    return text.size() >= 5 && text.size() <= 8 && text.find_first_not_of("0123456789") == 4 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 4) == std::string_view::npos;
  };
  constexpr std::string_view kLead = "# version ";
  std::string line = first_line("tzdata.zi");
  if (line.starts_with(kLead) && is_version(line.substr(kLead.size()))) {
    return line.substr(kLead.size());
  }
  line = first_line("+VERSION");
  return is_version(line) ? line : "unknown";
}

std::string rfc3339(Timestamp t) {
  const std::int64_t seconds = to_seconds(t);
  const std::int64_t days = detail::floor_div(seconds, detail::kSecondsPerDay);
  const auto of_day = static_cast<std::uint64_t>(seconds - days * detail::kSecondsPerDay);
  const std::int64_t micros = t.time_since_epoch().count() % 1'000'000;
  char buffer[40];
  char* out = detail::write_date(buffer, days);
  *out++ = 'T';
  out = detail::write_digits(out, of_day / 3600, 2);
  *out++ = ':';
  out = detail::write_digits(out, of_day / 60 % 60, 2);
  *out++ = ':';
  out = detail::write_digits(out, of_day % 60, 2);
  if (micros != 0) {
    *out++ = '.';
    out =
        detail::write_digits(out, static_cast<std::uint64_t>((micros + 1'000'000) % 1'000'000), 6);
  }
  *out++ = 'Z';
  return {buffer, out};
}

}  // namespace nps
