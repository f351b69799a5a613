// Expressions: names, operators, and what a row makes of them.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/engine.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

Value truth(std::optional<bool> value) {
  if (!value) return {};
  return std::int64_t{*value ? 1 : 0};
}

// +, - and * of whole numbers; nothing on overflow.
std::optional<Int128> whole(char op, const Value& a, const Value& b) {
  const auto wide = [](const Value& value) -> std::optional<Int128> {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* natural = std::get_if<std::uint64_t>(&value)) return *natural;
    return std::nullopt;
  };
  const auto left = wide(a);
  const auto right = wide(b);
  if (!left || !right) return std::nullopt;
  if (op == '+') return *left + *right;
  if (op == '-') return *left - *right;
  return *left * *right;
}

bool is_unsigned(const Value& value) {
  return std::holds_alternative<std::uint64_t>(value);
}

Value add_like(char op, const Value& a, const Value& b, const Expr& expr, std::string_view text) {
  if (const auto out = whole(op, a, b)) {
    const bool natural = is_unsigned(a) || is_unsigned(b);
    if (natural && *out >= 0 && *out <= Int128{UINT64_MAX}) return static_cast<std::uint64_t>(*out);
    if (!natural && *out >= Int128{INT64_MIN} && *out <= Int128{INT64_MAX})
      return static_cast<std::int64_t>(*out);
    (void)expr;
    throw sql_error(1690, fmt::format("BIGINT{} value is out of range in '{}'",
                                      natural ? " UNSIGNED" : "", text));
  }
  if (is_text(a) || is_text(b) || std::holds_alternative<double>(a) ||
      std::holds_alternative<double>(b)) {
    const double left = to_real(a);
    const double right = to_real(b);
    return op == '+' ? left + right : (op == '-' ? left - right : left * right);
  }
  const Decimal left = to_decimal(a);
  const Decimal right = to_decimal(b);
  if (op == '*') {
    const double size =
        std::fabs(static_cast<double>(left.digits)) * std::fabs(static_cast<double>(right.digits));
    if (size > 1e36) return to_real(a) * to_real(b);
    return rescaled({left.digits * right.digits, left.scale + right.scale},
                    std::min(left.scale + right.scale, kScaleMax));
  }
  const int scale = std::max(left.scale, right.scale);
  const Int128 x = rescaled(left, scale).digits;
  const Int128 y = rescaled(right, scale).digits;
  return Decimal{op == '+' ? x + y : x - y, scale};
}

Value divide(const Value& a, const Value& b) {
  if (to_real(b) == 0) return {};
  if (is_text(a) || is_text(b) || std::holds_alternative<double>(a) ||
      std::holds_alternative<double>(b))
    return to_real(a) / to_real(b);
  const Decimal left = to_decimal(a);
  const Decimal right = to_decimal(b);
  const int scale = std::min(left.scale + 4, kScaleMax);
  const Decimal top = rescaled(left, std::min(scale + right.scale + 1, kScaleMax));
  if (std::fabs(static_cast<double>(top.digits)) > 1e36) return to_real(a) / to_real(b);
  const int shift = scale + 1 - (top.scale - right.scale);
  Int128 digits = top.digits;
  for (int n = 0; n < shift; ++n) digits *= 10;
  return rescaled({digits / right.digits, scale + 1}, scale);
}

Value modulo(const Value& a, const Value& b, bool whole_quotient) {
  if (to_real(b) == 0) return {};
  const bool exact = !is_text(a) && !is_text(b) && !std::holds_alternative<double>(a) &&
                     !std::holds_alternative<double>(b);
  if (!exact) {
    if (whole_quotient)
      return static_cast<std::int64_t>(
          std::trunc(std::clamp(to_real(a) / to_real(b), -9e18, 9e18)));
    return std::fmod(to_real(a), to_real(b));
  }
  Decimal left = to_decimal(a);
  Decimal right = to_decimal(b);
  const int scale = std::max(left.scale, right.scale);
  left = rescaled(left, scale);
  right = rescaled(right, scale);
  if (right.digits == 0) return {};
  if (whole_quotient) return static_cast<std::int64_t>(left.digits / right.digits);
  if (scale == 0) return static_cast<std::int64_t>(left.digits % right.digits);
  return Decimal{left.digits % right.digits, scale};
}

