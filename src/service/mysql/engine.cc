// From a statement to what does it.
#include "service/mysql/engine.h"

#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

Engine::Engine(Server& server, Visitor& visitor, std::string user_name, std::string host_name,
               std::uint32_t id)
    : user(std::move(user_name)),
      host(std::move(host_name)),
      connection_id(id),
      server_(server),
      visitor_(visitor) {}

void Engine::reset() {
  user_variables.clear();
  session_variables.clear();
  prepared_.clear();
  before_.reset();
  warnings.clear();
  autocommit = true;
  in_transaction = false;
  last_insert_id = 0;
  set_charset(charset_id);
}

void Engine::warn(std::uint16_t code, std::string text, std::string level) {
  if (warnings.size() < 64) warnings.push_back({std::move(level), code, std::move(text)});
}

void Engine::note(std::string verb, std::string kind, std::string target) {
  if (attacks.size() < 16) attacks.push_back({std::move(verb), std::move(kind), std::move(target)});
}

std::string_view Engine::text_of(const Expr& expr) const {
  if (expr.begin >= expr.end || expr.end > text_.size()) return {};
  return text_.substr(expr.begin, expr.end - expr.begin);
}

std::vector<Field> Engine::columns_of(const Statement& statement, std::string_view text) {
  text_ = text;
  steps_ = depth_ = 0;
  if (statement.verb == Verb::insert || statement.verb == Verb::replace)
    table(statement.schema, statement.name);
  for (const TableRef& ref : statement.tables) {
    if (statement.verb == Verb::update || statement.verb == Verb::remove)
      table(ref.schema, ref.name);
  }
  if (statement.verb == Verb::select) return select_fields(*statement.select, nullptr);
  if (statement.verb == Verb::show || statement.verb == Verb::describe ||
      statement.verb == Verb::explain) {
    Answer answer = run(statement, text);
    if (auto* result = std::get_if<ResultSet>(&answer)) return std::move(result->fields);
  }
  return {};
}

Answer Engine::run(const Statement& statement, std::string_view text) {
  text_ = text;
  steps_ = depth_ = 0;
  const bool keeps = statement.verb == Verb::show &&
                     (statement.what == "WARNINGS" || statement.what == "ERRORS" ||
                      statement.what == "PROCESSLIST" || statement.what == "GRANTS" ||
                      statement.what.starts_with("COUNT "));
  if (!keeps) warnings.clear();
  try {
    return dispatch(statement, text);
  } catch (const SqlError& error) {
    row_count = -1;
    warn(error.code, error.text, "Error");
    return error;
  }
}

Answer Engine::use(std::string_view name) {
  if (name.empty()) return sql_error(1046, "No database selected");
  const Database* found = world().database(name);
  if (found == nullptr) return sql_error(1049, fmt::format("Unknown database '{}'", name));
  schema = equal_case(name, "information_schema") ? "information_schema" : std::string(name);
  Ok ok;
  ok.schema_changed = true;
  return ok;
}

Answer Engine::dispatch(const Statement& statement, std::string_view text) {
  switch (statement.verb) {
    case Verb::empty:
      return Ok{};
    case Verb::select:
      return select_statement(*statement.select);
    case Verb::show:
    case Verb::describe:
      return show(statement);
    case Verb::explain:
      return explain(statement);
    case Verb::use: {
      Answer out = use(statement.name);
      if (auto* error = std::get_if<SqlError>(&out)) throw SqlError(*error);
      return out;
    }
    case Verb::set:
      return set(statement);
    case Verb::insert:
    case Verb::replace:
      return insert(statement);
    case Verb::update:
      return update(statement);
    case Verb::remove:
      return remove(statement);
    case Verb::truncate:
      return truncate(statement);
    case Verb::create_table:
    case Verb::create_table_like:
      return create_table(statement);
    case Verb::create_database:
    case Verb::alter_database:
      return create_database(statement);
    case Verb::drop_database:
      return drop_database(statement);
    case Verb::drop_table:
    case Verb::drop_view:
      return drop_table(statement);
    case Verb::alter_table:
    case Verb::create_index:
    case Verb::drop_index:
      return alter_table(statement);
    case Verb::rename_table:
      return rename_table(statement);
    case Verb::create_view:
      return create_view(statement);
    case Verb::begin:
    case Verb::commit:
    case Verb::rollback:
    case Verb::savepoint:
      return transaction(statement);
    case Verb::prepare:
    case Verb::execute:
    case Verb::deallocate:
      return prepared(statement);
    case Verb::load_data:
      return load_data(statement);
    case Verb::admin_table:
    case Verb::checksum:
      return admin_table(statement);
    case Verb::create_user:
    case Verb::alter_user:
    case Verb::drop_user:
    case Verb::grant:
    case Verb::revoke:
    case Verb::set_password:
      return account(statement);
    case Verb::create_udf:
    case Verb::drop_function:
    case Verb::drop_routine:
    case Verb::create_routine:
    case Verb::install_plugin:
    case Verb::uninstall_plugin:
      return function(statement);
    default:
      return other(statement, text);
  }
}

