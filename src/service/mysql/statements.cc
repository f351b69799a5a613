// Prepared statements of the binary protocol.
#include <bit>

#include <fmt/format.h>

#include "base/counters.h"
#include "service/mysql/connection.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

SqlError unknown_statement(std::uint32_t id, std::string_view by) {
  return sql_error(
      1243, fmt::format("Unknown prepared statement handler ({}) given to mysqld_stmt_{}", id, by));
}

// A parameter of the time types, as text.
std::string time_text(WireReader& in, Type type) {
  const auto size = in.number(1);
  WireReader part(in.take(static_cast<std::size_t>(size)));
  if (type == Type::time) {
    const bool negative = part.number(1) != 0;
    const std::uint64_t days = part.number(4);
    const std::uint64_t hours = part.number(1) + days % 100 * 24;
    const std::uint64_t minutes = part.number(1);
    return fmt::format("{}{:02}:{:02}:{:02}", negative ? "-" : "", hours, minutes, part.number(1));
  }
  const std::uint64_t year = part.number(2);
  const std::uint64_t month = part.number(1);
  const std::uint64_t day = part.number(1);
  std::string out = fmt::format("{:04}-{:02}-{:02}", year, month, day);
  if (size <= 4 && type == Type::date) return out;
  const std::uint64_t hours = size > 4 ? part.number(1) : 0;
  const std::uint64_t minutes = size > 4 ? part.number(1) : 0;
  const std::uint64_t seconds = size > 4 ? part.number(1) : 0;
  return out + fmt::format(" {:02}:{:02}:{:02}", hours, minutes, seconds);
}

Value parameter(WireReader& in, std::uint16_t type) {
  const bool natural = (type & 0x8000) != 0;
  const auto whole = [&](unsigned bytes) -> Value {
    const std::uint64_t value = in.number(bytes);
    if (natural) return value;
    const unsigned shift = 64 - bytes * 8;
    return static_cast<std::int64_t>(value << shift) >> shift;
  };
  switch (static_cast<Type>(type & 0xff)) {
    case Type::tiny:
      return whole(1);
    case Type::small:
    case Type::year:
      return whole(2);
    case Type::medium:
    case Type::integer:
      return whole(4);
    case Type::big:
      return whole(8);
    case Type::real32:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(in.number(4))));
    case Type::real:
      return std::bit_cast<double>(in.number(8));
    case Type::null:
      return {};
    case Type::date:
    case Type::datetime:
    case Type::timestamp:
    case Type::time:
      return time_text(in, static_cast<Type>(type & 0xff));
    default:
      return std::string(in.text());
  }
}

Field unknown_field() {
  Field field;
  field.name = "?";
  field.shape = integer_shape(0, false);
  field.shape.type = Type::null;
  return field;
}

}  // namespace

