// What a statement gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "service/mysql/error.h"
#include "service/mysql/value.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {

struct ResultSet {
  std::vector<Field> fields;
  std::vector<Row> rows;
  std::uint16_t flags_before = 0;   // Of the status, in the first EOF …
  std::uint16_t flags_after = 0;    // … and in the last one.
  std::optional<SqlError> failure;  // Instead of rows.
  // Warnings as the EOFs count them, where that is not how many there are.
  std::optional<std::uint16_t> warnings_before = {};
  std::optional<std::uint16_t> warnings_after = {};
};

struct Ok {
  std::uint64_t affected = 0;
  std::uint64_t insert_id = 0;
  std::string info;
  bool schema_changed = false;                                 // Tell the client which it is now.
  std::vector<std::pair<std::string, std::string>> variables;  // Tell it of these.
  std::uint16_t flags = 0;
};

// LOAD DATA LOCAL: the client is asked for a file.
struct WantsFile {
  std::string path, table;
};

using Answer = std::variant<Ok, ResultSet, SqlError, WantsFile>;

struct Warning {
  std::string level;
  std::uint16_t code;
  std::string text;
};

// A step of an attack, for an event.
struct AttackNote {
  std::string verb, kind, target;
};

}  // namespace decnet::service::mysql
