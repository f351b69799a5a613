#include "codec/http/date.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "codec/http/message.h"

namespace decnet::codec::http {

namespace {

constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes pieces off the front; once one does not fit, all later ones are zero and ok() is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t at = 0; at < digits; ++at) {
      if (at >= rest_.size() || !is_digit(rest_[at])) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_[at] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  unsigned month() {
    for (unsigned at = 0; at < kMonths.size(); ++at) {
      if (!rest_.starts_with(kMonths[at])) continue;
      rest_.remove_prefix(3);
      return at + 1;
    }
    ok_ = false;
    return 1;
  }
  void literal(char c) {
    ok_ &= rest_.starts_with(c);
    if (ok_) rest_.remove_prefix(1);
  }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool next_is_digit(std::size_t at = 0) const { return at < rest_.size() && is_digit(rest_[at]); }
  bool next_is(char c) const { return rest_.starts_with(c); }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

int full_year(int of_two_digits) {
  return of_two_digits + (of_two_digits < 70 ? 2000 : 1900);
}

}  // namespace

std::string format_date(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

std::optional<TimePoint> parse_date(std::string_view text, DateDialect dialect) {
  const bool apache = dialect == DateDialect::apache;
  const auto separator = text.find_first_of(apache ? " " : ", ");
  if (separator == std::string_view::npos) return std::nullopt;
  text.remove_prefix(separator + 1);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));

  Scanner scan(text);
  int day = 0;
  int year = 0;
  unsigned month = 1;
  const bool day_first = scan.next_is_digit();
  if (day_first) {
    day = scan.number(apache && !scan.next_is_digit(1) ? 1 : 2);
    const char gap = scan.next_is('-') ? '-' : ' ';
    scan.literal(gap);
    month = scan.month();
    scan.literal(gap);
    year = gap == '-' ? full_year(scan.number(2)) : scan.number(4);
  } else {
    month = scan.month();
    scan.literal(' ');
    day = scan.skip(' ') ? scan.number(1) : scan.number(scan.next_is_digit(1) ? 2 : 1);
  }
  scan.literal(' ');
  const int hour = scan.number(2);
  scan.literal(':');
  const int minute = scan.number(2);
  scan.literal(':');
  const int second = scan.number(2);
  if (day_first) {
    if (apache) scan.literal(' ');
  } else {
    scan.literal(' ');
    year = scan.number(4);
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!scan.ok() || !date.ok() || hour > 23 || minute > 59 || second > (apache ? 61 : 59))
    return std::nullopt;
  const TimePoint time = TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
                         std::chrono::minutes(minute) + std::chrono::seconds(second);
  // For Apache 1970-01-01 itself means that there is no date.
  if (apache && time == TimePoint{}) return std::nullopt;
  return time;
}

}  // namespace decnet::codec::http
