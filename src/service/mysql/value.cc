#include "service/mysql/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

namespace decnet::service::mysql {

namespace {

constexpr int kDigitsMax = 30;

Int128 power_of_ten(int exponent) {
  Int128 out = 1;
  for (int n = 0; n < exponent; ++n) out *= 10;
  return out;
}

// The number at the front of a text, as MySQL reads it.
std::string_view number_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  text.remove_prefix(at);
  at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  std::size_t seen = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    seen += digits();
  }
  if (seen == 0) return {};
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    const std::size_t before = at++;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) at = before;
  }
  return text.substr(0, at);
}

double parse_real(std::string_view text) {
  std::string_view number = number_prefix(text);
  if (number.starts_with('+')) number.remove_prefix(1);
  double out = 0;
  const auto done = std::from_chars(number.data(), number.data() + number.size(), out);
  if (done.ec == std::errc::result_out_of_range)
    out = number.starts_with('-') ? -std::numeric_limits<double>::max()
                                  : std::numeric_limits<double>::max();
  return out;
}

std::int64_t saturated(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 9.2233720368547758e18) return std::numeric_limits<std::int64_t>::max();
  if (value <= -9.2233720368547758e18) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

char fold(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::size_t character_bytes(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t size = first < 0xc0 ? 1 : (first < 0xe0 ? 2 : (first < 0xf0 ? 3 : 4));
  return std::min(size, text.size() - at);
}

}  // namespace

std::string text_of(Decimal value) {
  const bool negative = value.digits < 0;
  Int128 left = negative ? -value.digits : value.digits;
  std::string out;
  do {
    out += static_cast<char>('0' + static_cast<int>(left % 10));
    left /= 10;
  } while (left > 0);
  while (out.size() <= static_cast<std::size_t>(value.scale)) out += '0';
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  if (value.scale > 0) out.insert(out.size() - static_cast<std::size_t>(value.scale), 1, '.');
  return out;
}

std::string text_of(double value) {
  if (value == 0) return "0";
  if (std::isinf(value) || std::isnan(value)) return "0";
  const double size = std::fabs(value);
  std::string shortest = fmt::format("{}", value);
  if (size >= 1e-15 && size < 1e15) {
    if (shortest.find('e') != std::string::npos) shortest = fmt::format("{:.17f}", value);
    if (shortest.find('.') != std::string::npos) {
      while (shortest.ends_with('0')) shortest.pop_back();
      if (shortest.ends_with('.')) shortest.pop_back();
    }
    return shortest;
  }
  std::string out = fmt::format("{:e}", value);
  for (int digits = 0; digits < 17; ++digits) {
    out = fmt::format("{:.{}e}", value, digits);
    if (std::strtod(out.c_str(), nullptr) == value) break;  // Not stod: it throws at 1e-310.
  }
  const std::size_t at = out.find('e');
  std::string exponent = out.substr(at + 1);
  const bool negative = exponent.starts_with('-');
  exponent.erase(0, std::min(exponent.find_first_not_of("+-0"), exponent.size()));
  return out.substr(0, at) + "e" + (negative ? "-" : "") + exponent;
}

std::string to_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* natural = std::get_if<std::uint64_t>(&value)) return std::to_string(*natural);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return text_of(*decimal);
  if (const auto* real = std::get_if<double>(&value)) return text_of(*real);
  return {};
}

double to_real(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return parse_real(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* natural = std::get_if<std::uint64_t>(&value))
    return static_cast<double>(*natural);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return parse_real(text_of(*decimal));
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return 0;
}

std::int64_t to_integer(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* natural = std::get_if<std::uint64_t>(&value))
    return static_cast<std::int64_t>(*natural);
  if (const auto* decimal = std::get_if<Decimal>(&value))
    return saturated(static_cast<double>(rescaled(*decimal, 0).digits));
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto exact = parse_decimal(number_prefix(*text));
    if (exact && exact->scale == 0) {
      const Int128 limit = std::numeric_limits<std::int64_t>::max();
      if (exact->digits > limit) {
        const auto natural = static_cast<std::uint64_t>(
            std::min<Int128>(exact->digits, std::numeric_limits<std::uint64_t>::max()));
        return static_cast<std::int64_t>(natural);
      }
      return static_cast<std::int64_t>(std::max(exact->digits, -limit - 1));
    }
    return saturated(std::trunc(parse_real(*text)));
  }
  return saturated(std::round(to_real(value)));
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal out;
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int digits = 0;
  bool after_point = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (after_point && out.scale >= kScaleMax) continue;
    if (out.digits != 0 || c != '0') ++digits;
    if (digits > kDigitsMax) return std::nullopt;
    out.digits = out.digits * 10 + (c - '0');
    if (after_point) ++out.scale;
  }
  if (negative) out.digits = -out.digits;
  return out;
}

