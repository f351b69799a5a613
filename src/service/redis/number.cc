#include "service/redis/number.h"

#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace decnet::service::redis {

namespace {

constexpr std::size_t kFloatTextBytesMax = 5 * 1024;  // The genuine MAX_LONG_DOUBLE_CHARS.

char lower_char(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

template <class Number, class Parse>
std::optional<Number> parse_float(std::string_view text, Parse parse) {
  if (text.empty() || text.size() >= kFloatTextBytesMax) return std::nullopt;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first == ' ' || (first >= '\t' && first <= '\r')) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const Number value = parse(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size()) return std::nullopt;
  if (errno == ERANGE && (std::isinf(value) || std::fpclassify(value) == FP_ZERO)) {
    return std::nullopt;
  }
  if (std::isnan(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  if (text.empty() || text.size() > 20) return std::nullopt;
  if (text == "0") return 0;
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text[0] < '1' || text[0] > '9') return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > kMax + (negative ? 1 : 0)) return std::nullopt;
  return negative ? static_cast<std::int64_t>(~value + 1) : static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) noexcept {
  if (text.empty() || text.size() > 40) return std::nullopt;
  bool negative = false;
  if (text[0] == '-' || text[0] == '+') {
    negative = text[0] == '-';
    text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return negative ? ~value + 1 : value;
}

std::optional<double> parse_double(std::string_view text) {
  return parse_float<double>(text, [](const char* p, char** end) { return std::strtod(p, end); });
}

std::optional<long double> parse_long_double(std::string_view text) {
  return parse_float<long double>(text,
                                  [](const char* p, char** end) { return std::strtold(p, end); });
}

std::optional<std::uint64_t> parse_memory(std::string_view text) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() &&
         ((text[digits] >= '0' && text[digits] <= '9') || (digits == 0 && text[0] == '-'))) {
    ++digits;
  }
  if (digits == 0 || text[0] == '-' || digits >= 128) return std::nullopt;
  struct Unit {
    std::string_view name;
    std::uint64_t factor;
  };
  constexpr Unit kUnits[] = {{"", 1},           {"b", 1},
                             {"k", 1000},       {"kb", 1024},
                             {"m", 1000000},    {"mb", 1024 * 1024},
                             {"g", 1000000000}, {"gb", 1024ULL * 1024 * 1024}};
  for (const Unit& unit : kUnits) {
    if (!equal_case(text.substr(digits), unit.name)) continue;
    const auto count = parse_unsigned(text.substr(0, digits));
    if (!count) return std::nullopt;
    return *count * unit.factor;
  }
  return std::nullopt;
}

std::string format_double(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  char buffer[64];
  const int size = std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return {buffer, static_cast<std::size_t>(size)};
}

std::string format_human(long double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[kFloatTextBytesMax];
  const int size = std::snprintf(buffer, sizeof buffer, "%.17Lf", value);
  if (size < 0 || static_cast<std::size_t>(size) >= sizeof buffer) return "0";
  std::string text(buffer, static_cast<std::size_t>(size));
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string format_bytes(std::uint64_t bytes) {
  char buffer[64];
  const auto number = static_cast<double>(bytes);
  if (bytes < 1024) {
    std::snprintf(buffer, sizeof buffer, "%lluB", static_cast<unsigned long long>(bytes));
  } else if (bytes < 1024ULL * 1024) {
    std::snprintf(buffer, sizeof buffer, "%.2fK", number / 1024);
  } else if (bytes < 1024ULL * 1024 * 1024) {
    std::snprintf(buffer, sizeof buffer, "%.2fM", number / (1024.0 * 1024));
  } else if (bytes < 1024ULL * 1024 * 1024 * 1024) {
    std::snprintf(buffer, sizeof buffer, "%.2fG", number / (1024.0 * 1024 * 1024));
  } else {
    std::snprintf(buffer, sizeof buffer, "%.2fT", number / (1024.0 * 1024 * 1024 * 1024));
  }
  return buffer;
}

bool equal_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (lower_char(a[n]) != lower_char(b[n])) return false;
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_char(c);
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

}  // namespace decnet::service::redis
