// The columns of functions.
#include <algorithm>

#include "service/mysql/functions.h"

namespace decnet::service::mysql {

namespace {

bool is_integer_type(const Shape& shape) {
  return shape.type == Type::integer || shape.type == Type::big || shape.type == Type::tiny ||
         shape.type == Type::small || shape.type == Type::medium;
}

// The length of such a column has room for a sign.
bool is_signed_column(const Expr& expr, const Shape& shape) {
  return expr.op == Expr::Op::column && is_integer_type(shape) && !shape.is_unsigned() &&
         shape.length > 1;
}

constexpr std::uint32_t kLongTextCharacters = 16'777'216;

std::uint32_t shown_length(const Shape& shape) {
  return shape.length;
}

Shape long_blob(std::uint32_t length, bool is_characters) {
  Shape out = text_shape(length);
  out.type = Type::long_blob;
  out.is_characters = is_characters;
  if (!is_characters) out.flags = kBinary;
  return out;
}

// The length that text functions give by what their arguments are.
std::size_t text_length(const Expr& expr, const std::vector<Shape>& shapes) {
  std::size_t sum = 0;
  for (std::size_t n = 0; n < shapes.size(); ++n)
    sum += expr.args[n]->op == Expr::Op::user_variable ? kLongTextCharacters - 1
                                                       : shown_length(shapes[n]);
  const std::string& name = expr.name;
  const auto constant = [&](std::size_t n) -> std::size_t {
    if (n >= expr.args.size() || expr.args[n]->op != Expr::Op::literal) return shapes[0].length;
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(to_integer(expr.args[n]->value), 0, 0x3fffffff));
  };
  if (name == "REPEAT") return shapes[0].length * constant(1);
  if (name == "SPACE") return constant(0);
  if (name == "LPAD" || name == "RPAD") return constant(1);
  if (name == "LEFT" || name == "RIGHT")
    return std::min<std::size_t>(shapes[0].length, constant(1));
  if ((name.starts_with("SUBSTR") && name.size() < 10) || name == "MID") {
    return shapes.size() > 2 ? std::min<std::size_t>(shapes[0].length, constant(2))
                             : shapes[0].length;
  }
  if (name == "QUOTE") return shapes[0].length * 2 + 2;
  if (name == "CONCAT_WS") return sum - shapes[0].length + shapes[0].length * (shapes.size() - 2);
  if (name == "ELT") {
    std::size_t most = 0;
    for (std::size_t n = 1; n < shapes.size(); ++n)
      most = std::max<std::size_t>(most, shapes[n].length);
    return most;
  }
  return name == "CONCAT" || name == "INSERT" ? sum : shapes[0].length;
}

}  // namespace

Shape shapes_together(std::vector<Shape> shapes, bool not_null);

