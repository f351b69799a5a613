#include "service/mysql/catalog.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "service/mysql/parser.h"

namespace decnet::service::mysql {

namespace {

constexpr std::string_view kInformationSchema =
#include "service/mysql/facts_information_schema.inc"
    ;
constexpr std::string_view kMysql =
#include "service/mysql/facts_mysql.inc"
    ;
constexpr std::string_view kPerformanceSchema =
#include "service/mysql/facts_performance_schema.inc"
    ;
constexpr std::string_view kSys =
#include "service/mysql/facts_sys.inc"
    ;
constexpr std::string_view kVariables =
#include "service/mysql/facts_session_variables.inc"
    ;
constexpr std::string_view kStatus =
#include "service/mysql/facts_status.inc"
    ;
constexpr std::string_view kCollations =
#include "service/mysql/facts_collations.inc"
    ;
constexpr std::string_view kCharacterSets =
#include "service/mysql/facts_character_sets.inc"
    ;
constexpr std::string_view kEngines =
#include "service/mysql/facts_engines.inc"
    ;
constexpr std::string_view kPlugins =
#include "service/mysql/facts_plugins.inc"
    ;
constexpr std::string_view kPrivileges =
#include "service/mysql/facts_privileges.inc"
    ;

constexpr std::pair<std::string_view, std::string_view> kFacts[] = {
    {"information_schema", kInformationSchema},
    {"mysql", kMysql},
    {"performance_schema", kPerformanceSchema},
    {"sys", kSys},
    {"session_variables", kVariables},
    {"status", kStatus},
    {"collations", kCollations},
    {"character_sets", kCharacterSets},
    {"engines", kEngines},
    {"plugins", kPlugins},
    {"privileges", kPrivileges},
};

// What the server's own views say of their columns differs a little from what a table would.
void as_system_view(Table& table) {
  for (ColumnDef& column : table.columns) {
    if (column.shape.type != Type::blob) continue;
    column.shape.length = column.name == "COLUMN_DEFAULT" ? 196596 : 196605;
  }
}

Database load_system(const std::string& schema) {
  Database out;
  for (const auto& row : fact_rows(schema)) {
    if (row.size() < 5) continue;
    Table table = make_table(schema, row[0], row[4]);
    table.engine = row[2];
    table.comment = row[3];
    table.is_derived = true;
    table.charset = "utf8mb3";
    table.collation = schema == "mysql" ? "utf8mb3_bin" : "utf8mb3_general_ci";
    if (row[1] == "VIEW") table.kind = Table::Kind::view;
    if (row[1] == "SYSTEM VIEW") {
      table.kind = Table::Kind::system_view;
      as_system_view(table);
    }
    const std::string table_name = table.name;
    out.tables[table_name] = std::make_shared<const Table>(std::move(table));
  }
  if (schema == "information_schema") {
    out.charset = "utf8mb3";
    out.collation = "utf8mb3_general_ci";
  }
  return out;
}

std::string quoted_sql(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

std::string column_sql(const ColumnDef& column, const Table& table) {
  std::string out = fmt::format("  `{}` {}", column.name, column.type);
  if (!column.collation.empty() && column.collation != table.collation) {
    const std::string charset = column.collation.substr(0, column.collation.find('_'));
    out += fmt::format(" CHARACTER SET {} COLLATE {}", charset, column.collation);
  }
  if (!column.nullable) {
    out += " NOT NULL";
  } else if (column.shape.type == Type::timestamp) {
    out += " NULL";
  }
  if (!column.fallback_sql.empty()) {
    out += " DEFAULT " + column.fallback_sql;
  } else if (column.has_default && !is_null(column.fallback)) {
    const bool text = column.shape.is_characters || (column.shape.flags & kBinary) != 0;
    const std::string value = to_text(column.fallback);
    out += " DEFAULT " + (text ? quoted_sql(value) : value);
  } else if (column.nullable) {
    out += " DEFAULT NULL";
  }
  if (!column.on_update.empty()) out += " ON UPDATE " + column.on_update;
  if (column.auto_increment) out += " AUTO_INCREMENT";
  if (!column.comment.empty()) out += " COMMENT " + quoted_sql(column.comment);
  return out;
}

}  // namespace

const ColumnDef* Table::column(std::string_view column_name) const {
  const int index = index_of(column_name);
  return index < 0 ? nullptr : &columns[static_cast<std::size_t>(index)];
}

int Table::index_of(std::string_view column_name) const {
  for (std::size_t n = 0; n < columns.size(); ++n) {
    if (equal_case(columns[n].name, column_name)) return static_cast<int>(n);
  }
  return -1;
}

void Table::settle_keys() {
  std::vector<KeyDef> merged;
  for (KeyDef& key : keys) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const KeyDef& other) {
      return key.name == "PRIMARY" && other.name == key.name;
    });
    if (same == merged.end()) {
      merged.push_back(std::move(key));
    } else {
      same->columns.insert(same->columns.end(), key.columns.begin(), key.columns.end());
    }
  }
  std::stable_sort(merged.begin(), merged.end(), [](const KeyDef& a, const KeyDef& b) {
    const auto rank = [](const KeyDef& key) {
      return key.name == "PRIMARY" ? 0 : (key.unique ? 1 : 2);
    };
    return rank(a) < rank(b);
  });
  keys = std::move(merged);
  for (ColumnDef& column : columns) {
    column.key.clear();
    column.shape.flags = static_cast<std::uint16_t>(
        column.shape.flags & ~(kPrimary | kUnique | kMultiple | kPartOfKey | kNoDefault));
  }
  for (const KeyDef& key : keys) {
    for (std::size_t n = 0; n < key.columns.size(); ++n) {
      const int at = index_of(key.columns[n]);
      if (at < 0) continue;
      ColumnDef& column = columns[static_cast<std::size_t>(at)];
      column.shape.flags |= kPartOfKey;
      const bool alone = key.columns.size() == 1;
      if (key.name == "PRIMARY") {
        column.key = "PRI";
        column.nullable = false;
        column.shape.flags |= kPrimary | kNotNull;
      } else if (n == 0 && key.unique && alone) {
        if (column.key.empty()) column.key = "UNI";
        column.shape.flags |= kUnique;
      } else if (n == 0) {
        if (column.key.empty()) column.key = "MUL";
        column.shape.flags |= kMultiple;
      }
    }
  }
  for (ColumnDef& column : columns) {
    if (column.shape.is_characters && column.collation.ends_with("_bin"))
      column.shape.flags |= kBinary;
    if (column.shape.type == Type::timestamp) {
      column.shape.flags |= kUnsigned;
      if (!column.fallback_sql.empty()) column.shape.flags |= kTimestampFlag;
      if (!column.on_update.empty()) column.shape.flags |= 0x2000;
    }
    const bool no_default = !column.has_default && !column.auto_increment && !column.nullable;
    if (no_default || (kind == Kind::system_view && !column.has_default))
      column.shape.flags |= kNoDefault;
  }
}

