// INSERT, UPDATE, DELETE and TRUNCATE.
#include <algorithm>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

std::size_t size_of(const Value& value) {
  return is_text(value) ? std::get<std::string>(value).size() + 16 : 16;
}

std::vector<Field> fields_of(const Table& table, const TableRef& ref) {
  std::vector<Field> fields;
  for (const ColumnDef& column : table.columns)
    fields.push_back({table.schema, ref.alias.empty() ? ref.name : ref.alias, table.name,
                      column.name, column.name, column.shape});
  return fields;
}

}  // namespace

Value Engine::coerced(const Value& value, const Table& of, std::size_t column_index,
                      std::size_t row_number, bool strict) {
  const ColumnDef& column = of.columns[column_index];
  if (is_null(value)) return value;
  const auto wrong = [&](std::string_view kind) {
    std::string text =
        fmt::format("Incorrect {} value: '{}' for column `{}`.`{}`.`{}` at row {}", kind,
                    to_text(value), of.schema, of.name, column.name, row_number);
    if (strict) throw sql_error(1366, text);
    warn(1366, std::move(text));
  };
  switch (column.shape.type) {
    case Type::tiny:
    case Type::small:
    case Type::medium:
    case Type::integer:
    case Type::big:
    case Type::year: {
      if (is_text(value)) {
        const std::string text = to_text(value);
        if (text.empty() || text.find_first_not_of("+-.0123456789eE ") != std::string::npos)
          wrong("integer");
      }
      if (column.shape.is_unsigned()) return static_cast<std::uint64_t>(to_integer(value));
      return to_integer(value);
    }
    case Type::decimal:
      return rescaled(to_decimal(value), column.shape.decimals);
    case Type::real:
    case Type::real32:
      return to_real(value);
    case Type::date:
    case Type::datetime:
    case Type::timestamp: {
      const auto at = parse_datetime(to_text(value));
      if (!at) {
        if (to_text(value).starts_with("0000-00-00")) return to_text(value);
        wrong("datetime");
        return std::string("0000-00-00 00:00:00");
      }
      return column.shape.type == Type::date ? date_text(*at) : datetime_text(*at);
    }
    default: {
      std::string text = to_text(value);
      const bool limited = column.shape.type == Type::text || column.shape.type == Type::character;
      if (limited && (column.shape.flags & (kEnum | kSetFlag)) == 0 &&
          characters(text) > column.shape.length) {
        std::string complaint =
            fmt::format("Data too long for column '{}' at row {}", column.name, row_number);
        if (strict) throw sql_error(1406, complaint);
        warn(1265,
             fmt::format("Data truncated for column '{}' at row {}", column.name, row_number));
        text = sub_characters(text, 0, column.shape.length);
      }
      return text;
    }
  }
}

void Engine::check_unique(const Table& of, const Row& row, const Row* except) const {
  for (const KeyDef& key : of.keys) {
    if (!key.unique) continue;
    std::vector<std::size_t> at;
    bool has_null = false;
    for (const std::string& name : key.columns) {
      const int index = of.index_of(name);
      if (index < 0) return;
      at.push_back(static_cast<std::size_t>(index));
      has_null = has_null || is_null(row[at.back()]);
    }
    if (has_null) continue;
    for (const RowPtr& other : of.rows) {
      if (other.get() == except) continue;
      const bool same = std::all_of(
          at.begin(), at.end(), [&](std::size_t n) { return compare(row[n], (*other)[n]) == 0; });
      if (!same) continue;
      std::string entry;
      for (const std::size_t n : at) entry += (entry.empty() ? "" : "-") + to_text(row[n]);
      throw sql_error(1062, fmt::format("Duplicate entry '{}' for key '{}'", entry, key.name));
    }
  }
}

Row Engine::row_to_insert(const Table& of, const std::vector<int>& into, const Row& given,
                          std::size_t number, bool ignore) {
  Row row(of.columns.size());
  std::vector<bool> was_given(of.columns.size());
  for (std::size_t n = 0; n < into.size(); ++n) {
    const auto at = static_cast<std::size_t>(into[n]);
    row[at] = given[n];
    was_given[at] = true;
  }
  for (std::size_t n = 0; n < row.size(); ++n) {
    const ColumnDef& column = of.columns[n];
    if (column.auto_increment && (is_null(row[n]) || to_integer(row[n]) == 0)) {
      row[n] = of.next_id;
      was_given[n] = true;
    }
    if (!was_given[n]) {
      if (!column.fallback_sql.empty()) {
        row[n] = datetime_text(to_micros(now()) / 1'000'000);
      } else if (column.has_default) {
        row[n] = column.fallback;
      } else if (!column.nullable) {
        std::string text = fmt::format("Field '{}' doesn't have a default value", column.name);
        if (!ignore) throw sql_error(1364, text);
        warn(1364, text);
        row[n] = column.shape.is_characters ? Value(std::string()) : Value(std::int64_t{0});
      }
    }
    if (is_null(row[n]) && !column.nullable)
      throw sql_error(1048, fmt::format("Column '{}' cannot be null", column.name));
    row[n] = coerced(row[n], of, n, number, !ignore);
  }
  return row;
}

