// Words in expressions: constants, columns, functions, and those with a syntax of their own.
#include <algorithm>
#include <array>
#include <span>

#include "service/mysql/parser.h"

namespace decnet::service::mysql {

namespace {

// Reserved words that are functions nevertheless.
constexpr std::array<std::string_view, 14> kReservedCalls = {
    "CHAR",    "DATABASE", "IF",     "LEFT",   "RIGHT",      "MOD",      "REPEAT",
    "REPLACE", "INSERT",   "VALUES", "SCHEMA", "ROW_NUMBER", "INTERVAL", "TRUNCATE"};
// Functions that need no parentheses.
constexpr std::array<std::string_view, 9> kBareCalls = {
    "CURRENT_USER",   "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME",
    "LOCALTIMESTAMP", "UTC_DATE",          "UTC_TIME",     "UTC_TIMESTAMP"};

bool contains(std::span<const std::string_view> list, std::string_view word) {
  for (const std::string_view one : list) {
    if (equal_case(one, word)) return true;
  }
  return false;
}

}  // namespace

ExprPtr Parser::word_expr() {
  const Token& token = peek();
  const std::size_t begin = token.begin;
  if (is("NULL") || is("TRUE") || is("FALSE")) {
    auto expr = make(Expr::Op::literal, begin);
    expr->text = upper(take().text);
    expr->literal = Token::Kind::word;
    if (expr->text != "NULL") expr->value = std::int64_t{expr->text == "TRUE" ? 1 : 0};
    return finish(std::move(expr));
  }
  if (token.text.starts_with('_') && peek(1).kind == Token::Kind::string) {
    take();  // A character set.
    auto expr = literal();
    expr->begin = begin;
    return expr;
  }
  if (is("CASE")) return case_expr();
  if (is("INTERVAL")) return interval();
  if (is("EXISTS") && peek(1).is_symbol("(")) {
    auto expr = make(Expr::Op::exists, take().begin);
    take();
    expr->select = select();
    expect_symbol(")");
    return finish(std::move(expr));
  }
  if (is("DEFAULT")) {
    auto expr = make(Expr::Op::fallback, take().begin);
    if (accept_symbol("(")) {
      expr->name = identifier();
      expect_symbol(")");
    }
    return finish(std::move(expr));
  }
  if ((is("DATE") || is("TIME") || is("TIMESTAMP")) && peek(1).kind == Token::Kind::string) {
    take();
    return literal();
  }
  if (contains(kBareCalls, token.text) && !peek(1).is_symbol("(")) {
    auto expr = make(Expr::Op::call, begin);
    expr->text = take().text;
    expr->name = upper(expr->text);
    return finish(std::move(expr));
  }
  if (is("CONVERT") || is("CAST")) {
    if (!peek(1).is_symbol("(")) fail_here();
    return cast_expr(is("CONVERT"));
  }
  if (is("ROW") && peek(1).is_symbol("(")) {
    take();
    return parenthesis();
  }
  const bool callable = !is_reserved(token.text) || contains(kReservedCalls, token.text) ||
                        contains(kBareCalls, token.text);
  if (callable && peek(1).is_symbol("(")) return call(take());
  return column();
}

ExprPtr Parser::column() {
  auto expr = make(Expr::Op::column, peek().begin);
  expr->name = identifier();
  for (int dots = 0; dots < 2 && peek().is_symbol("."); ++dots) {
    take();
    expr->schema = std::move(expr->table);
    expr->table = std::move(expr->name);
    if (accept_symbol("*")) {
      expr->op = Expr::Op::star;
      return finish(std::move(expr));
    }
    if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::quoted) fail_here();
    expr->name = take().text;
    // schema.function(…)
    if (dots == 0 && peek().is_symbol("(")) {
      Token name;
      name.text = expr->name;
      name.begin = expr->begin;
      ExprPtr made = call(name);
      made->schema = expr->table;
      return made;
    }
  }
  return finish(std::move(expr));
}

ExprPtr Parser::call(const Token& name) {
  const std::string upper_name = upper(name.text);
  static constexpr std::array<std::string_view, 10> kSpecial = {
      "SUBSTRING", "SUBSTR",       "MID",  "TRIM",       "EXTRACT",
      "POSITION",  "GROUP_CONCAT", "CHAR", "GET_FORMAT", "TIMESTAMPDIFF"};
  if (contains(kSpecial, upper_name) || upper_name == "TIMESTAMPADD") return special_call(name);
  auto expr = make(Expr::Op::call, name.begin);
  expr->text = name.text;
  expr->name = upper_name;
  expect_symbol("(");
  if (accept("DISTINCT")) expr->distinct = true;
  if (!accept_symbol(")")) {
    do {
      expr->args.push_back(expression());
    } while (accept_symbol(","));
    if (upper_name == "IF" && expr->args.size() != 3) fail_here();
    if (upper_name == "WEIGHT_STRING" && accept("AS")) cast_type();
    expect_symbol(")");
  }
  if (accept("OVER")) {
    expect_symbol("(");
    while (!peek().is_symbol(")") && peek().kind != Token::Kind::end) take();
    expect_symbol(")");
  }
  return finish(std::move(expr));
}

