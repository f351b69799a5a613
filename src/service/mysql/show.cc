// SHOW and EXPLAIN.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

constexpr std::uint32_t kTableNameColumn = 73;  // Characters of TABLE_NAMES.TABLE_NAME.

}  // namespace

// Rows that come from no table.
ResultSet Engine::table_of(const std::vector<std::pair<std::string, Shape>>& fields,
                           std::vector<Row> rows) {
  ResultSet out;
  for (const auto& [name, shape] : fields) out.fields.push_back({"", "", "", name, "", shape});
  out.rows = std::move(rows);
  return out;
}

ResultSet Engine::query(std::string sql) {
  Parser parser(sql, dialect());
  const Statement statement = parser.statement();
  const std::string_view before = text_;
  text_ = sql;
  ResultSet out = select(*statement.select, nullptr);
  text_ = before;
  return out;
}

// A filter of LIKE, on a column; WHERE goes to the names that SHOW gives.
Answer Engine::show_of_schema(const Statement& statement) {
  const std::string& what = statement.what;
  std::string sql;
  std::string by;
  const auto in = [&] {
    const std::string out = schema_or_current(statement.schema);
    if (world().database(out) == nullptr)
      throw sql_error(1049, fmt::format("Unknown database '{}'", out));
    return out;
  };
  if (what == "DATABASES" || what == "SCHEMAS") {
    by = "SCHEMA_NAME";
    const std::string title =
        statement.has_text ? fmt::format("Database ({})", statement.text) : "Database";
    sql = fmt::format("SELECT SCHEMA_NAME AS `{}` FROM information_schema.SCHEMATA", title);
  } else if (what == "TABLES") {
    by = "TABLE_NAME";
    const std::string schema_name = in();
    const std::string title = statement.has_text
                                  ? fmt::format("Tables_in_{} ({})", schema_name, statement.text)
                                  : "Tables_in_" + schema_name;
    sql = fmt::format(
        "SELECT TABLE_NAME AS `{}`{} FROM information_schema.TABLES WHERE TABLE_SCHEMA = {}", title,
        statement.full ? ", TABLE_TYPE AS `Table_type`" : "", quoted(schema_name));
  } else if (what == "TABLE STATUS") {
    by = "TABLE_NAME";
    sql =
        "SELECT TABLE_NAME AS Name, ENGINE AS Engine, VERSION AS Version, ROW_FORMAT AS "
        "Row_format, TABLE_ROWS AS `Rows`, "
        "AVG_ROW_LENGTH AS Avg_row_length, DATA_LENGTH AS Data_length, MAX_DATA_LENGTH AS "
        "Max_data_length, INDEX_LENGTH AS "
        "Index_length, DATA_FREE AS Data_free, AUTO_INCREMENT AS Auto_increment, CREATE_TIME AS "
        "Create_time, UPDATE_TIME AS "
        "Update_time, CHECK_TIME AS Check_time, TABLE_COLLATION AS Collation, CHECKSUM AS "
        "Checksum, CREATE_OPTIONS AS "
        "Create_options, TABLE_COMMENT AS Comment, MAX_INDEX_LENGTH AS Max_index_length, TEMPORARY "
        "AS Temporary "
        "FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
        quoted(in());
  } else if (what == "TRIGGERS" || what == "EVENTS") {
    by = what == "EVENTS" ? "EVENT_NAME" : "EVENT_OBJECT_TABLE";
    sql = what == "EVENTS" ? "SELECT EVENT_SCHEMA AS Db, EVENT_NAME AS Name, DEFINER AS Definer, "
                             "TIME_ZONE AS `Time zone`, EVENT_TYPE AS Type, EXECUTE_AT AS "
                             "`Execute at`, INTERVAL_VALUE AS `Interval value`, INTERVAL_FIELD AS "
                             "`Interval field`, STARTS AS Starts, ENDS AS Ends, STATUS AS "
                             "Status, ORIGINATOR AS Originator, CHARACTER_SET_CLIENT AS "
                             "character_set_client, COLLATION_CONNECTION AS collation_connection, "
                             "DATABASE_COLLATION AS `Database Collation` FROM "
                             "information_schema.EVENTS WHERE EVENT_SCHEMA = " +
                                 quoted(in())
                           : "SELECT TRIGGER_NAME AS `Trigger`, EVENT_MANIPULATION AS Event, "
                             "EVENT_OBJECT_TABLE AS `Table`, ACTION_STATEMENT AS Statement, "
                             "ACTION_TIMING AS Timing, CREATED AS Created, SQL_MODE AS sql_mode, "
                             "DEFINER AS Definer, CHARACTER_SET_CLIENT AS "
                             "character_set_client, COLLATION_CONNECTION AS collation_connection, "
                             "DATABASE_COLLATION AS `Database Collation` "
                             "FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = " +
                                 quoted(in());
  } else if (what == "FUNCTION STATUS" || what == "PROCEDURE STATUS") {
    by = "ROUTINE_NAME";
    sql =
        "SELECT ROUTINE_SCHEMA AS Db, ROUTINE_NAME AS Name, ROUTINE_TYPE AS Type, DEFINER AS "
        "Definer, LAST_ALTERED AS Modified, CREATED AS "
        "Created, SECURITY_TYPE AS Security_type, ROUTINE_COMMENT AS Comment, CHARACTER_SET_CLIENT "
        "AS character_set_client, "
        "COLLATION_CONNECTION AS collation_connection, DATABASE_COLLATION AS `Database Collation` "
        "FROM information_schema.ROUTINES";
  } else if (what == "VARIABLES" || what == "STATUS") {
    by = "VARIABLE_NAME";
    std::vector<Row> rows;
    const std::string view = "SESSION_" + what;  // Also of SHOW GLOBAL.
    const TablePtr of = world().table("information_schema", view);
    ResultSet out;
    for (std::size_t n = 0; n < 2; ++n)
      out.fields.push_back({"information_schema", view, view, n == 0 ? "Variable_name" : "Value",
                            of->columns[n].name, of->columns[n].shape});
    for (auto& [key, value] : server_values(what == "STATUS", statement.global)) {
      Row row{key, value};
      std::uint64_t steps = 0;
      if (statement.has_text && !like(key, statement.text, '\\', false, steps)) continue;
      const Scope scope{&out.fields, &row, nullptr, nullptr, nullptr, "WHERE"};
      if (statement.where != nullptr && to_truth(evaluate(*statement.where, scope)) != true)
        continue;
      out.rows.push_back(std::move(row));
    }
    out.flags_before = kNoIndexUsed;
    out.flags_after = what == "STATUS" ? 0 : kNoIndexUsed;
    return out;
  } else if (what == "CHARACTER SET" || what == "CHARSET") {
    by = "CHARACTER_SET_NAME";
    sql =
        "SELECT CHARACTER_SET_NAME AS Charset, DESCRIPTION AS Description, DEFAULT_COLLATE_NAME AS "
        "`Default collation`, MAXLEN AS Maxlen FROM information_schema.CHARACTER_SETS";
  } else if (what == "COLLATION") {
    by = "COLLATION_NAME";
    sql =
        "SELECT COLLATION_NAME AS Collation, CHARACTER_SET_NAME AS Charset, ID AS Id, IS_DEFAULT "
        "AS `Default`, IS_COMPILED AS Compiled, SORTLEN AS Sortlen FROM "
        "information_schema.COLLATIONS";
  } else if (what.ends_with("ENGINES")) {
    sql =
        "SELECT ENGINE AS Engine, SUPPORT AS Support, COMMENT AS Comment, TRANSACTIONS AS "
        "Transactions, XA, SAVEPOINTS AS Savepoints FROM information_schema.ENGINES";
  } else if (what.starts_with("PLUGINS")) {
    sql =
        "SELECT PLUGIN_NAME AS Name, PLUGIN_STATUS AS Status, PLUGIN_TYPE AS Type, PLUGIN_LIBRARY "
        "AS Library, PLUGIN_LICENSE AS License FROM information_schema.PLUGINS";
  } else {
    return show_fixed(statement);
  }
  if (statement.has_text)
    sql += fmt::format(" {} {} LIKE {}", sql.find(" WHERE ") == std::string::npos ? "WHERE" : "AND",
                       by, quoted(statement.text));
  ResultSet out = query(sql);
  if (statement.where != nullptr)
    std::erase_if(out.rows, [&](const Row& row) {
      const Scope scope{&out.fields, &row, nullptr, nullptr, nullptr, "WHERE"};
      return to_truth(evaluate(*statement.where, scope)) != true;
    });
  out.flags_before = out.flags_after = kNoIndexUsed;
  if (what == "EVENTS") out.flags_after = 0;
  if (what == "TABLES" && server_.facts().mariadb) {  // It asks a view that only knows names.
    for (Field& field : out.fields) field.table = field.org_table = "TABLE_NAMES";
    out.fields[0].shape.length = kTableNameColumn;
  }
  return out;
}

