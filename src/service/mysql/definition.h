// The columns and keys of a table, and how they change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/mysql/value.h"

namespace decnet::service::mysql {

// What a character set is sorted by where nobody says so.
std::string collation_of(const std::string& charset);

struct ColumnDef {
  std::string name;
  std::string type;  // "varchar(20)", as SHOW COLUMNS shows it
  Shape shape;
  bool nullable = true;
  bool auto_increment = false;
  bool has_default = false;
  Value fallback;            // Without one: NULL, or what the type has for it.
  std::string fallback_sql;  // As SHOW CREATE TABLE shows it; empty if it is a literal.
  std::string on_update;
  std::string collation;  // Empty: the table's, or none.
  std::string comment;
  std::string key;  // PRI, UNI, MUL
};

struct KeyDef {
  std::string name;  // "PRIMARY"
  bool unique = false;
  std::vector<std::string> columns;
};

struct TableChange {
  enum class Kind : std::uint8_t {
    add_column,
    drop_column,
    modify_column,
    rename_column,
    add_key,
    drop_key,
    rename,
    engine,
    other
  };
  Kind kind = Kind::other;
  std::string name, to;
  ColumnDef column;
  KeyDef key;
};

}  // namespace decnet::service::mysql
