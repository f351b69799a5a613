// SQL to trees: by recursive descent, as deep as kParseDepthMax.
//
//   Parser parser("SELECT 1; SELECT 2", {.version = 101119, .mariadb = true});
//   Statement first = parser.statement();   // throws SqlError (1064 and others)
//
// Never throws across the engine's own functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/mysql/ast.h"
#include "service/mysql/error.h"

namespace decnet::service::mysql {

struct Dialect {
  unsigned version = 101119;
  bool mariadb = true;
};

class Parser {
 public:
  // `text` must outlive it.
  Parser(std::string_view text, Dialect dialect);

  // The next statement. `multi`: another may follow its semicolon.
  Statement statement(bool multi = false);
  bool at_end() const { return peek().kind == Token::Kind::end; }
  std::size_t position() const { return peek().begin; }

  ExprPtr expression();
  [[noreturn]] void fail_here() const;

 private:
  class Depth;
  // Tokens
  const Token& peek(std::size_t ahead = 0) const;
  const Token& take();
  bool is(std::string_view word, std::size_t ahead = 0) const;  // A word without quotes.
  bool accept(std::string_view word);
  bool accept_all(std::string_view words);  // Blank-separated; all or none.
  bool accept_symbol(std::string_view symbol);
  void expect(std::string_view word);
  void expect_symbol(std::string_view symbol);
  std::string identifier();
  std::string identifier_or_string();
  std::string string_literal();
  std::string word_or_symbol();
  bool can_be_identifier(const Token& token) const;
  void table_name(std::string& schema, std::string& name);
  std::pair<std::string, std::string> user_name();

  // Expressions, by precedence
  ExprPtr or_expr();
  ExprPtr xor_expr();
  ExprPtr and_expr();
  ExprPtr not_expr();
  ExprPtr comparison();
  ExprPtr predicate();
  ExprPtr binary_level(int level);
  ExprPtr unary();
  ExprPtr postfix();
  ExprPtr primary();
  ExprPtr literal();
  ExprPtr parenthesis();
  ExprPtr word_expr();
  ExprPtr column();
  ExprPtr call(const Token& name);
  ExprPtr special_call(const Token& name);
  ExprPtr case_expr();
  ExprPtr cast_expr(bool convert);
  ExprPtr system_variable();
  ExprPtr in_list(ExprPtr operand, bool negated);
  ExprPtr interval();
  Shape cast_type();
  ExprPtr make(Expr::Op op, std::size_t begin);
  ExprPtr make_binary(std::string name, ExprPtr left, ExprPtr right);
  ExprPtr finish(ExprPtr expr);

  // SELECT
  SelectPtr select();
  SelectPtr select_core();
  void select_options(Select& out);
  void select_tail(Select& out);
  void select_into(Select& out);
  SelectItem select_item();
  void from_clause(std::vector<TableRef>& out);
  void table_factor(std::vector<TableRef>& out, TableRef::Join join, bool natural);
  void order_clause(std::vector<OrderItem>& out);
  void limit_clause(Select& out);
  SelectPtr values_select();

  // Statements
  Statement one();
  void show_create(Statement& out);
  Statement show();
  void show_filter(Statement& out);
  void show_from(Statement& out, bool needs_table);
  Statement describe();
  Statement set();
  void set_item(Statement& out);
  Statement insert(Verb verb);
  Statement update();
  Statement remove();
  Statement create();
  Statement create_table(bool temporary);
  void table_elements(Statement& out);
  bool table_key(Statement& out);
  void table_options(Statement& out);
  Statement create_database(Verb verb);
  Statement create_user(Verb verb);
  Statement create_routine();
  ColumnDef column_def(std::vector<KeyDef>& keys);
  std::string type_arguments();
  void column_type(ColumnDef& out);
  void type_sign(ColumnDef& out, const std::string& name, std::uint32_t width,
                 const std::string& arguments);
  void column_options(ColumnDef& out, std::vector<KeyDef>& keys);
  std::vector<std::string> key_columns();
  Statement drop();
  Statement alter();
  void table_option(TableChange& change);
  void table_change(Statement& out);
  Statement rename();
  Statement grant(Verb verb);
  Statement load_data();
  Statement prepared(Verb verb);
  Statement transaction();
  Statement simple();
  void identified(Statement& out);
  void skip_rest();

  std::string_view text_;
  Dialect dialect_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t parameters_ = 0;
};

}  // namespace decnet::service::mysql