// A hexadecimal constant is a number among numbers; a text that is none is told of.
Value as_number(Engine& engine, const Expr& expr, Value value) {
  if (!is_text(value)) return value;
  const std::string text = std::get<std::string>(value);
  if (expr.op == Expr::Op::literal &&
      (expr.literal == Token::Kind::hex || expr.literal == Token::Kind::bits)) {
    std::uint64_t out = 0;
    for (const char c : text) out = out << 8 | static_cast<unsigned char>(c);
    return out;
  }
  if (text.empty() || text.find_first_not_of("0123456789.eE+- ") != std::string::npos)
    engine.warn(1292, fmt::format("Truncated incorrect DOUBLE value: '{}'", text));
  return value;
}

Value bits(const std::string& op, const Value& a, const Value& b) {
  const auto x = static_cast<std::uint64_t>(to_integer(a));
  const auto y = static_cast<std::uint64_t>(to_integer(b));
  if (op == "|") return x | y;
  if (op == "&") return x & y;
  if (op == "^") return x ^ y;
  if (y >= 64) return std::uint64_t{0};
  return op == "<<" ? x << y : x >> y;
}

Value compared(const std::string& op, const Value& a, const Value& b, bool binary) {
  if (op == "<=>") {
    if (is_null(a) || is_null(b)) return truth(is_null(a) && is_null(b));
    return truth(compare(a, b, binary) == 0);
  }
  const auto order = compare(a, b, binary);
  if (!order) return {};
  if (op == "=") return truth(*order == 0);
  if (op == "<") return truth(*order < 0);
  if (op == ">") return truth(*order > 0);
  if (op == "<=") return truth(*order <= 0);
  if (op == ">=") return truth(*order >= 0);
  return truth(*order != 0);
}

}  // namespace

bool is_binary_text(const Expr& expr) {
  if (expr.op == Expr::Op::unary && expr.name == "BINARY") return true;
  if (expr.op == Expr::Op::unary && expr.name == "COLLATE")
    return folded(expr.text).ends_with("_bin") || folded(expr.text) == "binary";
  if (expr.op == Expr::Op::literal)
    return expr.literal == Token::Kind::hex || expr.literal == Token::Kind::bits;
  if (expr.op == Expr::Op::cast) return expr.name == "BINARY";
  return expr.op == Expr::Op::call && (expr.name == "UNHEX" || expr.name == "CHAR");
}

void Engine::spend(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ <= kStepsMax) return;
  counter("mysql_steps_limit_total", "MySQL statements that asked for too much work").add();
  throw server_.facts().mariadb
      ? sql_error(1969, "Query execution was interrupted (max_statement_time exceeded)")
      : sql_error(3024,
                  "Query execution was interrupted, maximum statement execution time exceeded");
}

// As the genuine servers write an expression into their errors.
std::string printed(Engine& engine, const Expr& expr) {
  if (expr.op == Expr::Op::binary)
    return printed(engine, *expr.args[0]) + " " + folded(expr.name) + " " +
           printed(engine, *expr.args[1]);
  if (expr.op == Expr::Op::call) {
    std::string out = folded(expr.name) + "(";
    for (std::size_t n = 0; n < expr.args.size(); ++n)
      out += (n > 0 ? "," : "") + printed(engine, *expr.args[n]);
    return out + ")";
  }
  return std::string(engine.text_of(expr));
}

