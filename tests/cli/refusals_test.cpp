// What is no file of answers: refused with one sentence that helps, and nothing on standard output.
#include <sys/stat.h>

#include "cli/nps_command.h"

using namespace nps::test;

TEST_CASE("nps report: what is no CSV text exits 1 and says what it is", "[cli]") {
  using namespace std::string_literals;
  struct Refused {
    std::string content;
    std::string says;
  };
  const auto refused = GENERATE(values<Refused>({
      {"", "is empty"},
      {"\n\n\n", "only blank lines"},
      {"\xef\xbb\xbf", "empty"},
      {"score,g\n9,a\n8,\"b\n7,c\n", "line 3: a quote is opened here and never closed"},
      {"score,g\n9,\0a\n"s, "line 2: there is a NUL byte"},
      {"no name that is known\n1\n\0\n"s, "line 3: there is a NUL byte"},
      {"\xff\xfes\0c\0o\0r\0e\0"s, "UTF-16"},
      {"\xfe\xff\0s\0c\0o\0r\0e"s, "UTF-16"},
      {"s\0c\0o\0r\0e\0\n\0"s, "UTF-16"},
      {"PK\x03\x04\x14\0\x06\0"s, "spreadsheet"},
      {"\x1f\x8b\x08\0\0\0\0\0"s, "gzip"},
  }));
  NpsCommand nps;
  nps.file("a.csv", refused.content);
  const std::string said = nps.refusal(1, {"a.csv"});
  CHECK(contains(said, "a.csv"));
  CHECK(contains(said, refused.says));
  CHECK(said.find("--") == std::string::npos);  // no option would help
}

TEST_CASE("nps report: missing files, folders and closed streams exit 1", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score\n9\n");
  std::filesystem::create_directory(nps.folder().path() / "folder");
  CHECK(contains(nps.refusal(1, {"none.csv"}), "none.csv cannot be opened: No such file"));
  CHECK(contains(nps.refusal(1, {""}), "No such file"));
  CHECK(contains(nps.refusal(1, {"folder"}), "folder is a directory"));
  CHECK(contains(nps.refusal(1, {"a.csv", "none.csv"}), "none.csv"));
  CHECK(contains(nps.refusal(1, {"-"}), "standard input is empty"));
  nps.process().in = Stream::Closed;
  CHECK(contains(nps.refusal(1, {"-"}), "standard input cannot be read"));
  CHECK(contains(nps.refusal(1, {"a.csv", "-"}), "standard input cannot be read"));
  CHECK(nps.json({"a.csv"})["responses"] == 1);
}

TEST_CASE("nps report: what fails late says nothing on standard output either", "[cli]") {
  NpsCommand nps;
  std::string content = "score,g\n";
  for (int i = 0; i < 10'000; ++i) content += "9,a\n";
  nps.file("a.csv", content + "9\n");
  CHECK(contains(nps.refusal(1, {"a.csv", "--by", "g"}), "line 10002"));
  nps.file("b.csv", content + "9,\"a\n");
  CHECK(contains(nps.refusal(1, {"b.csv", "--by", "g"}), "line 10002"));
}

TEST_CASE("nps report: a failure leaves no file behind and an old one as it was", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n9,a\nx,b\n9\n");
  nps.file("report.txt", "old report");
  nps.file("rejects.csv", "old rejects");
  nps.refusal(1, {"a.csv", "--output", "report.txt", "--rejects", "rejects.csv"});
  CHECK(nps.folder().names() == std::vector<std::string>{"a.csv", "rejects.csv", "report.txt"});
  CHECK(nps.folder().read("report.txt") == "old report");
  CHECK(nps.folder().read("rejects.csv") == "old rejects");
}

TEST_CASE("nps report: a signal leaves no file behind either", "[cli]") {
  NpsCommand nps;
  REQUIRE(::mkfifo((nps.folder().path() / "pipe").c_str(), 0600) == 0);  // nobody ever writes there
  nps.file("report.txt", "old report");
  const auto signal = GENERATE(as<std::string>(), "INT", "TERM", "HUP");
  const Finished ran =
      nps::test::run({.program = "/usr/bin/timeout",
                      .arguments = {"-s", signal, "0.3", NPS_TEST_COMMAND, "report", "pipe",
                                    "--output", "report.txt", "--rejects", "rejects.csv"},
                      .directory = nps.folder().path()});
  CHECK(ran.exit_code == 124);  // timeout had to send it
  CHECK(ran.out.empty());
  CHECK(nps.folder().names() == std::vector<std::string>{"pipe", "report.txt"});
  CHECK(nps.folder().read("report.txt") == "old report");
}

TEST_CASE("nps report: names in messages cannot steer a terminal", "[cli]") {
  NpsCommand nps;
  const std::string evil =
      "e\x1b[31m\r\n\xc2\x9b"
      "1mv";
  nps.file(evil, "score,x" + evil + ",when" + evil + "\n9,a,b" + evil + "\n8\n");
  nps.file("short" + evil, "score,when" + evil + "\n9,b" + evil + "\n");
  nps.file("d" + evil, "score,when\n9,1/1/2020\n");
  std::vector<Arguments> all{
      {evil},
      {"short" + evil, "--time", "when" + evil},
      {"d" + evil, "--time", "when"},
      {"none" + evil},
      {"short" + evil, "--by", "none"},
      {"short" + evil, "--output", "none/" + evil},
      {"short" + evil, "--rejects", "none/" + evil},
      {"short" + evil, "--output", "short" + evil},
      {"--" + evil},
  };
  for (const char* option : {"--rating", "--by", "--zone", "--time-format", "--level", "--format",
                             "--delimiter", "--top", "--week-start", "--delays"}) {
    all.push_back({"short" + evil, option, evil});
  }
  for (const Arguments& arguments : all) {
    const Finished ran = nps.report(arguments);
    INFO(arguments.back());
    CHECK_FALSE(ran.err.empty());
    CHECK_FALSE(contains(ran.err, "\x1b"));
    CHECK_FALSE(contains(ran.err, "\r"));
    CHECK_FALSE(contains(ran.err, "\xc2\x9b"));
    CHECK_FALSE(contains(ran.out, "\x1b"));
    for (const std::string& line : sentences(ran.err)) CHECK(line.starts_with("nps: "));
  }
}
