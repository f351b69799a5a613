// The rows of information_schema and of mysql's tables, made when they are read.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

Value text(std::string_view value) {
  return std::string(value);
}
Value count(std::uint64_t value) {
  return value;
}

std::string data_type(const ColumnDef& column) {
  return column.type.substr(0, std::min(column.type.find_first_of("( "), column.type.size()));
}

Row column_row(const Table& table, const ColumnDef& column, std::size_t n) {
  const Shape& shape = column.shape;
  const bool is_text_column = shape.is_characters;
  Row row(22);
  row[0] = text("def");
  row[1] = table.schema;
  row[2] = table.name;
  row[3] = column.name;
  row[4] = count(n + 1);
  const bool quoted = is_text_column || (shape.flags & kBinary) != 0;
  if (!column.fallback_sql.empty()) {
    row[5] = column.fallback_sql;
  } else if (column.has_default && !is_null(column.fallback)) {
    row[5] = quoted ? "'" + to_text(column.fallback) + "'" : to_text(column.fallback);
  } else if (column.nullable) {
    row[5] = text("NULL");
  }
  row[6] = text(column.nullable ? "YES" : "NO");
  row[7] = data_type(column);
  const std::string collation = column.collation.empty() ? table.collation : column.collation;
  const std::uint64_t width =
      collation.starts_with("utf8mb4") ? 4 : (collation.starts_with("utf8") ? 3 : 1);
  const bool bytes =
      shape.type == Type::blob || shape.type == Type::text || shape.type == Type::character;
  if (bytes && shape.type == Type::blob) {
    row[8] = row[9] = count(shape.length);
  } else if (bytes) {
    row[8] = count(shape.length);
    row[9] = count(shape.length * (is_text_column ? width : 1));
  }
  switch (shape.type) {
    case Type::tiny:
      row[10] = count(3);
      row[11] = count(0);
      break;
    case Type::small:
      row[10] = count(5);
      row[11] = count(0);
      break;
    case Type::medium:
      row[10] = count(7);
      row[11] = count(0);
      break;
    case Type::integer:
      row[10] = count(10);
      row[11] = count(0);
      break;
    case Type::big:
      row[10] = count(shape.is_unsigned() ? 20 : 19);
      row[11] = count(0);
      break;
    case Type::decimal:
      row[10] = count(shape.length - (shape.decimals > 0 ? 2U : 1U));
      row[11] = count(shape.decimals);
      break;
    case Type::real:
      row[10] = count(22);
      break;
    case Type::real32:
      row[10] = count(12);
      break;
    case Type::datetime:
    case Type::timestamp:
    case Type::time:
      row[12] = count(0);
      break;
    default:
      break;
  }
  if (is_text_column) {
    row[13] = collation.substr(0, collation.find('_'));
    row[14] = collation;
  }
  row[15] = column.type;
  row[16] = column.key;
  row[17] = text(column.auto_increment
                     ? "auto_increment"
                     : (column.on_update.empty() ? "" : "on update current_timestamp()"));
  row[18] =
      text(table.kind == Table::Kind::system_view ? "select" : "select,insert,update,references");
  row[19] = column.comment;
  row[20] = text("NEVER");
  return row;
}

Row table_row(const Table& table, std::size_t rows) {
  Row row(23);
  row[0] = text("def");
  row[1] = table.schema;
  row[2] = table.name;
  const bool view = table.kind == Table::Kind::view;
  row[3] =
      text(view ? "VIEW" : (table.kind == Table::Kind::system_view ? "SYSTEM VIEW" : "BASE TABLE"));
  if (view) {
    row[20] = text("VIEW");
    return row;
  }
  row[4] = table.engine;
  row[5] = count(table.engine == "InnoDB" || table.engine == "MyISAM"
                     ? 10
                     : (table.kind == Table::Kind::system_view ? 11 : 10));
  row[6] = text(table.engine == "InnoDB" ? "Dynamic" : (table.engine == "Aria" ? "Page" : "Fixed"));
  const bool system = table.kind == Table::Kind::system_view;
  if (!system) row[7] = count(rows);
  const std::uint64_t pages = 1 + rows / 100;
  row[8] = count(!system && rows > 0 ? pages * 16384 / rows : 0);
  row[9] = count(table.engine == "InnoDB" ? pages * 16384 : 8192);
  row[10] = count(table.engine == "InnoDB" ? 0 : 17592186011648);
  row[11] =
      count(table.engine == "InnoDB" ? 16384 * (table.keys.size() > 1 ? table.keys.size() - 1 : 0)
                                     : 8192);
  row[12] = count(0);
  const bool numbered = std::any_of(table.columns.begin(), table.columns.end(),
                                    [](const ColumnDef& one) { return one.auto_increment; });
  if (numbered) row[13] = count(table.next_id);
  if (table.created_s > 0) row[14] = datetime_text(table.created_s);
  if (table.updated_s > 0) row[15] = datetime_text(table.updated_s);
  row[17] = table.collation;
  row[19] = text("");
  row[20] = table.comment;
  row[21] = count(0);
  row[22] = text(system ? "Y" : "N");
  return row;
}