Value Engine::column(const Expr& expr, const Scope& scope) {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->fields != nullptr) {
      for (std::size_t n = 0; n < at->fields->size(); ++n) {
        const Field& field = (*at->fields)[n];
        if (!equal_case(field.name, expr.name) && !equal_case(field.org_name, expr.name)) continue;
        if (!expr.table.empty() && !equal_case(field.table, expr.table)) continue;
        if (!expr.schema.empty() && !equal_case(field.schema, expr.schema)) continue;
        if (at->row == nullptr || n >= at->row->size()) return {};
        return (*at->row)[n];
      }
    }
    if (at->aliases == nullptr || !expr.table.empty()) continue;
    for (const SelectItem& item : *at->aliases) {
      if (!item.has_alias || !equal_case(item.alias, expr.name) || item.expr.get() == &expr)
        continue;
      if (++depth_ > kParseDepthMax)
        throw sql_error(1247,
                        fmt::format("Reference '{}' not supported (forward reference in item list)",
                                    expr.name));
      Value out = evaluate(*item.expr, *at);
      --depth_;
      return out;
    }
  }
  const std::string name = (expr.schema.empty() ? "" : expr.schema + ".") +
                           (expr.table.empty() ? "" : expr.table + ".") + expr.name;
  throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", name, scope.clause));
}

Value Engine::evaluate(const Expr& expr, const Scope& scope) {
  spend();
  const auto argument = [&](std::size_t n) { return evaluate(*expr.args.at(n), scope); };
  using Op = Expr::Op;
  switch (expr.op) {
    case Op::literal:
      return expr.value;
    case Op::column:
      return column(expr, scope);
    case Op::star:
      throw sql_error(1064, "You have an error in your SQL syntax");
    case Op::system_variable:
      return variable(expr);
    case Op::user_variable: {
      const auto at = user_variables.find(folded(expr.name));
      return at == user_variables.end() ? Value() : at->second;
    }
    case Op::assign: {
      Value value = argument(0);
      if (user_variables.size() < kUserVariablesMax || user_variables.contains(folded(expr.name)))
        user_variables[folded(expr.name)] = value;
      return value;
    }
    case Op::parameter:
      if (parameters_ == nullptr || expr.index >= parameters_->size()) return {};
      return (*parameters_)[expr.index];
    case Op::fallback:
    case Op::interval:
    case Op::row:
      return {};
    case Op::call:
      return call(expr, scope);
    case Op::unary: {
      Value value = argument(0);
      if (expr.name == "NOT" || expr.name == "!") {
        const auto is_true = to_truth(value);
        return is_true ? truth(!*is_true) : Value();
      }
      if (is_null(value) || expr.name == "+" || expr.name == "COLLATE") return value;
      if (expr.name == "BINARY") return to_text(value);
      if (expr.name == "~") return ~static_cast<std::uint64_t>(to_integer(value));
      if (is_text(value) || std::holds_alternative<double>(value)) return -to_real(value);
      return add_like('-', std::int64_t{0}, value, expr, "-");
    }
    case Op::case_when: {
      const bool has_operand = expr.args[0] != nullptr;
      const Value operand = has_operand ? argument(0) : Value();
      for (std::size_t n = 1; n + 1 < expr.args.size(); n += 2) {
        const Value when = argument(n);
        const bool found = has_operand ? compare(operand, when) == 0 : to_truth(when) == true;
        if (found) return argument(n + 1);
      }
      return expr.args.back() != nullptr ? argument(expr.args.size() - 1) : Value();
    }
    case Op::between: {
      const Value value = argument(0);
      const auto low = compare(value, argument(1));
      const auto high = compare(value, argument(2));
      if (!low || !high) return {};
      return truth((*low >= 0 && *high <= 0) != expr.negated);
    }
    case Op::is: {
      const Value value = argument(0);
      bool out = is_null(value);
      if (expr.name == "TRUE") out = to_truth(value) == true;
      if (expr.name == "FALSE") out = to_truth(value) == false;
      return truth(out != expr.negated);
    }
    case Op::exists: {
      const ResultSet found = select(*expr.select, &scope);
      return truth(!found.rows.empty());
    }
    case Op::subquery: {
      const ResultSet found = select(*expr.select, &scope);
      if (found.fields.size() != 1) throw sql_error(1241, "Operand should contain 1 column(s)");
      if (found.rows.size() > 1) throw sql_error(1242, "Subquery returns more than 1 row");
      return found.rows.empty() ? Value() : found.rows[0][0];
    }
    case Op::cast:
      return cast_value(*this, expr, argument(0));
    default:
      return evaluate_operator(*this, expr, scope);
  }
}

