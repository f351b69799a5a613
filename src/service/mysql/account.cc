// Users, functions of shared libraries, and files: what attackers are after.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::size_t kUsersMax = 32;

// Folders of a Debian host that are there, and whether mysqld may write in them.
struct Folder {
  std::string_view path;
  bool writable;
};
constexpr Folder kFolders[] = {{"/tmp", true},
                               {"/var/tmp", true},
                               {"/dev/shm", true},
                               {"/var/lib/mysql", true},
                               {"/run/mysqld", true},
                               {"/", false},
                               {"/etc", false},
                               {"/etc/cron.d", false},
                               {"/etc/mysql", false},
                               {"/root", false},
                               {"/home", false},
                               {"/usr/lib/mysql/plugin", false},
                               {"/usr/lib/mysql", false},
                               {"/var/www", false},
                               {"/var/www/html", false},
                               {"/usr/bin", false},
                               {"/var/log", false},
                               {"/opt", false},
                               {"/srv", false},
                               {"/var/spool/cron/crontabs", false},
                               {"/usr/local/bin", false}};

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "/var/lib/mysql";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string value_text(const Row& row) {
  std::string out;
  for (const Value& value : row)
    out += (out.empty() ? "" : "\t") + (is_null(value) ? std::string("\\N") : to_text(value));
  return out;
}

}  // namespace

Answer Engine::account(const Statement& statement) {
  if (statement.verb == Verb::set_password) {
    note("SET PASSWORD", "user_change", statement.users.empty() ? user : statement.users[0].first);
    return Ok{};
  }
  std::string failed;
  for (const auto& user_at : statement.users) {
    const std::string& name = user_at.first;  // No binding: a closure of clang 14 takes none.
    const std::string& at = user_at.second;
    const std::string whole = name + "@" + at;
    const auto& accounts = server_.persona().accounts;
    const bool exists =
        visitor_.users.contains(whole) ||
        (at == "localhost" && (name == "root" || name == "mysql" || name == "mariadb.sys")) ||
        (at == "%" && std::any_of(accounts.begin(), accounts.end(), [&](const auto& one) {
           return one.user == name && !one.password.empty();
         }));
    const auto fails = [&] {
      failed += (failed.empty() ? "" : ",") + fmt::format("'{}'@'{}'", name, at);
    };
    if (statement.verb == Verb::create_user) {
      note("CREATE USER", "user_create", whole);
      if (exists || visitor_.users.size() >= kUsersMax) {
        if (!statement.if_exists) fails();
      } else {
        visitor_.users.insert(whole);
        visitor_.changed = true;
      }
    } else if (statement.verb == Verb::drop_user) {
      note("DROP USER", "user_change", whole);
      if (visitor_.users.erase(whole) == 0 && !statement.if_exists) fails();
    } else if (statement.verb == Verb::grant) {
      note("GRANT", "user_create", whole);
      if (!exists && !statement.has_text)
        throw sql_error(1133, "Can't find any matching row in the user table");
      if (!exists && visitor_.users.size() < kUsersMax) visitor_.users.insert(whole);
    } else {
      note("ALTER USER", "user_change", whole);
      if (!exists && !statement.if_exists) fails();
    }
  }
  if (!failed.empty()) {
    static constexpr std::pair<Verb, std::string_view> kVerbs[] = {
        {Verb::create_user, "CREATE USER"},
        {Verb::drop_user, "DROP USER"},
        {Verb::alter_user, "ALTER USER"},
        {Verb::revoke, "REVOKE"}};
    std::string_view verb = "ALTER USER";
    for (const auto& [one, text] : kVerbs) {
      if (one == statement.verb) verb = text;
    }
    throw sql_error(1396, fmt::format("Operation {} failed for {}", verb, failed));
  }
  return Ok{};
}

