// SELECT: the rows of FROM, WHERE, groups, HAVING, order, limits, unions.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

Shape shapes_together(std::vector<Shape> shapes, bool not_null);

// One SELECT without its unions.
class SelectRun {
 public:
  SelectRun(Engine& engine, const Select& select, const Scope* outer)
      : engine_(engine), select_(select), outer_(outer) {}

  ResultSet run() {
    from();
    describe();
    filter();
    produce();
    return std::move(out_);
  }

  std::vector<Field> fields() {
    only_fields_ = true;
    from();
    describe();
    return std::move(out_.fields);
  }

 private:
  Scope scope(const Row* row, std::string_view clause) const {
    Scope out;
    out.fields = &fields_;
    out.row = row;
    out.outer = outer_;
    out.clause = clause;
    return out;
  }

  std::string clause(std::string_view name) const { return std::string(name); }

  void load(const TableRef& ref, std::vector<Field>& fields, std::vector<Row>& rows) {
    if (ref.derived != nullptr) {
      ResultSet inner = only_fields_ ? ResultSet{} : engine_.select(*ref.derived, nullptr);
      if (only_fields_) inner.fields = engine_.select_fields(*ref.derived, nullptr);
      for (Field& field : inner.fields) {
        field.schema.clear();
        field.table = ref.alias;
        field.org_table.clear();
        field.org_name = field.name;
      }
      fields = std::move(inner.fields);
      rows = std::move(inner.rows);
      return;
    }
    const TablePtr table = engine_.table(ref.schema, ref.name);
    const std::string alias = ref.alias.empty() ? ref.name : ref.alias;
    for (const ColumnDef& column : table->columns) {
      Field field{table->schema, alias, table->name, column.name, column.name, column.shape};
      fields.push_back(std::move(field));
    }
    if (only_fields_) return;
    if (table->is_derived) {
      rows = engine_.system_rows(*table);
    } else {
      for (const RowPtr& row : table->rows) rows.push_back(*row);
    }
    engine_.spend(rows.size());
    if (table->kind == Table::Kind::system_view || !rows.empty()) reads_tables_ = true;
    if (table->kind == Table::Kind::system_view) reads_views_ = true;
  }

