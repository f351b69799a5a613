// The functions of SQL, in a table, and what evaluation needs besides.
#pragma once

#include <span>

#include "service/mysql/engine.h"

namespace decnet::service::mysql {

// What a function's result looks like to a client.
enum class Rule : std::uint8_t {
  text,        // length characters; 0: as long as its arguments together
  text_first,  // As long as the first argument.
  bytes,       // Binary text, length bytes
  integer,
  natural,
  real,
  decimal_first,  // A number like the first argument.
  datetime,
  date,
  time,
  first,  // As the arguments together.
  long_text,
};

struct Function {
  std::string_view name;
  std::size_t arguments_min, arguments_max;
  Value (*run)(Engine& engine, const Expr& expr, std::vector<Value>& arguments);
  Rule rule;
  std::uint32_t length = 0;
  bool not_null = false;  // Never; else it can be, or follows its arguments where `strict`.
  bool strict = false;    // NULL if an argument is; not nullable if none is.
};

std::span<const Function> text_functions();
std::span<const Function> number_functions();
std::span<const Function> time_functions();
std::span<const Function> session_functions();
std::span<const Function> regexp_functions();
const Function* find_function(std::string_view name);
bool is_aggregate(const Expr& expr);
bool has_aggregate(const Expr& expr);

Value evaluate_operator(Engine& engine, const Expr& expr, const Scope& scope);
std::string printed(Engine& engine, const Expr& expr);
// REGEXP: without regard to case, unless `binary`. Throws 1139 and its like.
bool matches(Engine& engine, const std::string& text, const std::string& pattern, bool binary);
bool is_binary_text(const Expr& expr);
Value cast_value(Engine& engine, const Expr& expr, const Value& value);

// Seconds since 1970 of "2026-01-02 03:04:05" and shorter; nothing if it is none.
std::optional<std::int64_t> parse_datetime(std::string_view text);
std::string datetime_text(std::int64_t seconds);
std::string date_text(std::int64_t seconds);
Value date_arithmetic(Engine& engine, char sign, const Value& date, const Expr& interval,
                      const Scope& scope);

}  // namespace decnet::service::mysql
