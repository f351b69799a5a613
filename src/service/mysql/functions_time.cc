#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "service/mysql/functions.h"

namespace decnet::service::mysql {

namespace {

using Arguments = std::vector<Value>;
using namespace std::chrono;

std::int64_t now_s(const Engine& engine) {
  return to_micros(engine.now()) / 1'000'000;
}

year_month_day day_of(std::int64_t seconds) {
  return year_month_day{floor<days>(sys_seconds{std::chrono::seconds{seconds}})};
}
std::int64_t of_day(std::int64_t seconds) {
  return ((seconds % 86'400) + 86'400) % 86'400;
}

std::string fraction(const Engine& engine, const Arguments& a) {
  const std::int64_t digits = a.empty() ? 0 : std::clamp<std::int64_t>(to_integer(a[0]), 0, 6);
  if (digits == 0) return {};
  return "." + fmt::format("{:06}", to_micros(engine.now()) % 1'000'000)
                   .substr(0, static_cast<std::size_t>(digits));
}

Value current(Engine& engine, const Expr&, Arguments& a) {
  return datetime_text(now_s(engine)) + fraction(engine, a);
}
Value current_day(Engine& engine, const Expr&, Arguments&) {
  return date_text(now_s(engine));
}
Value current_clock(Engine& engine, const Expr&, Arguments& a) {
  return datetime_text(now_s(engine)).substr(11) + fraction(engine, a);
}

Value unix_timestamp(Engine& engine, const Expr&, Arguments& a) {
  if (a.empty()) return now_s(engine);
  const auto at = parse_datetime(to_text(a[0]));
  return at ? Value(*at) : Value(std::int64_t{0});
}

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

std::string formatted(std::int64_t at, std::string_view pattern) {
  const year_month_day day = day_of(at);
  const auto month = static_cast<unsigned>(day.month());
  const std::int64_t clock = of_day(at);
  const unsigned week = weekday{sys_days{day}}.c_encoding();
  std::string out;
  for (std::size_t n = 0; n < pattern.size() && out.size() < 4096; ++n) {
    if (pattern[n] != '%' || n + 1 == pattern.size()) {
      out += pattern[n];
      continue;
    }
    const std::int64_t hour12 = (clock / 3600 + 11) % 12 + 1;
    switch (pattern[++n]) {
      case 'Y':
        out += fmt::format("{:04}", static_cast<int>(day.year()));
        break;
      case 'y':
        out += fmt::format("{:02}", static_cast<int>(day.year()) % 100);
        break;
      case 'm':
        out += fmt::format("{:02}", month);
        break;
      case 'c':
        out += fmt::format("{}", month);
        break;
      case 'M':
        out += kMonths[month - 1];
        break;
      case 'b':
        out += kMonths[month - 1].substr(0, 3);
        break;
      case 'd':
        out += fmt::format("{:02}", static_cast<unsigned>(day.day()));
        break;
      case 'e':
        out += fmt::format("{}", static_cast<unsigned>(day.day()));
        break;
      case 'H':
        out += fmt::format("{:02}", clock / 3600);
        break;
      case 'k':
        out += fmt::format("{}", clock / 3600);
        break;
      case 'h':
      case 'I':
        out += fmt::format("{:02}", hour12);
        break;
      case 'l':
        out += fmt::format("{}", hour12);
        break;
      case 'i':
        out += fmt::format("{:02}", clock / 60 % 60);
        break;
      case 's':
      case 'S':
        out += fmt::format("{:02}", clock % 60);
        break;
      case 'f':
        out += "000000";
        break;
      case 'p':
        out += clock < 43'200 ? "AM" : "PM";
        break;
      case 'W':
        out += kDays[week];
        break;
      case 'a':
        out += kDays[week].substr(0, 3);
        break;
      case 'w':
        out += fmt::format("{}", week);
        break;
      case 'T':
        out += datetime_text(at).substr(11);
        break;
      case 'r':
        out += fmt::format("{:02}:{:02}:{:02} {}", hour12, clock / 60 % 60, clock % 60,
                           clock < 43'200 ? "AM" : "PM");
        break;
      case 'j':
        out +=
            fmt::format("{:03}", (sys_days{day} - sys_days{day.year() / January / 1}).count() + 1);
        break;
      default:
        out += pattern[n];
    }
  }
  return out;
}

Value date_format(Engine&, const Expr&, Arguments& a) {
  const auto at = parse_datetime(to_text(a[0]));
  return at ? Value(formatted(*at, to_text(a[1]))) : Value();
}

Value from_unixtime(Engine&, const Expr&, Arguments& a) {
  const std::int64_t at = to_integer(a[0]);
  if (at < 0 || at > 4'294'967'295) return {};
  return a.size() > 1 ? formatted(at, to_text(a[1])) : datetime_text(at);
}

// Only the patterns that write every part with all its digits.
Value str_to_date(Engine&, const Expr&, Arguments& a) {
  const auto at = parse_datetime(to_text(a[0]));
  if (!at) return {};
  return to_text(a[1]).find('H') == std::string::npos ? date_text(*at) : datetime_text(*at);
}

std::int64_t part_of(std::int64_t at, std::string_view part) {
  const year_month_day day = day_of(at);
  const std::int64_t clock = of_day(at);
  if (part == "YEAR") return static_cast<int>(day.year());
  if (part == "MONTH") return static_cast<unsigned>(day.month());
  if (part == "DAY" || part == "DAYOFMONTH") return static_cast<unsigned>(day.day());
  if (part == "HOUR") return clock / 3600;
  if (part == "MINUTE") return clock / 60 % 60;
  if (part == "SECOND") return clock % 60;
  if (part == "QUARTER") return (static_cast<unsigned>(day.month()) + 2) / 3;
  if (part == "DAYOFWEEK") return weekday{sys_days{day}}.c_encoding() + 1;
  if (part == "WEEKDAY") return (weekday{sys_days{day}}.c_encoding() + 6) % 7;
  if (part == "DAYOFYEAR" || part == "WEEK") {
    const auto n = (sys_days{day} - sys_days{day.year() / January / 1}).count();
    return part == "WEEK" ? n / 7 : n + 1;
  }
  if (part == "TO_DAYS") return sys_days{day}.time_since_epoch().count() + 719'528;
  return 0;
}

Value part(Engine&, const Expr& expr, Arguments& a) {
  const auto at = parse_datetime(to_text(a[0]));
  return at ? Value(part_of(*at, expr.name == "EXTRACT" ? expr.table : expr.name)) : Value();
}

Value names(Engine&, const Expr& expr, Arguments& a) {
  const auto at = parse_datetime(to_text(a[0]));
  if (!at) return {};
  return formatted(*at, expr.name == "DAYNAME" ? "%W" : "%M");
}

Value difference(Engine&, const Expr& expr, Arguments& a) {
  const auto first = parse_datetime(to_text(a[0]));
  const auto second = parse_datetime(to_text(a[1]));
  if (!first || !second) return {};
  const auto day = [](std::int64_t at) { return (at - of_day(at)) / 86'400; };
  if (expr.name == "DATEDIFF") return day(*first) - day(*second);
  const std::int64_t seconds = *second - *first;
  if (expr.table == "SECOND") return seconds;
  if (expr.table == "MINUTE") return seconds / 60;
  if (expr.table == "HOUR") return seconds / 3600;
  if (expr.table == "WEEK") return seconds / 604'800;
  if (expr.table == "DAY") return seconds / 86'400;
  const std::int64_t months = (part_of(*second, "YEAR") - part_of(*first, "YEAR")) * 12 +
                              part_of(*second, "MONTH") - part_of(*first, "MONTH");
  return expr.table == "YEAR" ? months / 12 : months;
}

Value day_only(Engine&, const Expr& expr, Arguments& a) {
  const auto at = parse_datetime(to_text(a[0]));
  if (!at) return {};
  return expr.name == "DATE"
             ? date_text(*at)
             : (expr.name == "TIME" ? datetime_text(*at).substr(11) : datetime_text(*at));
}

Value clock_text(Engine&, const Expr&, Arguments& a) {
  const std::int64_t seconds = std::clamp<std::int64_t>(to_integer(a[0]), -3'020'399, 3'020'399);
  const std::int64_t size = seconds < 0 ? -seconds : seconds;
  return fmt::format("{}{:02}:{:02}:{:02}", seconds < 0 ? "-" : "", size / 3600, size / 60 % 60,
                     size % 60);
}

constexpr Function kFunctions[] = {
    {"NOW", 0, 1, current, Rule::datetime, 19, true},
    {"CURRENT_TIMESTAMP", 0, 1, current, Rule::datetime, 19, true},
    {"LOCALTIME", 0, 1, current, Rule::datetime, 19, true},
    {"LOCALTIMESTAMP", 0, 1, current, Rule::datetime, 19, true},
    {"SYSDATE", 0, 1, current, Rule::datetime, 19, true},
    {"UTC_TIMESTAMP", 0, 1, current, Rule::datetime, 19, true},
    {"CURDATE", 0, 0, current_day, Rule::date, 10, true},
    {"CURRENT_DATE", 0, 0, current_day, Rule::date, 10, true},
    {"UTC_DATE", 0, 0, current_day, Rule::date, 10, true},
    {"CURTIME", 0, 1, current_clock, Rule::time, 10, true},
    {"CURRENT_TIME", 0, 1, current_clock, Rule::time, 10, true},
    {"UTC_TIME", 0, 1, current_clock, Rule::time, 10, true},
    {"UNIX_TIMESTAMP", 0, 1, unix_timestamp, Rule::integer, 17},
    {"FROM_UNIXTIME", 1, 2, from_unixtime, Rule::datetime, 19},
    {"DATE_FORMAT", 2, 3, date_format, Rule::text, 4},
    {"TIME_FORMAT", 2, 2, date_format, Rule::text, 4},
    {"STR_TO_DATE", 2, 2, str_to_date, Rule::date, 10},
    {"DATE", 1, 1, day_only, Rule::date, 10},
    {"TIME", 1, 1, day_only, Rule::time, 10},
    {"TIMESTAMP", 1, 2, day_only, Rule::datetime, 19},
    {"YEAR", 1, 1, part, Rule::integer, 5},
    {"MONTH", 1, 1, part, Rule::integer, 3},
    {"DAY", 1, 1, part, Rule::integer, 3},
    {"DAYOFMONTH", 1, 1, part, Rule::integer, 3},
    {"HOUR", 1, 1, part, Rule::integer, 3},
    {"MINUTE", 1, 1, part, Rule::integer, 3},
    {"SECOND", 1, 1, part, Rule::integer, 3},
    {"QUARTER", 1, 1, part, Rule::integer, 2},
    {"DAYOFWEEK", 1, 1, part, Rule::integer, 1},
    {"WEEKDAY", 1, 1, part, Rule::integer, 1},
    {"DAYOFYEAR", 1, 1, part, Rule::integer, 3},
    {"WEEK", 1, 2, part, Rule::integer, 3},
    {"TO_DAYS", 1, 1, part, Rule::integer, 7},
    {"EXTRACT", 1, 1, part, Rule::integer, 5},
    {"DAYNAME", 1, 1, names, Rule::text, 9},
    {"MONTHNAME", 1, 1, names, Rule::text, 9},
    {"DATEDIFF", 2, 2, difference, Rule::integer, 8},
    {"TIMESTAMPDIFF", 2, 2, difference, Rule::integer, 21},
    {"SEC_TO_TIME", 1, 1, clock_text, Rule::time, 10},
};

std::int64_t unit_seconds(std::string_view unit) {
  if (unit == "SECOND") return 1;
  if (unit == "MINUTE") return 60;
  if (unit == "HOUR") return 3600;
  if (unit == "DAY") return 86'400;
  if (unit == "WEEK") return 604'800;
  return 0;
}

}  // namespace

std::span<const Function> time_functions() {
  return kFunctions;
}

std::optional<std::int64_t> parse_datetime(std::string_view text) {
  std::array<int, 6> parts{};
  std::size_t count = 0;
  std::size_t at = 0;
  while (at < text.size() && count < parts.size()) {
    const auto done = std::from_chars(text.data() + at, text.data() + text.size(), parts[count]);
    if (done.ec != std::errc()) return std::nullopt;
    at = static_cast<std::size_t>(done.ptr - text.data());
    ++count;
    if (at < text.size() && std::string_view("-/.: T").find(text[at]) == std::string_view::npos)
      return std::nullopt;
    if (count == 6) break;
    ++at;
  }
  if (count == 1 && parts[0] > 10'000'000)
    parts = {parts[0] / 10'000, parts[0] / 100 % 100, parts[0] % 100, 0, 0, 0};
  else if (count < 3)
    return std::nullopt;
  const year_month_day day{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                           std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!day.ok() || parts[0] < 0 || parts[0] > 9999 || parts[3] > 23 || parts[4] > 59 ||
      parts[5] > 59)
    return std::nullopt;
  return sys_days{day}.time_since_epoch().count() * 86'400LL + parts[3] * 3600 + parts[4] * 60 +
         parts[5];
}

std::string date_text(std::int64_t seconds) {
  const year_month_day day =
      day_of(std::clamp<std::int64_t>(seconds, -62'167'219'200, 253'402'300'799));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string datetime_text(std::int64_t seconds) {
  const std::int64_t clock = of_day(seconds);
  return fmt::format("{} {:02}:{:02}:{:02}", date_text(seconds), clock / 3600, clock / 60 % 60,
                     clock % 60);
}

Value date_arithmetic(Engine& engine, char sign, const Value& date, const Expr& interval,
                      const Scope& scope) {
  const Value amount_value = engine.evaluate(*interval.args.at(0), scope);
  const std::string text = to_text(date);
  const auto at = parse_datetime(text);
  if (!at || is_null(amount_value)) return {};
  const std::int64_t amount =
      std::clamp<std::int64_t>(to_integer(amount_value), -100'000'000, 100'000'000) *
      (sign == '-' ? -1 : 1);
  const std::int64_t by = unit_seconds(interval.name);
  const bool only_day = text.size() <= 10 && (by == 0 || by >= 86'400);
  std::int64_t out = *at;
  if (by > 0) {
    out += amount * by;
  } else {
    const std::int64_t step = interval.name == "YEAR" ? 12 : (interval.name == "QUARTER" ? 3 : 1);
    const year_month_day day = day_of(*at);
    const std::int64_t months_total = std::clamp<std::int64_t>(amount * step, -120'000, 120'000);
    year_month_day moved = day + months{static_cast<int>(months_total)};
    if (!moved.ok()) moved = moved.year() / moved.month() / last;
    out = sys_days{moved}.time_since_epoch().count() * 86'400LL + of_day(*at);
  }
  if (out < -62'167'219'200 || out > 253'402'300'799) return {};
  return only_day ? date_text(out) : datetime_text(out);
}

}  // namespace decnet::service::mysql
