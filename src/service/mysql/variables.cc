// System variables and status counters.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

// What depends on the host, over what the genuine server has.
std::string own_value(const Server& server, const std::string& name, std::string value) {
  const ServerFacts& facts = server.facts();
  if (name == "version") return facts.version;
  if (name == "version_comment") return facts.comment;
  if (name == "hostname") return server.persona().hostname;
  if (name == "pid_file" && facts.mariadb) return "/run/mysqld/mysqld.pid";
  if (name == "general_log_file") return server.persona().hostname + ".log";
  if (name == "slow_query_log_file") return server.persona().hostname + "-slow.log";
  if (name == "secure_file_priv") return facts.mariadb ? "" : "/var/lib/mysql-files/";
  if (name == "have_ssl" || name == "have_openssl") return facts.tls ? "YES" : "DISABLED";
  if (name == "bind_address") return "0.0.0.0";
  if (name == "server_uid")
    return value.empty()
               ? value
               : std::string("AAAA") + value.substr(std::min<std::size_t>(4, value.size()));
  if (facts.mariadb) return value;
  if (name == "default_authentication_plugin") return "caching_sha2_password";
  if (name == "version_compile_os") return "Linux";
  if (name == "collation_server" || name == "collation_database") return "utf8mb4_0900_ai_ci";
  if (name == "sql_mode")
    return "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_"
           "BY_ZERO,NO_ENGINE_SUBSTITUTION";
  return value;
}

const std::map<std::string, std::string, std::less<>>& variable_facts() {
  static const auto kFacts = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const auto& row : fact_rows("session_variables")) {
      std::string value = row.size() > 1 ? row[1] : "";
      for (std::size_t n = 2; n < row.size(); ++n) value += "|" + row[n];
      out[folded(row[0])] = std::move(value);
    }
    out["secure_auth"] = "ON";
    out["query_cache_type"] = "OFF";
    out["ssl_ca"] = "";
    return out;
  }();
  return kFacts;
}

// Only MySQL has these, or only MariaDB.
bool is_known(const Server& server, std::string_view name) {
  if (server.facts().mariadb) return name != "mysqlx_port";
  for (const std::string_view prefix :
       {"aria_", "wsrep_", "gtid_domain", "gtid_seq", "query_cache", "tx_"}) {
    if (name.starts_with(prefix)) return false;
  }
  return true;
}

std::string charset_of(std::uint16_t id) {
  if (id == 8) return "latin1";
  if (id == 33 || id == 83) return "utf8mb3";
  if (id == 63) return "binary";
  return "utf8mb4";
}

bool is_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && done.ec == std::errc() && done.ptr == text.data() + text.size();
}

}  // namespace

void Engine::set_charset(std::uint16_t id) {
  static constexpr std::uint16_t kKnown[] = {8, 11, 33, 45, 46, 63, 83, 224, 255};
  const bool known =
      std::find(std::begin(kKnown), std::end(kKnown), id) != std::end(kKnown) || id > 192;
  charset_id = known ? id : 45;
  const std::string name = charset_of(charset_id);
  bytes_per_character = name == "utf8mb4" ? 4 : (name == "utf8mb3" ? 3 : 1);
  if (charset_id != 8 && charset_id != 33 && charset_id != 63 && charset_id < 192) charset_id = 45;
  for (const std::string_view one :
       {"character_set_results", "character_set_client", "character_set_connection"})
    session_variables[std::string(one)] = name;
  session_variables["collation_connection"] = collation_of(name);
}

std::string Engine::variable_text(const std::string& name, bool global) const {
  if (!global) {
    if (const auto at = session_variables.find(name); at != session_variables.end())
      return at->second;
    if (name == "autocommit") return autocommit ? "ON" : "OFF";
    if (name == "warning_count" || name == "error_count") return std::to_string(warnings.size());
    if (name == "last_insert_id" || name == "identity") return std::to_string(last_insert_id);
    if (name == "pseudo_thread_id") return std::to_string(connection_id);
    if (name == "timestamp") return std::to_string(to_micros(now()) / 1'000'000);
  }
  const auto& facts = variable_facts();
  const auto at = facts.find(name);
  return own_value(server_, name, at == facts.end() ? "" : at->second);
}

