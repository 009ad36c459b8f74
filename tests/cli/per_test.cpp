// What counts once for nps report: --per customer, stage, account.
#include "cli/nps_command.h"

using namespace nps::test;

namespace {

const char* const kAnswers =
    "score,who,when,stage,account\n"
    "0,ann,2020-01-01,delivery,acme\n"
    "10,ann,2020-01-02,delivery,acme\n"
    "3,ann,2020-01-03,support,acme\n"
    "9,bob,2020-01-01,delivery,bolt\n"
    "9,eve,2020-01-01,delivery,\n";

}  // namespace

TEST_CASE("nps report: --per says what counts once, and so does the policy", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const Json all = nps.json({"a.csv"});
  CHECK(all["policy"]["per"] == nullptr);
  CHECK(all["responses"] == 5);

  const Arguments known{"a.csv", "--customer", "who", "--time", "when"};
  const auto with = [&](const Arguments& more) {
    Arguments arguments = known;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return nps.json(arguments);
  };
  const Json customer = with({"--count", "latest", "--per", "customer"});
  CHECK(customer == with({"--count", "latest"}));
  CHECK(customer["policy"]["per"] == "customer");
  CHECK(customer["responses"] == 3);

  const Json stage = with({"--count", "latest", "--per", "stage", "--stage", "stage"});
  CHECK(stage["policy"]["per"] == "customer and stage");
  CHECK(stage["policy"]["which"] == "latest");
  CHECK(stage["responses"] == 4);
  CHECK(stage["superseded"] == 1);
  CHECK(stage["customers"] == 3);
  // The same column may be grouped by.
  const Json stages =
      with({"--count", "latest", "--per", "stage", "--stage", "stage", "--by", "stage"});
  CHECK(stages["groups"].size() == 2);
  CHECK(stages["groups"][0]["responses"] == 3);

  const Json account = with({"--per", "account", "--account", "account"});
  CHECK(account["policy"]["per"] == "account");
  CHECK(account["policy"]["which"] == "all");
  CHECK(account["accounts"] == 3);
  CHECK(account["no_account"] == 1);
  CHECK(account["responses"] == 5);
  CHECK(account["nps"].get<double>() == Approx((-100.0 / 3 + 100 + 100) / 3));
  CHECK(account["interval"]["method"] == "linearised");
}

TEST_CASE("nps report: --per without what it needs is wrong usage", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const auto refused = [&](const Arguments& more) {
    Arguments arguments{"a.csv", "--customer", "who", "--time", "when"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished ran = nps.report(arguments);
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    return ran.err;
  };
  CHECK(contains(refused({"--per", "customer"}), "--count latest or first"));
  CHECK(contains(refused({"--per", "stage", "--stage", "stage"}), "--count latest or first"));
  CHECK(contains(refused({"--per", "stage", "--count", "latest"}), "--stage COLUMN"));
  CHECK(contains(refused({"--per", "account"}), "--account COLUMN"));
  CHECK(contains(refused({"--stage", "stage"}), "--per stage"));
  CHECK(contains(refused({"--account", "account"}), "--per account"));
  CHECK(contains(refused({"--per", "account", "--account", "account", "--weight", "score"}),
                 "without --weight"));
  CHECK(contains(refused({"--per", "account", "--account", "account", "--scan", "--by", "stage"}),
                 "without --per account"));
  CHECK(contains(refused({"--per", "account", "--account", "nobody"}), "nobody"));
}
