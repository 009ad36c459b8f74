#include "cli/outputs.h"

#include <fmt/format.h>

#include <utility>

#include "cli/usage.h"
#include "nps/detail/text.h"

namespace nps::cli {

/// The list that --rejects asks for.
class Outputs::RejectList {
 public:
  RejectList(OutputFile file, CsvEncoding encoding) : file_(std::move(file)), encoding_(encoding) {
    file_.write("file,line,column,value,reason\n");
  }
  void add(const RejectedCell& cell) {
    const std::string value = encoding_ == CsvEncoding::Latin1 ? detail::latin1_to_utf8(cell.value)
                                                               : detail::repair_utf8(cell.value);
    file_.write(fmt::format("{},{},{},{},{}\n", quoted(detail::repair_utf8(cell.file)), cell.line,
                            quoted(cell.column), quoted(value), name(cell.reason)));
  }
  Result<> commit() { return file_.commit(); }

 private:
  static std::string quoted(std::string_view cell) {
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }

  OutputFile file_;
  CsvEncoding encoding_;
};

namespace {

Result<> check_paths(const ReportFlags& flags) {
  for (const std::string& target : {flags.output, flags.rejects}) {
    if (target.empty()) continue;
    for (const std::string& file : flags.files) {
      if (same_file(file == "-" ? "/dev/stdin" : file, target)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} is read, so it cannot also be written", target),
                     {.file = target}};
      }
    }
  }
  if (!flags.output.empty() && !flags.rejects.empty() && same_file(flags.output, flags.rejects)) {
    return usage("--output and --rejects name the same file");
  }
  return {};
}

Result<std::optional<OutputFile>> open_output(const std::string& path) {
  std::optional<OutputFile> output;
  if (path.empty()) return output;
  auto file = OutputFile::open(path);
  if (!file) return std::move(file).error();
  output.emplace(*std::move(file));
  return output;
}

}  // namespace

Outputs::Outputs(Format format) : format_(format) {}
Outputs::Outputs(Outputs&&) noexcept = default;
Outputs::~Outputs() = default;

Result<Outputs> Outputs::open(const ReportFlags& flags) {
  if (auto paths = check_paths(flags); !paths) return std::move(paths).error();
  auto report = open_output(flags.output);
  if (!report) return std::move(report).error();
  auto rejects = open_output(flags.rejects);
  if (!rejects) return std::move(rejects).error();
  Outputs outputs(format_of(flags.figures));
  if (*report) outputs.report_.emplace(**std::move(report));
  if (*rejects) {
    const auto encoding = flags.encoding == "latin1" ? CsvEncoding::Latin1 : CsvEncoding::Utf8;
    outputs.rejects_ = std::make_unique<RejectList>(**std::move(rejects), encoding);
  }
  return outputs;
}

std::function<void(const RejectedCell&)> Outputs::on_reject() {
  if (!rejects_) return {};
  return [list = rejects_.get()](const RejectedCell& cell) { list->add(cell); };
}

Result<> Outputs::write(std::string_view report) {
  if (rejects_) {
    if (auto written = rejects_->commit(); !written) return written;
  }
  if (report_) {
    report_->write(report);
    return report_->commit();
  }
  return write_stdout(report, format_ == Format::Table || format_ == Format::Markdown);
}

Result<int> conclude(Outputs& outputs, std::string_view result, const Rejected& rejected,
                     std::uint64_t rows, bool strict) {
  if (auto written = outputs.write(result); !written) return std::move(written).error();
  std::string words;
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    const std::uint64_t count = rejected.count(reason);
    if (count != 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, name(reason));
  }
  if (!words.empty()) say(fmt::format("rejected of {} rows: {}", rows, words));
  return strict && rejected.any() ? kRejected : kDone;
}

}  // namespace nps::cli