Answer Engine::show_columns(const Statement& statement) {
  const TablePtr of = table(statement.schema, statement.name);
  std::string sql;
  if (statement.what == "INDEX") {
    sql =
        "SELECT TABLE_NAME AS `Table`, NON_UNIQUE AS Non_unique, INDEX_NAME AS Key_name, "
        "SEQ_IN_INDEX AS Seq_in_index, COLUMN_NAME AS Column_name, "
        "COLLATION AS Collation, CARDINALITY AS Cardinality, SUB_PART AS Sub_part, PACKED AS "
        "Packed, NULLABLE AS `Null`, INDEX_TYPE AS Index_type, "
        "COMMENT AS Comment, INDEX_COMMENT AS Index_comment, IGNORED AS Ignored FROM "
        "information_schema.STATISTICS";
  } else {
    sql = fmt::format(
        "SELECT COLUMN_NAME AS Field, COLUMN_TYPE AS Type, {}IS_NULLABLE AS `Null`, COLUMN_KEY AS "
        "`Key`, COLUMN_DEFAULT AS `Default`, EXTRA AS Extra{} FROM information_schema.COLUMNS",
        statement.full ? "COLLATION_NAME AS Collation, " : "",
        statement.full ? ", PRIVILEGES AS Privileges, COLUMN_COMMENT AS Comment" : "");
  }
  sql += fmt::format(" WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}", quoted(of->schema),
                     quoted(of->name));
  if (statement.has_text) sql += " AND COLUMN_NAME LIKE " + quoted(statement.text);
  ResultSet out = query(sql);
  if (statement.what != "INDEX") {
    const std::size_t at = statement.full ? 5 : 4;
    for (Row& row : out.rows) {
      const ColumnDef* column = of->column(to_text(row[0]));
      row[at] = column != nullptr && !column->fallback_sql.empty()
                    ? Value(column->fallback_sql)
                    : (column != nullptr ? column->fallback : Value());
      if (!is_null(row[at])) row[at] = to_text(row[at]);
    }
  }
  if (statement.where != nullptr)
    std::erase_if(out.rows, [&](const Row& row) {
      const Scope scope{&out.fields, &row, nullptr, nullptr, nullptr, "WHERE"};
      return to_truth(evaluate(*statement.where, scope)) != true;
    });
  return out;
}

