// FROM: tables, views, derived tables, and their joins.
#include <algorithm>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"
#include "service/mysql/select_run.h"

namespace decnet::service::mysql {

namespace {

// Whether WHERE can be answered from an index: a condition on the first column of one.
bool uses_index(const Expr& where, const Table& table) {
  using Op = Expr::Op;
  if (where.op == Op::binary && where.name == "AND")
    return std::any_of(where.args.begin(), where.args.end(),
                       [&](const ExprPtr& one) { return uses_index(*one, table); });
  const bool compares = where.op == Op::binary && where.name.find_first_of("=<>") == 0 &&
                        where.name != "<>" && where.name != "<<" && where.name != ">>";
  const bool fits = compares || where.op == Op::in || where.op == Op::between ||
                    (where.op == Op::like && where.args[1]->op == Op::literal &&
                     !to_text(where.args[1]->value).starts_with('%') &&
                     !to_text(where.args[1]->value).starts_with('_'));
  if (!fits || where.negated || where.args[0]->op != Op::column) return false;
  return std::any_of(table.keys.begin(), table.keys.end(), [&](const KeyDef& key) {
    return !key.columns.empty() && equal_case(key.columns[0], where.args[0]->name);
  });
}

// Whether all columns of a table that an expression names are among these.
bool stands_in(const Expr& expr, std::string_view alias, const std::vector<std::string>& columns) {
  if (expr.op == Expr::Op::star || expr.select != nullptr) return false;
  if (expr.op == Expr::Op::column)
    return (!expr.table.empty() && !equal_case(expr.table, alias)) ||
           std::any_of(columns.begin(), columns.end(),
                       [&](const std::string& one) { return equal_case(one, expr.name); });
  return std::all_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& one) {
    return one == nullptr || stands_in(*one, alias, columns);
  });
}

}  // namespace

void SelectRun::load(const TableRef& ref, std::vector<Field>& fields, std::vector<Row>& rows) {
  if (ref.derived != nullptr) {
    ResultSet inner = only_fields_ ? ResultSet{} : engine_.select(*ref.derived, nullptr);
    if (only_fields_) inner.fields = engine_.select_fields(*ref.derived, nullptr);
    for (Field& field : inner.fields) {
      field.table = ref.alias;
      if (!field.org_table.empty()) field.org_table = ref.alias;
      field.org_name = field.name;
    }
    reads_tables_ = reads_tables_ || inner.flags_after == kNoIndexUsed;
    fields = std::move(inner.fields);
    rows = std::move(inner.rows);
    return;
  }
  const TablePtr table = engine_.table(ref.schema, ref.name);
  const std::string alias = ref.alias.empty() ? ref.name : ref.alias;
  const bool is_view = table->kind == Table::Kind::view;
  for (const ColumnDef& column : table->columns) {
    Field field{table->schema, alias,       is_view ? alias : table->name,
                column.name,   column.name, column.shape};
    if (is_view && table->schema == "mysql" && (column.name == "User" || column.name == "Host"))
      field.shape.flags |= kPrimary | kPartOfKey | kNotNull;  // Those of global_priv.
    fields.push_back(std::move(field));
  }
  if (only_fields_) return;
  if (table->is_derived) {
    rows = engine_.system_rows(*table);
  } else {
    rows = in_order_of_reading(*table, alias);
  }
  engine_.spend(rows.size());
  const bool is_innodb = table->kind == Table::Kind::base && table->engine == "InnoDB";
  const bool by_index = is_innodb && select_.where != nullptr && uses_index(*select_.where, *table);
  if (table->kind == Table::Kind::system_view || is_innodb || !rows.empty())
    reads_tables_ = reads_tables_ || !by_index;
  if (is_innodb && !by_index) reads_rows_ = true;
  if (table->kind == Table::Kind::system_view) reads_views_ = true;
}