Answer Engine::transaction(const Statement& statement) {
  if (statement.verb == Verb::begin) {
    in_transaction = true;
    before_ = std::make_unique<World>(world());
  } else if (statement.verb == Verb::commit) {
    in_transaction = false;
    before_.reset();
  } else if (statement.verb == Verb::rollback) {
    if (before_ != nullptr) *visitor_.world = *before_;
    in_transaction = false;
    before_.reset();
  } else if (statement.what == "ROLLBACK" || statement.what == "RELEASE") {
    throw sql_error(1305, fmt::format("SAVEPOINT {} does not exist", statement.name));
  }
  return Ok{};
}

Answer Engine::prepared(const Statement& statement) {
  const auto unknown = [&](std::string_view by) {
    return sql_error(1243, fmt::format("Unknown prepared statement handler ({}) given to {}",
                                       statement.name, by));
  };
  if (statement.verb == Verb::deallocate) {
    if (prepared_.erase(folded(statement.name)) == 0) throw unknown("DEALLOCATE PREPARE");
    return Ok{};
  }
  if (statement.verb == Verb::prepare || statement.what == "IMMEDIATE") {
    const std::string sql = to_text(evaluate(*statement.where, Scope()));
    Parser parser(sql, dialect());
    const Statement inner = parser.statement();
    if (statement.verb == Verb::prepare) {
      if (prepared_.size() >= kPreparedMax)
        throw sql_error(
            1461,
            "Can't create more than max_prepared_stmt_count statements (current value: 16382)");
      prepared_[folded(statement.name)] = sql;
      Ok ok;
      ok.info = "Statement prepared";
      return ok;
    }
    text_ = sql;
    if (++depth_ > 8)
      throw sql_error(
          1444,
          "The prepared statement contains a stored routine call that refers to that same "
          "statement. It's not allowed to execute a prepared statement in such a recursive manner");
    Answer out = dispatch(inner, sql);
    text_ = {};
    return out;
  }
  const auto at = prepared_.find(folded(statement.name));
  if (at == prepared_.end()) throw unknown("EXECUTE");
  const std::string sql = at->second;
  Parser parser(sql, dialect());
  const Statement inner = parser.statement();
  std::vector<Value> parameters;
  if (!statement.rows.empty())
    for (const ExprPtr& one : statement.rows[0]) parameters.push_back(evaluate(*one, Scope()));
  if (parameters.size() != inner.parameters)
    throw sql_error(1210, "Incorrect arguments to EXECUTE");
  if (inner.verb == Verb::execute)
    throw sql_error(1295, "This command is not supported in the prepared statement protocol yet");
  text_ = sql;
  const std::vector<Value>* before = std::exchange(parameters_, &parameters);
  parameters_nullable_ = true;
  try {
    Answer out = dispatch(inner, sql);
    parameters_ = before;
    parameters_nullable_ = false;
    text_ = {};
    return out;
  } catch (const SqlError&) {
    parameters_ = before;
    parameters_nullable_ = false;
    text_ = {};
    throw;
  }
}

