#include "support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

namespace nps::test {
namespace {

/// The two ends of a stream; -1 where there is none.
struct Ends {
  int ours = -1;
  int theirs = -1;
};

Ends open_terminal(unsigned short columns) {
  Ends ends{::posix_openpt(O_RDWR | O_NOCTTY), -1};
  ::grantpt(ends.ours);
  ::unlockpt(ends.ours);
  std::array<char, 128> name{};
  ::ptsname_r(ends.ours, name.data(), name.size());
  ends.theirs = ::open(name.data(), O_RDWR | O_NOCTTY);
  termios plain{};
  ::tcgetattr(ends.theirs, &plain);
  plain.c_oflag &= ~static_cast<tcflag_t>(OPOST);  // no "\r\n" for "\n"
  ::tcsetattr(ends.theirs, TCSANOW, &plain);
  winsize size{};
  size.ws_col = columns;
  size.ws_row = 40;
  ::ioctl(ends.theirs, TIOCSWINSZ, &size);
  return ends;
}

Ends open_stream(Stream stream, bool input, unsigned short columns) {
  switch (stream) {
    case Stream::Closed: return {};
    case Stream::Full: return {-1, ::open("/dev/full", O_WRONLY)};
    case Stream::Terminal: return open_terminal(columns);
    case Stream::Pipe: break;
  }
  std::array<int, 2> pipe{-1, -1};
  if (::pipe(pipe.data()) != 0) std::abort();
  return input ? Ends{pipe[1], pipe[0]} : Ends{pipe[0], pipe[1]};
}

void close_end(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

/// Only what is async-signal-safe may happen between fork and exec, so all is made ready before.
[[noreturn]] void become(const Command& command, const std::array<int, 3>& streams,
                         char* const* arguments, char* const* environment) {
  for (int number = 0; number < 3; ++number) {
    const int stream = streams[static_cast<std::size_t>(number)];
    if (stream < 0) {
      ::close(number);
    } else if (::dup2(stream, number) < 0) {
      ::_exit(126);
    }
  }
  for (int other = 3; other < 256; ++other) ::close(other);
  if (!command.directory.empty() && ::chdir(command.directory.c_str()) != 0) ::_exit(126);
  ::execve(command.program.c_str(), arguments, environment);
  ::_exit(127);
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, text.find('='));
    const auto replaced = [name](const auto& pair) { return pair.first == name; };
    if (std::ranges::none_of(command.environment, replaced)) all.emplace_back(text);
  }
  for (const auto& [name, value] : command.environment) {
    all.push_back(name);
    all.back().append("=").append(value);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Takes what there is to read; closes the end when there is no more to come.
void drain(int& descriptor, std::string& into) {
  std::array<char, 65536> block{};
  const ssize_t got = ::read(descriptor, block.data(), block.size());
  if (got > 0) {
    into.append(block.data(), static_cast<std::size_t>(got));
  } else {
    close_end(descriptor);  // the end; of a terminal, EIO
  }
}

void feed(int& descriptor, std::string_view& rest) {
  const ssize_t put = ::write(descriptor, rest.data(), rest.size());
  if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
  if (put <= 0 || rest.empty()) close_end(descriptor);
}

}  // namespace

Finished run(const Command& command) {
  ::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> arguments{command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = environment_of(command);
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);

  Ends in = open_stream(command.in, true, command.columns);
  Ends out = open_stream(command.out, false, command.columns);
  Ends err = open_stream(command.err, false, command.columns);
  // Numbers above the three that the child will have.
  std::array<int, 3> streams{};
  for (std::size_t i = 0; i < 3; ++i) {
    int& theirs = i == 0 ? in.theirs : i == 1 ? out.theirs : err.theirs;
    streams[i] = theirs < 0 ? -1 : ::fcntl(theirs, F_DUPFD, 10);
    close_end(theirs);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    become(command, streams, argument_pointers.data(), environment_pointers.data());
  }
  for (int& stream : streams) close_end(stream);

  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> deadline;
  if (command.kill_after) deadline = Clock::now() + *command.kill_after;

  Finished finished;
  std::string_view rest = command.input;
  if (rest.empty()) close_end(in.ours);
  while (in.ours >= 0 || out.ours >= 0 || err.ours >= 0) {
    std::array<pollfd, 3> polled{
        {{in.ours, POLLOUT, 0}, {out.ours, POLLIN, 0}, {err.ours, POLLIN, 0}}};
    const auto patience = deadline ? std::max(*deadline - Clock::now(), Clock::duration::zero())
                                   : Clock::duration(std::chrono::minutes(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
    const timespec timeout{seconds.count(), std::chrono::nanoseconds(patience - seconds).count()};
    if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) {
      ::kill(child, SIGKILL);
      break;
    }
    if (polled[0].revents != 0) feed(in.ours, rest);
    if (polled[1].revents != 0) drain(out.ours, finished.out);
    if (polled[2].revents != 0) drain(err.ours, finished.err);
    // Nobody reads what is still to be fed to a program that has closed its other streams.
    if (out.ours < 0 && err.ours < 0 && command.out == Stream::Pipe) close_end(in.ours);
  }
  close_end(in.ours);
  close_end(out.ours);
  close_end(err.ours);
  int status = 0;
  ::waitpid(child, &status, 0);
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (finished.exit_code == 127) std::abort();  // no such program: the test itself is wrong
  return finished;
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "nps_test.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, std::string_view content) const {
  std::ofstream file(path_ / name, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  return name;
}

std::string Folder::read(const std::string& name) const {
  std::ifstream file(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace nps::test
