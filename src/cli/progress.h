// Progress: a bar on standard error for long files, on a terminal only.
#ifndef NPS_SRC_CLI_PROGRESS_H_
#define NPS_SRC_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace nps::cli {

class Progress {
 public:
  /// Silent where `total` is unknown or soon read, or standard error is no terminal.
  Progress(const std::string& name, std::optional<std::uint64_t> total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Wipes the bar.
  ~Progress();

  /// Draws at most ten times a second.
  void at(std::uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;
  std::string name_;
  std::uint64_t total_ = 0;  // 0: silent
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(300);
  bool drawn_ = false;
};

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_PROGRESS_H_