void Connection::prepare(const std::string& sql) {
  record_command(sql);
  ++next_statement_;
  if (sql.empty()) return send_error(sql_error(1065, "Query was empty"));
  try {
    if (sql.size() > kStatementBytesMax || statements_.size() >= kPreparedMax) {
      counter("mysql_prepared_limit_total", "Prepared MySQL statements that were refused").add();
      throw sql_error(
          1461, "Can't create more than max_prepared_stmt_count statements (current value: 16382)");
    }
    const std::uint32_t id = next_statement_ - 1;
    auto made = std::make_unique<PreparedStatement>();
    made->sql = sql;
    Parser parser(made->sql, engine_->dialect());
    made->statement = parser.statement();
    if (made->statement.parameters > 65'535)
      throw sql_error(1390, "Prepared statement contains too many placeholders");
    engine_->warnings.clear();
    std::vector<Field> fields = engine_->columns_of(made->statement, made->sql);
    std::uint16_t changed = 0;
    for (Field& field : fields) {  // The columns of a view have its names for them.
      const TablePtr from = engine_->visitor().world->table(field.schema, field.org_table);
      if (from == nullptr || from->kind != Table::Kind::view) continue;
      if (equal_case(field.name, field.org_name)) field.name = field.org_name;
      changed = kStateChanged;
    }
    std::string head(1, '\0');
    put_int(head, id, 4);
    put_int(head, fields.size(), 2);
    put_int(head, made->statement.parameters, 2);
    head += '\0';
    put_int(head, engine_->warnings.size(), 2);
    packets_.queue(head);
    const bool eof = (client_flags_ & kDeprecateEof) == 0;
    for (std::size_t n = 0; n < made->statement.parameters; ++n) send_field(unknown_field());
    if (made->statement.parameters > 0 && eof) send_eof(changed);
    for (const Field& field : fields) send_field(field);
    if (!fields.empty() && eof) send_eof(changed);
    statements_[id] = std::move(made);
  } catch (const SqlError& error) {
    send_error(error);
  }
}

bool Connection::read_parameters(WireReader& in, PreparedStatement& statement) {
  const std::size_t count = statement.statement.parameters;
  statement.values.assign(count, {});
  if (count == 0) return true;
  const std::string_view nulls = in.take((count + 7) / 8);
  if (in.number(1) == 1) {
    statement.types.clear();
    for (std::size_t n = 0; n < count; ++n)
      statement.types.push_back(static_cast<std::uint16_t>(in.number(2)));
  }
  if (!in.ok() || statement.types.size() != count) return false;
  for (std::size_t n = 0; n < count; ++n) {
    if (const auto at = statement.long_data.find(n); at != statement.long_data.end()) {
      statement.values[n] = at->second;
      continue;
    }
    if ((static_cast<unsigned char>(nulls[n / 8]) >> (n % 8) & 1) != 0) continue;
    statement.values[n] = parameter(in, statement.types[n]);
  }
  return in.ok();
}

net::Task<void> Connection::execute(std::string_view arguments) {
  if (arguments.size() < 9) {
    send_error(sql_error(1835, "Malformed communication packet"));
    co_return;
  }
  WireReader in(arguments);
  auto id = static_cast<std::uint32_t>(in.number(4));
  if (id == 0xffffffff) id = next_statement_ - 1;
  in.number(5);
  const auto at = statements_.find(id);
  if (at == statements_.end()) {
    send_error(unknown_statement(id, "execute"));
    co_return;
  }
  PreparedStatement& statement = *at->second;
  if (!read_parameters(in, statement)) {
    send_error(sql_error(1210, "Incorrect arguments to mysqld_stmt_execute"));
    co_return;
  }
  ++server_.questions;
  std::string shown = statement.sql;
  for (const Value& value : statement.values)
    shown += " [" + (is_null(value) ? std::string("NULL") : to_text(value).substr(0, 256)) + "]";
  record_command(shown);
  engine_->set_parameters(&statement.values);
  const Answer given = engine_->run(statement.statement, statement.sql);
  engine_->set_parameters(nullptr);
  record_attacks(statement.sql);
  if (std::holds_alternative<WantsFile>(given)) {
    send_error(
        sql_error(1295, "This command is not supported in the prepared statement protocol yet"));
    co_return;
  }
  const bool goes_on = co_await answer(given, true, false);
  if (!goes_on) ended_ = true;
}

void Connection::statement_command(std::uint8_t code, std::string_view arguments) {
  WireReader in(arguments);
  const auto id = static_cast<std::uint32_t>(in.number(4));
  const auto at = statements_.find(id);
  if (code == 25) {
    if (at != statements_.end()) statements_.erase(at);
  } else if (code == 24) {
    const auto n = static_cast<std::size_t>(in.number(2));
    if (at == statements_.end() || !in.ok() || n >= at->second->statement.parameters) return;
    std::string& data = at->second->long_data[n];
    if (data.size() + in.rest().size() > kLongDataBytesMax) {
      counter("mysql_long_data_limit_total", "Parameters of MySQL statements that were too long")
          .add();
      return;
    }
    data += in.rest();
  } else if (at == statements_.end()) {
    send_error(unknown_statement(id, code == 26 ? "reset" : "fetch"));
  } else if (code == 26) {
    at->second->long_data.clear();
    send_ok(Ok{}, false);
  } else {
    send_error(sql_error(1421, fmt::format("The statement ({}) has no open cursor.", id)));
  }
}

}  // namespace decnet::service::mysql
