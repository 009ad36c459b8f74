#include "cli/alarm_line.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>

#include "nps/report/render.h"
#include "nps/segment/zone.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json instant(const std::optional<Timestamp>& at) { return at ? Json(rfc3339(*at)) : Json(nullptr); }

// The figures as every report writes them.
Json figures_of(const Tally& tally, const ReportOptions& options) {
  return Json::parse(render_json(figures(tally, options.policy.scale, options.interval)));
}

}  // namespace

std::string alarm_line(const Alarm& alarm, const std::string& spec,
                       const std::vector<std::string>& by, const ReportOptions& options) {
  Json key = Json::object();
  for (std::size_t d = 0; d < by.size(); ++d) key[by[d]] = alarm.key[d];
  Json line{{"number", alarm.number},
            {"alarm", spec},
            {"kind", name(alarm.kind)},
            {"key", std::move(key)}};
  line["at"] = instant(alarm.at);
  line["since"] = instant(alarm.since);
  line["points"] = alarm.kind == AlarmKind::Silence ? Json(nullptr) : Json(alarm.points);
  line.update(figures_of(alarm.tally, options));
  if (alarm.before) line["before"] = figures_of(*alarm.before, options);
  if (alarm.direction) line["direction"] = *alarm.direction == Direction::Up ? "up" : "down";
  line["limits"] = nullptr;
  if (alarm.interval) {
    line["limits"] = {{"level", alarm.interval->level.value()},
                      {"low", alarm.interval->low},
                      {"high", alarm.interval->high}};
  }
  line["p"] = or_null(alarm.p);
  line["answers_per_false_alarm"] = or_null(alarm.answers_per_false_alarm);
  line["corrected"] = alarm.corrected;
  line["detail"] = sentence(alarm, options.policy.scale);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nps::cli
