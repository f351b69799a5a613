// SHOW of the server: its connections, warnings, logs.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

Shape unsigned_shape(std::size_t length, Type type) {
  Shape out = integer_shape(length, true, true);
  out.type = type;
  return out;
}

}  // namespace

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
    ResultSet out = table_of(fields, std::move(rows));
    out.warnings_before = out.warnings_after = 0;
    return out;
  }
  if (what == "WARNINGS" || what == "ERRORS") {
    Shape code = unsigned_shape(4, Type::integer);
    std::vector<Row> rows;
    for (const Warning& one : warnings) {
      if (what == "WARNINGS" || one.level == "Error")
        rows.push_back({one.level, std::uint64_t{one.code}, one.text});
    }
    ResultSet out = table_of(
        {{"Level", text_shape(7, true)}, {"Code", code}, {"Message", text_shape(512, true)}},
        std::move(rows));
    out.warnings_before = out.warnings_after = 0;
    return out;
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
  if (what == "OPEN TABLES") {
    Shape name = text_shape(64, true);
    Shape used = integer_shape(1);
    Shape locked = integer_shape(4);
    name.decimals = 0;
    name.flags = used.flags = locked.flags = kNotNull | kNoDefault;
    used.type = locked.type = Type::big;
    ResultSet out = table_of(
        {{"Database", name}, {"Table", name}, {"In_use", used}, {"Name_locked", locked}}, {});
    for (Field& field : out.fields) {
      field.schema = "information_schema";
      field.table = field.org_table = "OPEN_TABLES";
      field.org_name = field.name;
    }
    out.flags_before = out.flags_after = kNoIndexUsed;
    return out;
  }
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

}  // namespace decnet::service::mysql