Value Engine::variable(const Expr& expr) {
  const std::string name = folded(expr.name);
  if (!variable_facts().contains(name) || !is_known(server_, name)) {
    static constexpr std::string_view kExtra[] = {"warning_count", "error_count", "last_insert_id",
                                                  "identity", "default_authentication_plugin"};
    if (std::find(std::begin(kExtra), std::end(kExtra), name) == std::end(kExtra))
      throw sql_error(1193, fmt::format("Unknown system variable '{}'", expr.name));
  }
  const std::string value = variable_text(name, expr.table == "global");
  if (value == "ON" || value == "OFF") {
    static constexpr std::string_view kWords[] = {"gtid_mode", "have_ssl", "slave_exec_mode",
                                                  "innodb_flush_neighbors"};
    if (std::find(std::begin(kWords), std::end(kWords), name) == std::end(kWords))
      return std::int64_t{value == "ON"};
  }
  if (is_whole(value) && !name.starts_with("version")) {
    if (value.starts_with('-')) return to_integer(Value(value));
    return static_cast<std::uint64_t>(to_integer(Value(value)));
  }
  if (value.empty() &&
      (name == "secure_file_priv" || name == "init_file" || name == "ssl_ca" || name == "ssl_cert"))
    return {};
  return value;
}

Shape Engine::variable_shape(const Expr& expr) {
  const Value value = variable(expr);
  const std::string whole = variable_text(folded(expr.name), expr.table == "global");
  if (whole == "ON" || whole == "OFF") {
    if (!is_text(value)) {
      Shape out = integer_shape(1, false);
      out.type = Type::big;
      return out;
    }
  }
  if (std::holds_alternative<std::uint64_t>(value)) return integer_shape(21, false, true);
  if (std::holds_alternative<std::int64_t>(value)) return integer_shape(21, false);
  return text_shape(characters(to_text(value)));
}

Value Engine::evaluate_variable(const std::string& name) const {
  const auto at = user_variables.find(folded(name));
  return at == user_variables.end() ? Value() : at->second;
}

std::vector<std::pair<std::string, std::string>> Engine::server_values(bool status,
                                                                       bool global) const {
  std::vector<std::pair<std::string, std::string>> out;
  if (!status) {
    for (const auto& row : fact_rows("session_variables")) {
      if (is_known(server_, row[0]))
        out.emplace_back(row[0], variable_text(folded(row[0]), global));
    }
    return out;
  }
  const std::int64_t uptime = server_.uptime_s();
  for (const auto& row : fact_rows("status")) {
    const std::string& name = row[0];
    std::string value = row.size() > 1 ? row[1] : "";
    if (name == "Uptime" || name == "Uptime_since_flush_status") value = std::to_string(uptime);
    if (name == "Threads_connected") value = std::to_string(server_.connections.size());
    if (name == "Threads_running") value = "1";
    if (name == "Connections")
      value = std::to_string(server_.connects + static_cast<std::uint64_t>(uptime / 97));
    if (name == "Questions" || name == "Queries")
      value = std::to_string(server_.questions + static_cast<std::uint64_t>(uptime / 11));
    if (name == "Bytes_received")
      value = std::to_string(server_.bytes_in + static_cast<std::uint64_t>(uptime) * 9);
    if (name == "Bytes_sent")
      value = std::to_string(server_.bytes_out + static_cast<std::uint64_t>(uptime) * 41);
    if (name == "Aborted_connects") value = std::to_string(server_.aborted);
    out.emplace_back(name, std::move(value));
  }
  return out;
}

Answer Engine::set(const Statement& statement) {
  Ok ok;
  for (const Assignment& item : statement.assignments) {
    if (item.scope == "@") {
      const std::string name = folded(item.name);
      if (user_variables.size() >= kUserVariablesMax && !user_variables.contains(name))
        throw sql_error(1041, "Out of memory.");
      user_variables[name] = evaluate(*item.expr, Scope());
    } else if (item.scope == "names") {
      set_names(item, ok);
    } else {
      set_system(item, ok);
    }
  }
  return ok;
}

