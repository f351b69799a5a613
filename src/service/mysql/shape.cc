// What an expression's column looks like to a client, by what is known before it is evaluated.
#include <algorithm>

#include "service/mysql/functions.h"

namespace decnet::service::mysql {

namespace {

bool is_text_type(const Shape& shape) {
  return shape.type == Type::text || shape.type == Type::character || shape.type == Type::blob ||
         shape.type == Type::long_blob;
}
bool is_integer_type(const Shape& shape) {
  return shape.type == Type::integer || shape.type == Type::big || shape.type == Type::tiny ||
         shape.type == Type::small || shape.type == Type::medium;
}

Shape real_shape(std::size_t length, bool not_null) {
  Shape shape = integer_shape(length, not_null);
  shape.type = Type::real;
  shape.decimals = 31;
  return shape;
}

Shape decimal_shape(std::size_t length, int decimals, bool not_null) {
  Shape shape = integer_shape(length, not_null);
  shape.type = Type::decimal;
  shape.decimals = static_cast<std::uint8_t>(decimals);
  return shape;
}

void set_null(Shape& shape, bool not_null) {
  shape.flags =
      static_cast<std::uint16_t>(not_null ? shape.flags | kNotNull : shape.flags & ~kNotNull);
}

// Digits of a number without its sign and its point.
std::size_t digits_of(const Shape& shape) {
  if (shape.type == Type::decimal) return shape.length - (shape.decimals > 0 ? 2U : 1U);
  if (shape.type == Type::big && shape.length > 11) return shape.is_unsigned() ? 20 : 19;
  return std::max<std::uint32_t>(shape.length, 1);
}

Shape literal_shape(const Expr& expr) {
  const std::string text = to_text(expr.value);
  if (is_null(expr.value)) {
    Shape shape = integer_shape(0, false);
    shape.type = Type::null;
    return shape;
  }
  switch (expr.literal) {
    case Token::Kind::integer:
      return integer_shape(text.size(), true, std::holds_alternative<std::uint64_t>(expr.value));
    case Token::Kind::decimal: {
      const std::size_t point = text.find('.');
      const auto decimals = point == std::string::npos ? 0 : text.size() - point - 1;
      return decimal_shape(text.size() + 1, static_cast<int>(decimals), true);
    }
    case Token::Kind::real:
      return real_shape(expr.end - expr.begin, true);
    case Token::Kind::word: {
      Shape shape = integer_shape(expr.text == "TRUE" ? 5 : 5, true);
      shape.length = expr.text == "TRUE" ? 5 : 5;
      return shape;
    }
    case Token::Kind::hex:
    case Token::Kind::bits: {
      Shape shape = text_shape(text.size(), true);
      shape.is_characters = false;
      shape.flags |= kBinary | kUnsigned;
      shape.decimals = 0;
      return shape;
    }
    default:
      return text_shape(characters(text), true);
  }
}

// A hexadecimal constant is a number among numbers.
Shape as_number(const Expr& expr, const Shape& shape) {
  // The length of a signed column has room for the sign.
  if (expr.op == Expr::Op::column && is_integer_type(shape) && !shape.is_unsigned() &&
      shape.length > 1) {
    Shape out = shape;
    --out.length;
    return out;
  }
  if (expr.op != Expr::Op::literal ||
      (expr.literal != Token::Kind::hex && expr.literal != Token::Kind::bits))
    return shape;
  Shape out = integer_shape(shape.length * 2, true, true);
  return out;
}

Shape arithmetic(const std::string& name, const Shape& a, const Shape& b) {
  const bool both = a.not_null() && b.not_null();
  const bool natural = a.is_unsigned() || b.is_unsigned();
  const bool whole = is_integer_type(a) && is_integer_type(b);
  if (name == "/") {
    if (is_text_type(a) || is_text_type(b) || a.type == Type::real || b.type == Type::real)
      return real_shape(23, false);
    const int decimals = std::min(a.decimals + 4, 30);
    return decimal_shape(digits_of(a) + b.decimals + 4 + 2, decimals, false);
  }
  if (name == "DIV") return integer_shape(a.length, false, natural);
  if (name == "%" || name == "MOD") {
    if (whole) return integer_shape(std::max(a.length, b.length) + 1, false, natural);
    return is_text_type(a) || is_text_type(b)
               ? real_shape(23, false)
               : decimal_shape(std::max(a.length, b.length), std::max(a.decimals, b.decimals),
                               false);
  }
  if (whole || a.type == Type::null || b.type == Type::null) {
    const std::size_t length =
        name == "*" ? a.length + b.length + 1 : std::max(a.length, b.length) + 2;
    Shape shape = integer_shape(std::min<std::size_t>(length, 21), both, natural);
    return shape;
  }
  if (a.type == Type::decimal || b.type == Type::decimal) {
    if (!is_text_type(a) && !is_text_type(b) && a.type != Type::real && b.type != Type::real) {
      const int decimals = name == "*" ? a.decimals + b.decimals : std::max(a.decimals, b.decimals);
      const std::size_t left = digits_of(a) - a.decimals;
      const std::size_t right = digits_of(b) - b.decimals;
      const std::size_t whole_digits = name == "*" ? left + right : std::max(left, right) + 1;
      return decimal_shape(
          whole_digits + static_cast<std::size_t>(decimals) + (decimals > 0 ? 2 : 1), decimals,
          both);
    }
  }
  return real_shape(23, both);
}

Shape together(std::vector<Shape> shapes, bool not_null) {
  std::erase_if(shapes, [](const Shape& one) { return one.type == Type::null; });
  if (shapes.empty()) {
    Shape shape = integer_shape(0, false);
    shape.type = Type::null;
    return shape;
  }
  Shape out = shapes[0];
  std::uint32_t length = 0;
  int decimals = 0;
  bool text = false;
  bool real = false;
  bool same = true;
  for (const Shape& one : shapes) {
    length = std::max(length, one.length);
    if (one.decimals <= 31) decimals = std::max<int>(decimals, one.decimals);
    text = text || is_text_type(one);
    real = real || one.type == Type::real;
    same = same && one.type == out.type;
  }
  if (text) {
    const bool binary = std::any_of(shapes.begin(), shapes.end(), [](const Shape& one) {
      return is_text_type(one) && !one.is_characters;
    });
    out = text_shape(length, not_null);
    if (binary) {
      out.is_characters = false;
      out.flags |= kBinary;
    }
    if (out.length > 65535) out.type = Type::blob;
    return out;
  }
  if (real) return real_shape(23, not_null);
  if (!same) {
    const bool whole = std::all_of(shapes.begin(), shapes.end(), is_integer_type);
    if (whole) {
      out = integer_shape(length, not_null);
      out.type = Type::big;
      return out;
    }
    if (std::any_of(shapes.begin(), shapes.end(),
                    [](const Shape& one) { return one.type == Type::decimal; })) {
      std::size_t whole_digits = 1;
      for (const Shape& one : shapes)
        whole_digits = std::max(
            whole_digits, digits_of(one) - std::min<std::size_t>(one.decimals, digits_of(one)));
      return decimal_shape(
          whole_digits + static_cast<std::size_t>(decimals) + (decimals > 0 ? 2 : 1), decimals,
          not_null);
    }
    return text_shape(length, not_null);
  }
  out.flags = static_cast<std::uint16_t>(out.flags & (kBinary | kUnsigned));
  if (is_integer_type(out) || out.type == Type::decimal) out.flags |= kBinary;
  out.length = length;
  if (is_integer_type(out)) out.length = std::max(length, 2U);
  set_null(out, not_null);
  return out;
}

}  // namespace

Shape shapes_together(std::vector<Shape> shapes, bool not_null) {
  return together(std::move(shapes), not_null);
}

Shape Engine::shape_of(const Expr& expr, const Scope& scope) {
  using Op = Expr::Op;
  const auto shape = [&](std::size_t n) { return shape_of(*expr.args.at(n), scope); };
  switch (expr.op) {
    case Op::literal:
      return literal_shape(expr);
    case Op::column: {
      const Field* field = field_of(expr, scope);
      if (field != nullptr) return field->shape;
      if (scope.aliases != nullptr) {
        for (const SelectItem& item : *scope.aliases) {
          if (item.has_alias && equal_case(item.alias, expr.name) && item.expr.get() != &expr)
            return shape_of(*item.expr, scope);
        }
      }
      return text_shape(0);
    }
    case Op::system_variable:
      return variable_shape(expr);
    case Op::user_variable:
    case Op::assign: {
      const Value value = evaluate_variable(expr.name);
      if (std::holds_alternative<std::int64_t>(value)) return integer_shape(20, false);
      if (std::holds_alternative<std::uint64_t>(value)) return integer_shape(20, false, true);
      if (std::holds_alternative<double>(value)) return real_shape(23, false);
      if (std::holds_alternative<Decimal>(value)) return decimal_shape(83, 38, false);
      Shape out = text_shape(16777216);
      out.type = Type::long_blob;
      if (is_null(value)) {
        out.is_characters = false;
        out.flags = kBinary;
      } else {
        out.length = 4194304;
      }
      return out;
    }
    case Op::call:
      return call_shape(expr, scope);
    case Op::unary: {
      Shape out = shape(0);
      if (expr.name == "-") {
        if (is_text_type(out)) return real_shape(23, out.not_null());
        const bool literal = expr.args[0]->op == Op::literal && expr.end - expr.args[0]->end == 0 &&
                             expr.args[0]->begin == expr.begin + 1;
        if (is_integer_type(out) && (literal || !out.is_unsigned())) out.length += literal ? 1 : 0;
        return out;
      }
      if (expr.name == "BINARY") {
        out = text_shape(out.length * (out.is_characters ? bytes_per_character : 1), false);
        out.flags = kBinary;
        out.is_characters = false;
        out.decimals = 0;
        return out;
      }
      if (expr.name == "NOT" || expr.name == "!") return integer_shape(1, out.not_null());
      if (expr.name == "~") return integer_shape(21, out.not_null(), true);
      return out;
    }
    case Op::binary: {
      const Shape left = as_number(*expr.args[0], shape(0));
      if (expr.args[1]->op == Op::interval)
        return left.type == Type::date ? left : (is_text_type(left) ? text_shape(19) : left);
      const Shape right = as_number(*expr.args[1], shape(1));
      static constexpr std::string_view kArithmetic[] = {"+", "-", "*", "/", "DIV", "%", "MOD"};
      for (const std::string_view one : kArithmetic) {
        if (expr.name != one) continue;
        Shape out = arithmetic(expr.name, left, right);
        // The sign of a constant is not counted.
        if (one == "DIV" && expr.args[0]->op == Op::unary && out.length > 1) --out.length;
        return out;
      }
      if (expr.name == "|" || expr.name == "&" || expr.name == "^" || expr.name == "<<" ||
          expr.name == ">>")
        return integer_shape(21, left.not_null() && right.not_null(), true);
      return integer_shape(1, expr.name == "<=>" || (left.not_null() && right.not_null()));
    }
    case Op::in:
    case Op::between:
    case Op::like:
    case Op::regexp: {
      bool not_null = true;
      for (const ExprPtr& one : expr.args) not_null = not_null && shape_of(*one, scope).not_null();
      return integer_shape(1, not_null);
    }
    case Op::is:
    case Op::exists:
      return integer_shape(1, true);
    case Op::case_when: {
      std::vector<Shape> shapes;
      bool not_null = expr.args.back() != nullptr;
      for (std::size_t n = 2; n < expr.args.size(); n += 2) shapes.push_back(shape(n));
      if (expr.args.back() != nullptr) shapes.push_back(shape(expr.args.size() - 1));
      for (const Shape& one : shapes) not_null = not_null && one.not_null();
      return together(std::move(shapes), not_null);
    }
    case Op::subquery: {
      const std::vector<Field> fields = select_fields(*expr.select, &scope);
      Shape out = fields.empty() ? text_shape(0) : fields[0].shape;
      if (is_integer_type(out)) out.flags |= kBinary;
      const bool can_be_null = expr.select->has_from || !expr.select->unions.empty();
      if (!expr.select->unions.empty() && out.type == Type::integer)
        out.length = std::max<std::uint32_t>(out.length, 11);
      out.flags = static_cast<std::uint16_t>(out.flags &
                                             (kBinary | kUnsigned | (can_be_null ? 0 : kNotNull)));
      return out;
    }
    case Op::cast: {
      Shape out = expr.shape;
      const Shape inner = shape(0);
      if (expr.name == "USING") return text_shape(inner.length);
      if (out.type == Type::text && out.length == 0)
        out.length =
            inner.length * (out.is_characters || !inner.is_characters ? 1 : bytes_per_character);
      if (is_integer_type(out)) {
        const bool natural = out.is_unsigned();
        out = integer_shape(
            std::clamp<std::size_t>(inner.length + (natural ? 0 : 1), natural ? 1 : 2, 21),
            inner.not_null(), natural);
      } else if (!inner.not_null()) {
        set_null(out, false);
      }
      return out;
    }
    case Op::parameter: {
      if (parameters_ != nullptr && expr.index < parameters_->size()) {
        const Value& value = (*parameters_)[expr.index];
        if (is_text(value)) return text_shape(characters(to_text(value)), true);
        if (std::holds_alternative<double>(value)) return real_shape(23, true);
        if (!is_null(value)) {
          Shape out = integer_shape(21, !parameters_nullable_,
                                    std::holds_alternative<std::uint64_t>(value));
          return out;
        }
      }
      Shape out = integer_shape(0, false);
      out.type = Type::null;
      return out;
    }
    default:
      return text_shape(0);
  }
}

}  // namespace decnet::service::mysql