// InnoDB keeps rows by their primary key; where another index has all that is asked for, that is
// read instead.
std::vector<Row> SelectRun::in_order_of_reading(const Table& table, std::string_view alias) const {
  std::vector<Row> rows;
  for (const RowPtr& row : table.rows) rows.push_back(*row);
  if (table.engine != "InnoDB") return rows;
  const auto has_all = [&](const std::vector<std::string>& columns) {
    return select_.where == nullptr &&
           std::all_of(select_.items.begin(), select_.items.end(), [&](const SelectItem& item) {
             return stands_in(*item.expr, alias, columns);
           });
  };
  std::vector<std::string> order;
  for (const KeyDef& key : table.keys) {
    if (key.name == "PRIMARY") order = key.columns;
  }
  if (order.empty()) return rows;
  const std::vector<std::string> primary = order;
  for (const KeyDef& key : table.keys) {
    std::vector<std::string> columns = key.columns;
    columns.insert(columns.end(), primary.begin(), primary.end());
    if (key.name == "PRIMARY" || !has_all(columns)) continue;
    order = std::move(columns);
    break;
  }
  std::vector<std::size_t> at;
  for (const std::string& one : order) {
    if (const int n = table.index_of(one); n >= 0) at.push_back(static_cast<std::size_t>(n));
  }
  engine_.spend(rows.size());
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    for (const std::size_t n : at) {
      if (n >= a.size() || n >= b.size()) continue;
      const int by = is_null(a[n]) || is_null(b[n])
                         ? static_cast<int>(is_null(b[n])) - static_cast<int>(is_null(a[n]))
                         : compare(a[n], b[n]).value_or(0);
      if (by != 0) return by < 0;
    }
    return false;
  });
  return rows;
}

void SelectRun::from() {
  rows_.emplace_back();
  std::set<std::string> names;
  for (const TableRef& ref : select_.from) {
    std::vector<Field> fields;
    std::vector<Row> rows;
    load(ref, fields, rows);
    const std::string alias = folded(ref.alias.empty() ? ref.name : ref.alias);
    if (!names.insert(alias + "." + (ref.alias.empty() ? folded(ref.schema) : "")).second)
      throw sql_error(1066, fmt::format("Not unique table/alias: '{}'",
                                        ref.alias.empty() ? ref.name : ref.alias));
    join(ref, std::move(fields), std::move(rows));
  }
}

void SelectRun::join(const TableRef& ref, std::vector<Field> fields, std::vector<Row> rows) {
  const std::size_t left = fields_.size();
  const std::size_t right = fields.size();
  std::vector<std::pair<std::size_t, std::size_t>> shared;
  for (std::size_t a = 0; a < left; ++a) {
    for (std::size_t b = 0; b < right; ++b) {
      if (!equal_case(fields_[a].name, fields[b].name)) continue;
      const bool named =
          std::any_of(ref.shared_columns.begin(), ref.shared_columns.end(),
                      [&](const std::string& one) { return equal_case(one, fields_[a].name); });
      if (named || ref.natural) shared.emplace_back(a, left + b);
    }
  }
  if (ref.join == TableRef::Join::left)
    for (Field& field : fields)
      field.shape.flags = static_cast<std::uint16_t>(field.shape.flags & ~kNotNull);
  fields_.insert(fields_.end(), fields.begin(), fields.end());
  for (const auto& [a, b] : shared) hidden_.insert(b);
  const auto fits = [&](const Row& row) {
    for (const auto& [a, b] : shared) {
      if (compare(row[a], row[b]) != 0) return false;
    }
    return ref.on == nullptr || to_truth(engine_.evaluate(*ref.on, scope(&row, "ON"))) == true;
  };
  if (only_fields_) return;
  std::vector<Row> out;
  std::vector<bool> used(rows.size());
  for (const Row& first : rows_) {
    bool found = false;
    for (std::size_t n = 0; n < rows.size(); ++n) {
      Row row = first;
      row.insert(row.end(), rows[n].begin(), rows[n].end());
      engine_.spend(1 + row.size() / 8);
      if (!fits(row)) continue;
      found = used[n] = true;
      out.push_back(std::move(row));
      check_rows(out.size() / 10);
    }
    if (!found && ref.join == TableRef::Join::left) {
      Row row = first;
      row.resize(left + right);
      out.push_back(std::move(row));
    }
  }
  if (ref.join == TableRef::Join::right) {
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (used[n]) continue;
      Row row(left);
      row.insert(row.end(), rows[n].begin(), rows[n].end());
      out.push_back(std::move(row));
    }
  }
  rows_ = std::move(out);
}

void SelectRun::check_rows(std::size_t count) {
  if (count <= kResultRowsMax) return;
  counter("mysql_rows_limit_total", "MySQL statements that would give too many rows").add();
  throw sql_error(1104,
                  "The SELECT would examine more than MAX_JOIN_SIZE rows; check your WHERE and "
                  "use SET SQL_BIG_SELECTS=1 or SET MAX_JOIN_SIZE=# if the SELECT is okay");
}

}  // namespace decnet::service::mysql
