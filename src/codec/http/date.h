// Dates of HTTP (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace decnet::codec::http {

std::string format_date(TimePoint time);

// Reads the three forms of the RFC: that of format_date(), "Sunday, 06-Nov-94 08:49:37 GMT" and
// "Sun Nov  6 08:49:37 1994". Neither server looks at the weekday. nginx does not need a zone,
// Apache wants something behind the seconds and takes days of one digit, too.
enum class DateDialect : std::uint8_t { nginx, apache };
std::optional<TimePoint> parse_date(std::string_view text, DateDialect dialect);

}  // namespace decnet::codec::http
