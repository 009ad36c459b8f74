// The files of `nps store ingest`: rows of CSV as events, and events as they are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/progress.h"
#include "cli/read_files.h"
#include "cli/replay.h"
#include "cli/store_ingest.h"
#include "nps/detail/text.h"
#include "nps/segment/labels.h"

namespace nps::cli {
namespace {

// ---- which kind ---------------------------------------------------------------------------------

/// A source whose first bytes have been looked at.
class Peeked final : public ByteSource {
 public:
  explicit Peeked(std::unique_ptr<ByteSource> source)
      : ByteSource(source->name(), source->size()), source_(std::move(source)) {}

  /// The first byte that is neither space nor part of a byte order mark; '\0' where there is none.
  Result<char> first() {
    constexpr std::size_t kPiece = 4096;
    while (true) {
      const std::size_t at = front_.find_first_not_of("\xef\xbb\xbf \t\r\n");
      if (at != std::string::npos) return front_[at];
      std::array<char, kPiece> piece{};
      const auto more = source_->read(piece);
      if (!more) return more.error();
      if (*more == 0) return '\0';
      front_.append(piece.data(), *more);
    }
  }

  Result<std::size_t> read(std::span<char> into) override {
    if (given_ == front_.size()) return source_->read(into);
    const std::size_t size = front_.copy(into.data(), into.size(), given_);
    given_ += size;
    return size;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string front_;
  std::size_t given_ = 0;
};

// ---- rows ---------------------------------------------------------------------------------------

/// A column of text: read as labels, because that is how columns of text are read.
struct TextColumn {
  std::string name;
  Labels texts = {};
  std::size_t place = 0;  // among the columns of codes
};

std::string_view text_at(const TextColumn& column, const ResponseColumns& rows, std::size_t row) {
  const auto code = std::visit(
      [row](const auto& codes) -> Code {
        if constexpr (std::is_same_v<std::decay_t<decltype(codes)>, Code>) {
          return codes;
        } else {
          return codes[row];
        }
      },
      rows.codes[column.place]);
  return column.texts.text(code);
}

/// Reads one file of CSV as events.
class Rows {
 public:
  Rows(const IngestFlags& flags, Ingest& into) : into_(into) {
    for (auto [name, text] : {std::pair(&flags.channel, &channel_),
                              {&flags.stage, &stage_},
                              {&flags.account, &account_},
                              {&flags.comment, &comment_},
                              {&flags.version, &version_},
                              {&flags.updated_at, &updated_at_}}) {
      if (!name->empty()) text->emplace(TextColumn{*name});
    }
    for (const std::string& name : into.plan().labels) labels_.push_back({name});
  }

  Result<> read(std::unique_ptr<ByteSource> source,
                const std::function<void(const RejectedCell&)>& on_reject) {
    const std::string name = source->name();
    if (into_.plan().store.order == EventOrder::UpdatedAt && !updated_at_) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("{}: this store is ordered by the time of update: pass --updated-at "
                               "COLUMN",
                               detail::printable(name)),
                   {.file = name, .field = "--updated-at"}};
    }
    CsvOptions options = into_.plan().read.csv;
    options.needs_ids = true;
    options.on_reject = on_reject;
    for (auto* text : {&channel_, &stage_, &account_, &comment_, &version_, &updated_at_}) {
      if (*text) ask(options, **text);
    }
    for (TextColumn& label : labels_) ask(options, label);
    auto answers = CsvResponses::open(std::move(source), std::move(options));
    if (!answers) return std::move(answers).error();
    Progress progress(name, answers->bytes_total());
    std::uint64_t rows = 0;
    while (true) {
      const auto more = answers->next();
      if (!more) return more.error();
      if (!*more) break;
      const ResponseColumns& columns = answers->columns();
      for (std::size_t i = 0; i < columns.size(); ++i) {
        Event event = event_of(columns, i);
        if (!place(columns, i, event)) {
          const TextColumn& column = orders();
          answers->reject(i, Reject::NoOrder, column.name, text_at(column, columns, i));
          continue;
        }
        if (auto taken = into_.take(std::move(event)); !taken) return taken;
        ++rows;
      }
      progress.at(answers->bytes_consumed());
    }
    into_.count_rows(rows + answers->rejected().uncounted(), answers->rejected());
    remark(*answers, name);
    return {};
  }

 private:
  static void ask(CsvOptions& options, TextColumn& column) {
    column.place = options.labels.size();
    options.labels.push_back({column.name, &column.texts});
  }

  [[nodiscard]] Event event_of(const ResponseColumns& columns, std::size_t row) const {
    Event event{.type = EventType::Answered};
    Response& response = event.response;
    response.id = columns.response_ids.empty()
                      ? fmt::format("{}:{:012}", columns.row_ids.stem, columns.row_ids.rows[row])
                      : std::string(columns.response_ids[row]);
    response.rating = Rating::from(columns.ratings[row]);
    if (!columns.customers.empty()) response.customer = columns.customers[row];
    if (!columns.answered_at.empty()) response.answered_at = columns.answered_at[row];
    if (!columns.touchpoint_at.empty()) response.touchpoint_at = columns.touchpoint_at[row];
    if (!columns.weights.empty()) response.weight = columns.weights[row];
    for (auto [from, to] : {std::pair(&channel_, &response.channel),
                            {&stage_, &response.journey_stage},
                            {&account_, &response.account},
                            {&comment_, &response.comment}}) {
      if (*from) *to = text_at(**from, columns, row);
    }
    for (const TextColumn& label : labels_) {
      response.dimensions.emplace_back(label.name, text_at(label, columns, row));
    }
    return event;
  }

