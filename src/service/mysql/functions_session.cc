// Who, where and when; and what is slow on purpose.
#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/random.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

using Arguments = std::vector<Value>;

Value user(Engine& engine, const Expr&, Arguments&) {
  return engine.user + "@" + engine.host;
}
Value current_user(Engine& engine, const Expr&, Arguments&) {
  return engine.current_user();
}
Value schema(Engine& engine, const Expr&, Arguments&) {
  return engine.schema.empty() ? Value() : Value(engine.schema);
}
Value version(Engine& engine, const Expr&, Arguments&) {
  return engine.server().facts().version;
}
Value connection(Engine& engine, const Expr&, Arguments&) {
  return std::uint64_t{engine.connection_id};
}
Value found_rows(Engine& engine, const Expr&, Arguments&) {
  return static_cast<std::int64_t>(engine.found_rows);
}
Value row_count(Engine& engine, const Expr&, Arguments&) {
  return engine.row_count;
}
Value last_insert_id(Engine& engine, const Expr&, Arguments& a) {
  if (!a.empty()) engine.last_insert_id = static_cast<std::uint64_t>(to_integer(a[0]));
  return engine.last_insert_id;
}

Value sleep(Engine& engine, const Expr&, Arguments& a) {
  const double seconds = std::clamp(to_real(a[0]), 0.0, 60.0);
  const Duration wanted{static_cast<std::int64_t>(seconds * 1e6)};
  engine.slept = std::min(engine.slept + wanted, kSleepMax);
  return std::int64_t{0};
}

// No file but the ones that everybody may read, and of those only what a persona has.
Value load_file(Engine& engine, const Expr&, Arguments& a) {
  engine.attacks.push_back({"LOAD_FILE", "load_file", to_text(a[0])});
  return {};
}

Value uuid(Engine& engine, const Expr&, Arguments&) {
  // Version 1: hundreds of nanoseconds since 1582, and a clock sequence and node that stay.
  const auto ticks = static_cast<std::uint64_t>(to_micros(engine.now())) * 10 +
                     0x01b21dd213814000ULL + random_below(10);
  auto stream = engine.server().persona().stream("mysql.uuid");
  const std::uint64_t node = stream.next();
  return fmt::format("{:08x}-{:04x}-1{:03x}-{:04x}-{:012x}", ticks & 0xffffffff,
                     ticks >> 32 & 0xffff, ticks >> 48 & 0xfff, 0x8000 | (node & 0x3fff),
                     stream.next() & 0xffffffffffff);
}

Value lock(Engine&, const Expr&, Arguments&) {
  return std::int64_t{1};
}
Value charset(Engine&, const Expr& expr, Arguments& a) {
  if (!is_text(a[0])) return std::string("binary");
  return std::string(expr.name == "CHARSET" ? "utf8mb4" : "utf8mb4_general_ci");
}
Value name_const(Engine&, const Expr&, Arguments& a) {
  return a[1];
}
Value not_here(Engine&, const Expr&, Arguments&) {
  return {};
}

constexpr Function kFunctions[] = {
    {"USER", 0, 0, user, Rule::text, 384},
    {"SESSION_USER", 0, 0, user, Rule::text, 384},
    {"SYSTEM_USER", 0, 0, user, Rule::text, 384},
    {"CURRENT_USER", 0, 0, current_user, Rule::text, 384},
    {"CURRENT_ROLE", 0, 0, not_here, Rule::text, 384},
    {"DATABASE", 0, 0, schema, Rule::text, 64},
    {"SCHEMA", 0, 0, schema, Rule::text, 64},
    {"VERSION", 0, 0, version, Rule::text, 0, true},
    {"CONNECTION_ID", 0, 0, connection, Rule::natural, 10, true},
    {"FOUND_ROWS", 0, 0, found_rows, Rule::integer, 21, true},
    {"ROW_COUNT", 0, 0, row_count, Rule::integer, 21, true},
    {"LAST_INSERT_ID", 0, 1, last_insert_id, Rule::natural, 21, true},
    {"SLEEP", 1, 1, sleep, Rule::integer, 1, true},
    {"LOAD_FILE", 1, 1, load_file, Rule::long_text},
    {"UUID", 0, 0, uuid, Rule::text, 36},
    {"UUID_SHORT", 0, 0, connection, Rule::natural, 21, true},
    {"GET_LOCK", 2, 2, lock, Rule::integer, 1},
    {"RELEASE_LOCK", 1, 1, lock, Rule::integer, 1},
    {"IS_FREE_LOCK", 1, 1, lock, Rule::integer, 1},
    {"CHARSET", 1, 1, charset, Rule::text, 64},
    {"COLLATION", 1, 1, charset, Rule::text, 64},
    {"NAME_CONST", 2, 2, name_const, Rule::first},
    {"RELEASE_ALL_LOCKS", 0, 0, lock, Rule::natural, 10, true},
};

}  // namespace

std::span<const Function> session_functions() {
  return kFunctions;
}

Value cast_value(Engine& engine, const Expr& expr, const Value& value) {
  if (is_null(value)) return {};
  if (expr.name == "USING") return to_text(value);
  switch (expr.shape.type) {
    case Type::integer:
    case Type::big:
      if (expr.shape.is_unsigned()) return static_cast<std::uint64_t>(to_integer(value));
      if (is_text(value)) {
        const std::string text = to_text(value);
        const bool whole =
            !text.empty() && text.find_first_not_of("0123456789-+ ") == std::string::npos;
        if (!whole) engine.warn(1292, fmt::format("Truncated incorrect INTEGER value: '{}'", text));
      }
      return to_integer(value);
    case Type::decimal:
      return rescaled(to_decimal(value), expr.shape.decimals);
    case Type::real:
      return to_real(value);
    case Type::date:
    case Type::datetime: {
      const auto at = parse_datetime(to_text(value));
      if (!at) {
        engine.warn(1292, fmt::format("Incorrect datetime value: '{}'", to_text(value)));
        return {};
      }
      return expr.shape.type == Type::date ? date_text(*at) : datetime_text(*at);
    }
    default: {
      const std::string text = to_text(value);
      if (expr.shape.length == 0) return text;
      return std::string(sub_characters(text, 0, expr.shape.length));
    }
  }
}

}  // namespace decnet::service::mysql