  void from() {
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

  void join(const TableRef& ref, std::vector<Field> fields, std::vector<Row> rows) {
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

  static void check_rows(std::size_t count) {
    if (count <= kResultRowsMax) return;
    counter("mysql_rows_limit_total", "MySQL statements that would give too many rows").add();
    throw sql_error(1104,
                    "The SELECT would examine more than MAX_JOIN_SIZE rows; check your WHERE and "
                    "use SET SQL_BIG_SELECTS=1 or SET MAX_JOIN_SIZE=# if the SELECT is okay");
  }

  std::string name_of(const SelectItem& item) const {
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

  void describe() {
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

  void check_position(const Expr& expr, std::string_view clause_name, Scope in) {
    in.clause = clause_name;
    if (expr.op == Expr::Op::literal && expr.literal == Token::Kind::integer) {
      const std::int64_t n = to_integer(expr.value);
      if (n < 1 || n > static_cast<std::int64_t>(out_.fields.size()))
        throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", n, clause_name));
      return;
    }
    engine_.check(expr, in);
  }

  void star(const Expr& expr) {
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

  [[noreturn]] void unknown_table(const Expr& expr) const {
    throw sql_error(1051, fmt::format("Unknown table '{}{}{}'", engine_.schema,
                                      engine_.schema.empty() ? "" : ".", expr.table));
  }

  void filter() {
    if (select_.where == nullptr) return;
    std::erase_if(rows_, [&](const Row& row) {
      return to_truth(engine_.evaluate(*select_.where, scope(&row, "WHERE"))) != true;
    });
  }

  struct Produced {
    Row row;
    std::vector<Value> order;
  };

  Row values(const Row& row, const std::vector<Row>* group) {
    Scope at = scope(&row, "SELECT");
    at.group = group;
    Row out;
    for (const auto& [item, index] : columns_)
      out.push_back(item == nullptr ? (index < row.size() ? row[index] : Value())
                                    : engine_.evaluate(*item->expr, at));
    return out;
  }

  Value order_value(const Expr& expr, const Row& produced, const Row& row,
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

  void add(const Row& row, const std::vector<Row>* group) {
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

  void group() {
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

  void produce() {
    bool grouped =
        !select_.group_by.empty() || (select_.having != nullptr && has_aggregate(*select_.having));
    for (const SelectItem& item : select_.items) grouped = grouped || has_aggregate(*item.expr);
    if (grouped) {
      group();
    } else {
      for (const Row& row : rows_) add(row, nullptr);
    }
    if (!select_.order_by.empty() && select_.unions.empty())
      std::stable_sort(produced_.begin(), produced_.end(),
                       [&](const Produced& a, const Produced& b) {
                         for (std::size_t n = 0; n < a.order.size(); ++n) {
                           const int order = is_null(a.order[n]) || is_null(b.order[n])
                                                 ? static_cast<int>(is_null(b.order[n])) -
                                                       static_cast<int>(is_null(a.order[n]))
                                                 : *compare(a.order[n], b.order[n]);
                           if (order != 0) return (order < 0) != select_.order_by[n].descending;
                         }
                         return false;
                       });
    for (Produced& one : produced_) out_.rows.push_back(std::move(one.row));
    if (reads_views_ || (reads_tables_ && !(grouped && select_.group_by.empty() &&
                                            select_.where == nullptr && !reads_views_)))
      out_.flags_before = out_.flags_after = kNoIndexUsed;
  }

  Engine& engine_;
  const Select& select_;
  const Scope* outer_;
  bool only_fields_ = false;
  bool reads_tables_ = false;
  bool reads_views_ = false;
  std::vector<Field> fields_;
  std::set<std::size_t> hidden_;  // Shared columns, shown once.
  std::vector<Row> rows_;
  std::vector<std::pair<const SelectItem*, std::size_t>> columns_;
  std::vector<Produced> produced_;
  ResultSet out_;
};

namespace {

std::string row_key(const Row& row) {
  std::string key;
  for (const Value& value : row) {
    key += is_null(value) ? std::string("\x01") : "\x02" + folded(to_text(value));
    key += '\0';
  }
  return key;
}

void make_distinct(std::vector<Row>& rows) {
  std::set<std::string> seen;
  std::erase_if(rows, [&](const Row& row) { return !seen.insert(row_key(row)).second; });
}

}  // namespace

std::vector<Field> Engine::select_fields(const Select& of, const Scope* outer) {
  return SelectRun(*this, of, outer).fields();
}

ResultSet Engine::select(const Select& of, const Scope* outer) {
  if (++depth_ > kParseDepthMax) throw sql_error(1436, "Thread stack overrun");
  ResultSet out = SelectRun(*this, of, outer).run();
  if (of.distinct) make_distinct(out.rows);
  for (const Select::Part& part : of.unions) {
    ResultSet next = select(*part.select, outer);
    if (next.fields.size() != out.fields.size())
      throw sql_error(1222, "The used SELECT statements have a different number of columns");
    for (std::size_t n = 0; n < out.fields.size(); ++n) {
      Field& field = out.fields[n];
      const bool not_null = field.shape.not_null() && next.fields[n].shape.not_null();
      Shape both = shapes_together({field.shape, next.fields[n].shape}, not_null);
      if (both.type == Type::text && both.is_characters) both.decimals = 39;
      const bool kept = std::all_of(of.unions.begin(), of.unions.end(),
                                    [](const Select::Part& one) { return one.all; }) &&
                        of.order_by.empty() && of.limit == nullptr;
      if (!kept && both.is_characters) both.decimals = 0;
      if (!kept && !both.is_characters && both.type != Type::text)
        both.flags = static_cast<std::uint16_t>(both.flags & ~kBinary);
      field = Field{"", "", "", field.name, kept ? "" : field.name, both};
    }
    for (Row& row : next.rows) out.rows.push_back(std::move(row));
    if (!part.all) make_distinct(out.rows);
  }
  if (!of.unions.empty()) {
    const bool kept = std::all_of(of.unions.begin(), of.unions.end(),
                                  [](const Select::Part& one) { return one.all; }) &&
                      of.order_by.empty() && of.limit == nullptr;
    if (!kept) out.flags_before = out.flags_after = kNoIndexUsed;
    for (std::size_t n = of.order_by.size(); n-- > 0;) {
      const OrderItem& item = of.order_by[n];
      std::size_t at = 0;
      if (item.expr->op == Expr::Op::literal) {
        at = static_cast<std::size_t>(to_integer(item.expr->value)) - 1;
      } else {
        while (at < out.fields.size() && !equal_case(out.fields[at].name, item.expr->name)) ++at;
      }
      if (at >= out.fields.size())
        throw sql_error(1054,
                        fmt::format("Unknown column '{}' in 'ORDER BY'", text_of(*item.expr)));
      std::stable_sort(out.rows.begin(), out.rows.end(), [&](const Row& a, const Row& b) {
        const int order = is_null(a[at]) || is_null(b[at])
                              ? static_cast<int>(is_null(b[at])) - static_cast<int>(is_null(a[at]))
                              : *compare(a[at], b[at]);
        return item.descending ? order > 0 : order < 0;
      });
    }
  }
  const std::uint64_t all = out.rows.size();
  if (of.limit != nullptr) {
    const auto bound = [&](const ExprPtr& expr) {
      return expr == nullptr ? std::size_t{0}
                             : static_cast<std::size_t>(
                                   std::max<std::int64_t>(to_integer(evaluate(*expr, Scope())), 0));
    };
    const std::size_t skip = std::min(bound(of.offset), out.rows.size());
    out.rows.erase(out.rows.begin(), out.rows.begin() + static_cast<std::ptrdiff_t>(skip));
    if (bound(of.limit) < out.rows.size()) out.rows.resize(bound(of.limit));
  }
  if (outer == nullptr) found_rows = of.calc_found_rows ? all : out.rows.size();
  --depth_;
  return out;
}

const Field* Engine::field_of(const Expr& expr, const Scope& scope) const {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->fields == nullptr) continue;
    for (const Field& field : *at->fields) {
      if (!equal_case(field.name, expr.name)) continue;
      if (!expr.table.empty() && !equal_case(field.table, expr.table)) continue;
      if (!expr.schema.empty() && !equal_case(field.schema, expr.schema)) continue;
      return &field;
    }
  }
  return nullptr;
}

// Names that are not known are errors even where no row is looked at.
void Engine::check(const Expr& expr, const Scope& scope) {
  spend();
  if (expr.op == Expr::Op::column) {
    if (field_of(expr, scope) != nullptr) {
      std::size_t found = 0;
      for (const Field& field : *scope.fields) {
        if (expr.table.empty() && equal_case(field.name, expr.name)) ++found;
      }
      if (found > 1 && scope.clause == "WHERE")
        throw sql_error(1052,
                        fmt::format("Column '{}' in {} is ambiguous", expr.name, scope.clause));
      return;
    }
    Scope empty = scope;
    empty.row = nullptr;
    if (scope.aliases != nullptr) {
      for (const SelectItem& item : *scope.aliases) {
        if (item.has_alias && equal_case(item.alias, expr.name) && item.expr.get() != &expr) return;
      }
    }
    column(expr, empty);
    return;
  }
  if (expr.op == Expr::Op::call && !is_aggregate(expr) && find_function(expr.name) == nullptr) {
    static constexpr std::string_view kOthers[] = {"IF",        "IFNULL",  "COALESCE", "NULLIF",
                                                   "BENCHMARK", "NVL",     "DATE_ADD", "DATE_SUB",
                                                   "ADDDATE",   "SUBDATE", "VALUES"};
    if (std::find(std::begin(kOthers), std::end(kOthers), expr.name) == std::end(kOthers)) {
      Scope none;
      call(expr, none);
    }
  }
  if (expr.op == Expr::Op::system_variable) variable(expr);
  for (const ExprPtr& one : expr.args) {
    if (one != nullptr && one->op != Expr::Op::star) check(*one, scope);
  }
}

Answer Engine::select_statement(const Select& of) {
  row_count = -1;
  ResultSet out;
  try {
    out = select(of, nullptr);
  } catch (const SqlError& error) {
    // Found while rows are made: the columns have gone out before.
    if ((error.code != 1690 && error.code != 1242) || of.into != Select::Into::none) throw;
    depth_ = 0;
    out.fields = select_fields(of, nullptr);
    out.failure = error;
    return out;
  }
  if (of.into == Select::Into::none) return out;
  if (of.into != Select::Into::variables) return into_file(of, std::move(out));
  if (out.rows.size() > 1) throw sql_error(1172, "Result consisted of more than one row");
  if (of.variables.size() != out.fields.size())
    throw sql_error(1222, "The used SELECT statements have a different number of columns");
  for (std::size_t n = 0; n < of.variables.size() && !out.rows.empty(); ++n) {
    if (user_variables.size() < kUserVariablesMax)
      user_variables[folded(of.variables[n])] = out.rows[0][n];
  }
  Ok ok;
  ok.affected = out.rows.size();
  return ok;
}

}  // namespace decnet::service::mysql