const Database* World::database(std::string_view name) const {
  auto at = databases.find(name);
  if (at == databases.end() && equal_case(name, "information_schema"))
    at = databases.find("information_schema");
  return at == databases.end() ? nullptr : &at->second;
}

TablePtr World::table(std::string_view schema, std::string_view name) const {
  const Database* in = database(schema);
  if (in == nullptr) return nullptr;
  if (const auto at = in->tables.find(name); at != in->tables.end()) return at->second;
  if (!equal_case(schema, "information_schema")) return nullptr;
  for (const auto& [known, table] : in->tables) {
    if (equal_case(known, name)) return table;
  }
  return nullptr;
}

void World::put(Table table) {
  const std::string name = table.name;
  auto& tables = databases[table.schema].tables;
  tables[name] = std::make_shared<const Table>(std::move(table));
}

std::vector<std::vector<std::string>> fact_rows(std::string_view name) {
  std::vector<std::vector<std::string>> out;
  for (const auto& [known, facts] : kFacts) {
    if (known != name) continue;
    for (std::string_view left = facts; !left.empty();) {
      const std::size_t end = std::min(left.find('\n'), left.size());
      std::string_view line = left.substr(0, end);
      left.remove_prefix(std::min(end + 1, left.size()));
      std::vector<std::string> row;
      while (true) {
        const std::size_t bar = std::min(line.find('|'), line.size());
        row.emplace_back(line.substr(0, bar));
        if (bar == line.size()) break;
        line.remove_prefix(bar + 1);
      }
      out.push_back(std::move(row));
    }
  }
  return out;
}

Table make_table(std::string_view schema, std::string_view name, std::string_view columns) {
  const std::string sql = fmt::format("CREATE TABLE x ({})", columns);
  Table table;
  table.schema = schema;
  table.name = name;
  try {
    Parser parser(sql, {});
    Statement statement = parser.statement();
    table.columns = std::move(statement.columns);
    table.keys = std::move(statement.keys);
    if (!statement.engine.empty()) table.engine = statement.engine;
  } catch (const SqlError& error) {
    throw std::logic_error(error.text + " in " + sql);
  }
  if (schema == "information_schema") table.kind = Table::Kind::system_view;
  table.settle_keys();
  return table;
}

const std::map<std::string, Database, std::less<>>& system_databases() {
  static const auto kDatabases = [] {
    std::map<std::string, Database, std::less<>> out;
    for (const std::string schema : {"information_schema", "mysql", "performance_schema", "sys"})
      out[schema] = load_system(schema);
    return out;
  }();
  return kDatabases;
}

bool is_system_database(std::string_view name) {
  return system_databases().contains(folded(name));
}

std::string create_table_sql(const Table& table, bool mariadb) {
  std::string out = fmt::format("CREATE TABLE `{}` (\n", table.name);
  std::string separator;
  for (const ColumnDef& column : table.columns) {
    out += separator + column_sql(column, table);
    separator = ",\n";
  }
  for (const KeyDef& key : table.keys) {
    out += separator + "  ";
    out += key.name == "PRIMARY" ? std::string("PRIMARY KEY")
                                 : fmt::format("{}KEY `{}`", key.unique ? "UNIQUE " : "", key.name);
    out += " (";
    for (std::size_t n = 0; n < key.columns.size(); ++n)
      out += fmt::format("{}`{}`", n > 0 ? "," : "", key.columns[n]);
    out += ")";
  }
  out += fmt::format("\n) ENGINE={}", table.engine);
  if (table.next_id > 1) out += fmt::format(" AUTO_INCREMENT={}", table.next_id);
  out += fmt::format(" DEFAULT CHARSET={}", table.charset);
  out += fmt::format(" COLLATE={}", table.collation);
  if (table.schema == "mysql" && mariadb) out += " PAGE_CHECKSUM=1 TRANSACTIONAL=1";
  if (!table.comment.empty()) out += " COMMENT=" + quoted_sql(table.comment);
  return out;
}

std::string collation_of(const std::string& charset) {
  if (charset == "binary") return charset;
  return charset == "latin1" ? "latin1_swedish_ci" : charset + "_general_ci";
}

}  // namespace decnet::service::mysql
