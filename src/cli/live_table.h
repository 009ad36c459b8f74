// LiveTable: the cells and their windows as they now are, drawn in place on standard error, on a
// terminal only.
#ifndef NPS_SRC_CLI_LIVE_TABLE_H_
#define NPS_SRC_CLI_LIVE_TABLE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nps/change.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/zone.h"
#include "nps/stream/alarm.h"
#include "nps/stream/window.h"

namespace nps::cli {

class LiveTable {
 public:
  LiveTable(std::vector<std::string> by, std::vector<WindowLength> windows, Zone zone, Scale scale);
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;
  /// Leaves the last table standing, and the terminal as it was; so does a signal that ends us.
  ~LiveTable();

  [[nodiscard]] bool is_shown() const noexcept { return is_shown_; }
  /// Nothing is kept where nothing is shown.
  Result<> apply(const Change& change, std::optional<Timestamp> now);
  void alarm(const Alarm& alarm);
  /// Draws at most ten times a second, or at once.
  void draw(bool at_once);
  /// Makes room for lines on the same terminal.
  void wipe();

 private:
  struct Cell {
    std::vector<Windows> windows;  // one for each length
    std::uint64_t alarms = 0;
    std::string last = {};  // the latest alarm's kind and time
  };
  [[nodiscard]] Cell& cell(const std::vector<std::string>& key);
  [[nodiscard]] std::string row(const std::vector<std::string>& key, const Cell& cell) const;

  using Clock = std::chrono::steady_clock;
  std::vector<std::string> by_;
  std::vector<WindowLength> lengths_;
  Zone zone_;
  Scale scale_;
  bool is_shown_;
  bool is_coloured_ = false;
  std::map<std::vector<std::string>, Cell> cells_;
  std::optional<Timestamp> now_;
  Clock::time_point next_ = {};
  bool is_stale_ = false;
  std::size_t drawn_ = 0;  // lines
};

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_LIVE_TABLE_H_
