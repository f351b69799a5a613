// The schema's versions: version N is what migrations 1 … N make. Each is applied in a transaction
// of its own, by one process at a time (a lock file beside the database), after a backup.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

struct Migration {
  std::string_view name;  // "0001_pipeline"
  std::string_view sql;
};

const std::vector<Migration>& migrations();  // In order; generated from migrations/*.sql.

struct MigrationOptions {
  bool migrate = true;
  std::string backup_folder;
};

Result<int> schema_version(Connection& connection);  // 0: a new, empty file.

// Brings the database to the newest version. Errors: unsupported (it is newer than the program),
// conflict (it is older and `migrate` is false), corrupt (it belongs to another program), those of
// the backup, io.
Result<void> migrate(Connection& connection, const std::string& path,
                     const MigrationOptions& options);

// A copy of the database as it is at this moment. Errors: conflict (the file exists), limit, io.
Result<void> copy_database(Connection& from, const std::string& to_path);

}  // namespace decnet::store::sqlite
