// Calls: looking functions up, those that do not evaluate all of their arguments, and aggregates.
#include "service/mysql/functions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::string_view kAggregates[] = {
    "COUNT",  "SUM",      "MIN",     "MAX",    "AVG",     "GROUP_CONCAT",  "STD",
    "STDDEV", "VARIANCE", "BIT_AND", "BIT_OR", "BIT_XOR", "JSON_ARRAYAGG", "JSON_OBJECTAGG"};
constexpr std::size_t kGroupConcatBytesMax = 1024 * 1024;

// Those whose arguments are evaluated as they are needed.
constexpr std::string_view kLazy[] = {"IF",        "IFNULL",  "COALESCE", "NULLIF",
                                      "BENCHMARK", "NVL",     "DATE_ADD", "DATE_SUB",
                                      "ADDDATE",   "SUBDATE", "VALUES"};

Value lazy(Engine& engine, const Expr& expr, const Scope& scope) {
  const auto argument = [&](std::size_t n) { return engine.evaluate(*expr.args.at(n), scope); };
  if (expr.name == "IF") return argument(to_truth(argument(0)) == true ? 1 : 2);
  if (expr.name == "NULLIF") {
    Value first = argument(0);
    return compare(first, argument(1)) == 0 ? Value() : first;
  }
  if (expr.name == "BENCHMARK") {
    const Value count = argument(0);
    const double loops = std::clamp(to_real(count), 0.0, 1e12);
    argument(1);
    // A hash costs the genuine server a fifth of a microsecond.
    engine.slept += Duration{static_cast<std::int64_t>(std::min(loops * 0.2, 6e7))};
    return is_null(count) ? Value() : Value(std::int64_t{0});
  }
  if (expr.name.starts_with("DATE_") || expr.name.ends_with("DATE")) {
    const char sign = expr.name == "DATE_SUB" || expr.name == "SUBDATE" ? '-' : '+';
    if (expr.args[1]->op == Expr::Op::interval)
      return date_arithmetic(engine, sign, argument(0), *expr.args[1], scope);
    const auto at = parse_datetime(to_text(argument(0)));
    if (!at) return {};
    const std::int64_t days =
        std::clamp<std::int64_t>(to_integer(argument(1)), -3'000'000, 3'000'000);
    return date_text(*at + (sign == '-' ? -days : days) * 86'400);
  }
  for (const ExprPtr& one : expr.args) {
    Value value = engine.evaluate(*one, scope);
    if (!is_null(value)) return value;
  }
  return {};
}

bool contains(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void check_count(const Expr& expr, std::size_t low, std::size_t high) {
  if (expr.args.size() >= low && expr.args.size() <= high) return;
  throw sql_error(1582, fmt::format("Incorrect parameter count in the call to native function '{}'",
                                    expr.text));
}

}  // namespace

const Function* find_function(std::string_view name) {
  for (const auto table : {text_functions(), number_functions(), time_functions(),
                           session_functions(), regexp_functions()}) {
    for (const Function& one : table) {
      if (one.name == name) return &one;
    }
  }
  return nullptr;
}

bool is_aggregate(const Expr& expr) {
  return expr.op == Expr::Op::call && contains(kAggregates, expr.name);
}

bool has_aggregate(const Expr& expr) {
  if (is_aggregate(expr)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [](const ExprPtr& one) { return one != nullptr && has_aggregate(*one); });
}

Value Engine::call(const Expr& expr, const Scope& scope) {
  if (is_aggregate(expr)) return aggregate(expr, scope);
  if (contains(kLazy, expr.name)) {
    if (expr.name == "VALUES") return evaluate(*expr.args.at(0), scope);
    const std::size_t count = expr.name == "IF" ? 3 : 2;
    if (expr.name != "COALESCE") check_count(expr, count, count);
    return lazy(*this, expr, scope);
  }
  const Function* function = find_function(expr.name);
  if (function == nullptr || !expr.schema.empty()) {
    const std::string in = expr.schema.empty() ? schema : expr.schema;
    if (in.empty()) throw sql_error(1305, fmt::format("FUNCTION {} does not exist", expr.text));
    throw sql_error(1305, fmt::format("FUNCTION {}.{} does not exist", in, expr.text));
  }
  check_count(expr, function->arguments_min, function->arguments_max);
  std::vector<Value> arguments;
  for (const ExprPtr& one : expr.args) {
    arguments.push_back(evaluate(*one, scope));
    if (function->strict && is_null(arguments.back())) return {};
  }
  Value out = function->run(*this, expr, arguments);
  if (const auto* text = std::get_if<std::string>(&out)) {
    spend(text->size() / 64);
    if (text->size() > kTextBytesMax) {
      counter("mysql_text_limit_total", "Values of MySQL statements that were too long").add();
      warn(1301,
           fmt::format("Result of {}() was larger than max_allowed_packet (16777216) - truncated",
                       folded(expr.name)));
      return {};
    }
  }
  return out;
}

Value Engine::aggregate(const Expr& expr, const Scope& scope) {
  if (scope.group == nullptr) throw sql_error(1111, "Invalid use of group function");
  Scope inner = scope;
  inner.group = nullptr;
  if (expr.name == "COUNT" && (expr.args.empty() || expr.args[0]->op == Expr::Op::star))
    return static_cast<std::int64_t>(scope.group->size());
  if (expr.args.empty()) fail_syntax(expr);
  std::vector<Value> values;
  std::set<std::string> seen;
  for (const Row& row : *scope.group) {
    inner.row = &row;
    Value value = evaluate(*expr.args[0], inner);
    if (is_null(value)) continue;
    if (expr.name == "GROUP_CONCAT") {
      std::string whole = to_text(value);
      for (std::size_t n = 1; n < expr.args.size(); ++n)
        whole += to_text(evaluate(*expr.args[n], inner));
      value = std::move(whole);
    }
    if (expr.distinct && !seen.insert(folded(to_text(value))).second) continue;
    values.push_back(std::move(value));
  }
  if (expr.name == "COUNT") return static_cast<std::int64_t>(values.size());
  if (values.empty()) return {};
  if (expr.name == "MIN" || expr.name == "MAX") {
    const auto less = [](const Value& a, const Value& b) { return compare(a, b).value_or(0) < 0; };
    return expr.name == "MIN" ? *std::min_element(values.begin(), values.end(), less)
                              : *std::max_element(values.begin(), values.end(), less);
  }
  if (expr.name == "GROUP_CONCAT") {
    if (!expr.order.empty())
      std::stable_sort(values.begin(), values.end(), [&](const Value& a, const Value& b) {
        const int order = compare(a, b).value_or(0);
        return expr.order[0].descending ? order > 0 : order < 0;
      });
    std::string out;
    for (std::size_t n = 0; n < values.size() && out.size() < kGroupConcatBytesMax; ++n)
      out += (n > 0 ? expr.table : std::string()) + to_text(values[n]);
    return out;
  }
  const bool inexact = std::any_of(values.begin(), values.end(), [](const Value& one) {
    return is_text(one) || std::holds_alternative<double>(one);
  });
  if (inexact) {
    double sum = 0;
    for (const Value& one : values) sum += to_real(one);
    return expr.name == "AVG" ? sum / static_cast<double>(values.size()) : sum;
  }
  Decimal sum;
  for (const Value& one : values) {
    const Decimal next = to_decimal(one);
    const int scale = std::max(sum.scale, next.scale);
    sum = {rescaled(sum, scale).digits + rescaled(next, scale).digits, scale};
  }
  if (expr.name != "AVG") return sum;
  const int scale = std::min(sum.scale + 4, kScaleMax);
  const Decimal wide = rescaled(sum, std::min(scale + 1, kScaleMax));
  return rescaled({wide.digits / static_cast<Int128>(values.size()), wide.scale}, scale);
}

void Engine::fail_syntax(const Expr& expr) const {
  const std::string_view near = expr.end > 0 && expr.end <= text_.size()
                                    ? text_.substr(expr.end - 1).substr(0, 80)
                                    : std::string_view();
  throw sql_error(1064, fmt::format("You have an error in your SQL syntax; check the manual that "
                                    "corresponds to your {} server version for the right syntax to "
                                    "use near '{}' at line 1",
                                    server_.facts().mariadb ? "MariaDB" : "MySQL", near));
}

}  // namespace decnet::service::mysql