Decimal rescaled(Decimal value, int scale) {
  scale = std::clamp(scale, 0, kScaleMax);
  if (scale > value.scale) {
    const Int128 limit = power_of_ten(37 - (scale - value.scale));
    if (value.digits < limit && value.digits > -limit)
      value.digits *= power_of_ten(scale - value.scale);
    value.scale = scale;
  } else if (scale < value.scale) {
    const Int128 by = power_of_ten(value.scale - scale);
    const Int128 half = by / 2;
    value.digits = (value.digits + (value.digits < 0 ? -half : half)) / by;
    value.scale = scale;
  }
  return value;
}

Decimal to_decimal(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return {*integer, 0};
  if (const auto* natural = std::get_if<std::uint64_t>(&value)) return {*natural, 0};
  const std::string text = is_text(value) ? std::string(number_prefix(std::get<std::string>(value)))
                                          : fmt::format("{:.15g}", to_real(value));
  if (const auto exact = parse_decimal(text)) return *exact;
  const double real = std::clamp(to_real(value), -1e18, 1e18);
  return {static_cast<Int128>(real), 0};
}

std::optional<bool> to_truth(const Value& value) {
  if (is_null(value)) return std::nullopt;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer != 0;
  return to_real(value) != 0;
}

int compare_texts(std::string_view a, std::string_view b, bool binary) {
  if (binary) return sign_of(a.compare(b), 0);
  const std::size_t size = std::max(a.size(), b.size());
  for (std::size_t n = 0; n < size; ++n) {  // Blanks at the end do not count.
    const auto left = static_cast<unsigned char>(n < a.size() ? fold(a[n]) : ' ');
    const auto right = static_cast<unsigned char>(n < b.size() ? fold(b[n]) : ' ');
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

std::optional<int> compare(const Value& a, const Value& b, bool binary) {
  if (is_null(a) || is_null(b)) return std::nullopt;
  const bool left_text = is_text(a);
  const bool right_text = is_text(b);
  if (left_text && right_text)
    return compare_texts(std::get<std::string>(a), std::get<std::string>(b), binary);
  if (left_text || right_text || std::holds_alternative<double>(a) ||
      std::holds_alternative<double>(b))
    return sign_of(to_real(a), to_real(b));
  const Decimal left = to_decimal(a);
  const Decimal right = to_decimal(b);
  const int scale = std::max(left.scale, right.scale);
  return sign_of(rescaled(left, scale).digits, rescaled(right, scale).digits);
}

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), fold);
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

bool equal_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return fold(x) == fold(y); });
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += character_bytes(text, at)) ++count;
  return count;
}

std::string_view sub_characters(std::string_view text, std::size_t from, std::size_t count) {
  std::size_t at = 0;
  for (; from > 0 && at < text.size(); --from) at += character_bytes(text, at);
  const std::size_t begin = at;
  for (; count > 0 && at < text.size(); --count) at += character_bytes(text, at);
  return text.substr(begin, at - begin);
}

// One place to go back to is enough: what an earlier '%' could take, a later one can take too.
bool like(std::string_view text, std::string_view pattern, char escape, bool binary,
          std::uint64_t& steps) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t back_text = 0;
  std::size_t back_pattern = std::string_view::npos;
  while (at < text.size()) {
    ++steps;
    if (in < pattern.size() && pattern[in] == '%') {
      back_pattern = ++in;
      back_text = at;
      continue;
    }
    bool same = false;
    std::size_t width = 1;
    std::size_t taken = 1;
    if (in < pattern.size() && pattern[in] == '_') {
      same = true;
      width = character_bytes(text, at);
    } else if (in < pattern.size()) {
      const bool escaped = pattern[in] == escape && in + 1 < pattern.size();
      const char wanted = pattern[in + (escaped ? 1 : 0)];
      taken = escaped ? 2 : 1;
      same = binary ? wanted == text[at] : fold(wanted) == fold(text[at]);
    }
    if (same) {
      at += width;
      in += taken;
    } else if (back_pattern != std::string_view::npos) {
      in = back_pattern;
      at = ++back_text;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '%') ++in;
  return in == pattern.size();
}

Shape text_shape(std::size_t count, bool not_null) {
  Shape shape;
  shape.length = static_cast<std::uint32_t>(std::min<std::size_t>(count, 0x3fffffff));
  shape.flags = not_null ? kNotNull : 0;
  shape.decimals = 39;
  shape.is_characters = true;
  return shape;
}

Shape integer_shape(std::size_t length, bool not_null, bool is_unsigned) {
  Shape shape;
  shape.type = length > 9 + (is_unsigned ? 1 : 0) ? Type::big : Type::integer;
  shape.length = static_cast<std::uint32_t>(length);
  shape.flags = static_cast<std::uint16_t>(kBinary | (not_null ? kNotNull : 0) |
                                           (is_unsigned ? kUnsigned : 0));
  return shape;
}

}  // namespace decnet::service::mysql