ExprPtr Parser::special_call(const Token& name) {
  auto expr = make(Expr::Op::call, name.begin);
  expr->text = name.text;
  expr->name = upper(name.text);
  expect_symbol("(");
  if (expr->name == "TRIM") {
    for (const std::string_view side : {"BOTH", "LEADING", "TRAILING"}) {
      if (accept(side)) expr->table = side;
    }
    if (!is("FROM")) expr->args.push_back(expression());
    if (accept("FROM")) {
      ExprPtr text = expression();
      expr->args.insert(expr->args.begin(), std::move(text));
    }
  } else if (expr->name == "EXTRACT" || expr->name == "GET_FORMAT" ||
             expr->name.starts_with("TIMESTAMP")) {
    expr->table = upper(word_or_symbol());
    if (expr->name == "EXTRACT") {
      expect("FROM");
    } else {
      expect_symbol(",");
    }
    expr->args.push_back(expression());
    while (accept_symbol(",")) expr->args.push_back(expression());
  } else if (expr->name == "POSITION") {
    expr->args.push_back(binary_level(0));
    expect("IN");
    expr->args.push_back(expression());
  } else if (!peek().is_symbol(")")) {
    expr->distinct = expr->name == "GROUP_CONCAT" && accept("DISTINCT");
    expr->args.push_back(expression());
    if ((is("FROM")) && expr->name[0] != 'C') {
      take();
      expr->args.push_back(expression());
      if (accept("FOR")) expr->args.push_back(expression());
    }
    while (accept_symbol(",")) expr->args.push_back(expression());
    if (expr->name == "CHAR" && accept("USING")) expr->table = identifier_or_string();
    if (is("ORDER")) order_clause(expr->order);
    expr->table = expr->name == "GROUP_CONCAT" ? "," : expr->table;
    if (accept("SEPARATOR")) expr->table = string_literal();
    if (accept("LIMIT")) expression();
  }
  expect_symbol(")");
  return finish(std::move(expr));
}

ExprPtr Parser::case_expr() {
  auto expr = make(Expr::Op::case_when, take().begin);
  expr->args.push_back(is("WHEN") ? nullptr : expression());
  if (!is("WHEN")) fail_here();
  while (accept("WHEN")) {
    expr->args.push_back(expression());
    expect("THEN");
    expr->args.push_back(expression());
  }
  expr->args.push_back(accept("ELSE") ? expression() : nullptr);
  expect("END");
  return finish(std::move(expr));
}

ExprPtr Parser::cast_expr(bool convert) {
  auto expr = make(Expr::Op::cast, take().begin);
  expect_symbol("(");
  expr->args.push_back(expression());
  if (convert && accept("USING")) {
    expr->name = "USING";
    expr->text = word_or_symbol();
  } else {
    convert ? expect_symbol(",") : expect("AS");
    expr->name = upper(peek().text);
    expr->shape = cast_type();
  }
  expect_symbol(")");
  return finish(std::move(expr));
}

Shape Parser::cast_type() {
  const std::string name = upper(word_or_symbol());
  std::size_t width = 0;
  std::size_t decimals = 0;
  bool has_width = false;
  if (accept_symbol("(")) {
    has_width = true;
    width = static_cast<std::size_t>(to_integer(literal()->value));
    if (accept_symbol(",")) decimals = static_cast<std::size_t>(to_integer(literal()->value));
    expect_symbol(")");
  }
  Shape shape = text_shape(has_width ? width : 0);
  shape.decimals = 0;
  if (name == "SIGNED" || name == "UNSIGNED") {
    if (is("INTEGER") || is("INT")) take();
    return integer_shape(name == "SIGNED" ? 2 : 1, true, name == "UNSIGNED");
  }
  if (name == "INT" || name == "INTEGER") return integer_shape(2, true);
  if (name == "DECIMAL") {
    shape.type = Type::decimal;
    shape.length = static_cast<std::uint32_t>((has_width ? width : 10) + (decimals > 0 ? 2 : 1));
    shape.decimals = static_cast<std::uint8_t>(std::min<std::size_t>(decimals, kScaleMax));
    shape.flags = kBinary | kNotNull;
    shape.is_characters = false;
  } else if (name == "DATE" || name == "DATETIME" || name == "TIME") {
    shape.type = name == "DATE" ? Type::date : (name == "TIME" ? Type::time : Type::datetime);
    shape.length = name == "DATETIME" ? 19 : 10;
    shape.flags = kBinary;
    shape.is_characters = false;
  } else if (name == "DOUBLE" || name == "FLOAT" || name == "REAL") {
    shape.type = Type::real;
    shape.length = 22;
    shape.decimals = 31;
    shape.flags = kBinary;
    shape.is_characters = false;
  } else if (name == "BINARY") {
    shape.flags = kBinary;
    shape.is_characters = false;
  } else if (name == "CHAR" || name == "CHARACTER" || name == "NCHAR" || name == "VARCHAR") {
    if (accept("CHARACTER")) expect("SET");
    if (accept("CHARSET") || (at_ > 0 && equal_case(tokens_[at_ - 1].text, "SET")))
      identifier_or_string();
  } else if (name != "JSON") {
    --at_;
    fail_here();
  }
  return shape;
}

ExprPtr Parser::system_variable() {
  auto expr = make(Expr::Op::system_variable, take().begin);
  if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::quoted) fail_here();
  expr->name = take().text;
  if (accept_symbol(".")) {
    expr->table = folded(expr->name);
    if (expr->table == "local") expr->table = "session";
    expr->name = take().text;
    if (expr->table != "global" && expr->table != "session" && !expr->table.empty()) {
      expr->name = expr->table + "." + expr->name;
      expr->table.clear();
    }
  }
  return finish(std::move(expr));
}

}  // namespace decnet::service::mysql
