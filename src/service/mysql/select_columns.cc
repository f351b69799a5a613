// The columns that a SELECT gives, and the names that it may use.
#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/select_run.h"

namespace decnet::service::mysql {

Scope SelectRun::scope(const Row* row, std::string_view clause) const {
  Scope out;
  out.fields = &fields_;
  out.row = row;
  out.outer = outer_;
  out.clause = clause;
  return out;
}

std::vector<Field> SelectRun::fields() {
  only_fields_ = true;
  from();
  describe();
  return std::move(out_.fields);
}

std::string SelectRun::name_of(const SelectItem& item) const {
  if (item.has_alias) return item.alias;
  const Expr& expr = *item.expr;
  if (expr.op == Expr::Op::column) return expr.name;
  if (expr.op == Expr::Op::literal && expr.literal == Token::Kind::string) {
    const std::string text = to_text(expr.value);
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  if (expr.op == Expr::Op::literal && !expr.text.empty() && expr.literal != Token::Kind::hex &&
      expr.literal != Token::Kind::bits)
    return expr.text;
  return std::string(engine_.text_of(expr)).substr(0, 256);
}

void SelectRun::describe() {
  const Scope at = scope(nullptr, "SELECT");
  for (const SelectItem& item : select_.items) {
    if (item.expr->op == Expr::Op::star) {
      star(*item.expr);
      continue;
    }
    engine_.check(*item.expr, at);
    Field field;
    field.shape = engine_.shape_of(*item.expr, at);
    if (const Field* from =
            item.expr->op == Expr::Op::column ? engine_.field_of(*item.expr, at) : nullptr)
      field = *from;
    field.name = name_of(item);
    out_.fields.push_back(std::move(field));
    columns_.push_back({&item, 0});
  }
  Scope with_aliases = at;
  with_aliases.aliases = &select_.items;
  const auto check_all = [&](const ExprPtr& expr, std::string_view name) {
    if (expr == nullptr) return;
    Scope in = name == "WHERE" || name == "ON" ? at : with_aliases;
    in.clause = name;
    engine_.check(*expr, in);
  };
  for (const TableRef& ref : select_.from) check_all(ref.on, "ON");
  check_all(select_.where, "WHERE");
  for (const ExprPtr& one : select_.group_by) check_position(*one, "GROUP BY", with_aliases);
  check_all(select_.having, "HAVING");
  if (select_.unions.empty())
    for (const OrderItem& one : select_.order_by)
      check_position(*one.expr, "ORDER BY", with_aliases);
}

void SelectRun::check_position(const Expr& expr, std::string_view clause_name, Scope in) {
  in.clause = clause_name;
  if (expr.op == Expr::Op::literal && expr.literal == Token::Kind::integer) {
    const std::int64_t n = to_integer(expr.value);
    if (n < 1 || n > static_cast<std::int64_t>(out_.fields.size()))
      throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", n, clause_name));
    return;
  }
  engine_.check(expr, in);
}

void SelectRun::star(const Expr& expr) {
  if (fields_.empty() && !expr.table.empty()) unknown_table(expr);
  if (fields_.empty()) throw sql_error(1096, "No tables used");
  bool found = false;
  for (std::size_t n = 0; n < fields_.size(); ++n) {
    if (!expr.table.empty() && !equal_case(fields_[n].table, expr.table)) continue;
    if (expr.table.empty() && hidden_.contains(n)) continue;
    found = true;
    out_.fields.push_back(fields_[n]);
    columns_.push_back({nullptr, n});
  }
  if (!found) unknown_table(expr);
}

void SelectRun::unknown_table(const Expr& expr) const {
  throw sql_error(1051, fmt::format("Unknown table '{}{}{}'", engine_.schema,
                                    engine_.schema.empty() ? "" : ".", expr.table));
}

}  // namespace decnet::service::mysql
