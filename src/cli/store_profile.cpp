// nps store profile and traits: what is known of one customer, and of all as a platform takes it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/store_file.h"
#include "nps/customer/profile.h"
#include "nps/customer/traits.h"
#include "nps/detail/text.h"
#include "nps/segment/zone.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

// ---- profile ------------------------------------------------------------------------------------

struct ProfileFlags {
  StoreFlags store;
  std::string customer;
};

Json history_json(const AnswerHistory& history, const Scale& scale) {
  return {{"answers", history.answers},
          {"first", to_json(history.first, scale)},
          {"previous", to_json(history.previous, scale)},
          {"latest", to_json(history.latest, scale)}};
}

Json profile_json(const Profile& profile, const Scale& scale) {
  Json json{{"customer_id", text_json(profile.customer)}};
  json.update(history_json(profile, scale));
  json["stages"] = Json::array();
  for (const StageProfile& stage : profile.stages) {
    Json one{{"journey_stage", text_json(stage.journey_stage)}};
    one.update(history_json(stage, scale));
    json["stages"].push_back(std::move(one));
  }
  return json;
}

std::string line_of(std::string_view what, const std::optional<ProfileAnswer>& answer,
                    const Scale& scale) {
  if (!answer) return "";
  std::string line = fmt::format(
      "  {:<9} {:>2}  {:<9}  {}", what, answer->rating.value(), name(scale.band(answer->rating)),
      answer->answered_at ? rfc3339(*answer->answered_at) : "without a time");
  for (const std::string& label : {answer->channel, answer->journey_stage}) {
    if (!label.empty()) line += "  " + detail::printable(label);
  }
  return line + "\n";
}

std::string profile_table(const Profile& profile, const Scale& scale) {
  std::string text = fmt::format("{}: {} {}\n", detail::printable(profile.customer),
                                 profile.answers, profile.answers == 1 ? "answer" : "answers");
  text += line_of("latest", profile.latest, scale);
  text += line_of("previous", profile.previous, scale);
  text += line_of("first", profile.first, scale);
  for (const StageProfile& stage : profile.stages) {
    if (stage.journey_stage.empty()) continue;
    text += fmt::format("\nof {}: {} {}\n", detail::printable(stage.journey_stage), stage.answers,
                        stage.answers == 1 ? "answer" : "answers");
    text += line_of("latest", stage.latest, scale);
    text += line_of("previous", stage.previous, scale);
    text += line_of("first", stage.first, scale);
  }
  return text;
}

Result<int> show_profile(const ProfileFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto profile = store->profile(flags.customer);
  if (!profile) return of_file(profile.error(), flags.store.database);
  if (!*profile) {
    say(fmt::format("{}: customer '{}' has no answers that count", flags.store.database,
                    flags.customer));
    return kFailed;
  }
  const Scale& scale = store->options().policy.scale;
  if (flags.store.format == "json") return write_json(profile_json(**profile, scale));
  if (auto written = write_stdout(profile_table(**profile, scale), true); !written) {
    return std::move(written).error();
  }
  return kDone;
}

// ---- traits -------------------------------------------------------------------------------------

struct TraitFlags {
  StoreFlags store;
  std::uint64_t since = 0;
};

Result<int> write_traits(const TraitFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  // Asked for first: what changes while this reads is told again, and nothing is left out.
  const auto changed = store->changed();
  if (!changed) return of_file(changed.error(), flags.store.database);
  TraitNames names;  // of all stages there are, so that they do not depend on who has changed
  auto read = store->for_each_profile(0, [&names](const Profile& profile) {
    for (const StageProfile& stage : profile.stages) names.add(stage.journey_stage);
  });
  std::vector<Traits> all;
  if (read) {
    read = store->for_each_profile(
        static_cast<std::int64_t>(flags.since), [&](const Profile& profile) {
          all.push_back(traits_of(profile, store->options().policy.scale, names));
        });
  }
  if (!read) return of_file(std::move(read).error(), flags.store.database);
  std::ranges::sort(all, {}, &Traits::customer);
  std::string text;
  const bool document = flags.store.format == "json";
  if (document) text = fmt::format("{{\"changed\":{},\"traits\":[", *changed);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (document && i > 0) text += ',';
    text += (document ? "\n" : "") + render_json(all[i]) + (document ? "" : "\n");
  }
  if (document) text += "\n]}\n";
  if (auto written = write_stdout(text, false); !written) return std::move(written).error();
  for (const auto& [name, stages] : names.collisions()) {
    say(fmt::format("{} stages would have the name {}, so each has a hash in its own",
                    stages.size(), name));
  }
  if (!document) say(fmt::format("what changes from now on: --since {}", *changed));
  return kDone;
}

}  // namespace

void add_store_profile(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command = store.add_subcommand("profile", "Shows what is known of one customer");
  auto flags = std::make_shared<ProfileFlags>();
  add_store_flags(*command, flags->store, {"table", "json"});
  command->footer(fmt::format("Example:\n  {} store profile answers.db 44903", program));
  command->add_option("CUSTOMER", flags->customer, "The customer's id")
      ->required()
      ->option_text(" ");
  when_run(*command, exit_code, [flags] { return show_profile(*flags); });
}

void add_store_traits(CLI::App& store, const std::string&, int& exit_code) {
  CLI::App* command = store.add_subcommand("traits", "Lists customers' traits for another system");
  auto flags = std::make_shared<TraitFlags>();
  add_store_flags(*command, flags->store, {"ndjson", "json"});
  command->footer(
      "One customer a line, or (--format json) one document, whose \"changed\" is the\n"
      "number for the next --since. With ndjson it is told on standard error.");
  whole(command->add_option("--since", flags->since,
                            "Only customers whose profile changed after the export\nthat gave this "
                            "number"),
        0, INT64_MAX)
      ->type_name("N")
      ->group("Store");
  when_run(*command, exit_code, [flags] { return write_traits(*flags); });
}

}  // namespace nps::cli