void Engine::set_names(const Assignment& item, Ok& ok) {
  std::string name = folded(item.name);
  if (name == "utf8") name = "utf8mb3";
  bool known = false;
  for (const auto& row : fact_rows("character_sets")) known = known || row[0] == name;
  if (!known) throw sql_error(1115, fmt::format("Unknown character set: '{}'", item.name));
  set_charset(name == "utf8mb3" ? 33 : (name == "utf8mb4" ? 45 : (name == "binary" ? 63 : 8)));
  for (const std::string_view one :
       {"character_set_results", "character_set_client", "character_set_connection"}) {
    session_variables[std::string(one)] = name;
    ok.variables.emplace_back(one, name);
  }
}

void Engine::set_system(const Assignment& item, Ok& ok) {
  const std::string name = folded(item.name);
  if (!variable_facts().contains(name) || !is_known(server_, name))
    throw sql_error(1193, fmt::format("Unknown system variable '{}'", item.name));
  static constexpr std::string_view kReadOnly[] = {
      "version",    "hostname",         "datadir",         "basedir", "port",     "socket",
      "plugin_dir", "secure_file_priv", "version_comment", "tmpdir",  "have_ssl", "local_infile_"};
  if (std::find(std::begin(kReadOnly), std::end(kReadOnly), name) != std::end(kReadOnly))
    throw sql_error(1238, fmt::format("Variable '{}' is a read only variable", name));
  static constexpr std::string_view kGlobal[] = {
      "general_log",         "general_log_file", "slow_query_log_file",
      "local_infile",        "max_connections",  "log_bin_trust_function_creators",
      "read_only",           "event_scheduler",  "super_read_only",
      "innodb_fast_shutdown"};
  const bool needs_global =
      std::find(std::begin(kGlobal), std::end(kGlobal), name) != std::end(kGlobal);
  if (needs_global && item.scope != "global")
    throw sql_error(
        1229,
        fmt::format("Variable '{}' is a GLOBAL variable and should be set with SET GLOBAL", name));
  if (item.scope == "global") {
    note("SET GLOBAL", name.starts_with("general_log") ? "log_file" : "set_global", name);
    throw sql_error(
        1227,
        server_.facts().mariadb
            ? "Access denied; you need (at least one of) the SUPER privilege(s) for this operation"
            : "Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN "
              "privilege(s) for this operation");
  }
  Value value = item.expr->op == Expr::Op::fallback ? Value(variable_text(name, true))
                                                    : evaluate(*item.expr, Scope());
  std::string text = to_text(value);
  if (name == "autocommit") {
    const std::string low = folded(text);
    if (low != "0" && low != "1" && low != "on" && low != "off")
      throw sql_error(1231, fmt::format("Variable 'autocommit' can't be set to the value of '{}'",
                                        is_null(value) ? "NULL" : text));
    autocommit = low == "1" || low == "on";
    if (autocommit) in_transaction = false;
    ok.variables.emplace_back("autocommit", autocommit ? "ON" : "OFF");
    return;
  }
  const std::string old = variable_text(name, false);
  if (old == "ON" || old == "OFF") text = text == "1" || equal_case(text, "on") ? "ON" : "OFF";
  if (name.starts_with("character_set_") && !is_null(value)) {
    std::string charset = folded(text) == "utf8" ? "utf8mb3" : folded(text);
    bool known = false;
    for (const auto& row : fact_rows("character_sets")) known = known || row[0] == charset;
    if (!known) throw sql_error(1115, fmt::format("Unknown character set: '{}'", text));
    if (name == "character_set_results")
      set_charset(
          charset == "utf8mb3" ? 33 : (charset == "utf8mb4" ? 45 : (charset == "binary" ? 63 : 8)));
    session_variables[name] = charset;
    ok.variables.emplace_back(name, charset);
    return;
  }
  if (session_variables.size() < 512) session_variables[name] = text.substr(0, 4096);
  static constexpr std::string_view kTracked[] = {"time_zone", "character_set_client",
                                                  "character_set_connection",
                                                  "character_set_results", "redirect_url"};
  if (std::find(std::begin(kTracked), std::end(kTracked), name) != std::end(kTracked))
    ok.variables.emplace_back(name, text);
}

}  // namespace decnet::service::mysql
