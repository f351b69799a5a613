#include "service/redis/lua.h"
#include "service/redis/lua_parser.h"

namespace decnet::service::redis::lua {

namespace {

std::unique_ptr<Statement> make(StatementKind kind, int line) {
  auto out = std::make_unique<Statement>();
  out->kind = kind;
  out->line = line;
  return out;
}

}  // namespace

std::unique_ptr<Function> Parser::parse() {
  auto main = std::make_unique<Function>();
  main->is_vararg = true;
  main->chunk_name = name_;
  Scope scope{main.get(), nullptr, {}, 0};
  scope_ = &scope;
  main->body = block();
  main->last_line = lexer_.line();
  if (!failed() && !is(Token::end_of_source)) lexer_.fail_expected("<eof>");
  return failed() ? nullptr : std::move(main);
}

bool Parser::at_block_end() const {
  switch (lexer_.token()) {
    case Token::kw_else:
    case Token::kw_elseif:
    case Token::kw_end:
    case Token::kw_until:
    case Token::end_of_source:
      return true;
    default:
      return failed();
  }
}

Block Parser::block() {
  const Level level(*this);
  Block out;
  while (!at_block_end()) {
    const bool is_last = is(Token::kw_return) || is(Token::kw_break);
    const int levels = levels_;
    out.push_back(statement());
    levels_ = levels;
    accept(';');
    if (is_last) break;
  }
  return out;
}

Block Parser::scoped_block() {
  const std::size_t visible = scope_->visible.size();
  Block out = block();
  scope_->visible.resize(visible);
  return out;
}

std::unique_ptr<Statement> Parser::statement() {
  const int line = lexer_.line();
  switch (lexer_.token()) {
    case Token::kw_if:
      return if_statement();
    case Token::kw_while:
      return while_statement();
    case Token::kw_for:
      return for_statement();
    case Token::kw_repeat:
      return repeat_statement();
    case Token::kw_function:
      return function_statement();
    case Token::kw_local:
      return local_statement();
    case Token::kw_return:
      return return_statement();
    case Token::kw_do: {
      lexer_.next();
      auto out = make(StatementKind::do_block, line);
      out->blocks.push_back(scoped_block());
      expect_match(Token::kw_end, Token::kw_do, line);
      return out;
    }
    case Token::kw_break:
      lexer_.next();
      if (scope_->loops == 0) lexer_.fail("no loop to break");
      return make(StatementKind::break_loop, line);
    default:
      return expression_statement();
  }
}

std::unique_ptr<Statement> Parser::if_statement() {
  const int line = lexer_.line();
  auto out = make(StatementKind::if_then, line);
  do {
    lexer_.next();
    out->conditions.push_back(expression());
    expect(Token::kw_then);
    out->blocks.push_back(scoped_block());
  } while (!failed() && is(Token::kw_elseif));
  if (accept(Token::kw_else)) out->blocks.push_back(scoped_block());
  expect_match(Token::kw_end, Token::kw_if, line);
  return out;
}

std::unique_ptr<Statement> Parser::while_statement() {
  const int line = lexer_.line();
  auto out = make(StatementKind::while_do, line);
  lexer_.next();
  out->conditions.push_back(expression());
  expect(Token::kw_do);
  ++scope_->loops;
  out->blocks.push_back(scoped_block());
  --scope_->loops;
  expect_match(Token::kw_end, Token::kw_while, line);
  return out;
}

std::unique_ptr<Statement> Parser::repeat_statement() {
  const int line = lexer_.line();
  auto out = make(StatementKind::repeat_until, line);
  lexer_.next();
  const std::size_t visible = scope_->visible.size();
  ++scope_->loops;
  out->blocks.push_back(block());
  --scope_->loops;
  expect_match(Token::kw_until, Token::kw_repeat, line);
  out->conditions.push_back(expression());  // It sees the locals of the body.
  scope_->visible.resize(visible);
  return out;
}

std::unique_ptr<Statement> Parser::for_statement() {
  const int line = lexer_.line();
  lexer_.next();
  std::vector<std::string> names{name()};
  auto out = make(StatementKind::generic_for, line);
  if (!failed() && accept('=')) {
    out->kind = StatementKind::numeric_for;
    out->values.push_back(expression());
    expect(',');
    out->values.push_back(expression());
    if (accept(',')) out->values.push_back(expression());
  } else {
    while (!failed() && accept(',')) names.push_back(name());
    if (!failed() && !is(Token::kw_in)) lexer_.fail("'=' or 'in' expected");
    accept(Token::kw_in);
    out->values = expressions();
  }
  expect(Token::kw_do);
  const std::size_t visible = scope_->visible.size();
  for (const std::string& one : names) out->locals.push_back(declare(one));
  ++scope_->loops;
  out->blocks.push_back(block());
  --scope_->loops;
  scope_->visible.resize(visible);
  expect_match(Token::kw_end, Token::kw_for, line);
  return out;
}

// function a.b.c:d() … end
std::unique_ptr<Statement> Parser::function_statement() {
  const int line = lexer_.line();
  lexer_.next();
  auto out = make(StatementKind::assign, line);
  ExpressionPtr target = variable(name(), line);
  bool has_self = false;
  while (!failed() && !has_self && (lexer_.is('.') || lexer_.is(':'))) {
    has_self = lexer_.is(':');
    lexer_.next();
    auto index = std::make_unique<Expression>();
    index->kind = ExpressionKind::index;
    index->line = line;
    index->left = std::move(target);
    index->right = std::make_unique<Expression>();
    index->right->kind = ExpressionKind::string;
    index->right->text = name();
    target = std::move(index);
  }
  out->targets.push_back(std::move(target));
  out->values.push_back(function_body(has_self, line));
  return out;
}

std::unique_ptr<Statement> Parser::local_statement() {
  const int line = lexer_.line();
  lexer_.next();
  if (accept(Token::kw_function)) {
    auto out = make(StatementKind::local_function, line);
    out->locals.push_back(declare(name()));
    out->values.push_back(function_body(false, line));
    return out;
  }
  auto out = make(StatementKind::local, line);
  do {
    out->locals.push_back(new_local(name()));
  } while (!failed() && accept(','));
  if (!failed() && accept('=')) out->values = expressions();
  // Its own values do not see it.
  scope_->visible.insert(scope_->visible.end(), out->locals.begin(), out->locals.end());
  return out;
}

std::unique_ptr<Statement> Parser::return_statement() {
  auto out = make(StatementKind::return_values, lexer_.line());
  lexer_.next();
  if (!at_block_end() && !lexer_.is(';')) out->values = expressions();
  return out;
}

std::unique_ptr<Statement> Parser::expression_statement() {
  const int line = lexer_.line();
  ExpressionPtr first = suffixed();
  const auto is_call = [](const Expression& one) {
    return one.kind == ExpressionKind::call || one.kind == ExpressionKind::method_call;
  };
  if (failed() || is_call(*first)) {
    auto out = make(StatementKind::call, line);
    out->values.push_back(std::move(first));
    return out;
  }
  auto out = make(StatementKind::assign, line);
  out->targets.push_back(std::move(first));
  while (!failed()) {
    const ExpressionKind kind = out->targets.back()->kind;
    if (kind != ExpressionKind::local && kind != ExpressionKind::upvalue &&
        kind != ExpressionKind::global && kind != ExpressionKind::index) {
      lexer_.fail("syntax error");
    }
    if (!accept(',')) break;
    out->targets.push_back(suffixed());
  }
  if (!failed()) expect('=');
  if (!failed()) out->values = expressions();
  return out;
}

Chunk::Chunk(std::string source_name, std::unique_ptr<Function> body)
    : name_(std::move(source_name)), body_(std::move(body)) {}

Chunk::~Chunk() = default;

Compiled compile(std::string_view source, std::string_view name) {
  const auto shared = std::make_shared<const std::string>(name);
  Parser parser(source, shared);
  auto body = parser.parse();
  if (body == nullptr) return {nullptr, parser.error()};
  return {std::make_shared<const Chunk>(*shared, std::move(body)), {}};
}

}  // namespace decnet::service::redis::lua