Answer Engine::insert(const Statement& statement) {
  const TablePtr before = table(statement.schema, statement.name);
  Table changed = *before;
  std::vector<int> into;
  for (const std::string& name : statement.names) {
    const int at = changed.index_of(name);
    if (at < 0) throw sql_error(1054, fmt::format("Unknown column '{}' in 'INSERT INTO'", name));
    into.push_back(at);
  }
  if (statement.names.empty())
    for (std::size_t n = 0; n < changed.columns.size(); ++n) into.push_back(static_cast<int>(n));
  std::vector<Row> given;
  if (statement.select != nullptr) {
    given = select(*statement.select, nullptr).rows;
  } else {
    for (const auto& exprs : statement.rows) {
      Row row;
      std::size_t n = 0;
      for (const ExprPtr& expr : exprs) {
        if (expr->op == Expr::Op::fallback && n < into.size()) {
          const ColumnDef& column = changed.columns[static_cast<std::size_t>(into[n])];
          row.push_back(column.fallback_sql.empty()
                            ? column.fallback
                            : Value(datetime_text(to_micros(now()) / 1'000'000)));
        } else {
          row.push_back(evaluate(*expr, Scope()));
        }
        ++n;
      }
      given.push_back(std::move(row));
    }
  }
  Ok ok;
  std::uint64_t duplicates = 0;
  std::size_t number = 0;
  for (Row& row : given) {
    ++number;
    spend(row.size());
    if (row.empty() && statement.names.empty()) {
      into.clear();
    } else if (row.size() != into.size()) {
      throw sql_error(1136,
                      fmt::format("Column count doesn't match value count at row {}", number));
    }
    Row fresh = row_to_insert(changed, into, row, number, statement.ignore);
    for (std::size_t n = 0; n < fresh.size(); ++n) {
      if (!changed.columns[n].auto_increment) continue;
      const auto id = static_cast<std::uint64_t>(to_integer(fresh[n]));
      if (ok.insert_id == 0) ok.insert_id = id;
      changed.next_id = std::max(changed.next_id, id + 1);
    }
    try {
      check_unique(changed, fresh, nullptr);
    } catch (const SqlError& error) {
      if (statement.verb == Verb::replace) {
        std::erase_if(changed.rows,
                      [&](const RowPtr& old) { return compare(fresh[0], (*old)[0]) == 0; });
        ++duplicates;
        ++ok.affected;
      } else if (statement.ignore || !statement.on_duplicate.empty()) {
        ++duplicates;
        if (statement.ignore) warn(1062, error.text);
        continue;
      } else {
        throw;
      }
    }
    changed.rows.push_back(std::make_shared<const Row>(std::move(fresh)));
    ++ok.affected;
  }
  if (given.size() > 1 || statement.select != nullptr)
    ok.info = fmt::format("Records: {}  Duplicates: {}  Warnings: {}", given.size(), duplicates,
                          warnings.size());
  if (ok.insert_id != 0) last_insert_id = ok.insert_id;
  row_count = static_cast<std::int64_t>(ok.affected);
  store(std::move(changed));
  return ok;
}

