#include "cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace nps::cli {
namespace {

// ---- files that are to go when a signal ends the process ----

constexpr std::array kDeadlySignals{SIGHUP, SIGINT, SIGPIPE, SIGTERM};

struct Leftover {
  std::array<char, PATH_MAX> path;
  volatile std::sig_atomic_t used;
};
std::array<Leftover, 3> leftovers{};  // --output, --rejects and --snapshot

extern "C" void remove_leftovers(int signal) {
  for (const Leftover& leftover : leftovers) {
    if (leftover.used != 0) ::unlink(leftover.path.data());
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void remove_on_signal(const std::string& path) {
  const auto free =
      std::ranges::find_if(leftovers, [](const Leftover& leftover) { return leftover.used == 0; });
  if (free == leftovers.end() || path.size() >= free->path.size()) return;
  std::ranges::copy(path, free->path.begin());
  free->path[path.size()] = '\0';
  free->used = 1;
  for (const int number : kDeadlySignals) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = remove_leftovers;
    ::sigaction(number, &action, nullptr);
  }
}

void keep_on_signal(const std::string& path) {
  for (Leftover& leftover : leftovers) {
    if (leftover.path.data() == path) leftover.used = 0;
  }
}

Error cannot_write(const std::string& path, int error) {
  return {ErrorCode::Unreadable,
          fmt::format("cannot write {}: {}", path, std::strerror(error)),
          {.file = path}};
}

// Links are followed, so that the file they point to is replaced and not the link.
std::string target_of(const std::string& path) {
  std::error_code ignored;
  const auto target =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
  return target.empty() ? path : target.string();
}

/// A file in the folder of that one that nobody can see, and that goes with the process. -1 where
/// there is no such thing, or no way to give it a name later.
int open_without_name(const std::string& path) {
#ifdef O_TMPFILE
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (::access("/proc/self/fd", X_OK) != 0) return -1;
  return ::open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
#else
  static_cast<void>(path);
  return -1;
#endif
}

/// Puts on the disk which files the folder of that file has. Some file systems have no such thing for
/// folders, and need none.
int sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  ::close(descriptor);
  return error;
}

}  // namespace

Result<OutputFile> OutputFile::open(const std::string& path) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) return cannot_write(path, errno);
    return OutputFile(path, "", file);
  }
  const std::string target = target_of(path);
  if (exists && ::access(target.c_str(), W_OK) != 0) return cannot_write(path, errno);
  std::string temporary = target + ".XXXXXX";
  bool named = false;
  int descriptor = open_without_name(target);
  if (descriptor < 0) {
    named = true;
    descriptor = ::mkstemp(temporary.data());
    if (descriptor < 0) return cannot_write(path, errno);
    remove_on_signal(temporary);
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t mode = exists ? status.st_mode & 07777U : 0666U & ~mask;
  std::FILE* file = ::fchmod(descriptor, mode) == 0 ? ::fdopen(descriptor, "w") : nullptr;
  if (file == nullptr) {
    const int error = errno;
    ::close(descriptor);
    if (named) ::unlink(temporary.c_str());
    keep_on_signal(temporary);
    return cannot_write(path, error);
  }
  return OutputFile(target, temporary, file, named);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      named_(other.named_),
      file_(std::move(other.file_)),
      error_(other.error_) {}

OutputFile::~OutputFile() {
  file_.reset();
  if (temporary_.empty() || !named_) return;
  ::unlink(temporary_.c_str());
  keep_on_signal(temporary_);
}

void OutputFile::write(std::string_view text) noexcept {
  if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    error_ = errno;
  }
}

/// A file without a name cannot take another's place, so it gets one first, which nobody has.
int OutputFile::give_name() noexcept {
  if (std::fflush(file_.get()) != 0) return errno;
  std::array<char, 32> itself{};
  *fmt::format_to_n(itself.data(), itself.size() - 1, "/proc/self/fd/{}", ::fileno(file_.get()))
       .out = '\0';
  const std::size_t random = temporary_.size() - 6;
  for (unsigned tries = 0; tries < 1000; ++tries) {
    const auto number = static_cast<unsigned>(::getpid()) * 1000U + tries;
    for (std::size_t i = 0; i < 6; ++i) {
      constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
      temporary_[random + i] = kDigits[(number >> (5U * i)) & 31U];
    }
    if (::linkat(AT_FDCWD, itself.data(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      named_ = true;
      return 0;
    }
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

Result<> OutputFile::commit() { return commit(false); }
Result<> OutputFile::commit_durably() { return commit(true); }

Result<> OutputFile::commit(bool durably) {
  durably = durably && !temporary_.empty();  // a pipe or a device has no more to give
  if (error_ == 0 && durably &&
      (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0)) {
    error_ = errno;
  }
  if (error_ == 0 && !named_) error_ = give_name();
  if (error_ == 0 && std::fclose(file_.release()) != 0) error_ = errno;
  if (error_ == 0 && !temporary_.empty() && std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    error_ = errno;
  }
  if (error_ == 0 && durably) error_ = sync_folder_of(path_);
  if (error_ != 0) return cannot_write(path_, error_);
  keep_on_signal(temporary_);
  temporary_.clear();
  return {};
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored) || target_of(a) == target_of(b);
}

}  // namespace nps::cli
