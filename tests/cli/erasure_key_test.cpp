// --erasure-key: the hashes that stay of the erased are the host's alone, and who comes with another
// key is told so.
#include <string>

#include "cli/replay_command.h"

using namespace nps::test;

namespace {

// Two customers, one of them erased; Bob's answer comes again after he was.
Lines with_erasure() {
  return {answer("r", 1, 3, R"(,"customer_id":"ann")"),
          answer("s", 1, 9, R"(,"customer_id":"bob")"), erased("bob"),
          answer("s", 2, 10, R"(,"customer_id":"bob")")};
}

constexpr const char* kKey = "00112233445566778899aAbBcCdDeEfF";

std::string raw_key() {
  std::string bytes;
  for (int i = 0; i < 16; ++i) bytes += static_cast<char>(0x11 * i);
  return bytes;
}

}  // namespace

TEST_CASE("nps replay: an erasure key keys what a snapshot keeps of the erased, and nothing else",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", joined(with_erasure()));
  nps.file("key", kKey);
  nps.file("other", std::string(16, 'k'));
  const Json plain = nps.json({"a", "--snapshot", "plain"});
  CHECK(nps.json({"a", "--snapshot", "s", "--erasure-key", "key"}) == plain);
  CHECK(nps.json({"a", "--snapshot", "t", "--erasure-key", "other"}) == plain);
  const std::string keyed = nps.folder().read("s");
  CHECK(keyed != nps.folder().read("plain"));
  CHECK(keyed != nps.folder().read("t"));
  // It goes on: with the same key Bob is still known to be erased.
  nps.file("late", answer("t", 1, 9, R"(,"customer_id":"bob")"));
  const Json on = nps.json({"late", "--merge", "s", "--erasure-key", "key", "--snapshot", "u"});
  CHECK(on["responses"] == 1);
  CHECK(on["ledger"]["erased"] == 2);
  CHECK(nps.json({"a", "late", "--erasure-key", "key", "--snapshot", "v"})["responses"] == 1);
  CHECK(nps.folder().read("u") == nps.folder().read("v"));
}

TEST_CASE("nps replay: an erasure key is the same raw and as hexadecimal digits, with any line end",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", joined(with_erasure()));
  nps.file("raw", raw_key());
  nps.json({"a", "--erasure-key", "raw", "--snapshot", "s"});
  const std::string snapshot = nps.folder().read("s");
  for (const char* end : {"", "\n", "\r\n"}) {
    nps.file("hex", std::string(kKey) + end);
    nps.json({"a", "--erasure-key", "hex", "--snapshot", "t", "--merge", "s"});
    CHECK(nps.folder().read("t") == snapshot);
  }
}

TEST_CASE("nps replay: a snapshot of another erasure key does not merge, and says why",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", joined(with_erasure()));
  nps.file("key", kKey);
  nps.file("other", std::string(16, 'k'));
  nps.json({"a", "--snapshot", "s", "--erasure-key", "key"});
  nps.json({"a", "--snapshot", "plain"});
  const auto refused = [&nps](Arguments more, const std::string& why) {
    more.insert(more.begin(), {"a", "--snapshot", "new"});
    const std::string said = nps.refusal(2, more);
    INFO(said);
    CHECK(contains(said, why));
    CHECK(contains(said, "Pass the --by, --zone, --order and --erasure-key"));
  };
  refused({"--merge", "s", "--erasure-key", "other"}, "has another erasure key");
  refused({"--merge", "s"}, "has an erasure key, and these options have none");
  refused({"--merge", "plain", "--erasure-key", "key"}, "has no erasure key");
  CHECK(nps.folder().names() == Lines{"a", "key", "other", "plain", "s"});
}

TEST_CASE("nps replay: what is no erasure key is refused, and its content is not told",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", joined(with_erasure()));
  for (const std::string& content :
       {std::string(), std::string("secret"), raw_key() + "\n", std::string(kKey) + "0",
        std::string(kKey) + "\n\n", std::string(31, 'a') + "g", std::string(1000, 'a')}) {
    nps.file("key", content);
    const std::string said = nps.refusal(2, {"a", "--erasure-key", "key"});
    CHECK(contains(said, "--erasure-key: key holds no key: that is 16 bytes"));
    CHECK_FALSE(contains(said, "secret"));
  }
  CHECK(contains(nps.refusal(1, {"a", "--erasure-key", "none"}), "none cannot be opened"));
  // A variable of a shell that is not set must not make a state without a key.
  nps.refusal(1, {"a", "--erasure-key", ""});
  nps.file("key", kKey);
  for (const char* option : {"--snapshot", "--output", "--rejects"}) {
    CHECK(contains(nps.refusal(2, {"a", "--erasure-key", "key", option, "./key"}),
                   "key would be written over"));
  }
  CHECK(nps.folder().read("key") == kKey);
}