Value evaluate_operator(Engine& engine, const Expr& expr, const Scope& scope) {
  const auto argument = [&](std::size_t n) { return engine.evaluate(*expr.args.at(n), scope); };
  using Op = Expr::Op;
  if (expr.op == Op::in) {
    const Value value = argument(0);
    std::vector<Value> list;
    if (expr.select != nullptr) {
      for (Row& row : engine.subselect(*expr.select, scope)) list.push_back(std::move(row.at(0)));
    } else {
      for (std::size_t n = 1; n < expr.args.size(); ++n) list.push_back(argument(n));
    }
    engine.spend(list.size());
    bool unknown = is_null(value) && !list.empty();
    for (const Value& one : list) {
      const auto order = compare(value, one);
      if (order == 0) return truth(!expr.negated);
      unknown = unknown || !order;
    }
    return unknown ? Value() : truth(expr.negated);
  }
  if (expr.op == Op::like || expr.op == Op::regexp) {
    const Value value = argument(0);
    const Value pattern = argument(1);
    if (is_null(value) || is_null(pattern)) return {};
    const std::string text = to_text(value);
    const std::string wanted = to_text(pattern);
    bool found = false;
    const bool binary = is_binary_text(*expr.args[0]) || is_binary_text(*expr.args[1]);
    if (expr.op == Op::like) {
      std::uint64_t steps = 0;
      const std::string escape = expr.args.size() > 2 ? to_text(argument(2)) : "\\";
      found = like(text, wanted, escape.empty() ? '\0' : escape[0], binary, steps);
      engine.spend(steps / 8);
    } else {
      found = matches(engine, text, wanted, binary);
    }
    return truth(found != expr.negated);
  }
  Value left = argument(0);
  if (expr.name == "AND" || expr.name == "OR") {
    const bool decides = expr.name == "OR";
    const auto first = to_truth(left);
    if (first == decides) return truth(decides);
    const auto second = to_truth(argument(1));
    if (second == decides) return truth(decides);
    return first && second ? truth(!decides) : Value();
  }
  const Expr& right_expr = *expr.args.at(1);
  if (right_expr.op == Op::interval)
    return date_arithmetic(engine, expr.name[0], left, right_expr, scope);
  Value right = argument(1);
  if (expr.name == "XOR") {
    const auto a = to_truth(left);
    const auto b = to_truth(right);
    return a && b ? truth(*a != *b) : Value();
  }
  const char first = expr.name[0];
  if (first == '=' || first == '<' || first == '>' || first == '!') {
    if (expr.name != "<<" && expr.name != ">>")
      return compared(expr.name, left, right,
                      is_binary_text(*expr.args[0]) || is_binary_text(right_expr));
  }
  if (is_null(left) || is_null(right)) return {};
  const bool is_sum = first == '+' || first == '-' || first == '*' || first == '/' || first == '%';
  if (is_sum) {
    left = as_number(engine, *expr.args[0], std::move(left));
    right = as_number(engine, right_expr, std::move(right));
  }
  if (first == '+' || first == '-' || first == '*')
    return add_like(first, left, right, expr, printed(engine, expr));
  if ((first == '/' || first == '%' || first == 'D' || first == 'M') && to_real(right) == 0)
    engine.warn(1365, "Division by 0");
  if (first == '/') return divide(left, right);
  if (expr.name == "DIV") return modulo(left, right, true);
  if (expr.name == "%" || expr.name == "MOD") return modulo(left, right, false);
  return bits(expr.name, left, right);
}

}  // namespace decnet::service::mysql
