// Databases and tables. An attacker's World begins as a copy of the decky's and shares with it what
// the attacker has not changed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/mysql/ast.h"

namespace decnet::service::mysql {

using RowPtr = std::shared_ptr<const Row>;

struct Table {
  enum class Kind : std::uint8_t { base, view, system_view };
  Kind kind = Kind::base;
  std::string schema, name;
  std::vector<ColumnDef> columns;
  std::vector<KeyDef> keys;
  std::vector<RowPtr> rows;
  std::string engine = "InnoDB";
  std::string charset = "utf8mb4";
  std::string collation = "utf8mb4_general_ci";
  std::string comment;
  std::int64_t created_s = 0;
  std::int64_t updated_s = 0;
  std::uint64_t next_id = 1;
  bool is_derived = false;  // Its rows are made when it is read.

  const ColumnDef* column(std::string_view column_name) const;
  int index_of(std::string_view column_name) const;  // -1: none
  void settle_keys();  // Fills in what columns and keys say of each other.
};

using TablePtr = std::shared_ptr<const Table>;

struct Database {
  std::string charset = "utf8mb4";
  std::string collation = "utf8mb4_general_ci";
  std::map<std::string, TablePtr, std::less<>> tables;
};

struct World {
  std::map<std::string, Database, std::less<>> databases;

  const Database* database(std::string_view name) const;
  TablePtr table(std::string_view schema, std::string_view name) const;  // Null if absent.
  void put(Table table);
};

// information_schema, mysql, performance_schema, sys: the same for every decky, but for their rows.
const std::map<std::string, Database, std::less<>>& system_databases();
bool is_system_database(std::string_view name);

// The lines of a file of facts, and the parts of a line.
std::vector<std::vector<std::string>> fact_rows(std::string_view name);

// A table from "`a` int(11) NOT NULL, …".
Table make_table(std::string_view schema, std::string_view name, std::string_view columns);

std::string create_table_sql(const Table& table, bool mariadb);

}  // namespace decnet::service::mysql
