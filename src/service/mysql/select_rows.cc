// From joined rows to those that a SELECT gives.
#include <algorithm>
#include <map>

#include "service/mysql/functions.h"
#include "service/mysql/select_run.h"

namespace decnet::service::mysql {

ResultSet SelectRun::run() {
  from();
  describe();
  filter();
  produce();
  return std::move(out_);
}

void SelectRun::filter() {
  if (select_.where == nullptr) return;
  std::erase_if(rows_, [&](const Row& row) {
    return to_truth(engine_.evaluate(*select_.where, scope(&row, "WHERE"))) != true;
  });
}

Row SelectRun::values(const Row& row, const std::vector<Row>* group) {
  Scope at = scope(&row, "SELECT");
  at.group = group;
  Row out;
  for (const auto& [item, index] : columns_)
    out.push_back(item == nullptr ? (index < row.size() ? row[index] : Value())
                                  : engine_.evaluate(*item->expr, at));
  return out;
}

Value SelectRun::order_value(const Expr& expr, const Row& produced, const Row& row,
                             const std::vector<Row>* group) {
  if (expr.op == Expr::Op::literal && expr.literal == Token::Kind::integer) {
    const auto n = static_cast<std::size_t>(to_integer(expr.value));
    return n >= 1 && n <= produced.size() ? produced[n - 1] : Value();
  }
  Scope at = scope(&row, "ORDER BY");
  at.group = group;
  at.aliases = &select_.items;
  // An alias goes before a column.
  if (expr.op == Expr::Op::column && expr.table.empty()) {
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      if (columns_[n].first != nullptr && columns_[n].first->has_alias &&
          equal_case(columns_[n].first->alias, expr.name))
        return produced[n];
    }
  }
  return engine_.evaluate(expr, at);
}

void SelectRun::add(const Row& row, const std::vector<Row>* group) {
  Produced one;
  if (select_.having != nullptr) {
    Scope at = scope(&row, "HAVING");
    at.group = group;
    at.aliases = &select_.items;
    if (to_truth(engine_.evaluate(*select_.having, at)) != true) return;
  }
  one.row = values(row, group);
  if (select_.unions.empty())
    for (const OrderItem& item : select_.order_by)
      one.order.push_back(order_value(*item.expr, one.row, row, group));
  produced_.push_back(std::move(one));
  check_rows(produced_.size());
}

void SelectRun::group() {
  std::map<std::string, std::vector<Row>> groups;
  std::vector<std::string> order;
  for (const Row& row : rows_) {
    std::string key;
    for (const ExprPtr& expr : select_.group_by) {
      const Value value = order_value(*expr, Row(), row, nullptr);
      key += is_null(value) ? std::string("\x01") : "\x02" + folded(to_text(value));
      key += '\0';
    }
    auto& in = groups[key];
    if (in.empty()) order.push_back(key);
    in.push_back(row);
  }
  if (groups.empty() && select_.group_by.empty()) {
    const std::vector<Row> none;
    add(Row(fields_.size()), &none);
    return;
  }
  std::sort(order.begin(), order.end());
  for (const std::string& key : order) {
    const auto& in = groups[key];
    add(in.front(), &in);
  }
}

void SelectRun::produce() {
  bool grouped =
      !select_.group_by.empty() || (select_.having != nullptr && has_aggregate(*select_.having));
  for (const SelectItem& item : select_.items) grouped = grouped || has_aggregate(*item.expr);
  if (grouped) {
    group();
  } else {
    for (const Row& row : rows_) add(row, nullptr);
  }
  if (!select_.order_by.empty() && select_.unions.empty())
    std::stable_sort(produced_.begin(), produced_.end(), [&](const Produced& a, const Produced& b) {
      for (std::size_t n = 0; n < a.order.size(); ++n) {
        const int order =
            is_null(a.order[n]) || is_null(b.order[n])
                ? static_cast<int>(is_null(b.order[n])) - static_cast<int>(is_null(a.order[n]))
                : *compare(a.order[n], b.order[n]);
        if (order != 0) return (order < 0) != select_.order_by[n].descending;
      }
      return false;
    });
  for (Produced& one : produced_) out_.rows.push_back(std::move(one.row));
  if (reads_views_ || (reads_tables_ && !(grouped && select_.group_by.empty() &&
                                          select_.where == nullptr && !reads_rows_)))
    out_.flags_before = out_.flags_after = kNoIndexUsed;
}

}  // namespace decnet::service::mysql
