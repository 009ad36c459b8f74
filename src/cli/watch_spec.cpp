#include "cli/watch_spec.h"
#include "cli/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "nps/detail/text.h"

namespace nps::cli {

const std::string_view kWatchSpecs =
    "What can be watched for (SPEC), in each cell of --by:\n"
    "  below=20,window=30d\n"
    "      The score of the last 30 days is surely below 20. Judged when a day\n"
    "      closes, or an hour for window=24h. Also level=0.99\n"
    "  drop=10,window=7d\n"
    "      It has dropped by 10 points or more against the 7 days before, and surely\n"
    "      dropped. Also level=0.999\n"
    "  cusum,arl=5000,shift=10\n"
    "      It has moved by some 10 points at some moment; one false alarm in 5000\n"
    "      answers of all cells. What is usual is learnt from a cell's first answers,\n"
    "      warmup=1000, or declared: promoters=0.5,detractors=0.2\n"
    "  since=INSTANT,below=30\n"
    "      The score of what was answered since then is surely below 30. Looked at\n"
    "      after every answer. Also level=0.95\n"
    "  silence\n"
    "      No answers for longer than the same hours of the weeks before make likely;\n"
    "      one false alarm in arl=10000 answers. Also weeks=4\n";

namespace {

Error bad_spec(const std::string& spec, std::string_view why) {
  return usage(fmt::format("--alarm '{}': {}", detail::printable(spec), why), "--alarm");
}

/// "a=1,b" taken apart. A word without a value has an empty one.
class Words {
 public:
  static Result<Words> read(const std::string& spec) {
    Words words(spec);
    for (std::size_t at = 0; at <= spec.size();) {
      const std::size_t end = std::min(spec.find(',', at), spec.size());
      const std::string_view item = detail::trim(std::string_view(spec).substr(at, end - at));
      const std::size_t equals = std::min(item.find('='), item.size());
      const std::string name(detail::trim(item.substr(0, equals)));
      const std::string_view value = equals == item.size() ? "" : item.substr(equals + 1);
      if (name.empty()) return bad_spec(spec, "there is nothing between two commas");
      if (!words.values_.emplace(name, detail::trim(value)).second) {
        return bad_spec(spec, fmt::format("'{}' stands there twice", name));
      }
      at = end + 1;
    }
    return words;
  }

  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] const std::string& text(const std::string& name) const { return values_.at(name); }

  /// Puts the number of that name in place of `value`, where there is one.
  Result<> number(const std::string& name, double& value) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return {};
    const std::string& text = found->second;
    const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* const last = text.data() + text.size();
    const auto [end, fault] = std::from_chars(begin, last, value);
    if (fault == std::errc{} && end == last && begin != last && std::isfinite(value)) return {};
    return bad_spec(spec_, fmt::format("{}= takes a number, such as {}=20", name, name));
  }

  Result<> window(WindowLength& value) const {
    const auto found = values_.find("window");
    if (found == values_.end()) return {};
    const auto length = WindowLength::parse(found->second);
    if (!length) return bad_spec(spec_, length.error().message);
    value = *length;
    return {};
  }

  Result<> level(Level& value) const {
    double chosen = value.value();
    if (auto read = number("level", chosen); !read) return read;
    const auto level = Level::from(chosen);
    if (!level) return bad_spec(spec_, "level= is between 0 and 1, such as level=0.99");
    value = *level;
    return {};
  }

  /// Fails where another word stands there.
  Result<> allow(std::string_view kind, std::initializer_list<std::string_view> names) const {
    for (const auto& [name, value] : values_) {
      const bool is_flag = name == "cusum" || name == "silence";
      if (std::ranges::find(names, name) == names.end()) {
        return bad_spec(spec_, fmt::format("'{}' means nothing to {}; it takes {}", name, kind,
                                           fmt::join(names, ", ")));
      }
      if (is_flag && !value.empty()) {
        return bad_spec(spec_, fmt::format("'{}' stands without a value", name));
      }
    }
    return {};
  }

 private:
  explicit Words(std::string spec) : spec_(std::move(spec)) {}
  std::string spec_;
  std::map<std::string, std::string> values_;
};

/// The first of some results that is a failure.
Result<> all_of(std::initializer_list<Result<>> results) {
  for (const Result<>& result : results) {
    if (!result) return result;
  }
  return {};
}