void key_rows(const Table& table, std::size_t rows, std::string_view of, std::vector<Row>& out) {
  for (const KeyDef& key : table.keys) {
    if (of == "TABLE_CONSTRAINTS") {
      if (key.unique)
        out.push_back({text("def"), table.schema, key.name, table.schema, table.name,
                       text(key.name == "PRIMARY" ? "PRIMARY KEY" : "UNIQUE")});
      continue;
    }
    for (std::size_t n = 0; n < key.columns.size(); ++n) {
      if (of == "KEY_COLUMN_USAGE") {
        if (key.unique)
          out.push_back({text("def"), table.schema, key.name, text("def"), table.schema, table.name,
                         key.columns[n], std::int64_t(n + 1), Value(), Value(), Value(), Value()});
        continue;
      }
      const ColumnDef* column = table.column(key.columns[n]);
      out.push_back({text("def"), table.schema, table.name, std::int64_t{key.unique ? 0 : 1},
                     table.schema, key.name, std::uint64_t{n + 1}, key.columns[n], text("A"),
                     Value(static_cast<std::int64_t>(rows)), Value(), Value(),
                     text(column != nullptr && column->nullable ? "YES" : ""), text("BTREE"),
                     text(""), text(""), text("NO")});
    }
  }
}

// By name, but for the views of information_schema: those are in the server's own order.
std::vector<TablePtr> in_order(const std::string& schema, const Database& database) {
  std::vector<TablePtr> out;
  if (schema != "information_schema") {
    for (const auto& [name, table] : database.tables) out.push_back(table);
    return out;
  }
  for (const auto& fact : fact_rows("information_schema")) {
    const auto at = database.tables.find(fact[0]);
    if (at != database.tables.end()) out.push_back(at->second);
  }
  return out;
}

constexpr std::string_view kPrivileges[] = {"SELECT",         "INSERT",
                                            "UPDATE",         "DELETE",
                                            "CREATE",         "DROP",
                                            "RELOAD",         "PROCESS",
                                            "FILE",           "REFERENCES",
                                            "INDEX",          "ALTER",
                                            "SHOW DATABASES", "CREATE TEMPORARY TABLES",
                                            "LOCK TABLES",    "EXECUTE",
                                            "CREATE VIEW",    "SHOW VIEW",
                                            "CREATE ROUTINE", "ALTER ROUTINE",
                                            "CREATE USER",    "EVENT",
                                            "TRIGGER"};

struct AccountRow {
  std::string user, host, hash;
};

std::vector<AccountRow> accounts_of(const Engine& engine, const persona::Persona& persona,
                                    const Visitor& visitor) {
  std::vector<AccountRow> out;
  for (const persona::Account& account : persona.accounts) {
    if (!account.password.empty())
      out.push_back({account.user, "%", native_hash(account.password)});
  }
  for (const std::string& one : visitor.users) {
    const std::size_t at = one.rfind('@');
    out.push_back({one.substr(0, at), one.substr(at + 1), "*" + upper(std::string(40, 'a'))});
  }
  for (const std::string user : {"mariadb.sys", "mysql", "root"})
    out.push_back({user, "localhost", user == "mariadb.sys" ? "" : "invalid"});
  (void)engine;
  return out;
}

Row user_row(const Table& of, const AccountRow& account) {
  Row row;
  const bool all = account.hash == "invalid";
  const bool most = account.host == "%";
  for (const ColumnDef& column : of.columns) {
    const std::string& name = column.name;
    if (name == "Host") {
      row.emplace_back(account.host);
    } else if (name == "User") {
      row.emplace_back(account.user);
    } else if (name == "Password" || name == "authentication_string") {
      row.emplace_back(account.hash);
    } else if (name.ends_with("_priv")) {
      const bool not_for_most = name == "Super_priv" || name == "Shutdown_priv" ||
                                name == "Grant_priv" || name.starts_with("Repl_");
      row.emplace_back(std::string(all || (most && !not_for_most) ? "Y" : "N"));
    } else if (name == "plugin") {
      row.emplace_back(std::string("mysql_native_password"));
    } else if (name == "password_expired" || name == "is_role") {
      row.emplace_back(std::string(name[0] == 'p' && account.hash.empty() ? "Y" : "N"));
    } else if (name == "max_statement_time") {
      row.emplace_back(Decimal{0, 6});
    } else if (name.starts_with("max_")) {
      row.emplace_back(std::uint64_t{0});
    } else if (name == "Priv") {
      row.emplace_back(fmt::format(
          "{{\"access\":{},\"plugin\":\"mysql_native_password\",\"authentication_string\":\"{}\"}}",
          all ? "18446744073709551615" : "0", account.hash));
    } else {
      row.emplace_back(std::string());
    }
  }
  return row;
}

}  // namespace

