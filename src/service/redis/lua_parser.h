// From tokens to a tree, with the errors of Lua 5.1's own parser.
#pragma once

#include "service/redis/lua_ast.h"
#include "service/redis/lua_lexer.h"

namespace decnet::service::redis::lua {

class Parser {
 public:
  Parser(std::string_view source, std::shared_ptr<const std::string> name)
      : lexer_(source, *name), name_(std::move(name)) {}

  std::unique_ptr<Function> parse();  // Null after an error.
  const std::string& error() const noexcept { return lexer_.error(); }

 private:
  // A function whose body is being read, and what it can see.
  struct Scope {
    Function* function = nullptr;
    Scope* outer = nullptr;
    std::vector<Local*> visible;
    int loops = 0;
  };
  // Counts nesting; too much of it is an error.
  class Level {
   public:
    explicit Level(Parser& parser);
    ~Level() { --parser_.levels_; }

   private:
    Parser& parser_;
  };

  bool failed() const noexcept { return lexer_.failed(); }
  bool is(Token token) const noexcept { return lexer_.token() == token; }
  bool accept(char c);
  bool accept(Token token);
  bool expect(char c);
  bool expect(Token token);
  void expect_match(Token what, Token opened, int line);
  void expect_match(char what, char opened, int line);
  std::string name();
  bool at_block_end() const;

  Local* declare(const std::string& name);
  Local* new_local(const std::string& name);  // Not visible yet.
  ExpressionPtr variable(const std::string& name, int line);
  bool find_upvalue(Scope& scope, const std::string& name, std::size_t& index);

  Block block();
  Block scoped_block();
  std::unique_ptr<Statement> statement();
  std::unique_ptr<Statement> if_statement();
  std::unique_ptr<Statement> while_statement();
  std::unique_ptr<Statement> for_statement();
  std::unique_ptr<Statement> repeat_statement();
  std::unique_ptr<Statement> function_statement();
  std::unique_ptr<Statement> local_statement();
  std::unique_ptr<Statement> return_statement();
  std::unique_ptr<Statement> expression_statement();

  ExpressionPtr expression(int above = 0);
  ExpressionPtr simple_expression();
  ExpressionPtr primary();
  ExpressionPtr suffixed();
  ExpressionPtr table();
  ExpressionPtr function_body(bool has_self, int line);
  bool arguments(Expression& call);
  std::vector<ExpressionPtr> expressions();

  Lexer lexer_;
  std::shared_ptr<const std::string> name_;
  Scope* scope_ = nullptr;
  int levels_ = 0;
};

}  // namespace decnet::service::redis::lua
