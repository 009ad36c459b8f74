// OutputFile: a file that is either written whole or left as it was.
#ifndef NPS_SRC_CLI_OUTPUT_FILE_H_
#define NPS_SRC_CLI_OUTPUT_FILE_H_

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "nps/result.h"

namespace nps::cli {

/// Writes beside the file and takes its place on commit(); without one, nothing is left behind, not
/// even by a signal. Where the file system has files without a name, not by SIGKILL or a loss of
/// power either. What is no regular file (a pipe, /dev/null) is written directly.
class OutputFile {
 public:
  [[nodiscard]] static Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// Errors are kept for commit().
  void write(std::string_view text) noexcept;
  Result<> commit();
  /// The same, and once it returns not even a loss of power undoes it: the content is on the disk
  /// before the file takes its place there, and the folder after it.
  Result<> commit_durably();

 private:
  Result<> commit(bool durably);
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  OutputFile(std::string path, std::string temporary, std::FILE* file, bool named = true) noexcept
      : path_(std::move(path)), temporary_(std::move(temporary)), named_(named), file_(file) {}
  int give_name() noexcept;

  std::string path_;
  std::string temporary_;  // "" where the file is written directly
  bool named_ = true;      // the temporary has its name already
  std::unique_ptr<std::FILE, Close> file_;
  int error_ = 0;
};

/// Whether both paths lead to one file, be it there already or not.
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_OUTPUT_FILE_H_
