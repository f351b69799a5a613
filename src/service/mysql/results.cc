// Answers as packets: OK, errors, and result sets of both kinds.
#include <algorithm>
#include <bit>
#include <charconv>

#include "base/counters.h"
#include "service/mysql/connection.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

std::string binary_time(const std::string& text, Type type) {
  std::string out;
  if (type == Type::time) {
    const bool negative = text.starts_with('-');
    unsigned parts[3] = {};
    std::size_t at = negative ? 1 : 0;
    for (unsigned& part : parts) {
      const auto done =
          std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), part);
      at = static_cast<std::size_t>(done.ptr - text.data()) + 1;
    }
    out += '\x08';
    out += static_cast<char>(negative);
    put_int(out, parts[0] / 24, 4);
    for (const unsigned part : {parts[0] % 24, parts[1], parts[2]}) out += static_cast<char>(part);
    return out;
  }
  const auto at = parse_datetime(text);
  if (!at) return std::string(1, '\0');
  const std::string whole = datetime_text(*at);
  const auto number = [&](std::size_t from, std::size_t count) {
    return static_cast<std::uint64_t>(to_integer(Value(whole.substr(from, count))));
  };
  const bool has_clock = type != Type::date && !whole.ends_with("00:00:00");
  out += has_clock ? '\x07' : '\x04';
  put_int(out, number(0, 4), 2);
  for (const std::size_t from : {5U, 8U}) put_int(out, number(from, 2), 1);
  if (has_clock)
    for (const std::size_t from : {11U, 14U, 17U}) put_int(out, number(from, 2), 1);
  return out;
}

void put_binary(std::string& out, const Value& value, Type type) {
  switch (type) {
    case Type::tiny:
      put_int(out, static_cast<std::uint64_t>(to_integer(value)), 1);
      break;
    case Type::small:
    case Type::year:
      put_int(out, static_cast<std::uint64_t>(to_integer(value)), 2);
      break;
    case Type::medium:
    case Type::integer:
      put_int(out, static_cast<std::uint64_t>(to_integer(value)), 4);
      break;
    case Type::big:
      put_int(out, static_cast<std::uint64_t>(to_integer(value)), 8);
      break;
    case Type::real32:
      put_int(out, std::bit_cast<std::uint32_t>(static_cast<float>(to_real(value))), 4);
      break;
    case Type::real:
      put_int(out, std::bit_cast<std::uint64_t>(to_real(value)), 8);
      break;
    case Type::date:
    case Type::datetime:
    case Type::timestamp:
    case Type::time:
      out += binary_time(to_text(value), type);
      break;
    default:
      put_text(out, to_text(value));
  }
}

std::string shown(const Value& value, const Field& field) {
  if (field.shape.decimals > 0 && field.shape.decimals < 31 &&
      std::holds_alternative<double>(value))
    return text_of(rescaled(to_decimal(value), field.shape.decimals));
  if (field.shape.type == Type::decimal && !is_text(value))
    return text_of(rescaled(to_decimal(value), field.shape.decimals));
  return to_text(value);
}

}  // namespace

std::uint16_t Connection::status(std::uint16_t extra) const {
  std::uint16_t out = extra;
  if (engine_ == nullptr || engine_->autocommit) out |= kAutocommit;
  if (engine_ != nullptr && engine_->in_transaction) out |= kInTransaction;
  return out;
}

void Connection::send_error(const SqlError& error) {
  std::string out = "\xff";
  put_int(out, error.code, 2);
  if (!error.state.empty()) {
    out += '#';
    out += error.state;
  }
  out += error.text.substr(0, 511);
  packets_.queue(out);
}