Answer Engine::show(const Statement& statement) {
  if (statement.what == "COLUMNS" || statement.what == "INDEX") return show_columns(statement);
  if (statement.what.starts_with("CREATE ")) return show_create(statement);
  if (statement.what == "GRANTS") return show_grants(statement);
  return show_of_schema(statement);
}

Answer Engine::explain(const Statement& statement) {
  std::vector<Row> rows;
  if (statement.select != nullptr) {
    select_fields(*statement.select, nullptr);
    for (const TableRef& ref : statement.select->from) {
      if (ref.derived != nullptr) continue;
      const TablePtr of = table(ref.schema, ref.name);
      rows.push_back({std::int64_t{1}, std::string("SIMPLE"),
                      ref.alias.empty() ? ref.name : ref.alias, std::string("ALL"), Value(),
                      Value(), Value(), Value(), std::to_string(of->rows.size()),
                      std::string(statement.select->where != nullptr ? "Using where" : "")});
    }
  }
  if (rows.empty())
    rows.push_back({std::int64_t{1}, std::string("SIMPLE"), Value(), Value(), Value(), Value(),
                    Value(), Value(), Value(), std::string("No tables used")});
  Shape id = integer_shape(3, false, true);
  id.type = Type::big;
  ResultSet out = table_of({{"id", id},
                            {"select_type", text_shape(19, true)},
                            {"table", text_shape(64)},
                            {"type", text_shape(10)},
                            {"possible_keys", text_shape(4096)},
                            {"key", text_shape(64)},
                            {"key_len", text_shape(4096)},
                            {"ref", text_shape(2048)},
                            {"rows", text_shape(64)},
                            {"Extra", text_shape(255, true)}},
                           std::move(rows));
  if (!is_null(out.rows[0][2])) out.flags_after = kNoIndexUsed;
  return out;
}

}  // namespace decnet::service::mysql
