#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/random.h"
#include "service/mysql/functions.h"

namespace decnet::service::mysql {

namespace {

using Arguments = std::vector<Value>;

Value rounded(Engine&, const Expr& expr, Arguments& a) {
  const int places =
      a.size() > 1 ? static_cast<int>(std::clamp<std::int64_t>(to_integer(a[1]), -18, 18)) : 0;
  const bool cuts = expr.name == "TRUNCATE";
  if (is_text(a[0]) || std::holds_alternative<double>(a[0])) {
    const double by = std::pow(10.0, places);
    const double value = to_real(a[0]) * by;
    return (cuts ? std::trunc(value) : std::round(value)) / by;
  }
  const Decimal value = to_decimal(a[0]);
  if (places < 0) {
    const double by = std::pow(10.0, -places);
    const double whole = to_real(a[0]) / by;
    return static_cast<std::int64_t>((cuts ? std::trunc(whole) : std::round(whole)) * by);
  }
  if (!std::holds_alternative<Decimal>(a[0])) return a[0];
  Decimal out = value;
  if (cuts && places < value.scale) {
    for (int n = value.scale; n > places; --n) out.digits /= 10;
    out.scale = places;
  } else if (places < value.scale) {
    out = rescaled(value, places);
  }
  return out;
}

Value whole(Engine&, const Expr& expr, Arguments& a) {
  const bool down = expr.name == "FLOOR";
  if (std::holds_alternative<Decimal>(a[0])) {
    const Decimal value = std::get<Decimal>(a[0]);
    Int128 by = 1;
    for (int n = 0; n < value.scale; ++n) by *= 10;
    Int128 out = value.digits / by;
    if (value.digits % by != 0 && down == (value.digits < 0)) out += down ? -1 : 1;
    return static_cast<std::int64_t>(out);
  }
  if (!is_text(a[0]) && !std::holds_alternative<double>(a[0])) return a[0];
  return down ? std::floor(to_real(a[0])) : std::ceil(to_real(a[0]));
}

Value absolute(Engine&, const Expr&, Arguments& a) {
  if (std::holds_alternative<std::uint64_t>(a[0])) return a[0];
  if (const auto* integer = std::get_if<std::int64_t>(&a[0]))
    return *integer == std::numeric_limits<std::int64_t>::min() ? *integer : std::abs(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&a[0]))
    return Decimal{decimal->digits < 0 ? -decimal->digits : decimal->digits, decimal->scale};
  return std::fabs(to_real(a[0]));
}

// As the genuine one does it: two sequences modulo 2^30 - 1.
Value random(Engine&, const Expr&, Arguments& a) {
  if (a.empty())
    return static_cast<double>(random_below(1ULL << 53)) / static_cast<double>(1ULL << 53);
  constexpr std::uint64_t kModulus = 0x3fffffff;
  const auto seed = static_cast<std::uint64_t>(to_integer(a[0])) & 0xffffffff;
  std::uint64_t first = ((seed * 0x10001 + 55555555) & 0xffffffff) % kModulus;
  std::uint64_t second = ((seed * 0x10000001) & 0xffffffff) % kModulus;
  first = (first * 3 + second) % kModulus;
  second = (first + second + 33) % kModulus;
  return static_cast<double>(first) / static_cast<double>(kModulus);
}

Value extreme(Engine& engine, const Expr& expr, Arguments& a) {
  const bool texts = std::all_of(a.begin(), a.end(), [](const Value& one) { return is_text(one); });
  const bool any_text =
      std::any_of(a.begin(), a.end(), [](const Value& one) { return is_text(one); });
  if (any_text && !texts) {
    for (Value& one : a) {
      if (is_text(one) && parse_decimal(to_text(one)) == std::nullopt)
        engine.warn(1292, fmt::format("Truncated incorrect DOUBLE value: '{}'", to_text(one)));
      if (!is_null(one)) one = to_real(one);
    }
  }
  Value out = a[0];
  for (const Value& one : a) {
    if (is_null(one)) return {};
    const int order = compare(one, out).value_or(0);
    if (expr.name == "GREATEST" ? order > 0 : order < 0) out = one;
  }
  return out;
}

Value converted(Engine&, const Expr&, Arguments& a) {
  const std::int64_t from = to_integer(a[1]);
  const std::int64_t to = to_integer(a[2]);
  const auto base = [](std::int64_t n) { return static_cast<int>(n < 0 ? -n : n); };
  if (base(from) < 2 || base(from) > 36 || base(to) < 2 || base(to) > 36) return {};
  const std::string text = to_text(a[0]);
  std::uint64_t value = 0;
  const bool negative = text.starts_with('-');
  const char* begin = text.data() + (negative ? 1 : 0);
  std::from_chars(begin, text.data() + text.size(), value, base(from));
  if (negative) value = ~value + 1;
  char out[72];
  const auto end = std::to_chars(out, out + sizeof out, value, base(to));
  return upper(std::string_view(out, static_cast<std::size_t>(end.ptr - out)));
}

Value in_base(Engine&, const Expr& expr, Arguments& a) {
  const auto value = static_cast<std::uint64_t>(to_integer(a[0]));
  return expr.name == "BIN" ? fmt::format("{:b}", value) : fmt::format("{:o}", value);
}

Value formatted(Engine&, const Expr&, Arguments& a) {
  const int places = static_cast<int>(std::clamp<std::int64_t>(to_integer(a[1]), 0, 18));
  std::string out = text_of(rescaled(to_decimal(a[0]), places));
  const std::size_t first = out.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(out.find('.'), out.size());
  while (at > first + 3) out.insert(at -= 3, 1, ',');
  return out;
}

Value inet_aton(Engine&, const Expr&, Arguments& a) {
  const std::string text = to_text(a[0]);
  std::uint64_t out = 0;
  std::uint64_t part = 0;
  int dots = 0;
  for (const char c : text) {
    if (c == '.') {
      out = out << 8 | part;
      part = 0;
      if (++dots > 3) return {};
    } else if (c >= '0' && c <= '9') {
      part = part * 10 + static_cast<std::uint64_t>(c - '0');
      if (part > 255) return {};
    } else {
      return {};
    }
  }
  return out << 8 | part;
}

Value inet_ntoa(Engine&, const Expr&, Arguments& a) {
  const auto value = static_cast<std::uint64_t>(to_integer(a[0]));
  if (value > 0xffffffff) return {};
  return fmt::format("{}.{}.{}.{}", value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255);
}

// EXP(710) and its like are how scanners make an error say something.
Value exponential(Engine& engine, const Expr& expr, Arguments& a) {
  const double out = std::exp(to_real(a[0]));
  if (std::isinf(out))
    throw sql_error(1690,
                    fmt::format("DOUBLE value is out of range in '{}'", printed(engine, expr)));
  return out;
}

Value power(Engine& engine, const Expr& expr, Arguments& a) {
  const double out = std::pow(to_real(a[0]), to_real(a[1]));
  if (std::isinf(out) || std::isnan(out))
    throw sql_error(1690,
                    fmt::format("DOUBLE value is out of range in '{}'", printed(engine, expr)));
  return out;
}

Value real_or_null(double value) {
  if (std::isnan(value) || std::isinf(value)) return {};
  return value;
}

#define REAL1(expression) \
  [](Engine&, const Expr&, Arguments& a) -> Value { return real_or_null(expression); }

constexpr Function kFunctions[] = {
    {"ABS", 1, 1, absolute, Rule::decimal_first, 0, false, true},
    {"FLOOR", 1, 1, whole, Rule::integer, 3, false, true},
    {"CEIL", 1, 1, whole, Rule::integer, 3, false, true},
    {"CEILING", 1, 1, whole, Rule::integer, 3, false, true},
    {"ROUND", 1, 2, rounded, Rule::decimal_first, 0, false, true},
    {"TRUNCATE", 2, 2, rounded, Rule::decimal_first, 0, false, true},
    {"RAND", 0, 1, random, Rule::real, 23, true},
    {"PI", 0, 0, REAL1((void(a), 3.141592653589793)), Rule::real, 8, true},
    {"SQRT", 1, 1, REAL1(std::sqrt(to_real(a[0]))), Rule::real, 23, false, false},
    {"EXP", 1, 1, exponential, Rule::real, 23, false, true},
    {"POW", 2, 2, power, Rule::real, 23, false, false},
    {"POWER", 2, 2, power, Rule::real, 23, false, false},
    {"LN", 1, 1, REAL1(std::log(to_real(a[0]))), Rule::real, 23},
    {"LOG", 1, 2, REAL1(a.size() > 1 ? std::log(to_real(a[1])) / std::log(to_real(a[0])) : std::log(to_real(a[0]))), Rule::real, 23},
    {"LOG2", 1, 1, REAL1(std::log2(to_real(a[0]))), Rule::real, 23},
    {"LOG10", 1, 1, REAL1(std::log10(to_real(a[0]))), Rule::real, 23},
    {"SIN", 1, 1, REAL1(std::sin(to_real(a[0]))), Rule::real, 23},
    {"COS", 1, 1, REAL1(std::cos(to_real(a[0]))), Rule::real, 23},
    {"TAN", 1, 1, REAL1(std::tan(to_real(a[0]))), Rule::real, 23},
    {"ATAN", 1, 2, REAL1(std::atan(to_real(a[0]))), Rule::real, 23},
    {"ASIN", 1, 1, REAL1(std::asin(to_real(a[0]))), Rule::real, 23},
    {"ACOS", 1, 1, REAL1(std::acos(to_real(a[0]))), Rule::real, 23},
    {"COT", 1, 1, REAL1(1 / std::tan(to_real(a[0]))), Rule::real, 23},
    {"RADIANS", 1, 1, REAL1(to_real(a[0]) * 3.141592653589793 / 180), Rule::real, 23},
    {"DEGREES", 1, 1, REAL1(to_real(a[0]) * 180 / 3.141592653589793), Rule::real, 23},
    {"SIGN", 1, 1, [](Engine&, const Expr&, Arguments& a) -> Value {
       const double value = to_real(a[0]);
       return std::int64_t{value > 0 ? 1 : (value < 0 ? -1 : 0)};
     }, Rule::integer, 2, false, true},
    {"MOD", 2, 2, [](Engine&, const Expr&, Arguments& a) -> Value {
       const std::int64_t by = to_integer(a[1]);
       if (is_text(a[0]) || std::holds_alternative<double>(a[0])) return real_or_null(std::fmod(to_real(a[0]), to_real(a[1])));
       return by == 0 ? Value() : (by == -1 ? Value(std::int64_t{0}) : Value(to_integer(a[0]) % by));
     }, Rule::integer, 2, false, false},
    {"GREATEST", 2, 255, extreme, Rule::first, 0, false, true},
    {"LEAST", 2, 255, extreme, Rule::first, 0, false, true},
    {"CONV", 3, 3, converted, Rule::text, 65, false, true},
    {"BIN", 1, 1, in_base, Rule::text, 65, false, true},
    {"OCT", 1, 1, in_base, Rule::text, 65, false, true},
    {"FORMAT", 2, 3, formatted, Rule::text, 8, false, true},
    {"CRC32", 1, 1, [](Engine&, const Expr&, Arguments& a) -> Value {
       return std::uint64_t{crc32(to_text(a[0]))};
     }, Rule::natural, 10, false, true},
    {"INET_ATON", 1, 1, inet_aton, Rule::natural, 21},
    {"INET_NTOA", 1, 1, inet_ntoa, Rule::text, 31},
    {"BIT_COUNT", 1, 1, [](Engine&, const Expr&, Arguments& a) -> Value {
       return std::int64_t{__builtin_popcountll(static_cast<std::uint64_t>(to_integer(a[0])))};
     }, Rule::integer, 2, false, true},
    {"INTERVAL", 2, 255, [](Engine&, const Expr&, Arguments& a) -> Value {
       std::int64_t out = 0;
       for (std::size_t n = 1; n < a.size() && to_real(a[n]) <= to_real(a[0]); ++n) ++out;
       return out;
     }, Rule::integer, 2, true},
    {"ISNULL", 1, 1, [](Engine&, const Expr&, Arguments& a) -> Value {
       return std::int64_t{is_null(a[0])};
     }, Rule::integer, 1, true},
};

#undef REAL1

}  // namespace

std::span<const Function> number_functions() {
  return kFunctions;
}

}  // namespace decnet::service::mysql