  /// The column that says which of the rows of one id is the later one, where there is one.
  [[nodiscard]] const TextColumn& orders() const { return updated_at_ ? *updated_at_ : *version_; }

  /// Gives the event what orders it among those of its id. False where the cell says nothing.
  bool place(const ResponseColumns& columns, std::size_t row, Event& event) const {
    if (!updated_at_ && !version_) {
      event.version = 0;
      return true;
    }
    const std::string_view text = text_at(orders(), columns, row);
    if (updated_at_) {
      const CsvOptions& csv = into_.plan().read.csv;
      event.updated_at = csv.time_format.value_or(TimeFormat::iso()).read(text, csv.zone);
      return event.updated_at.has_value();
    }
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    event.version = version;
    return error == std::errc{} && end == text.data() + text.size();
  }

  void remark(const CsvResponses& answers, const std::string& name) {
    if (into_.plan().read.csv.rating.empty()) {
      into_.remark(
          fmt::format("{}: ratings are read from column '{}'", name, answers.rating_column()));
    }
    if (answers.repaired_names()) {
      into_.remark(fmt::format(
          "{}: some names are not UTF-8 and are kept with U+FFFD; is it --encoding latin1?", name));
    }
    for (const std::string& column : answers.unreadable_times()) {
      into_.remark(
          fmt::format("{}: no time in column '{}' could be read; see --time-format", name, column));
    }
  }

  Ingest& into_;
  std::optional<TextColumn> channel_;
  std::optional<TextColumn> stage_;
  std::optional<TextColumn> account_;
  std::optional<TextColumn> comment_;
  std::optional<TextColumn> version_;
  std::optional<TextColumn> updated_at_;
  std::vector<TextColumn> labels_;
};

// ---- events -------------------------------------------------------------------------------------

Result<> read_events(std::unique_ptr<ByteSource> source, Ingest& into,
                     const std::function<void(const RejectedCell&)>& on_reject) {
  const std::string name = source->name();
  into.note_events();
  const CsvOptions& csv = into.plan().read.csv;
  NdjsonOptions options{.dimensions = into.plan().labels, .zone = csv.zone, .on_reject = on_reject};
  if (csv.time_format) options.time_format = *csv.time_format;
  auto events = NdjsonEvents::open(std::move(source), std::move(options));
  if (!events) return std::move(events).error();
  Progress progress(name, events->bytes_total());
  Event event;
  while (true) {
    const auto more = events->next(event);
    if (!more) return more.error();
    if (!*more) break;
    if (const EventFault fault = into.judge(event); fault != EventFault::None) {
      const auto [reason, field] = reject_of(fault);
      events->reject(reason, field);
      continue;
    }
    if (!into.is_on_scale(event)) {
      events->reject(Reject::OutOfRange, "rating");
      continue;
    }
    if (auto taken = into.take(event); !taken) return taken;
    constexpr std::uint64_t kNowAndThen = 1024;
    if (events->lines() % kNowAndThen == 0) progress.at(events->bytes_consumed());
  }
  into.count_rows(events->lines(), events->rejected());
  for (const std::string& field : events->unreadable_times()) {
    into.remark(
        fmt::format("{}: no time in field '{}' could be read; see --time-format", name, field));
  }
  return {};
}

}  // namespace

std::optional<InputKind> kind_by_name(const std::string& path, const std::string& input) {
  if (input == "csv") return InputKind::Csv;
  if (input == "events") return InputKind::Events;
  for (const char* extension : {".csv", ".tsv", ".CSV"}) {
    if (path.ends_with(extension)) return InputKind::Csv;
  }
  for (const char* extension : {".ndjson", ".jsonl", ".json"}) {
    if (path.ends_with(extension)) return InputKind::Events;
  }
  return std::nullopt;
}

Result<> ingest_file(const std::string& path, const IngestFlags& flags,
                     const std::function<void(const RejectedCell&)>& on_reject, Ingest& into) {
  auto opened = open_input(path);
  if (!opened) return std::move(opened).error();
  std::unique_ptr<ByteSource> source = *std::move(opened);
  auto kind = kind_by_name(path, flags.input);
  if (!kind) {
    auto peeked = std::make_unique<Peeked>(std::move(source));
    const auto first = peeked->first();
    if (!first) return first.error();
    kind = *first == '{' ? InputKind::Events : InputKind::Csv;
    source = std::move(peeked);
  }
  if (*kind == InputKind::Events) return read_events(std::move(source), into, on_reject);
  return Rows(flags, into).read(std::move(source), on_reject);
}

}  // namespace nps::cli
