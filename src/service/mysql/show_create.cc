// SHOW CREATE and SHOW GRANTS: what would make a thing again.
#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

Answer Engine::show_create(const Statement& statement) {
  if (statement.what == "CREATE DATABASE") {
    const Database* of = world().database(statement.name);
    if (of == nullptr) throw sql_error(1049, fmt::format("Unknown database '{}'", statement.name));
    if (statement.name == "mysql" && server_.facts().mariadb)
      warn(
          1105,
          "Database 'mysql' does not have a db.opt file. You can create one with ALTER DATABASE if "
          "needed",
          "Note");
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
  const bool mariadb = server_.facts().mariadb;
  if (!known && !visitor_.users.contains(of + "@" + at)) {
    const SqlError error = sql_error(
        1141, fmt::format("There is no such grant defined for user '{}' on host '{}'", of, at));
    if (statement.what == "CREATE USER") throw SqlError(error);
    ResultSet out =
        table_of({{fmt::format("Grants for {}@{}", of, at), text_shape(1024, true)}}, {});
    out.failure = error;
    out.warnings_before = 0;
    return out;
  }
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
  ResultSet out =
      table_of({{fmt::format("Grants for {}@{}", of, at), text_shape(1024, true)}}, {{sql}});
  out.warnings_before = out.warnings_after = 0;
  return out;
}

}  // namespace decnet::service::mysql
