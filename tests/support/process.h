// Runs a program as a user's shell would, and says all that came of it.
//
//   const Finished ran = run({.program = "/bin/cat", .input = "hello"});
//   CHECK(ran.exit_code == 0);
//   CHECK(ran.out == "hello");
#ifndef NPS_TESTS_SUPPORT_PROCESS_H_
#define NPS_TESTS_SUPPORT_PROCESS_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::test {

/// Where a stream of the program leads.
enum class Stream : std::uint8_t {
  Pipe,
  Terminal,  // a pseudo-terminal
  Closed,
  Full,  // /dev/full: every write fails
};

struct Command {
  std::string program;
  std::vector<std::string> arguments = {};
  std::string input = {};
  std::vector<std::pair<std::string, std::string>> environment = {};  // besides our own
  std::filesystem::path directory = {};                               // "" for our own
  Stream in = Stream::Pipe;
  Stream out = Stream::Pipe;
  Stream err = Stream::Pipe;
  unsigned short columns = 100;                              // of a terminal
  std::optional<std::chrono::microseconds> kill_after = {};  // by SIGKILL, if it still runs then
};

struct Finished {
  int exit_code = -1;  // 128 + the signal that ended it
  std::string out = {};
  std::string err = {};
};

/// Aborts the test program when there is no such program to run (exit code 127).
[[nodiscard]] Finished run(const Command& command);

/// A folder that is gone with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file and returns its name.
  std::string write(const std::string& name, std::string_view content) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  /// The names of its files, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

}  // namespace nps::test

#endif  // NPS_TESTS_SUPPORT_PROCESS_H_
