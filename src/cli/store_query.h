// A query of a store's database: rows of values, read one by one.
#ifndef NPS_SRC_CLI_STORE_QUERY_H_
#define NPS_SRC_CLI_STORE_QUERY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "nps/result.h"

namespace nps::cli {

struct SqlBlob {
  std::string bytes;
  friend bool operator==(const SqlBlob&, const SqlBlob&) = default;
};
using SqlCell = std::variant<std::monostate, std::int64_t, double, std::string, SqlBlob>;

using SqlRow = std::vector<SqlCell>;
[[nodiscard]] inline std::optional<std::int64_t> number_in(const SqlCell& cell) {
  const auto* const number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? std::nullopt : std::optional(*number);
}
using SqlValues = std::vector<std::variant<std::int64_t, std::string>>;

/// One query that only reads, of one state of the file for as long as it lives. One at a time for each
/// store, and nothing else with the store meanwhile.
class SqlQuery {
 public:
  /// InvalidArgument for what is no query, is more than one or would change something.
  [[nodiscard]] static Result<SqlQuery> create(const SqliteStore& store, const std::string& sql,
                                               const SqlValues& values = {});
  SqlQuery(SqlQuery&&) noexcept;
  SqlQuery& operator=(SqlQuery&&) noexcept;
  ~SqlQuery();

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept;
  /// Tells every row, from the first one on, again in each call. Malformed where it goes wrong on the
  /// way, Unreadable where the file does, and whatever `take` returns.
  Result<> each(const std::function<Result<>(const SqlRow&)>& take);

 private:
  struct Impl;
  explicit SqlQuery(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Every row of a query.
Result<> query(const SqliteStore& store, const std::string& sql, const SqlValues& values,
               const std::function<void(const SqlRow&)>& take);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_STORE_QUERY_H_