Answer Engine::function(const Statement& statement) {
  if (statement.verb == Verb::create_udf) {
    note("CREATE FUNCTION", "udf", statement.name + " " + statement.text);
    if (statement.text.find('/') != std::string::npos)
      throw sql_error(1124, "No paths allowed for shared library");
    if (statement.name.size() > 64)
      throw sql_error(1059, fmt::format("Identifier name '{}' is too long", statement.name));
    const std::string path =
        server_.facts().mariadb
            ? "'" + statement.text +
                  "' (errno: 2, cannot open shared object file: No such file or directory)"
            : fmt::format(
                  "'{0}' (errno: 0 /usr/lib/mysql/plugin/{0}: cannot open shared object file: No "
                  "such file or directory)",
                  statement.text);
    throw sql_error(1126, "Can't open shared library " + path);
  }
  if (statement.verb == Verb::install_plugin) {
    note("INSTALL PLUGIN", "udf", statement.text);
    throw sql_error(1126,
                    fmt::format("Can't open shared library '/usr/lib/mysql/plugin/{}' (errno: 2, "
                                "cannot open shared object file: No such file or directory)",
                                statement.text));
  }
  if (statement.verb == Verb::uninstall_plugin)
    throw sql_error(1305, fmt::format("PLUGIN {} does not exist", statement.name));
  if (statement.verb == Verb::create_routine) {
    note("CREATE " + statement.what, "routine", statement.name);
    schema_or_current(statement.schema);
    return Ok{};
  }
  if (statement.verb == Verb::drop_function && statement.schema.empty()) {
    if (statement.if_exists) {
      warn(1305, fmt::format("FUNCTION (UDF) {} does not exist", statement.name), "Note");
      return Ok{};
    }
    throw sql_error(1305,
                    schema.empty()
                        ? fmt::format("FUNCTION (UDF) {} does not exist", statement.name)
                        : fmt::format("FUNCTION {}.{} does not exist", schema, statement.name));
  }
  const std::string in = schema_or_current(statement.schema);
  const std::string text =
      statement.what == "TRIGGER"
          ? std::string("Trigger does not exist")
          : fmt::format("{} {}.{} does not exist", statement.what, in, statement.name);
  const std::uint16_t code = statement.what == "TRIGGER" ? 1360 : 1305;
  if (!statement.if_exists) throw sql_error(code, text);
  warn(code, text, "Note");
  return Ok{};
}

Answer Engine::into_file(const Select& of, ResultSet result) {
  const bool dump = of.into == Select::Into::dumpfile;
  note(dump ? "INTO DUMPFILE" : "INTO OUTFILE", "outfile", of.file);
  std::string content;
  for (const Row& row : result.rows)
    content += dump ? (row.empty() ? "" : to_text(row[0])) : value_text(row) + "\n";
  files.emplace_back(of.file, content.substr(0, kTextBytesMax));
  const bool mariadb = server_.facts().mariadb;
  const auto refused = [&] {
    return sql_error(1290, fmt::format("The {} server is running with the --secure-file-priv "
                                       "option so it cannot execute this statement",
                                       mariadb ? "MariaDB" : "MySQL"));
  };
  const std::string folder = folder_of(of.file);
  if (!mariadb && folder != "/var/lib/mysql-files") throw refused();
  const Folder* found = nullptr;
  const bool web =
      !server_.persona().version("nginx").empty() || !server_.persona().version("apache2").empty();
  for (const Folder& one : kFolders) {
    if (one.path == folder && (web || !one.path.starts_with("/var/www"))) found = &one;
  }
  if (mariadb && found == nullptr) throw refused();
  for (const std::string_view one : {"/etc/passwd", "/etc/hosts", "/etc/crontab", "/etc/shadow",
                                     "/etc/mysql/my.cnf", "/etc/hostname"}) {
    if (of.file == one) throw sql_error(1086, fmt::format("File '{}' already exists", of.file));
  }
  if (visitor_.users.contains("file:" + of.file))
    throw sql_error(1086, fmt::format("File '{}' already exists", of.file));
  if (found != nullptr && !found->writable)
    throw sql_error(
        1, fmt::format("Can't create/write to file '{}' (Errcode: 13 \"Permission denied\")",
                       of.file));
  if (dump && result.rows.size() > 1)
    throw sql_error(1172, "Result consisted of more than one row");
  Ok ok;
  ok.affected = result.rows.size();
  row_count = static_cast<std::int64_t>(ok.affected);
  return ok;
}

}  // namespace decnet::service::mysql
