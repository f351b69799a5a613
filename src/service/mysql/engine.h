// Engine: one connection's SQL. Text in, answers out; no network.
//   Engine engine(server, "192.0.2.7", …);
//   for (Answer& answer : engine.run("SELECT 1", …)) …
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/mysql/answer.h"
#include "service/mysql/catalog.h"
#include "service/mysql/error.h"
#include "service/mysql/parser.h"
#include "service/mysql/regex.h"
#include "service/mysql/scope.h"
#include "service/mysql/server.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {

class Engine {
 public:
  // All outlive it.
  Engine(Server& server, Visitor& visitor, std::string user, std::string host,
         std::uint32_t connection_id);

  Answer run(const Statement& statement, std::string_view text);
  Answer use(std::string_view schema);
  // The columns of a statement that is prepared; empty if it gives no rows.
  std::vector<Field> columns_of(const Statement& statement, std::string_view text);

  void set_parameters(const std::vector<Value>* parameters) { parameters_ = parameters; }
  Dialect dialect() const { return {server_.facts().version_number, server_.facts().mariadb}; }
  Server& server() { return server_; }
  Visitor& visitor() { return visitor_; }
  void reset();  // COM_RESET_CONNECTION

  // What stays between statements.
  std::string schema;
  std::string user, host;  // As it came in.
  std::uint32_t connection_id;
  unsigned bytes_per_character = 4;  // Of character_set_results.
  std::uint16_t charset_id = 45;
  bool autocommit = true;
  bool in_transaction = false;
  std::vector<Warning> warnings;
  Duration slept{0};  // Since it was last taken.
  std::vector<AttackNote> attacks;
  std::vector<std::pair<std::string, std::string>> files;  // Written on the decky: path, content.
  std::optional<std::uint32_t> killed;                     // Another connection to end, or this.
  void set_charset(std::uint16_t id);
  std::string current_user() const { return user + "@%"; }

  // Evaluation; used by the parts of the engine.
  Value evaluate(const Expr& expr, const Scope& scope);
  Value call(const Expr& expr, const Scope& scope);
  Value aggregate(const Expr& expr, const Scope& scope);
  Value column(const Expr& expr, const Scope& scope);
  Shape shape_of(const Expr& expr, const Scope& scope);
  Shape call_shape(const Expr& expr, const Scope& scope);
  void check(const Expr& expr, const Scope& scope);  // Unknown columns and functions.
  void spend(std::uint64_t steps = 1);
  void warn(std::uint16_t code, std::string text, std::string level = "Warning");
  Value variable(const Expr& expr);
  std::string variable_text(const std::string& name, bool global) const;
  TimePoint now() const { return server_.clock().now(); }
  std::string_view text_of(const Expr& expr) const;  // As it was written.
  [[noreturn]] void fail_syntax(const Expr& expr) const;
  std::vector<Row> subselect(const Select& of, const Scope& scope) {
    return select(of, &scope).rows;
  }
  std::vector<Field> select_fields(const Select& of, const Scope* outer);
  const Field* field_of(const Expr& expr, const Scope& scope) const;
  Shape variable_shape(const Expr& expr);
  Value evaluate_variable(const std::string& name) const;
  std::vector<std::pair<std::string, std::string>> server_values(bool status, bool global) const;

  std::map<std::string, Value, std::less<>> user_variables;
  std::map<std::string, std::string, std::less<>> session_variables;  // That were changed.
  const Regex& pattern(const std::string& text, bool binary);  // Of REGEXP; valid until the next.
  std::uint64_t last_insert_id = 0;
  std::int64_t row_count = -1;
  std::uint64_t found_rows = 0;

 private:
  friend class SelectRun;
  ResultSet select(const Select& of, const Scope* outer);
  Answer select_statement(const Select& select);
  Answer into_file(const Select& select, ResultSet result);
  Answer show(const Statement& statement);
  Answer show_of_schema(const Statement& statement);
  Answer show_columns(const Statement& statement);
  Answer show_create(const Statement& statement);
  Answer show_fixed(const Statement& statement);
  Answer show_grants(const Statement& statement);
  ResultSet query(std::string sql);  // An own SELECT over information_schema.
  ResultSet table_of(const std::vector<std::pair<std::string, Shape>>& fields,
                     std::vector<Row> rows);
  Answer explain(const Statement& statement);
  Answer set(const Statement& statement);
  void set_names(const Assignment& item, Ok& ok);
  void set_system(const Assignment& item, Ok& ok);
  Answer insert(const Statement& statement);
  Row row_to_insert(const Table& table, const std::vector<int>& into, const Row& given,
                    std::size_t number, bool ignore);
  Answer update(const Statement& statement);
  Answer remove(const Statement& statement);
  Answer create_table(const Statement& statement);
  Answer create_database(const Statement& statement);
  Answer drop_database(const Statement& statement);
  Answer drop_table(const Statement& statement);
  Answer truncate(const Statement& statement);
  Answer alter_table(const Statement& statement);
  Answer rename_table(const Statement& statement);
  Answer create_view(const Statement& statement);
  Answer transaction(const Statement& statement);
  Answer prepared(const Statement& statement);
  Answer account(const Statement& statement);
  Answer function(const Statement& statement);
  Answer admin_table(const Statement& statement);
  Answer other(const Statement& statement, std::string_view text);
  Answer load_data(const Statement& statement);
  Answer dispatch(const Statement& statement, std::string_view text);

  TablePtr table(std::string_view in_schema, std::string_view name);  // Throws 1046, 1146.
  std::string schema_or_current(std::string_view in_schema) const;
  void store(Table changed);
  Value coerced(const Value& value, const Table& of, std::size_t column_index,
                std::size_t row_number, bool strict);
  void check_unique(const Table& table, const Row& row, const Row* except) const;
  std::vector<Row> system_rows(const Table& of);  // information_schema and mysql.
  void note(std::string verb, std::string kind, std::string target);
  World& world() { return *visitor_.world; }

  Server& server_;
  Visitor& visitor_;
  const std::vector<Value>* parameters_ = nullptr;
  bool parameters_nullable_ = false;  // Those of EXECUTE … USING are variables.
  std::map<std::string, std::string, std::less<>> prepared_;
  std::unique_ptr<World> before_;  // Of the transaction.
  std::string_view text_;
  std::unique_ptr<CompiledPattern> pattern_;  // The last one: rows are asked the same again.
  std::uint64_t steps_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace decnet::service::mysql