Answer Engine::load_data(const Statement& statement) {
  const TablePtr into = table(statement.schema, statement.name);
  note(statement.local ? "LOAD DATA LOCAL" : "LOAD DATA", "load_data", statement.text);
  if (statement.local) {
    if (!server_.facts().local_infile)
      throw sql_error(3948,
                      "Loading local data is disabled; this must be enabled on both the client and "
                      "server sides");
    return WantsFile{statement.text, into->name};
  }
  if (!server_.facts().mariadb)
    throw sql_error(1290,
                    "The MySQL server is running with the --secure-file-priv option so it cannot "
                    "execute this statement");
  throw sql_error(13,
                  fmt::format("Can't get stat of '{}' (Errcode: 2 \"No such file or directory\")",
                              statement.text));
}

Answer Engine::admin_table(const Statement& statement) {
  std::vector<Row> rows;
  for (const TableRef& ref : statement.tables) {
    const std::string in = schema_or_current(ref.schema);
    const TablePtr found = world().table(in, ref.name);
    if (statement.verb == Verb::checksum) {
      rows.push_back(
          {in + "." + ref.name, found == nullptr ? Value() : Value(std::int64_t{crc32(ref.name)})});
    } else if (found == nullptr) {
      rows.push_back({in + "." + ref.name, statement.what, std::string("Error"),
                      fmt::format("Table '{}.{}' doesn't exist", in, ref.name)});
      rows.push_back({in + "." + ref.name, statement.what, std::string("status"),
                      std::string("Operation failed")});
    } else {
      rows.push_back(
          {in + "." + ref.name, statement.what, std::string("status"), std::string("OK")});
    }
  }
  if (statement.verb == Verb::checksum)
    return table_of({{"Table", text_shape(128, true)}, {"Checksum", integer_shape(21, false)}},
                    std::move(rows));
  Shape message = text_shape(393'216);
  message.type = Type::medium_blob;
  return table_of({{"Table", text_shape(128)},
                   {"Op", text_shape(10)},
                   {"Msg_type", text_shape(10)},
                   {"Msg_text", message}},
                  std::move(rows));
}

Answer Engine::other(const Statement& statement, std::string_view text) {
  (void)text;
  const auto privilege = [&](std::string_view needed) {
    return sql_error(
        1227,
        fmt::format(
            "Access denied; you need (at least one of) the {} privilege(s) for this operation",
            needed));
  };
  switch (statement.verb) {
    case Verb::evaluate:
      for (const ExprPtr& one : statement.rows[0]) evaluate(*one, Scope());
      return Ok{};
    case Verb::call: {
      const std::string in = schema_or_current(statement.schema);
      throw sql_error(1305, fmt::format("PROCEDURE {}.{} does not exist", in, statement.name));
    }
    case Verb::kill: {
      Scope in_kill;
      in_kill.clause = "KILL";
      const auto id = static_cast<std::uint64_t>(to_integer(evaluate(*statement.number, in_kill)));
      if (!server_.connections.contains(static_cast<std::uint32_t>(id)))
        throw sql_error(1094, fmt::format("Unknown thread id: {}", id));
      killed = static_cast<std::uint32_t>(id);
      if (id == connection_id) throw sql_error(1317, "Query execution was interrupted");
      return Ok{};
    }
    case Verb::shutdown:
      note("SHUTDOWN", "shutdown", "");
      throw privilege("SHUTDOWN");
    case Verb::change_master:
      note("CHANGE MASTER", "replication", "");
      throw privilege(server_.facts().mariadb ? "SUPER, REPLICATION SLAVE ADMIN"
                                              : "SUPER or REPLICATION_SLAVE_ADMIN");
    case Verb::purge:
      throw privilege("SUPER, BINLOG ADMIN");
    case Verb::set_transaction:
      if (statement.global) throw privilege("SUPER");
      return Ok{};
    case Verb::help:
      return table_of({{"source_category_name", text_shape(64, true)},
                       {"name", text_shape(64, true)},
                       {"is_it_category", text_shape(1, true)}},
                      {});
    case Verb::handler:
      schema_or_current("");
      throw sql_error(1031, "Storage engine InnoDB of the table does not have this option");
    default:
      return Ok{};
  }
}

}  // namespace decnet::service::mysql
