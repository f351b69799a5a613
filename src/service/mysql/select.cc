// SELECT: unions, limits, where its rows go, and whether its names are known.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"
#include "service/mysql/select_run.h"

namespace decnet::service::mysql {

Shape shapes_together(std::vector<Shape> shapes, bool not_null);

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
  for (Field& field : out.fields) {
    if (of.distinct && !field.org_table.empty()) field.shape.flags |= kGrouped;
  }
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
  out.warnings_before = 0;  // They come with the rows.
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
