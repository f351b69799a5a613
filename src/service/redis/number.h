// Numbers as redis reads and writes them: stricter than strtoll, looser than most where it says
// float.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decnet::service::redis {

// Decimal, no sign but '-', no leading zero, no blank: "0", "-5"; not "-0", "+1", "01", "".
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
std::optional<std::uint64_t> parse_unsigned(
    std::string_view text) noexcept;  // As strtoull, whole text.

// As strtod over the whole text: "inf", "1e3" and "0x10" are numbers; a leading blank, "nan" and
// what overflows are not.
std::optional<double> parse_double(std::string_view text);
std::optional<long double> parse_long_double(std::string_view text);

// "100mb", "1g", "1k" (thousand), "1kb" (1024).
std::optional<std::uint64_t> parse_memory(std::string_view text) noexcept;

std::string format_double(double value);  // "%.17g", "inf", "-inf"
std::string format_human(
    long double value);  // "%.17Lf" without trailing zeros: INCRBYFLOAT, GEOPOS
std::string format_bytes(std::uint64_t bytes);  // "894.88K", as INFO's *_human

bool equal_case(std::string_view a, std::string_view b) noexcept;  // ASCII, as strcasecmp.
std::string lower(std::string_view text);
std::string upper(std::string_view text);

}  // namespace decnet::service::redis