std::vector<Row> Engine::system_rows(const Table& of) {
  std::vector<Row> out;
  if (of.schema == "mysql") {
    if (of.name == "user" || of.name == "global_priv")
      for (const AccountRow& one : accounts_of(*this, server_.persona(), visitor_))
        out.push_back(user_row(of, one));
    return out;
  }
  if (of.schema != "information_schema") return out;
  const std::string& name = of.name;
  const auto facts = [&](std::string_view from) {
    for (const auto& fact : fact_rows(from)) {
      Row row;
      for (const std::string& cell : fact) row.push_back(cell == "NULL" ? Value() : Value(cell));
      row.resize(of.columns.size());
      out.push_back(std::move(row));
    }
  };
  if (name == "ENGINES") facts("engines");
  if (name == "CHARACTER_SETS") facts("character_sets");
  if (name == "COLLATIONS") facts("collations");
  if (name == "PLUGINS") {
    for (const auto& fact : fact_rows("plugins")) {
      Row row(of.columns.size());
      for (std::size_t n = 0; n < 5; ++n) row[n] = fact[n];
      if (fact[5] != "NULL") row[5] = fact[5];
      row[9] = fact[6];
      out.push_back(std::move(row));
    }
  }
  if (name == "SCHEMATA")
    for (const auto& [schema_name, database] : world().databases)
      out.push_back(
          {text("def"), schema_name, database.charset, database.collation, Value(), text("")});
  if (name.ends_with("_VARIABLES") || name.ends_with("_STATUS")) {
    if (!name.starts_with("GLOBAL") && !name.starts_with("SESSION")) return out;
    for (auto& [key, value] : server_values(name.ends_with("_STATUS"), name.starts_with("GLOBAL")))
      out.push_back({name.ends_with("_STATUS") ? key : upper(key), value});
  }
  if (name == "USER_PRIVILEGES")
    for (const std::string_view one : kPrivileges)
      out.push_back({fmt::format("'{}'@'%'", user), text("def"), text(one), text("NO")});
  if (name == "PROCESSLIST") {
    for (const auto& [id, one] : server_.connections) {
      Row row(of.columns.size());
      row[0] = std::int64_t{id};
      row[1] = one.user;
      row[2] = one.host;
      if (!one.schema.empty()) row[3] = one.schema;
      row[4] = one.command;
      row[5] = std::int64_t{0};
      if (id == connection_id) {
        row[6] = text("Filling schema table");
        row[7] = std::string(text_);
      }
      out.push_back(std::move(row));
    }
  }
  const bool per_table = name == "TABLES" || name == "COLUMNS" || name == "STATISTICS" ||
                         name == "KEY_COLUMN_USAGE" || name == "TABLE_CONSTRAINTS" ||
                         name == "VIEWS" || name == "TABLE_NAMES";
  if (!per_table) return out;
  for (const auto& [schema_name, database] : world().databases) {
    for (const TablePtr& table : in_order(schema_name, database)) {
      spend(1 + table->columns.size() / 8);
      if (name == "TABLES") out.push_back(table_row(*table, table->rows.size()));
      if (name == "COLUMNS")
        for (std::size_t n = 0; n < table->columns.size(); ++n)
          out.push_back(column_row(*table, table->columns[n], n));
      if (name == "STATISTICS" || name == "KEY_COLUMN_USAGE" || name == "TABLE_CONSTRAINTS")
        key_rows(*table,
                 table->is_derived && table->schema == "mysql" && name == "STATISTICS"
                     ? system_rows(*table).size()
                     : table->rows.size(),
                 name, out);
      if (name == "VIEWS" && table->kind == Table::Kind::view) {
        Row row(of.columns.size());
        row[0] = text("def");
        row[1] = schema_name;
        row[2] = table->name;
        row[3] = text("");
        out.push_back(std::move(row));
      }
    }
  }
  return out;
}

}  // namespace decnet::service::mysql
