#include "cli/live_table.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "cli/cli.h"
#include "nps/detail/text.h"
#include "stream/answer_label.h"

namespace nps::cli {
namespace {

constexpr int kLabel = 24;   // columns of a cell's name
constexpr int kWindow = 18;  // of "1,234  +12.3"
// The signals that end a command: of the user, of the terminal, of a pipe that nobody reads.
constexpr std::array kEndings{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";

// What a signal does may be async-signal-safe only.
extern "C" void restore_terminal(int signal) {
  static_cast<void>(!::write(STDERR_FILENO, kShowCursor.data(), kShowCursor.size()));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

bool may_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

bool can_redraw() {
  const char* term = std::getenv("TERM");
  return stderr_is_terminal() && term != nullptr && std::strcmp(term, "dumb") != 0;
}

std::pair<int, std::size_t> size_of_terminal() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {80, 24};
  return {size.ws_col, size.ws_row == 0 ? 24 : size.ws_row};
}

/// The text in so many columns, cut or filled.
std::string fitted(std::string_view text, int columns) {
  std::string fits;
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = detail::first_character(text.substr(at));
    const int wide = detail::column_width(c.code);
    if (width + wide > columns) break;
    fits += text.substr(at, c.size);
    width += wide;
    at += c.size;
  }
  return fits.append(static_cast<std::size_t>(columns - width), ' ');
}

}  // namespace

LiveTable::LiveTable(std::vector<std::string> by, std::vector<WindowLength> windows, Zone zone,
                     Scale scale)
    : by_(std::move(by)),
      lengths_(std::move(windows)),
      zone_(zone),
      scale_(scale),
      is_shown_(can_redraw()) {
  if (!is_shown_) return;
  is_coloured_ = may_colour();
  for (const int signal : kEndings) std::signal(signal, restore_terminal);
  std::fputs(kHideCursor.data(), stderr);
}

LiveTable::~LiveTable() {
  if (!is_shown_) return;
  draw(true);
  std::fputs(kShowCursor.data(), stderr);
  std::fflush(stderr);
  for (const int signal : kEndings) std::signal(signal, SIG_DFL);
}

LiveTable::Cell& LiveTable::cell(const std::vector<std::string>& key) {
  Cell& cell = cells_[key];
  if (!cell.windows.empty()) return cell;
  for (const WindowLength& length : lengths_) {
    // Cannot fail: the lengths have been read as such.
    cell.windows.push_back(*Windows::create(Bucketing(length.unit, zone_), {length.buckets}));
  }
  return cell;
}

Result<> LiveTable::apply(const Change& change, std::optional<Timestamp> now) {
  if (!is_shown_) return {};
  now_ = now;
  is_stale_ = true;
  for (const Change& half : {Change{.before = {}, .after = change.after},
                             Change{.before = change.before, .after = {}}}) {
    if (!half.before && !half.after) continue;
    const Answer& answer = half.before ? *half.before : *half.after;
    std::vector<std::string> key;
    for (const std::string& name : by_) key.emplace_back(internal::label_of(answer, name));
    for (Windows& windows : cell(key).windows) {
      if (auto applied = windows.apply(half); !applied) return applied;
    }
  }
  return {};
}

void LiveTable::alarm(const Alarm& alarm) {
  if (!is_shown_) return;
  Cell& alarmed = cell(alarm.key);
  ++alarmed.alarms;
  alarmed.last = fmt::format("{} {}", name(alarm.kind), alarm.at ? rfc3339(*alarm.at) : "");
  is_stale_ = true;
}

std::string LiveTable::row(const std::vector<std::string>& key, const Cell& cell) const {
  std::string name;
  for (const std::string& label : key) {
    name += (name.empty() ? "" : " | ") + (label.empty() ? "(none)" : detail::printable(label));
  }
  if (key.empty()) name = "all";
  std::string text = fitted(name, kLabel);
  for (const Windows& windows : cell.windows) {
    const Tally tally = windows.read(0, now_.value_or(Timestamp{})).tally;
    const auto score = tally.score(scale_);
    text += fmt::format(" {:>9} {:>8}", tally.responses(),
                        score ? fmt::format("{:+.1f}", score->points()) : "-");
  }
  return text + fmt::format(" {:>7}  {}", cell.alarms, cell.last);
}

void LiveTable::wipe() {
  if (drawn_ == 0) return;
  std::fputs(fmt::format("\x1b[{}A\r\x1b[J", drawn_).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = 0;
  is_stale_ = true;
}

void LiveTable::draw(bool at_once) {
  if (!is_shown_ || !is_stale_) return;
  const auto now = Clock::now();
  if (!at_once && now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const auto [width, height] = size_of_terminal();
  std::string text = fitted("", kLabel);
  for (const WindowLength& length : lengths_) {
    text += fmt::format(" {:>{}}", length.name(), kWindow);
  }
  text = fitted(text + "  alarms  last", width - 1);
  if (is_coloured_) text = "\x1b[1m" + text + "\x1b[0m";
  text += '\n';
  std::size_t lines = 1;
  const std::size_t most = height > 4 ? height - 3 : 1;
  for (const auto& [key, cell] : cells_) {
    if (lines > most) break;
    std::string line = fitted(row(key, cell), width - 1);
    if (is_coloured_ && cell.alarms != 0) line.insert(0, "\x1b[31m").append("\x1b[0m");
    text.append(line).append("\n");
    ++lines;
  }
  if (cells_.size() >= lines) {
    text += fmt::format("and {} more\n", cells_.size() - (lines - 1));
    ++lines;
  }
  wipe();
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  drawn_ = lines;
  is_stale_ = false;
}

}  // namespace nps::cli
