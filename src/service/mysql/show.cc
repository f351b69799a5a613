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

Shape unsigned_shape(std::size_t length, Type type) {
  Shape out = integer_shape(length, true, true);
  out.type = type;
  return out;
}

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
    const std::string view = (statement.global ? "GLOBAL_" : "SESSION_") + what;
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

Answer Engine::show_create(const Statement& statement) {
  if (statement.what == "CREATE DATABASE") {
    const Database* of = world().database(statement.name);
    if (of == nullptr) throw sql_error(1049, fmt::format("Unknown database '{}'", statement.name));
    const std::string sql = fmt::format(
        "CREATE DATABASE {}`{}` /*!40100 DEFAULT CHARACTER SET {} COLLATE {} */{}",
        statement.if_exists ? "/*!32312 IF NOT EXISTS*/ " : "", statement.name, of->charset,
        of->collation, server_.facts().mariadb ? "" : " /*!80016 DEFAULT ENCRYPTION='N' */");
    return table_of(
        {{"Database", text_shape(64, true)}, {"Create Database", text_shape(1024, true)}},
        {{statement.name, sql}});
  }
  if (statement.what == "CREATE TABLE") {
    const TablePtr of = table(statement.schema, statement.name);
    if (of->kind == Table::Kind::view) {
      const std::string sql = fmt::format(
          "CREATE ALGORITHM=UNDEFINED DEFINER=`mariadb.sys`@`localhost` SQL SECURITY DEFINER VIEW "
          "`{}` AS select 1 AS `1`",
          of->name);
      return table_of({{"View", text_shape(64, true)},
                       {"Create View", text_shape(1024, true)},
                       {"character_set_client", text_shape(32, true)},
                       {"collation_connection", text_shape(32, true)}},
                      {{of->name, sql, std::string("utf8mb4"), std::string("utf8mb4_general_ci")}});
    }
    return table_of({{"Table", text_shape(64, true)}, {"Create Table", text_shape(1024, true)}},
                    {{of->name, create_table_sql(*of, server_.facts().mariadb)}});
  }
  if (statement.what == "CREATE USER") return show_grants(statement);
  throw sql_error(1305,
                  fmt::format("{} {} does not exist", statement.what.substr(7), statement.name));
}

Answer Engine::show_grants(const Statement& statement) {
  const std::string of =
      statement.users.empty() || statement.users[0].first.empty() ? user : statement.users[0].first;
  const std::string at =
      statement.users.empty() || statement.users[0].first.empty() ? "%" : statement.users[0].second;
  std::string hash;
  bool known = of == user && at == "%";
  for (const persona::Account& account : server_.persona().accounts) {
    if (account.user != of || account.password.empty()) continue;
    hash = native_hash(account.password);
    known = known || at == "%";
  }
  if (!known && !visitor_.users.contains(of + "@" + at))
    throw sql_error(
        1141, fmt::format("There is no such grant defined for user '{}' on host '{}'", of, at));
  const bool mariadb = server_.facts().mariadb;
  if (statement.what == "CREATE USER")
    return table_of(
        {{fmt::format("CREATE USER for {}@{}", of, at), text_shape(1024, true)}},
        {{mariadb ? fmt::format("CREATE USER `{}`@`{}` IDENTIFIED BY PASSWORD '{}'", of, at, hash)
                  : fmt::format("CREATE USER `{}`@`{}` IDENTIFIED WITH 'caching_sha2_password' "
                                "REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK",
                                of, at)}});
  const std::string list =
      "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, FILE, REFERENCES, INDEX, "
      "ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW "
      "VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";
  const std::string sql = fmt::format(
      "GRANT {} ON *.* TO `{}`@`{}`{}", list, of, at,
      mariadb && !hash.empty() ? fmt::format(" IDENTIFIED BY PASSWORD '{}'", hash) : "");
  return table_of({{fmt::format("Grants for {}@{}", of, at), text_shape(1024, true)}}, {{sql}});
}