Shape Engine::call_shape(const Expr& expr, const Scope& scope) {
  std::vector<Shape> shapes;
  bool all = true;
  for (const ExprPtr& one : expr.args) {
    if (one->op == Expr::Op::interval || one->op == Expr::Op::star) continue;
    shapes.push_back(shape_of(*one, scope));
    all = all && shapes.back().not_null();
  }
  const std::string& name = expr.name;
  if (name == "COUNT") return integer_shape(21, true);
  if (is_aggregate(expr) && !shapes.empty()) {
    Shape out = shapes[0];
    if (name == "GROUP_CONCAT") {
      out = text_shape(1048576 * 4 / bytes_per_character);
      out.type = Type::blob;
      out.decimals = 0;
      out.length = 16777216 / bytes_per_character;
      return out;
    }
    const bool inexact = out.type == Type::text || out.type == Type::real ||
                         out.type == Type::real32 || out.type == Type::character ||
                         out.type == Type::blob;
    if ((name == "SUM" || name == "AVG") && inexact) {
      out = integer_shape(23, false);
      out.type = Type::real;
      out.decimals = 31;
      return out;
    }
    if (name == "SUM" || name == "AVG") {
      const std::uint32_t digits =
          out.type == Type::decimal ? out.length - (out.decimals > 0 ? 2 : 1)
                                    : out.length - (is_signed_column(*expr.args[0], out) ? 1 : 0);
      const std::uint8_t decimals =
          static_cast<std::uint8_t>(out.decimals + (name == "AVG" ? 4 : 0));
      out = integer_shape(name == "SUM" ? digits + 22 + (decimals > 0 ? 2 : 1) : digits + 4 + 2,
                          false);
      out.type = Type::decimal;
      out.decimals = decimals;
      return out;
    }
    out.flags = static_cast<std::uint16_t>(out.flags & (kBinary | kUnsigned));
    if (is_integer_type(out)) {
      out.type = Type::big;
      out.flags |= kBinary;
    }
    if (out.is_characters) out.decimals = 39;
    return out;
  }
  if (name == "IF" && shapes.size() == 3)
    return shapes_together({shapes[1], shapes[2]}, shapes[1].not_null() && shapes[2].not_null());
  if (name == "COALESCE" || name == "IFNULL" || name == "NVL") {
    const bool some =
        std::any_of(shapes.begin(), shapes.end(), [](const Shape& one) { return one.not_null(); });
    return shapes_together(std::move(shapes), some);
  }
  if (name == "NULLIF" && !shapes.empty()) {
    Shape out = shapes[0];
    out.flags = static_cast<std::uint16_t>(out.flags & ~kNotNull);
    return out;
  }
  if (name == "BENCHMARK") return integer_shape(1, true);
  if ((name.starts_with("DATE_") && name != "DATE_FORMAT") || name == "ADDDATE" ||
      name == "SUBDATE") {
    if (!shapes.empty() && shapes[0].type != Type::text) {
      Shape out = shapes[0];
      out.flags = kBinary;
      return out;
    }
    Shape out = text_shape(19);
    out.type = Type::character;
    out.decimals = 0;
    return out;
  }
  const Function* function = find_function(name);
  if (function == nullptr) return text_shape(0);
  if (name == "REGEXP_REPLACE") return long_blob(kLongTextCharacters, true);
  const bool not_null =
      function->not_null || (function->strict && all && name != "EXP");  // It can overflow.
  switch (function->rule) {
    case Rule::text: {
      std::size_t length = function->length;
      if (name == "VERSION") length = server_.facts().version.size();
      if (length == 0) length = text_length(expr, shapes);
      if (name == "SHA2" && expr.args.size() == 2)
        length = sha2_digest("", static_cast<unsigned>(to_integer(expr.args[1]->value) & 0xffff))
                     .size() *
                 2;
      if (name == "HEX")
        length = shapes[0].is_characters
                     ? static_cast<std::size_t>(shapes[0].length) * bytes_per_character * 2
                     : shapes[0].length * 2;
      Shape out = text_shape(length, function->not_null);
      const bool compares_bytes = name.starts_with("CONCAT") &&
                                  std::any_of(shapes.begin(), shapes.end(), [](const Shape& one) {
                                    return one.is_characters && (one.flags & kBinary) != 0;
                                  });
      if (compares_bytes) out.flags |= kBinary;
      if (length >= kLongTextCharacters) out.type = Type::long_blob;
      if (name == "UUID") out.type = Type::character;
      if (name == "DAYNAME" || name == "MONTHNAME" || name == "HEX" || name == "INET_NTOA" ||
          name == "DATE_FORMAT")
        out.decimals = 0;
      return out;
    }
    case Rule::text_first: {
      Shape out = text_shape(text_length(expr, shapes));
      if (!shapes.empty() && !shapes[0].is_characters && (shapes[0].flags & kBinary) != 0 &&
          shapes[0].type == Type::text) {
        out.is_characters = false;
        out.flags = kBinary;
      }
      return out;
    }
    case Rule::bytes: {
      Shape out = text_shape(name == "CHAR" ? 4 * shapes.size() : function->length);
      if (name == "UNHEX")
        out.length =
            (shapes[0].length * (shapes[0].is_characters ? bytes_per_character : 1) + 1) / 2;
      out.is_characters = false;
      out.flags = kBinary;
      out.decimals = name == "CHAR" ? 39 : 0;
      return out;
    }
    case Rule::integer:
      if (name == "REGEXP_INSTR") {
        Shape out = integer_shape(11, not_null);
        out.type = Type::integer;
        return out;
      }
      if ((name == "FLOOR" || name.starts_with("CEIL")) && shapes[0].type != Type::decimal &&
          !is_integer_type(shapes[0])) {
        Shape out = integer_shape(17, not_null);
        out.type = Type::real;
        return out;
      }
      return name.ends_with("LENGTH") || name == "INSTR" || name == "LOCATE" ? [&] {
        Shape out = integer_shape(function->length, not_null);
        out.type = Type::integer;
        return out;
      }() : integer_shape(function->length, not_null);
    case Rule::natural:
      return integer_shape(function->length, not_null, true);
    case Rule::real: {
      Shape out = integer_shape(function->length, not_null);
      out.type = Type::real;
      out.decimals = name == "PI" ? 6 : 31;
      return out;
    }
    case Rule::decimal_first: {
      Shape out = shapes.empty() ? integer_shape(1) : shapes[0];
      if (name != "ABS" && out.type == Type::decimal) {
        const auto places = static_cast<std::uint8_t>(
            expr.args.size() > 1 ? std::clamp<std::int64_t>(to_integer(expr.args[1]->value), 0, 30)
                                 : 0);
        const std::uint32_t whole = out.length - (out.decimals > 0 ? 2U : 1U) - out.decimals;
        out.length = whole + (name == "ROUND" ? 1U : 0U) + places + (places > 0 ? 2U : 1U);
        out.decimals = places;
      }
      if (!is_integer_type(out) && out.type != Type::decimal) {
        out = integer_shape(23, not_null);
        out.type = Type::real;
        out.decimals = 31;
      }
      out.flags =
          static_cast<std::uint16_t>((out.flags & kUnsigned) | kBinary | (not_null ? kNotNull : 0));
      return out;
    }
    case Rule::datetime:
    case Rule::date:
    case Rule::time: {
      Shape out = integer_shape(function->length, not_null);
      out.type = function->rule == Rule::date
                     ? Type::date
                     : (function->rule == Rule::time ? Type::time : Type::datetime);
      if (!expr.args.empty() && expr.args[0]->op == Expr::Op::literal && function->not_null) {
        out.decimals = static_cast<std::uint8_t>(
            std::clamp<std::int64_t>(to_integer(expr.args[0]->value), 0, 6));
        if (out.decimals > 0) out.length += 1U + out.decimals;
      }
      return out;
    }
    case Rule::long_text:
      return long_blob(name == "LOAD_FILE" ? 16777216 : 16777216, name != "LOAD_FILE");
    case Rule::first:
      break;
  }
  const bool mixed = std::any_of(shapes.begin(), shapes.end(),
                                 [](const Shape& one) { return one.type == Type::text; }) &&
                     std::any_of(shapes.begin(), shapes.end(), is_integer_type);
  if ((name == "GREATEST" || name == "LEAST") && mixed) {
    Shape out = integer_shape(23, all);
    out.type = Type::real;
    out.decimals = 31;
    return out;
  }
  if (name == "NAME_CONST" && shapes.size() == 2) return shapes[1];
  return shapes_together(std::move(shapes), all);
}

}  // namespace decnet::service::mysql
