#include "service/mysql/state.h"

#include <algorithm>
#include <set>

#include "service/mysql/limits.h"
#include "service/mysql/parser.h"
#include "service/mysql/server.h"

namespace decnet::service::mysql {

namespace {

// A table as the statement that makes it, so that loading checks what it reads.
std::string definition(const Table& table) {
  return create_table_sql(table, true);
}

std::optional<Table> defined(std::string_view sql) {
  try {
    Parser parser(sql, {});
    Statement statement = parser.statement();
    if (statement.verb != Verb::create_table || statement.columns.empty()) return std::nullopt;
    if (statement.charset.empty() || statement.collation.empty()) return std::nullopt;
    Table table;
    table.name = statement.name;
    table.columns = std::move(statement.columns);
    table.keys = std::move(statement.keys);
    table.comment = statement.text;
    table.charset = statement.charset;
    table.collation = statement.collation;
    if (!statement.engine.empty()) table.engine = statement.engine;
    table.settle_keys();
    return table;
  } catch (const SqlError&) {
    return std::nullopt;
  }
}

// Rows that the decky had from the start are kept as their numbers.
void save_table(const Table* before, const Table& now, StateWriter& out) {
  out.text(now.name);
  out.text(definition(now));
  out.number(now.next_id);
  out.number(static_cast<std::uint64_t>(std::max<std::int64_t>(now.created_s, 0)));
  out.number(static_cast<std::uint64_t>(std::max<std::int64_t>(now.updated_s, 0)));
  out.number(now.rows.size());
  for (const RowPtr& row : now.rows) {
    std::size_t n = 0;
    if (before != nullptr)
      n = static_cast<std::size_t>(std::find(before->rows.begin(), before->rows.end(), row) -
                                   before->rows.begin());
    if (before != nullptr && n < before->rows.size()) {
      out.number(n + 1);
      continue;
    }
    out.number(0);
    for (const Value& value : *row) out.value(value);
  }
}

bool load_table(const World& base, const std::string& schema, StateReader& in, World& to) {
  const std::string name(in.text());
  auto table = defined(in.text());
  const std::uint64_t next_id = in.number();
  const std::uint64_t created = in.number();
  const std::uint64_t updated = in.number();
  const std::uint64_t rows = in.number();
  if (!in.ok() || !table || name.empty() || rows > kStateBytesMax) return false;
  const TablePtr before = base.table(schema, name);
  table->schema = schema;
  table->name = name;
  table->next_id = next_id;
  table->created_s = static_cast<std::int64_t>(std::min<std::uint64_t>(created, 253'402'300'799));
  table->updated_s = static_cast<std::int64_t>(std::min<std::uint64_t>(updated, 253'402'300'799));
  for (std::uint64_t n = 0; n < rows && in.ok(); ++n) {
    const std::uint64_t old = in.number();
    if (old > 0) {
      if (before == nullptr || old > before->rows.size() ||
          before->columns.size() != table->columns.size())
        return false;
      table->rows.push_back(before->rows[static_cast<std::size_t>(old - 1)]);
      continue;
    }
    Row row;
    for (std::size_t c = 0; c < table->columns.size(); ++c) row.push_back(in.value());
    table->rows.push_back(std::make_shared<const Row>(std::move(row)));
  }
  if (!in.ok()) return false;
  to.put(std::move(*table));
  return true;
}

}  // namespace

void StateWriter::value(const Value& value) {
  number(value.index());
  if (!is_null(value)) text(to_text(value));
}

Value StateReader::value() {
  const std::uint64_t kind = number();
  if (kind == 0) return {};
  const std::string bytes(text());
  switch (kind) {
    case 1:
      return to_integer(Value(bytes));
    case 2:
      return static_cast<std::uint64_t>(to_integer(Value(bytes)));
    case 3:
      return to_decimal(Value(bytes));
    case 4:
      return to_real(Value(bytes));
    default:
      return bytes;
  }
}

std::string save_world(const World& base, const World& changed, std::size_t bytes_max) {
  StateWriter out;
  for (const auto& [name, database] : base.databases) {
    if (!changed.databases.contains(name)) {
      out.number(1);
      out.text(name);
    }
  }
  for (const auto& [name, database] : changed.databases) {
    if (is_system_database(name)) continue;
    const Database* before = base.database(name);
    if (before == nullptr) {
      out.number(2);
      out.text(name);
      out.text(database.charset);
      out.text(database.collation);
    } else {
      for (const auto& [table_name, table] : before->tables) {
        if (database.tables.contains(table_name)) continue;
        out.number(3);
        out.text(name);
        out.text(table_name);
      }
    }
    for (const auto& [table_name, table] : database.tables) {
      const TablePtr old = before == nullptr ? nullptr : base.table(name, table_name);
      if (old == table || table->kind == Table::Kind::view) continue;
      StateWriter one;
      save_table(old.get(), *table, one);
      if (out.bytes().size() + one.bytes().size() + 128 > bytes_max) continue;
      out.number(4);
      out.text(name);
      out.text(one.bytes());
    }
  }
  std::string bytes = out.take();
  return bytes.size() <= bytes_max ? bytes : std::string();
}

std::shared_ptr<World> load_world(const World& base, std::string_view saved) {
  auto world = std::make_shared<World>(base);
  StateReader in(saved);
  while (in.ok() && !in.empty()) {
    const std::uint64_t kind = in.number();
    const std::string name(in.text());
    if (!in.ok() || name.empty() || is_system_database(name) ||
        world->databases.size() > kTablesMax)
      break;
    if (kind == 1) {
      world->databases.erase(name);
    } else if (kind == 2) {
      Database& made = world->databases[name];
      made.charset = in.text();
      made.collation = in.text();
    } else if (kind == 3) {
      if (const auto at = world->databases.find(name); at != world->databases.end())
        at->second.tables.erase(std::string(in.text()));
    } else {
      StateReader one(in.text());
      if (!world->databases.contains(name) || !load_table(base, name, one, *world)) break;
    }
  }
  return world;
}

}  // namespace decnet::service::mysql