Result<Watch> below(const Words& words) {
  BelowWatch watch;
  auto read = all_of({words.allow("below", {"below", "window", "level"}),
                      words.number("below", watch.points), words.window(watch.window),
                      words.level(watch.level)});
  if (!read) return std::move(read).error();
  return Watch(watch);
}

Result<Watch> drop(const Words& words) {
  DropWatch watch;
  auto read =
      all_of({words.allow("drop", {"drop", "window", "level"}), words.number("drop", watch.points),
              words.window(watch.window), words.level(watch.level)});
  if (!read) return std::move(read).error();
  return Watch(watch);
}

Result<Watch> since(const std::string& spec, const Words& words, const Zone& zone) {
  if (!words.has("below")) {
    return bad_spec(spec, "since= needs the floor: since=INSTANT,below=30");
  }
  const auto start = TimeFormat::iso().read(words.text("since"), zone);
  if (!start) {
    return bad_spec(spec, fmt::format("'{}' is no time, such as 2026-11-15 or 2026-11-15T08:00:00Z",
                                      detail::printable(words.text("since"))));
  }
  SinceWatch watch{.start = *start};
  auto read = all_of({words.allow("since", {"since", "below", "level"}),
                      words.number("below", watch.points), words.level(watch.level)});
  if (!read) return std::move(read).error();
  return Watch(watch);
}

Result<Watch> cusum(const std::string& spec, const Words& words) {
  CusumWatch watch;
  double warm_up = static_cast<double>(watch.warm_up);
  double promoters = 0;
  double detractors = 0;
  auto read =
      all_of({words.allow("cusum", {"cusum", "arl", "shift", "warmup", "promoters", "detractors"}),
              words.number("arl", watch.answers_per_false_alarm),
              words.number("shift", watch.shift), words.number("warmup", warm_up),
              words.number("promoters", promoters), words.number("detractors", detractors)});
  if (!read) return std::move(read).error();
  if (!(warm_up >= 50 && warm_up <= 1e9 && warm_up == std::floor(warm_up))) {
    return bad_spec(spec, "warmup= is a whole number of answers from 50 to 1e9");
  }
  watch.warm_up = static_cast<std::uint64_t>(warm_up);
  if (words.has("promoters") != words.has("detractors")) {
    return bad_spec(spec, "what is usual takes both: promoters=0.5,detractors=0.2");
  }
  if (words.has("promoters")) {
    if (words.has("warmup")) {
      return bad_spec(spec,
                      "what is usual is declared (promoters=, detractors=) or learnt (warmup=)");
    }
    watch.usual = AssumedShares::from(promoters, detractors);
    if (!watch.usual) {
      return bad_spec(spec,
                      "promoters= and detractors= are shares from 0 to 1, together at most 1");
    }
  }
  return Watch(watch);
}

Result<Watch> silence(const std::string& spec, const Words& words) {
  SilenceWatch watch;
  double weeks = watch.weeks;
  auto read =
      all_of({words.allow("silence", {"silence", "arl", "weeks"}),
              words.number("arl", watch.answers_per_false_alarm), words.number("weeks", weeks)});
  if (!read) return std::move(read).error();
  if (!(weeks >= 1 && weeks <= 52 && weeks == std::floor(weeks))) {
    return bad_spec(spec, "weeks= is a whole number from 1 to 52");
  }
  watch.weeks = static_cast<int>(weeks);
  return Watch(watch);
}

}  // namespace

Result<Watch> watch_of(const std::string& spec, const Zone& zone) {
  const auto words = Words::read(spec);
  if (!words) return words.error();
  auto watch = [&]() -> Result<Watch> {
    if (words->has("since")) return since(spec, *words, zone);
    if (words->has("drop")) return drop(*words);
    if (words->has("below")) return below(*words);
    if (words->has("cusum")) return cusum(spec, *words);
    if (words->has("silence")) return silence(spec, *words);
    return bad_spec(spec,
                    "it says none of below=20,window=30d, drop=10,window=7d, "
                    "cusum,arl=5000,shift=10, since=INSTANT,below=30 and silence");
  }();
  if (!watch) return watch;
  // The bounds are the library's; its sentence is told with the specification.
  const auto possible = Watches::create({*watch});
  if (!possible) return bad_spec(spec, possible.error().message);
  return watch;
}

}  // namespace nps::cli