Answer Engine::update(const Statement& statement) {
  if (statement.tables.size() != 1) throw sql_error(1221, "Incorrect usage of UPDATE and LIMIT");
  const TableRef& ref = statement.tables[0];
  Table changed = *table(ref.schema, ref.name);
  const std::vector<Field> fields = fields_of(changed, ref);
  Scope scope;
  scope.fields = &fields;
  scope.clause = "SET";
  std::vector<std::size_t> at;
  for (const Assignment& item : statement.assignments) {
    const int index = changed.index_of(item.name);
    if (index < 0) throw sql_error(1054, fmt::format("Unknown column '{}' in 'SET'", item.name));
    at.push_back(static_cast<std::size_t>(index));
    check(*item.expr, scope);
  }
  scope.clause = "WHERE";
  if (statement.where != nullptr) check(*statement.where, scope);
  std::uint64_t left =
      statement.number != nullptr
          ? static_cast<std::uint64_t>(to_integer(evaluate(*statement.number, Scope())))
          : UINT64_MAX;
  Ok ok;
  std::uint64_t matched = 0;
  for (RowPtr& row : changed.rows) {
    spend();
    scope.row = row.get();
    if (left == 0) break;
    if (statement.where != nullptr && to_truth(evaluate(*statement.where, scope)) != true) continue;
    ++matched;
    --left;
    Row fresh = *row;
    for (std::size_t n = 0; n < at.size(); ++n) {
      const Scope in{&fields, &fresh, nullptr, nullptr, nullptr, "SET"};
      fresh[at[n]] = coerced(evaluate(*statement.assignments[n].expr, in), changed, at[n], matched,
                             !statement.ignore);
      if (is_null(fresh[at[n]]) && !changed.columns[at[n]].nullable)
        throw sql_error(1048,
                        fmt::format("Column '{}' cannot be null", changed.columns[at[n]].name));
    }
    const bool differs =
        !std::equal(fresh.begin(), fresh.end(), row->begin(), [](const Value& a, const Value& b) {
          return is_null(a) == is_null(b) && to_text(a) == to_text(b);
        });
    if (!differs) continue;
    check_unique(changed, fresh, row.get());
    row = std::make_shared<const Row>(std::move(fresh));
    ++ok.affected;
  }
  ok.info = fmt::format("Rows matched: {}  Changed: {}  Warnings: {}", matched, ok.affected,
                        warnings.size());
  row_count = static_cast<std::int64_t>(ok.affected);
  if (ok.affected > 0) store(std::move(changed));
  return ok;
}

Answer Engine::remove(const Statement& statement) {
  if (statement.tables.size() != 1) throw sql_error(1109, "Unknown table in MULTI DELETE");
  const TableRef& ref = statement.tables[0];
  Table changed = *table(ref.schema, ref.name);
  const std::vector<Field> fields = fields_of(changed, ref);
  Scope scope;
  scope.fields = &fields;
  scope.clause = "WHERE";
  if (statement.where != nullptr) check(*statement.where, scope);
  std::uint64_t left =
      statement.number != nullptr
          ? static_cast<std::uint64_t>(to_integer(evaluate(*statement.number, Scope())))
          : UINT64_MAX;
  Ok ok;
  std::vector<RowPtr> kept;
  for (const RowPtr& row : changed.rows) {
    spend();
    scope.row = row.get();
    const bool goes = left > 0 && (statement.where == nullptr ||
                                   to_truth(evaluate(*statement.where, scope)) == true);
    if (!goes) {
      kept.push_back(row);
      continue;
    }
    --left;
    ++ok.affected;
  }
  changed.rows = std::move(kept);
  row_count = static_cast<std::int64_t>(ok.affected);
  if (statement.where == nullptr && ok.affected > 0)
    note("DELETE", "drop", changed.schema + "." + changed.name);
  if (ok.affected > 0) store(std::move(changed));
  return ok;
}

Answer Engine::truncate(const Statement& statement) {
  Table changed = *table(statement.schema, statement.name);
  note("TRUNCATE", "drop", changed.schema + "." + changed.name);
  changed.rows.clear();
  changed.next_id = 1;
  row_count = 0;
  store(std::move(changed));
  return Ok{};
}

// What this attacker has changed must fit.
void Engine::store(Table changed) {
  if (is_system_database(changed.schema))
    throw sql_error(1142, fmt::format("INSERT command denied to user '{}'@'{}' for table `{}`.`{}`",
                                      user, host, changed.schema, changed.name));
  std::size_t bytes = 0;
  const TablePtr before = world().table(changed.schema, changed.name);
  for (const RowPtr& row : changed.rows) {
    if (row.use_count() > 2) continue;
    for (const Value& value : *row) bytes += size_of(value);
  }
  if (bytes > kChangeBytesMax) {
    counter("mysql_change_limit_total", "MySQL statements that would have stored too much").add();
    throw sql_error(1114, fmt::format("The table '{}' is full", changed.name));
  }
  changed.updated_s = to_micros(now()) / 1'000'000;
  visitor_.changed = true;
  world().put(std::move(changed));
}

}  // namespace decnet::service::mysql
