// Expressions, and what statements share with them.
#include "service/redis/lua_parser.h"

#include "service/redis/lua.h"

namespace decnet::service::redis::lua {

namespace {

ExpressionPtr make(ExpressionKind kind, int line) {
  auto out = std::make_unique<Expression>();
  out->kind = kind;
  out->line = line;
  return out;
}

// How tightly an operator binds to its left and its right.
struct Binding {
  ExpressionKind kind;
  Operator op;
  int left, right;
};

constexpr int kUnaryBinding = 8;

bool binding_of(const Lexer& lexer, Binding& out) {
  switch (lexer.token()) {
    case Token::kw_or:
      out = {ExpressionKind::logical_or, Operator::add, 1, 1};
      return true;
    case Token::kw_and:
      out = {ExpressionKind::logical_and, Operator::add, 2, 2};
      return true;
    case Token::equal:
      out = {ExpressionKind::binary, Operator::equal, 3, 3};
      return true;
    case Token::not_equal:
      out = {ExpressionKind::binary, Operator::not_equal, 3, 3};
      return true;
    case Token::less_equal:
      out = {ExpressionKind::binary, Operator::less_equal, 3, 3};
      return true;
    case Token::greater_equal:
      out = {ExpressionKind::binary, Operator::greater_equal, 3, 3};
      return true;
    case Token::concat:
      out = {ExpressionKind::binary, Operator::concat, 5, 4};
      return true;
    case Token::other:
      break;
    default:
      return false;
  }
  switch (lexer.character()) {
    case '<':
      out = {ExpressionKind::binary, Operator::less, 3, 3};
      return true;
    case '>':
      out = {ExpressionKind::binary, Operator::greater, 3, 3};
      return true;
    case '+':
      out = {ExpressionKind::binary, Operator::add, 6, 6};
      return true;
    case '-':
      out = {ExpressionKind::binary, Operator::subtract, 6, 6};
      return true;
    case '*':
      out = {ExpressionKind::binary, Operator::multiply, 7, 7};
      return true;
    case '/':
      out = {ExpressionKind::binary, Operator::divide, 7, 7};
      return true;
    case '%':
      out = {ExpressionKind::binary, Operator::modulo, 7, 7};
      return true;
    case '^':
      out = {ExpressionKind::binary, Operator::power, 10, 9};
      return true;
    default:
      return false;
  }
}

}  // namespace

ExpressionPtr Parser::variable(const std::string& name, int line) {
  for (auto at = scope_->visible.rbegin(); at != scope_->visible.rend(); ++at) {
    if ((*at)->name != name) continue;
    auto out = make(ExpressionKind::local, line);
    out->local = *at;
    out->text = name;
    return out;
  }
  std::size_t index = 0;
  auto out = make(
      find_upvalue(*scope_, name, index) ? ExpressionKind::upvalue : ExpressionKind::global, line);
  out->index = index;
  out->text = name;
  return out;
}

std::vector<ExpressionPtr> Parser::expressions() {
  std::vector<ExpressionPtr> out;
  do {
    out.push_back(expression());
  } while (!failed() && accept(','));
  return out;
}

ExpressionPtr Parser::expression(int above) {
  const Level level(*this);
  ExpressionPtr left;
  const int line = lexer_.line();
  if (failed()) return make(ExpressionKind::nil, line);
  if (is(Token::kw_not) || lexer_.is('-') || lexer_.is('#')) {
    const ExpressionKind kind = is(Token::kw_not) ? ExpressionKind::logical_not
                                : lexer_.is('-')  ? ExpressionKind::negate
                                                  : ExpressionKind::length;
    lexer_.next();
    left = make(kind, line);
    left->left = expression(kUnaryBinding);
  } else {
    left = simple_expression();
  }
  Binding binding{};
  while (!failed() && binding_of(lexer_, binding) && binding.left > above) {
    const int at = lexer_.line();
    lexer_.next();
    auto whole = make(binding.kind, at);
    whole->op = binding.op;
    whole->left = std::move(left);
    whole->right = expression(binding.right);
    left = std::move(whole);
    // Each operator of a long chain makes the tree one level deeper on its left.
    if (++levels_ > kSyntaxLevelsMax * 8) lexer_.fail("chunk has too many syntax levels");
  }
  return left;
}

ExpressionPtr Parser::simple_expression() {
  const int line = lexer_.line();
  ExpressionPtr out;
  switch (lexer_.token()) {
    case Token::number:
      out = make(ExpressionKind::number, line);
      out->number = lexer_.number();
      break;
    case Token::string:
      out = make(ExpressionKind::string, line);
      out->text = lexer_.text();
      break;
    case Token::kw_nil:
      out = make(ExpressionKind::nil, line);
      break;
    case Token::kw_true:
      out = make(ExpressionKind::truth, line);
      break;
    case Token::kw_false:
      out = make(ExpressionKind::falsehood, line);
      break;
    case Token::dots:
      if (!scope_->function->is_vararg) lexer_.fail("cannot use '...' outside a vararg function");
      out = make(ExpressionKind::vararg, line);
      break;
    case Token::kw_function:
      lexer_.next();
      return function_body(false, line);
    default:
      return lexer_.is('{') ? table() : suffixed();
  }
  lexer_.next();
  return out;
}

ExpressionPtr Parser::primary() {
  const int line = lexer_.line();
  if (is(Token::name)) {
    const std::string text = lexer_.text();
    lexer_.next();
    return variable(text, line);
  }
  if (accept('(')) {
    auto out = make(ExpressionKind::parenthesis, line);
    out->left = expression();
    expect_match(')', '(', line);
    return out;
  }
  lexer_.fail("unexpected symbol");
  return make(ExpressionKind::nil, line);
}

ExpressionPtr Parser::suffixed() {
  ExpressionPtr out = primary();
  int depth = 0;
  while (!failed()) {
    const int line = lexer_.line();
    ExpressionPtr whole;
    if (accept('.')) {
      whole = make(ExpressionKind::index, line);
      whole->right = make(ExpressionKind::string, line);
      whole->right->text = name();
      whole->left = std::move(out);
    } else if (lexer_.is('[')) {
      lexer_.next();
      whole = make(ExpressionKind::index, line);
      whole->right = expression();
      expect(']');
      whole->left = std::move(out);
    } else if (accept(':')) {
      whole = make(ExpressionKind::method_call, line);
      whole->text = name();
      whole->left = std::move(out);
      if (!arguments(*whole)) return whole;
    } else if (lexer_.is('(') || lexer_.is('{') || is(Token::string)) {
      whole = make(ExpressionKind::call, line);
      whole->left = std::move(out);
      if (!arguments(*whole)) return whole;
    } else {
      return out;
    }
    out = std::move(whole);
    if (++depth > kSyntaxLevelsMax) lexer_.fail("chunk has too many syntax levels");
  }
  return out;
}

bool Parser::arguments(Expression& call) {
  const int line = lexer_.line();
  if (is(Token::string)) {
    call.list.push_back(make(ExpressionKind::string, line));
    call.list.back()->text = lexer_.text();
    lexer_.next();
  } else if (lexer_.is('{')) {
    call.list.push_back(table());
  } else if (lexer_.is('(')) {
    if (line != lexer_.last_line()) {
      lexer_.fail("ambiguous syntax (function call x new statement)");
      return false;
    }
    lexer_.next();
    if (!accept(')')) {
      call.list = expressions();
      expect_match(')', '(', line);
    }
  } else {
    lexer_.fail("function arguments expected");
  }
  call.line = line;
  return !failed();
}

ExpressionPtr Parser::table() {
  const int line = lexer_.line();
  auto out = make(ExpressionKind::table, line);
  expect('{');
  while (!failed() && !lexer_.is('}')) {
    if (is(Token::name) && lexer_.peek() == Token::other) {
      // `name =` or an expression that begins with a name.
      const std::string text = lexer_.text();
      const int at = lexer_.line();
      if (lexer_.peek_is('=')) {
        lexer_.next();
        lexer_.next();
        auto key = make(ExpressionKind::string, at);
        key->text = text;
        out->field_order.push_back(out->list.size());
        out->fields.emplace_back(std::move(key), expression());
      } else {
        out->list.push_back(expression());
      }
    } else if (lexer_.is('[')) {
      lexer_.next();
      auto key = expression();
      expect(']');
      expect('=');
      out->field_order.push_back(out->list.size());
      out->fields.emplace_back(std::move(key), expression());
    } else {
      out->list.push_back(expression());
    }
    if (!accept(',') && !accept(';')) break;
  }
  expect_match('}', '{', line);
  return out;
}

ExpressionPtr Parser::function_body(bool has_self, int line) {
  const Level level(*this);
  auto out = make(ExpressionKind::function, line);
  out->function = std::make_unique<Function>();
  Scope scope{out->function.get(), scope_, {}, 0};
  scope_ = &scope;
  scope.function->line = line;
  scope.function->chunk_name = name_;
  if (has_self) scope.function->parameters.push_back(declare("self"));
  expect('(');
  while (!failed() && !lexer_.is(')')) {
    if (accept(Token::dots)) {
      scope.function->is_vararg = true;
      break;
    }
    if (!is(Token::name)) {
      lexer_.fail("<name> or '...' expected");
      break;
    }
    scope.function->parameters.push_back(declare(name()));
    if (!accept(',')) break;
  }
  expect(')');
  scope.function->body = block();
  scope.function->last_line = lexer_.line();
  expect_match(Token::kw_end, Token::kw_function, line);
  scope_ = scope.outer;
  return out;
}

}  // namespace decnet::service::redis::lua
