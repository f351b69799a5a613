// Expressions, from the loosest operators to the tightest.
#include <algorithm>
#include <array>

#include "service/mysql/limits.h"
#include "service/mysql/parser.h"

namespace decnet::service::mysql {

namespace {

SqlError stack_overrun() {
  return sql_error(1436,
                   "Thread stack overrun:  283384 bytes used of a 299008 byte stack, and "
                   "16000 bytes needed. Consider increasing the thread_stack system "
                   "variable.");
}

}  // namespace

class Parser::Depth {
 public:
  explicit Depth(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ > kParseDepthMax) {
      parser_.depth_ = 0;
      throw stack_overrun();
    }
  }
  ~Depth() {
    if (parser_.depth_ > 0) --parser_.depth_;
  }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  Parser& parser_;
};

ExprPtr Parser::make(Expr::Op op, std::size_t begin) {
  auto expr = std::make_unique<Expr>();
  expr->op = op;
  expr->begin = begin;
  return expr;
}

ExprPtr Parser::finish(ExprPtr expr) {
  expr->end = at_ > 0 ? tokens_[at_ - 1].end : 0;
  for (const ExprPtr& one : expr->args) {
    if (one != nullptr) expr->height = std::max(expr->height, one->height + 1);
  }
  if (expr->height > kExpressionHeightMax) throw stack_overrun();
  return expr;
}

ExprPtr Parser::make_binary(std::string name, ExprPtr left, ExprPtr right) {
  auto expr = make(Expr::Op::binary, left->begin);
  expr->name = std::move(name);
  expr->args.push_back(std::move(left));
  expr->args.push_back(std::move(right));
  return finish(std::move(expr));
}

ExprPtr Parser::expression() {
  const Depth depth(*this);
  if (peek().kind == Token::Kind::user_variable && peek(1).is_symbol(":=")) {
    auto expr = make(Expr::Op::assign, peek().begin);
    expr->name = take().text;
    take();
    expr->args.push_back(expression());
    return finish(std::move(expr));
  }
  return or_expr();
}

ExprPtr Parser::or_expr() {
  ExprPtr left = xor_expr();
  while (is("OR") || peek().is_symbol("||")) {
    take();
    left = make_binary("OR", std::move(left), xor_expr());
  }
  return left;
}

ExprPtr Parser::xor_expr() {
  ExprPtr left = and_expr();
  while (accept("XOR")) left = make_binary("XOR", std::move(left), and_expr());
  return left;
}

ExprPtr Parser::and_expr() {
  ExprPtr left = not_expr();
  while (is("AND") || peek().is_symbol("&&")) {
    take();
    left = make_binary("AND", std::move(left), not_expr());
  }
  return left;
}

ExprPtr Parser::not_expr() {
  const Depth depth(*this);
  if (!is("NOT")) return comparison();
  auto expr = make(Expr::Op::unary, take().begin);
  expr->name = "NOT";
  expr->args.push_back(not_expr());
  return finish(std::move(expr));
}

ExprPtr Parser::comparison() {
  static constexpr std::array<std::string_view, 8> kOperators = {"=",  "<=>", ">=", ">",
                                                                 "<=", "<",   "<>", "!="};
  ExprPtr left = predicate();
  while (true) {
    bool found = false;
    for (const std::string_view one : kOperators) {
      if (!peek().is_symbol(one)) continue;
      take();
      if (is("ANY") || is("SOME") || is("ALL")) take();
      left = make_binary(std::string(one), std::move(left), predicate());
      found = true;
      break;
    }
    if (found) continue;
    if (!is("IS")) return left;
    auto expr = make(Expr::Op::is, left->begin);
    take();
    expr->negated = accept("NOT");
    if (!is("NULL") && !is("TRUE") && !is("FALSE") && !is("UNKNOWN")) fail_here();
    expr->name = upper(take().text);
    expr->args.push_back(std::move(left));
    left = finish(std::move(expr));
  }
}

ExprPtr Parser::in_list(ExprPtr operand, bool negated) {
  auto expr = make(Expr::Op::in, operand->begin);
  expr->negated = negated;
  expr->args.push_back(std::move(operand));
  expect_symbol("(");
  if (is("SELECT") || is("WITH")) {
    expr->select = select();
  } else {
    do {
      expr->args.push_back(expression());
    } while (accept_symbol(","));
  }
  expect_symbol(")");
  return finish(std::move(expr));
}

ExprPtr Parser::predicate() {
  const Depth depth(*this);
  ExprPtr left = binary_level(0);
  while (true) {
    const bool negated = is("NOT") && (is("IN", 1) || is("BETWEEN", 1) || is("LIKE", 1) ||
                                       is("REGEXP", 1) || is("RLIKE", 1));
    if (negated) take();
    if (accept("IN")) {
      left = in_list(std::move(left), negated);
    } else if (is("BETWEEN")) {
      auto expr = make(Expr::Op::between, left->begin);
      take();
      expr->negated = negated;
      expr->args.push_back(std::move(left));
      expr->args.push_back(binary_level(0));
      expect("AND");
      expr->args.push_back(predicate());
      left = finish(std::move(expr));
    } else if (is("LIKE") || is("REGEXP") || is("RLIKE")) {
      auto expr = make(is("LIKE") ? Expr::Op::like : Expr::Op::regexp, left->begin);
      take();
      expr->negated = negated;
      expr->args.push_back(std::move(left));
      expr->args.push_back(binary_level(0));
      if (expr->op == Expr::Op::like && accept("ESCAPE")) expr->args.push_back(primary());
      left = finish(std::move(expr));
    } else if (is("SOUNDS") && is("LIKE", 1)) {
      take();
      take();
      left = make_binary("=", std::move(left), binary_level(0));
    } else {
      return left;
    }
  }
}

