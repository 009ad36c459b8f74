// Real survey files and what other programs found in them (see SOURCE.txt beside each): the command
// must agree on every figure. The figures that were compared are counted, so that a change that
// loses some of them is seen.
#include <cmath>
#include <fstream>
#include <map>
#include <utility>

#include "cli/nps_command.h"

using namespace nps::test;

namespace {

const std::filesystem::path kData = NPS_TEST_DATA_DIR;

/// Runs and compares; counts what it has compared.
class Comparison {
 public:
  explicit Comparison(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] int figures_compared() const { return compared_; }

  Json report(const std::vector<std::string>& files, const Arguments& options) {
    Arguments arguments;
    for (const std::string& file : files) arguments.push_back((folder_ / file).string());
    arguments.insert(arguments.end(), options.begin(), options.end());
    nps_.process().environment = {{"TZ", "America/Los_Angeles"}};
    return nps_.json(arguments);
  }

  void same(const Json& want, const Json& got) {
    ++compared_;
    CHECK(got == want);
  }
  void near(const Json& want, const Json& got) {
    ++compared_;
    REQUIRE(got.is_number());
    CHECK(std::abs(got.get<double>() - want.get<double>()) <= 1e-6);
  }

  void figures(const Json& want, const Json& got) {
    same(want["n"], got["responses"]);
    same(want["promoters"], got["promoters"]);
    same(want["passives"], got["passives"]);
    same(want["detractors"], got["detractors"]);
    if (want.contains("nps") && !want["nps"].is_null()) near(want["nps"], got["nps"]);
    if (want.contains("histogram_0_10")) same(want["histogram_0_10"], got["distribution"]);
    if (want.contains("mean_score") && !want["mean_score"].is_null()) {
      near(want["mean_score"], got["mean"]);
    }
    if (want["n"] != 0) {
      REQUIRE(got["interval"].is_object());
      CHECK(-100 <= got["interval"]["low"]);
      CHECK(got["interval"]["low"] <= got["nps"]);
      CHECK(got["nps"] <= got["interval"]["high"]);
      CHECK(got["interval"]["high"] <= 100);
    }
  }

  /// Groups under "value | value" of these dimensions. What `want` tells apart by spaces only is
  /// one group to us, so such are added up.
  void groups(const Json& want, const Json& got, const std::vector<std::string>& dimensions) {
    std::map<std::string, Json> found;
    for (const Json& group : got["groups"]) {
      std::string key;
      for (const std::string& dimension : dimensions) {
        key += (key.empty() && dimension == dimensions.front() ? "" : " | ") +
               group["key"][dimension].get<std::string>();
      }
      REQUIRE(found.emplace(key, group).second);
    }
    std::map<std::string, Json> wanted;
    for (const auto& [key, figures] : want.items()) add_up(wanted[trimmed(key)], figures);
    for (const auto& [key, figures] : wanted) {
      if (figures["n"] == 0) continue;
      INFO("group " << key);
      REQUIRE(found.contains(key));
      this->figures(figures, found[key]);
      found.erase(key);
    }
    CHECK(found.empty());  // no group that nobody expects
  }

 private:
  static std::string trimmed(const std::string& key) {
    std::string out;
    for (std::size_t at = 0;;) {
      const std::size_t end = key.find(" | ", at);
      const std::string part = key.substr(at, end == std::string::npos ? end : end - at);
      const auto first = part.find_first_not_of(' ');
      if (first != std::string::npos) {
        out += part.substr(first, part.find_last_not_of(' ') - first + 1);
      }
      if (end == std::string::npos) return out;
      out += " | ";
      at = end + 3;
    }
  }
  static void add_up(Json& sum, const Json& figures) {
    if (sum.is_null()) sum = Json::object();
    for (const char* name : {"n", "promoters", "passives", "detractors"}) {
      sum[name] = sum.value(name, 0) + figures[name].get<int>();
    }
    const double n = sum["n"];
    sum["nps"] =
        n == 0 ? Json(nullptr)
               : Json(100.0 * (sum["promoters"].get<int>() - sum["detractors"].get<int>()) / n);
  }

