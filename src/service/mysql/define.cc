// CREATE, DROP, ALTER and RENAME of databases and tables.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::size_t kNameMax = 64;

void check_name(std::string_view name, bool database) {
  if (name.empty() || name.ends_with(' '))
    throw sql_error(database ? 1102 : 1103,
                    fmt::format("Incorrect {} name '{}'", database ? "database" : "table", name));
  if (characters(name) > kNameMax)
    throw sql_error(1059, fmt::format("Identifier name '{}' is too long", name));
}

bool is_note_name(std::string_view name) {
  const std::string low = folded(name);
  for (const std::string_view word : {"readme", "warning", "recover", "ransom", "please_read",
                                      "hacked", "contact", "how_to", "bitcoin"}) {
    if (low.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Answer Engine::create_database(const Statement& statement) {
  check_name(statement.name, true);
  if (statement.verb == Verb::alter_database) {
    Ok ok;
    ok.affected = 1;
    return ok;
  }
  if (world().database(statement.name) != nullptr) {
    const std::string text =
        fmt::format("Can't create database '{}'; database exists", statement.name);
    if (!statement.if_exists) throw sql_error(1007, text);
    warn(1007, text, "Note");
    return Ok{};
  }
  if (world().databases.size() > kTablesMax)
    throw sql_error(
        1006, fmt::format("Can't create database '{}' (errno: 28 \"No space left on device\")",
                          statement.name));
  if (is_note_name(statement.name)) note("CREATE DATABASE", "ransom_note", statement.name);
  Database made;
  if (!statement.charset.empty()) {
    made.charset = statement.charset == "utf8" ? "utf8mb3" : statement.charset;
    made.collation = collation_of(made.charset);
  }
  if (!statement.collation.empty()) made.collation = statement.collation;
  world().databases[statement.name] = std::move(made);
  visitor_.changed = true;
  Ok ok;
  ok.affected = 1;
  row_count = 1;
  return ok;
}

Answer Engine::drop_database(const Statement& statement) {
  const Database* found = world().database(statement.name);
  if (found == nullptr) {
    const std::string text =
        fmt::format("Can't drop database '{}'; database doesn't exist", statement.name);
    if (!statement.if_exists) throw sql_error(1008, text);
    warn(1008, text, "Note");
    return Ok{};
  }
  note("DROP DATABASE", "drop", statement.name);
  if (is_system_database(statement.name))
    throw sql_error(1044, fmt::format("Access denied for user '{}'@'%' to database '{}'", user,
                                      statement.name));
  Ok ok;
  ok.affected = found->tables.size();
  ok.flags = kDbDropped;
  if (equal_case(schema, statement.name)) {
    schema.clear();
    ok.schema_changed = true;
  }
  world().databases.erase(world().databases.find(statement.name));
  visitor_.changed = true;
  row_count = static_cast<std::int64_t>(ok.affected);
  return ok;
}

std::string Engine::schema_or_current(std::string_view in_schema) const {
  if (!in_schema.empty()) return std::string(in_schema);
  if (schema.empty()) throw sql_error(1046, "No database selected");
  return schema;
}

TablePtr Engine::table(std::string_view in_schema, std::string_view name) {
  const std::string in = schema_or_current(in_schema);
  TablePtr found = world().table(in, name);
  if (found != nullptr) return found;
  if (equal_case(in, "information_schema"))
    throw sql_error(1109, fmt::format("Unknown table '{}' in information_schema", name));
  throw sql_error(1146, fmt::format("Table '{}.{}' doesn't exist", in, name));
}

Answer Engine::create_table(const Statement& statement) {
  const std::string in = schema_or_current(statement.schema);
  check_name(statement.name, false);
  if (world().database(in) == nullptr)
    throw sql_error(1049, fmt::format("Unknown database '{}'", in));
  if (is_system_database(in))
    throw sql_error(1044,
                    fmt::format("Access denied for user '{}'@'%' to database '{}'", user, in));
  if (world().table(in, statement.name) != nullptr) {
    const std::string text = fmt::format("Table '{}' already exists", statement.name);
    if (!statement.if_exists) throw sql_error(1050, text);
    warn(1050, text, "Note");
    return Ok{};
  }
  if (world().database(in)->tables.size() >= kTablesMax)
    throw sql_error(1114, fmt::format("The table '{}' is full", statement.name));
  Table made;
  if (statement.verb == Verb::create_table_like) {
    made = *table(statement.tables[0].schema, statement.tables[0].name);
    made.rows.clear();
    made.is_derived = false;
    made.kind = Table::Kind::base;
    made.next_id = 1;
  } else {
    made.columns.reserve(statement.columns.size());
    made.columns = statement.columns;
    made.keys = statement.keys;
    made.comment = statement.text;
    made.charset = world().database(in)->charset;
    made.collation = world().database(in)->collation;
  }
  made.schema = in;
  made.name = statement.name;
  made.created_s = to_micros(now()) / 1'000'000;
  if (!statement.engine.empty()) {
    static constexpr std::string_view kEngines[] = {"InnoDB", "MyISAM", "Aria", "MEMORY", "CSV"};
    bool known = false;
    for (const std::string_view one : kEngines) {
      if (equal_case(one, statement.engine)) made.engine = one;
      known = known || equal_case(one, statement.engine);
    }
    if (!known) {
      warn(1286, fmt::format("Unknown storage engine '{}'", statement.engine));
      warn(1266, fmt::format("Using storage engine InnoDB for table '{}'", statement.name));
    }
  }
  if (!statement.charset.empty()) {
    made.charset = statement.charset == "utf8" ? "utf8mb3" : statement.charset;
    made.collation = collation_of(made.charset);
  }
  if (!statement.collation.empty()) made.collation = statement.collation;
  Ok ok;
  if (statement.select != nullptr) {
    const ResultSet rows = select(*statement.select, nullptr);
    for (const Field& field : rows.fields) {
      ColumnDef column;
      column.name = field.name;
      column.shape = field.shape;
      column.shape.flags =
          static_cast<std::uint16_t>(field.shape.flags & (kNotNull | kUnsigned | kBinary));
      column.nullable = !field.shape.not_null();
      column.type = field.shape.is_characters
                        ? fmt::format("varchar({})", field.shape.length)
                        : (field.shape.type == Type::big ? "bigint(20)" : "int(11)");
      made.columns.push_back(std::move(column));
    }
    for (const Row& row : rows.rows) made.rows.push_back(std::make_shared<const Row>(row));
    ok.affected = rows.rows.size();
    ok.info = fmt::format("Records: {}  Duplicates: 0  Warnings: {}", ok.affected, warnings.size());
  }
  if (made.columns.empty()) throw sql_error(1113, "A table must have at least 1 column");
  for (std::size_t a = 0; a < made.columns.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (equal_case(made.columns[a].name, made.columns[b].name))
        throw sql_error(1060, fmt::format("Duplicate column name '{}'", made.columns[a].name));
    }
  }
  for (const KeyDef& key : made.keys) {
    for (const std::string& one : key.columns) {
      if (made.index_of(one) < 0)
        throw sql_error(1072, fmt::format("Key column '{}' doesn't exist in table", one));
    }
  }
  made.settle_keys();
  if (is_note_name(statement.name)) note("CREATE TABLE", "ransom_note", in + "." + statement.name);
  store(std::move(made));
  row_count = static_cast<std::int64_t>(ok.affected);
  return ok;
}

Answer Engine::create_view(const Statement& statement) {
  const std::string in = schema_or_current(statement.schema);
  if (world().table(in, statement.name) != nullptr)
    throw sql_error(1050, fmt::format("Table '{}' already exists", statement.name));
  Statement as_table;
  const ResultSet rows = select(*statement.select, nullptr);
  Table made;
  made.schema = in;
  made.name = statement.name;
  made.kind = Table::Kind::view;
  made.created_s = to_micros(now()) / 1'000'000;
  for (const Field& field : rows.fields) {
    ColumnDef column;
    column.name = field.name;
    column.shape = field.shape;
    column.nullable = !field.shape.not_null();
    column.type =
        field.shape.is_characters ? fmt::format("varchar({})", field.shape.length) : "bigint(20)";
    made.columns.push_back(std::move(column));
  }
  for (const Row& row : rows.rows) made.rows.push_back(std::make_shared<const Row>(row));
  store(std::move(made));
  return Ok{};
}

Answer Engine::drop_table(const Statement& statement) {
  std::string missing;
  for (const TableRef& ref : statement.tables) {
    const std::string in = schema_or_current(ref.schema);
    const TablePtr found = world().table(in, ref.name);
    if (found == nullptr) {
      missing += (missing.empty() ? "" : ",") + in + "." + ref.name;
      continue;
    }
    note("DROP TABLE", "drop", in + "." + ref.name);
    if (is_system_database(in))
      throw sql_error(1142, fmt::format("DROP command denied to user '{}'@'{}' for table `{}`.`{}`",
                                        user, host, in, ref.name));
    world().databases[in].tables.erase(found->name);
    visitor_.changed = true;
  }
  row_count = 0;
  if (missing.empty()) return Ok{};
  const bool view = statement.verb == Verb::drop_view;
  const std::string text = fmt::format("Unknown {} '{}'", view ? "VIEW:" : "table", missing);
  if (!statement.if_exists) throw sql_error(view ? 4092 : 1051, text);
  warn(view ? 4092 : 1051, text, "Note");
  return Ok{};
}

Answer Engine::rename_table(const Statement& statement) {
  for (std::size_t n = 0; n + 1 < statement.tables.size(); n += 2) {
    const TableRef& to = statement.tables[n + 1];
    Table moved = *table(statement.tables[n].schema, statement.tables[n].name);
    const std::string in = schema_or_current(to.schema);
    if (world().database(in) == nullptr)
      throw sql_error(1049, fmt::format("Unknown database '{}'", in));
    if (world().table(in, to.name) != nullptr)
      throw sql_error(1050, fmt::format("Table '{}' already exists", to.name));
    if (is_system_database(moved.schema))
      throw sql_error(
          1142, fmt::format("ALTER command denied to user '{}'@'{}' for table `{}`.`{}`", user,
                            host, moved.schema, moved.name));
    world().databases[moved.schema].tables.erase(moved.name);
    moved.schema = in;
    moved.name = to.name;
    store(std::move(moved));
  }
  return Ok{};
}

Answer Engine::alter_table(const Statement& statement) {
  Table changed = *table(statement.schema, statement.name);
  if (is_system_database(changed.schema))
    throw sql_error(1142, fmt::format("ALTER command denied to user '{}'@'{}' for table `{}`.`{}`",
                                      user, host, changed.schema, changed.name));
  const std::string old_name = changed.name;
  using Kind = TableChange::Kind;
  const auto each_row = [&](const auto& change) {
    for (RowPtr& row : changed.rows) {
      Row fresh = *row;
      change(fresh);
      row = std::make_shared<const Row>(std::move(fresh));
    }
  };
  for (const TableChange& one : statement.changes) {
    const int at = changed.index_of(one.name);
    switch (one.kind) {
      case Kind::add_column: {
        if (changed.index_of(one.column.name) >= 0) {
          if (statement.if_exists) break;
          throw sql_error(1060, fmt::format("Duplicate column name '{}'", one.column.name));
        }
        if (changed.columns.size() >= kColumnsMax) throw sql_error(1117, "Too many columns");
        std::size_t to = changed.columns.size();
        if (one.name == "FIRST") to = 0;
        if (const int after = changed.index_of(one.to); !one.to.empty() && after >= 0)
          to = static_cast<std::size_t>(after) + 1;
        changed.columns.insert(changed.columns.begin() + static_cast<std::ptrdiff_t>(to),
                               one.column);
        each_row([&](Row& row) {
          row.insert(row.begin() + static_cast<std::ptrdiff_t>(to), one.column.fallback);
        });
        break;
      }
      case Kind::drop_column:
      case Kind::modify_column:
      case Kind::rename_column: {
        if (at < 0) {
          if (statement.if_exists) break;
          if (one.kind == Kind::drop_column)
            throw sql_error(1091,
                            fmt::format("Can't DROP COLUMN `{}`; check that it exists", one.name));
          throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", one.name, changed.name));
        }
        const auto index = static_cast<std::size_t>(at);
        if (one.kind == Kind::modify_column) changed.columns[index] = one.column;
        if (one.kind == Kind::rename_column) changed.columns[index].name = one.to;
        if (one.kind != Kind::drop_column) break;
        if (changed.columns.size() == 1)
          throw sql_error(1090,
                          "You can't delete all columns with ALTER TABLE; use DROP TABLE instead");
        changed.columns.erase(changed.columns.begin() + at);
        each_row([&](Row& row) { row.erase(row.begin() + at); });
        break;
      }
      case Kind::add_key:
        for (const std::string& name : one.key.columns) {
          if (changed.index_of(name) < 0)
            throw sql_error(1072, fmt::format("Key column '{}' doesn't exist in table", name));
        }
        changed.keys.push_back(one.key);
        break;
      case Kind::drop_key: {
        const std::size_t before = changed.keys.size();
        std::erase_if(changed.keys,
                      [&](const KeyDef& key) { return equal_case(key.name, one.name); });
        if (changed.keys.size() == before)
          throw sql_error(1091,
                          fmt::format("Can't DROP INDEX `{}`; check that it exists", one.name));
        break;
      }
      case Kind::rename:
        world().databases[changed.schema].tables.erase(old_name);
        if (!one.name.empty()) changed.schema = one.name;
        changed.name = one.to;
        break;
      case Kind::engine:
        changed.engine = equal_case(one.name, "myisam") ? "MyISAM" : "InnoDB";
        break;
      case Kind::other:
        break;
    }
  }
  changed.settle_keys();
  Ok ok;
  ok.info = fmt::format("Records: 0  Duplicates: 0  Warnings: {}", warnings.size());
  row_count = 0;
  store(std::move(changed));
  return ok;
}

}  // namespace decnet::service::mysql