void Connection::send_ok(const Ok& ok, bool more) {
  std::string out(1, '\0');
  put_length(out, ok.affected);
  put_length(out, ok.insert_id);
  const bool tracks = (client_flags_ & kSessionTrack) != 0;
  const bool changed = tracks && (ok.schema_changed || !ok.variables.empty());
  std::uint16_t flags = status(static_cast<std::uint16_t>(ok.flags | (more ? kMoreResults : 0) |
                                                          (changed ? kStateChanged : 0)));
  put_int(out, flags, 2);
  put_int(out, engine_ == nullptr ? 0 : std::min<std::size_t>(engine_->warnings.size(), 65535), 2);
  if (!tracks) {
    out += ok.info;
  } else if (changed || !ok.info.empty()) {
    put_text(out, ok.info);
  }
  if (changed) {
    std::string changes;
    for (const auto& [name, value] : ok.variables) {
      std::string one;
      put_text(one, name);
      put_text(one, value);
      changes += '\0';
      put_text(changes, one);
    }
    if (ok.schema_changed) {
      std::string one;
      put_text(one, engine_->schema);
      changes += '\x01';
      put_text(changes, one);
    }
    put_text(out, changes);
  }
  if (engine_ != nullptr) server_.connections[id_].schema = engine_->schema;
  packets_.queue(out);
}

void Connection::send_eof(std::uint16_t extra, std::optional<std::uint16_t> counted) {
  std::string out = "\xfe";
  const std::size_t warnings = counted.value_or(engine_->warnings.size());
  if ((client_flags_ & kDeprecateEof) != 0) {
    out.append(2, '\0');
    put_int(out, status(extra), 2);
    put_int(out, warnings, 2);
  } else {
    put_int(out, warnings, 2);
    put_int(out, status(extra), 2);
  }
  packets_.queue(out);
}

void Connection::send_field(const Field& field, const Value* fallback) {
  std::string out;
  const bool text = field.shape.is_characters;
  for (const std::string_view part :
       {std::string_view("def"), std::string_view(field.schema), std::string_view(field.table),
        std::string_view(field.org_table), std::string_view(field.name),
        std::string_view(field.org_name)})
    put_text(out, part);
  if ((extended_flags_ & kExtendedMetadata) != 0) put_text(out, "");
  put_int(out, 12, 1);
  put_int(out, text ? engine_->charset_id : 63, 2);
  const std::uint64_t length =
      std::uint64_t{field.shape.length} * (text ? engine_->bytes_per_character : 1);
  put_int(out, std::min<std::uint64_t>(length, 0xffffffff), 4);
  put_int(out, static_cast<std::uint8_t>(field.shape.type), 1);
  put_int(out, field.shape.flags, 2);
  put_int(out, field.shape.decimals, 1);
  put_int(out, 0, 2);
  if (fallback != nullptr && is_null(*fallback)) out += '\xfb';
  if (fallback != nullptr && !is_null(*fallback)) put_text(out, to_text(*fallback));
  packets_.queue(out);
}

void Connection::send_result(const ResultSet& result, bool binary, bool more) {
  const std::uint16_t next = more ? kMoreResults : 0;
  std::string count;
  put_length(count, result.fields.size());
  if ((extended_flags_ & kCacheMetadata) != 0) count += '\x01';  // The columns follow.
  packets_.queue(count);
  for (const Field& field : result.fields) send_field(field);
  if ((client_flags_ & kDeprecateEof) == 0)
    send_eof(result.flags_before | next, result.warnings_before);
  std::size_t sent = 0;
  for (const Row& row : result.rows) {
    std::string out;
    if (binary) {
      out += '\0';
      std::string nulls((result.fields.size() + 9) / 8, '\0');
      std::string values;
      for (std::size_t n = 0; n < row.size(); ++n) {
        if (is_null(row[n])) {
          nulls[(n + 2) / 8] = static_cast<char>(nulls[(n + 2) / 8] | (1 << ((n + 2) % 8)));
        } else {
          const Type type = result.fields[n].shape.type;
          if (type == Type::decimal) {
            put_text(values, shown(row[n], result.fields[n]));
          } else {
            put_binary(values, row[n], type);
          }
        }
      }
      out += nulls + values;
    } else {
      for (std::size_t n = 0; n < row.size(); ++n) {
        if (is_null(row[n])) {
          out += '\xfb';
        } else {
          put_text(out, shown(row[n], result.fields[n]));
        }
      }
    }
    sent += out.size();
    if (sent > kResultBytesMax) {
      counter("mysql_result_limit_total", "Results of MySQL statements that were too long").add();
      send_error(sql_error(1969, "Query execution was interrupted (max_statement_time exceeded)"));
      return;
    }
    packets_.queue(out);
  }
  if (result.failure) return send_error(*result.failure);
  send_eof(result.flags_after | next, result.warnings_after);
}

}  // namespace decnet::service::mysql
