#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/cli.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

constexpr std::uint64_t kLong = std::uint64_t{8} << 20U;
constexpr int kBar = 30;

}  // namespace

Progress::Progress(const std::string& name, std::optional<std::uint64_t> total)
    : name_(detail::printable(name)) {
  if (total && *total >= kLong && stderr_is_terminal()) total_ = *total;
}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::at(std::uint64_t bytes) {
  if (total_ == 0) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  drawn_ = true;
  const double done = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total_));
  const int filled = static_cast<int>(done * kBar);
  std::fputs(fmt::format("\r\x1b[K{} [{:#<{}}{:-<{}}] {:.0f} %", name_, "", filled, "",
                         kBar - filled, done * 100)
                 .c_str(),
             stderr);
  std::fflush(stderr);
}

}  // namespace nps::cli