Answer Engine::show_fixed(const Statement& statement) {
  const std::string& what = statement.what;
  const Shape small = unsigned_shape(10, Type::integer);
  const Shape big = unsigned_shape(20, Type::big);
  if (what == "PROCESSLIST") {
    Shape time = integer_shape(7);
    Shape progress = integer_shape(7);
    progress.type = Type::real;
    progress.decimals = 3;
    Shape info = text_shape(statement.full ? 201326592 / bytes_per_character : 100);
    if (statement.full) info.type = Type::long_blob;
    std::vector<std::pair<std::string, Shape>> fields = {
        {"Id", integer_shape(11)},         {"User", text_shape(128, true)},
        {"Host", text_shape(64, true)},    {"db", text_shape(64)},
        {"Command", text_shape(16, true)}, {"Time", time},
        {"State", text_shape(30)},         {"Info", info}};
    if (server_.facts().mariadb) fields.emplace_back("Progress", progress);
    std::vector<Row> rows;
    for (const auto& [id, one] : server_.connections) {
      const bool self = id == connection_id;
      const std::int64_t seconds = (to_micros(now()) - to_micros(one.since)) / 1'000'000;
      Row row{std::int64_t{id},
              one.user,
              one.host,
              one.schema.empty() ? Value() : Value(one.schema),
              self ? std::string("Query") : one.command,
              self ? std::int64_t{0} : seconds,
              self ? std::string("starting") : std::string(),
              self ? Value(std::string(text_.substr(0, statement.full ? 65536 : 100))) : Value()};
      if (server_.facts().mariadb) row.push_back(Decimal{0, 3});
      rows.push_back(std::move(row));
    }
    return table_of(fields, std::move(rows));
  }
  if (what == "WARNINGS" || what == "ERRORS") {
    Shape code = unsigned_shape(4, Type::integer);
    std::vector<Row> rows;
    for (const Warning& one : warnings) {
      if (what == "WARNINGS" || one.level == "Error")
        rows.push_back({one.level, std::uint64_t{one.code}, one.text});
    }
    return table_of(
        {{"Level", text_shape(7, true)}, {"Code", code}, {"Message", text_shape(512, true)}},
        std::move(rows));
  }
  if (what.starts_with("COUNT ")) {
    const bool errors = what.ends_with("ERRORS");
    const auto n = std::count_if(warnings.begin(), warnings.end(), [&](const Warning& one) {
      return !errors || one.level == "Error";
    });
    return table_of({{errors ? "@@session.error_count" : "@@session.warning_count",
                      integer_shape(21, false, true)}},
                    {{static_cast<std::uint64_t>(n)}});
  }
  if (what == "MASTER STATUS" || what == "BINLOG STATUS")
    return table_of({{"File", text_shape(512, true)},
                     {"Position", big},
                     {"Binlog_Do_DB", text_shape(255, true)},
                     {"Binlog_Ignore_DB", text_shape(255, true)}},
                    {});
  if (what == "BINARY LOGS" || what == "MASTER LOGS")
    throw sql_error(1381, "You are not using binary logging");
  if (what.ends_with("HOSTS"))
    return table_of({{"Server_id", small},
                     {"Host", text_shape(20, true)},
                     {"Port", unsigned_shape(7, Type::integer)},
                     {"Master_id", small}},
                    {});
  if (what == "BINLOG EVENTS")
    return table_of({{"Log_name", text_shape(20, true)},
                     {"Pos", unsigned_shape(21, Type::big)},
                     {"Event_type", text_shape(20, true)},
                     {"Server_id", small},
                     {"End_log_pos", unsigned_shape(21, Type::big)},
                     {"Info", text_shape(20, true)}},
                    {});
  if (what == "PRIVILEGES") {
    std::vector<Row> rows;
    for (const auto& fact : fact_rows("privileges")) rows.push_back({fact[0], fact[1], fact[2]});
    return table_of({{"Privilege", text_shape(10, true)},
                     {"Context", text_shape(15, true)},
                     {"Comment", text_shape(64, true)}},
                    std::move(rows));
  }
  if (what == "OPEN TABLES")
    return table_of({{"Database", text_shape(64, true)},
                     {"Table", text_shape(64, true)},
                     {"In_use", integer_shape(1)},
                     {"Name_locked", integer_shape(4)}},
                    {});
  if (what == "PROFILES")
    return table_of({{"Query_ID", integer_shape(10)},
                     {"Duration", integer_shape(9)},
                     {"Query", text_shape(300)}},
                    {});
  if (what.starts_with("ENGINE "))
    return table_of({{"Type", text_shape(10, true)},
                     {"Name", text_shape(512, true)},
                     {"Status", text_shape(10, true)}},
                    {});
  if (what.find("SLAVE") != std::string::npos || what.find("REPLICA") != std::string::npos) {
    static constexpr std::string_view kNames[] = {
        "Slave_IO_State", "Master_Host",      "Master_User",       "Master_Log_File",
        "Relay_Log_File", "Slave_IO_Running", "Slave_SQL_Running", "Last_Error"};
    std::vector<std::pair<std::string, Shape>> fields;
    for (const std::string_view one : kNames) fields.emplace_back(one, text_shape(64, true));
    return table_of(fields, {});
  }
  return table_of({{"Name", text_shape(64, true)}, {"Comment", text_shape(80, true)}}, {});
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
  return out;
}

}  // namespace decnet::service::mysql