  std::filesystem::path folder_;
  NpsCommand nps_;
  int compared_ = 0;
};

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// One file: the total, what was rejected, each segment, periods, weights, one answer a customer.
void compare_file(Comparison& compare, const Json& want, const Arguments& time_format) {
  const std::vector<std::string> file{want["file"]};
  Arguments base{"--rating", want["score_column"]};
  if (want["encoding"] != "utf-8") base = with(base, {"--encoding", "latin1"});
  const Json total = compare.report(file, base);
  compare.figures(want["overall"], total);
  compare.same(want["rejected"].get<Sizes>(), rejected(total));

  for (const auto& [segment, groups] : want["by_segment"].items()) {
    INFO("by " << segment);
    const auto cross = segment.find(" x ");
    std::vector<std::string> dimensions{segment.substr(0, cross)};
    if (cross != std::string::npos) dimensions.push_back(segment.substr(cross + 3));
    Arguments by = base;
    for (const std::string& dimension : dimensions) {
      by = with(by, {"--by", "\"" + dimension + "\""});
    }
    compare.groups(groups, compare.report(file, by), dimensions);
  }
  Arguments timed = base;
  if (want.contains("date_column")) {
    timed = with(with(base, {"--time", want["date_column"]}), time_format);
    for (const auto& [name, dimension] :
         {std::pair("by_month", "@month"), std::pair("by_quarter", "@quarter")}) {
      if (!want.contains(name)) continue;
      compare.groups(want[name], compare.report(file, with(timed, {"--by", dimension})),
                     {dimension});
    }
  }
  for (const char* which : {"latest", "first"}) {
    const std::string name = std::string(which) + "_per_customer";
    if (!want.contains(name) || !want.contains("date_column")) continue;
    compare.figures(want[name],
                    compare.report(file, with(timed, {"--customer", want["customer_column"],
                                                      "--count", which})));
  }
  if (want.contains("weighted")) {
    const Json weighted =
        compare.report(file, with(base, {"--weight", want["weighted"]["column"]}))["weighted"];
    compare.near(want["weighted"]["nps"], weighted["nps"]);
    compare.near(want["weighted"]["sum_weights"], weighted["sum_weights"]);
  }
}

Json expectations(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return Json::parse(stream);
}

}  // namespace

TEST_CASE("real files: every figure of a file is the one that others found", "[cli][data]") {
  struct Set {
    const char* file;
    int figures;
    Arguments time_format;
  };
  const auto set = GENERATE(values<Set>({
      {"carpentries_longterm_2017/expected.json", 238, {}},
      {"carpentries_longterm_2017/expected_crlf.json", 138, {}},
      {"carpentries_longterm_2020_03/expected.json", 128, {}},
      {"datacamp_2020q4/expected_email.json", 28, {}},
      {"datacamp_2020q4/expected_mobile.json", 28, {}},
      {"datacamp_2020q4/expected_web.json", 28, {}},
      {"garden_store_fr/expected_NPSgame.json", 213, {}},
      {"preppin_040/expected.json", 18, {}},
      {"preppin_040/expected_input_01.json", 18, {"--time-format", "mdy"}},
      {"sfo_2017/expected.json", 970, {}},
  }));
  INFO(set.file);
  const std::filesystem::path file = kData / set.file;
  Comparison compare(file.parent_path());
  compare_file(compare, expectations(file), set.time_format);
  CHECK(compare.figures_compared() == set.figures);
}

TEST_CASE("real files: several together, by file, by month, and the latest of each customer",
          "[cli][data]") {
  const std::filesystem::path folder = kData / "datacamp_2020q4";
  const Json want = expectations(folder / "expected.json");
  Comparison compare(folder);
  std::vector<std::string> files;
  Json by_file;
  for (const std::string channel : {"email", "mobile", "web"}) {
    files.push_back("2020Q4_nps_" + channel + ".csv");
    by_file["2020Q4_nps_" + channel] = want["by_channel"][channel];
  }
  const Json report = compare.report(files, {"--by", "@file"});
  compare.figures(want["overall"], report);
  compare.groups(by_file, report, {"@file"});

  const Arguments timed{"--time", "response_date"};
  compare.groups(want["by_month"], compare.report(files, with(timed, {"--by", "@month"})),
                 {"@month"});
  Json by_month_and_file;
  for (const auto& [key, figures] : want["by_month_x_channel"].items()) {
    std::string under = key;
    by_month_and_file[under.insert(under.find(" | ") + 3, "2020Q4_nps_")] = figures;
  }
  compare.groups(by_month_and_file, compare.report(files, with(timed, {"--by", "@month,@file"})),
                 {"@month", "@file"});

  const Arguments customers{"--customer", "user_id"};
  const Json all = compare.report(files, customers);
  compare.same(want["distinct_customers"], all["customers"]);
  const Json latest = compare.report(files, with(with(timed, customers), {"--count", "latest"}));
  compare.figures(want["latest_per_customer"], latest);
  compare.same(want["distinct_customers"], latest["customers"]);
  CHECK(compare.figures_compared() == 91);
}
