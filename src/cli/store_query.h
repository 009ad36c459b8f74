// A query of a store's database: rows of values, read one by one.
#ifndef NPS_SRC_CLI_STORE_QUERY_H_
#define NPS_SRC_CLI_STORE_QUERY_H_

#include <cstdint>
#include <functional>
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

struct SqlTable {
  std::vector<std::string> columns = {};
  std::vector<std::vector<SqlCell>> rows = {};
};

/// The rows of one query that only reads. InvalidArgument for what is no query, is more than one or
/// would change something; Malformed where it goes wrong on the way, Unreadable where the file does.
[[nodiscard]] Result<SqlTable> query(
    const SqliteStore& store, const std::string& sql,
    const std::vector<std::variant<std::int64_t, std::string>>& values = {});

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_STORE_QUERY_H_
