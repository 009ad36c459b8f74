// nps store audience: the customers of whom a sentence is true.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/cli.h"
#include "cli/store_file.h"
#include "cli/store_query.h"
#include "nps/customer/audience.h"
#include "nps/detail/text.h"
#include "nps/segment/zone.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kAudienceExamples =
    "The sentence compares band, previous_band, first_band, transition, rating,\n"
    "previous_rating, first_rating, trend, answers, age, journey_stage and channel,\n"
    "by = != < <= > >= and in (...), joined by and, or, not and parentheses. Bands\n"
    "are promoter, passive and detractor; ages are such as 14d, 8w or 36h; a trend is\n"
    "the latest rating less the one before; texts stand in double quotes. Profiles\n"
    "are those of now: --as-of says what ages count from, and no more.\n"
    "\n"
    "Examples:\n"
    "  {0} store audience answers.db \\\n"
    "    'band = detractor and journey_stage = \"delivery\" and age < 14d'\n"
    "  {0} store audience answers.db 'transition = promoter_to_detractor'\n"
    "  {0} store audience answers.db 'rating of \"support\" <= 6 and answers > 1'";

struct AudienceFlags {
  StoreFlags store;
  std::string sentence;
  std::string as_of;
};

Result<int> list_audience(const AudienceFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto zone = zone_of(*store, flags.store);
  if (!zone) return zone.error();
  const auto now = instant_or_now(flags.as_of, *zone);
  if (!now) return now.error();
  const Scale& scale = store->options().policy.scale;
  const auto audience = Audience::parse(flags.sentence, scale);
  if (!audience) return audience.error();
  const SqlCondition condition = audience->sql(*now);
  Json customers = Json::array();
  std::string table;
  bool damaged = false;
  auto found = query(*store,
                     "SELECT customer_id, rating, answered_at FROM nps_profile WHERE " +
                         condition.where + " ORDER BY customer_id",
                     condition.values, [&](const SqlRow& row) {
                       const auto* id = std::get_if<std::string>(&row[0]);
                       const auto rating = Rating::from(number_in(row[1]).value_or(-1));
                       const auto time = number_in(row[2]);
                       if (id == nullptr || !rating) {
                         damaged = true;
                         return;
                       }
                       const std::string band(name(scale.band(*rating)));
                       const std::string when =
                           time ? rfc3339(Timestamp(Timestamp::duration(*time))) : "";
                       customers.push_back({{"customer_id", text_json(*id)},
                                            {"rating", rating->value()},
                                            {"band", band},
                                            {"answered_at", time ? Json(when) : Json(nullptr)}});
                       table += fmt::format("  {:>2}  {:<9}  {:<20}  {}\n", rating->value(), band,
                                            when, detail::printable(*id));
                     });
  if (!found) return of_file(std::move(found).error(), flags.store.database);
  if (damaged) {
    return Error{ErrorCode::Malformed,
                 fmt::format("{}: a profile without a customer or rating", flags.store.database)};
  }
  table =
      fmt::format("{} {}: {}\n", customers.size(), customers.size() == 1 ? "customer" : "customers",
                  detail::printable(audience->text())) +
      table;
  if (flags.store.format == "json") {
    return write_json({{"audience", text_json(audience->text())},
                       {"as_of", rfc3339(*now)},
                       {"customers", std::move(customers)}});
  }
  if (auto written = write_stdout(table, true); !written) return std::move(written).error();
  return kDone;
}

}  // namespace

void add_store_audience(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("audience", "Lists the customers of whom a sentence is true");
  auto flags = std::make_shared<AudienceFlags>();
  add_store_flags(*command, flags->store, {"table", "json"});
  command->footer(fmt::format(kAudienceExamples, program));
  command->add_option("SENTENCE", flags->sentence, "Who is meant")->required()->option_text(" ");
  command->add_option("--as-of", flags->as_of, "The instant that ages count from (default: now)")
      ->type_name("INSTANT")
      ->group("Store");
  when_run(*command, exit_code, [flags] { return list_audience(*flags); });
}

}  // namespace nps::cli
