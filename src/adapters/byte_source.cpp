#include "nps/adapters/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "nps/detail/text.h"

namespace nps {
namespace {

Error unreadable(const std::string& name, std::string_view what) {
  return {ErrorCode::Unreadable, detail::printable(name) + std::string(what), {name, 0, {}}};
}

std::string reason(int error) { return std::generic_category().message(error); }

class Descriptor final : public ByteSource {
 public:
  Descriptor(int descriptor, bool owned, std::string name, std::optional<std::uint64_t> size)
      : ByteSource(std::move(name), size),
        descriptor_(descriptor),
        owned_(owned),
        // Where a path of /dev gives another's open file instead of opening it anew, it may be amid it.
        has_places_(owned && size && ::lseek(descriptor, 0, SEEK_CUR) == 0) {}
  ~Descriptor() override {
    if (owned_) ::close(descriptor_);
  }

  Result<std::size_t> read(std::span<char> into) override {
    auto got = read_with([&] { return ::read(descriptor_, into.data(), into.size()); });
    if (got) next_ += *got;
    return got;
  }
  [[nodiscard]] bool has_places() const noexcept override { return has_places_; }
  Result<std::size_t> read_at(std::uint64_t place, std::span<char> into) override {
    if (!has_places_) return ByteSource::read_at(place, into);
    const auto from = static_cast<off_t>(next_ + place);
    return read_with([&] { return ::pread(descriptor_, into.data(), into.size(), from); });
  }

 private:
  template <typename Call>
  Result<std::size_t> read_with(const Call& call) {
    for (;;) {
      const ssize_t got = call();
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return unreadable(name(), " cannot be read: " + reason(errno) + ".");
    }
  }

  int descriptor_;
  bool owned_;
  bool has_places_;
  std::uint64_t next_ = 0;  // the byte that read() gives next
};

class Memory final : public ByteSource {
 public:
  Memory(std::string_view bytes, std::string name)
      : ByteSource(std::move(name), bytes.size()), rest_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), rest_.size());
    std::copy_n(rest_.data(), count, into.data());
    rest_.remove_prefix(count);
    return count;
  }
  [[nodiscard]] bool has_places() const noexcept override { return true; }
  Result<std::size_t> read_at(std::uint64_t place, std::span<char> into) override {
    if (place >= rest_.size()) return std::size_t{0};
    return rest_.substr(static_cast<std::size_t>(place)).copy(into.data(), into.size());
  }

 private:
  std::string_view rest_;
};

/// The size of a regular file; a pipe, a device or a file of /proc (0 there) has none beforehand.
std::optional<std::uint64_t> size_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode) || status.st_size <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

ByteSource::ByteSource(std::string name, std::optional<std::uint64_t> size)
    : name_(std::move(name)), size_(size) {}

ByteSource::~ByteSource() = default;

Result<std::size_t> ByteSource::read_at(std::uint64_t /*place*/, std::span<char> /*into*/) {
  return unreadable(name(), " cannot be read from any place, only in order.");
}

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    return unreadable(path, " cannot be opened: a path cannot hold a NUL byte.");
  }
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) {
    return unreadable(path, " cannot be opened: " + reason(errno) + ".");
  }
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) {
    const int error = errno;
    ::close(descriptor);
    return unreadable(path, " cannot be opened: " + reason(error) + ".");
  }
  if (S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    return unreadable(path, " is a directory; name a file in it.");
  }
  return std::unique_ptr<ByteSource>(
      std::make_unique<Descriptor>(descriptor, true, path, size_of(status)));
}

std::unique_ptr<ByteSource> standard_input() {
  struct stat status = {};
  std::optional<std::uint64_t> size;
  if (::fstat(STDIN_FILENO, &status) == 0) size = size_of(status);
  return std::make_unique<Descriptor>(STDIN_FILENO, false, "standard input", size);
}

std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes, std::string name) {
  return std::make_unique<Memory>(bytes, std::move(name));
}

}  // namespace nps