ExprPtr Parser::binary_level(int level) {
  static constexpr std::array<std::array<std::string_view, 5>, 6> kLevels = {
      {{"|"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%", "DIV", "MOD"}, {"^"}}};
  if (level == static_cast<int>(kLevels.size())) return unary();
  ExprPtr left = binary_level(level + 1);
  while (true) {
    std::string_view found;
    for (const std::string_view one : kLevels[static_cast<std::size_t>(level)]) {
      if (!one.empty() && (peek().is_symbol(one) || is(one))) found = one;
    }
    if (found.empty()) return left;
    take();
    ExprPtr right = is("INTERVAL") && level == 3 ? interval() : binary_level(level + 1);
    left = make_binary(std::string(found), std::move(left), std::move(right));
  }
}

ExprPtr Parser::interval() {
  auto expr = make(Expr::Op::interval, take().begin);
  expr->args.push_back(expression());
  if (peek().kind != Token::Kind::word) fail_here();
  expr->name = upper(take().text);
  return finish(std::move(expr));
}

ExprPtr Parser::unary() {
  const Depth depth(*this);
  const Token& token = peek();
  const bool known = token.is_symbol("-") || token.is_symbol("+") || token.is_symbol("~") ||
                     token.is_symbol("!") || is("BINARY");
  if (!known) return postfix();
  auto expr = make(Expr::Op::unary, token.begin);
  expr->name = upper(take().text);
  expr->args.push_back(unary());
  return finish(std::move(expr));
}

ExprPtr Parser::postfix() {
  ExprPtr expr = primary();
  while (accept("COLLATE")) {
    auto collated = make(Expr::Op::unary, expr->begin);
    collated->name = "COLLATE";
    collated->text = identifier_or_string();
    collated->args.push_back(std::move(expr));
    expr = finish(std::move(collated));
  }
  return expr;
}

ExprPtr Parser::literal() {
  auto expr = make(Expr::Op::literal, peek().begin);
  const Token& token = take();
  expr->literal = token.kind;
  switch (token.kind) {
    case Token::Kind::integer: {
      const auto exact = parse_decimal(token.text);
      if (!exact) {
        expr->literal = Token::Kind::decimal;
        expr->value = to_decimal(Value(token.text));
      } else if (exact->digits <= Int128{INT64_MAX}) {
        expr->value = static_cast<std::int64_t>(exact->digits);
      } else if (exact->digits <= Int128{UINT64_MAX}) {
        expr->value = static_cast<std::uint64_t>(exact->digits);
      } else {
        expr->literal = Token::Kind::decimal;
        expr->value = *exact;
      }
      break;
    }
    case Token::Kind::decimal: {
      const auto exact = parse_decimal(token.text);
      exact ? expr->value = *exact : expr->value = to_real(Value(token.text));
      break;
    }
    case Token::Kind::real:
      expr->value = to_real(Value(token.text));
      break;
    default:
      expr->value = token.text;
      expr->text = token.text;
      break;
  }
  if (token.kind == Token::Kind::string) {
    std::string whole = token.text;
    while (peek().kind == Token::Kind::string) whole += take().text;
    expr->value = std::move(whole);
  }
  return finish(std::move(expr));
}

ExprPtr Parser::parenthesis() {
  const std::size_t begin = take().begin;
  ExprPtr expr;
  if (is("SELECT") || is("WITH") || (peek().is_symbol("(") && is("SELECT", 1))) {
    expr = make(Expr::Op::subquery, begin);
    expr->select = select();
  } else {
    expr = expression();
    if (peek().is_symbol(",")) {
      auto row = make(Expr::Op::row, begin);
      row->args.push_back(std::move(expr));
      while (accept_symbol(",")) row->args.push_back(expression());
      expr = std::move(row);
    }
  }
  expect_symbol(")");
  expr->begin = begin;
  return finish(std::move(expr));
}

ExprPtr Parser::primary() {
  const Depth depth(*this);
  const Token& token = peek();
  switch (token.kind) {
    case Token::Kind::string:
    case Token::Kind::integer:
    case Token::Kind::decimal:
    case Token::Kind::real:
    case Token::Kind::hex:
    case Token::Kind::bits:
      return literal();
    case Token::Kind::user_variable: {
      auto expr = make(Expr::Op::user_variable, token.begin);
      expr->name = take().text;
      return finish(std::move(expr));
    }
    case Token::Kind::symbol:
      if (token.is_symbol("(")) return parenthesis();
      if (token.is_symbol("@@")) return system_variable();
      if (token.is_symbol("\\N")) {
        auto expr = make(Expr::Op::literal, take().begin);
        expr->text = "NULL";
        return finish(std::move(expr));
      }
      if (token.is_symbol("*")) {
        auto expr = make(Expr::Op::star, take().begin);
        return finish(std::move(expr));
      }
      if (token.is_symbol("?")) {
        auto expr = make(Expr::Op::parameter, take().begin);
        expr->index = parameters_++;
        return finish(std::move(expr));
      }
      fail_here();
    case Token::Kind::word:
      return word_expr();
    case Token::Kind::quoted:
      return column();
    default:
      fail_here();
  }
}

}  // namespace decnet::service::mysql
