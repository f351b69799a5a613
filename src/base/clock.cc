#include "base/clock.h"

#include <array>
#include <charconv>

namespace decnet {
namespace {

class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  std::chrono::nanoseconds monotonic() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

void put_digits(char*& out, std::uint64_t value, int digits) {
  for (int n = digits - 1; n >= 0; --n) {
    out[n] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out += digits;
}

// Takes exactly `digits` decimal digits off the front of `text`; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t n = 0; n < digits; ++n) {
    if (text[n] < '0' || text[n] > '9') return -1;
    value = value * 10 + (text[n] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == one_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

// The part after the seconds: ".123456789", in microseconds; nullopt-like -1 where a dot has no
// digit.
std::int64_t take_fraction(std::string_view& text) {
  if (!take(text, ".,")) return 0;
  std::int64_t micros = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9';
       text.remove_prefix(1), ++digits) {
    if (digits < 6) micros = micros * 10 + (text.front() - '0');
  }
  if (digits == 0 || digits > 9) return -1;
  for (int n = digits; n < 6; ++n) micros *= 10;
  return micros;
}

}  // namespace

const Clock& Clock::system() {
  static const SystemClock clock;
  return clock;
}

void append_time(std::string& out, TimePoint time, TimeDigits digits) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto micros = static_cast<std::uint64_t>((time - day).count());
  std::array<char, 32> text{};
  char* at = text.data();
  put_digits(at, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  *at++ = '-';
  put_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  put_digits(at, static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  put_digits(at, micros / 3'600'000'000, 2);
  *at++ = ':';
  put_digits(at, micros / 60'000'000 % 60, 2);
  *at++ = ':';
  put_digits(at, micros / 1'000'000 % 60, 2);
  if (digits != TimeDigits::seconds) {
    *at++ = '.';
    if (digits == TimeDigits::millis) put_digits(at, micros / 1'000 % 1'000, 3);
    if (digits == TimeDigits::micros) put_digits(at, micros % 1'000'000, 6);
  }
  *at++ = 'Z';
  out.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

std::string format_time(TimePoint time, TimeDigits digits) {
  std::string out;
  append_time(out, time, digits);
  return out;
}

Result<TimePoint> parse_time(std::string_view text) {
  const auto refuse = [] { return fail(Errc::invalid_argument, "not an RFC 3339 time"); };
  const int year = take_digits(text, 4);
  if (year < 0 || !take(text, "-")) return refuse();
  const int month = take_digits(text, 2);
  if (month < 0 || !take(text, "-")) return refuse();
  const int day = take_digits(text, 2);
  if (day < 0 || !take(text, "Tt ")) return refuse();
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ":")) return refuse();
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ":")) return refuse();
  const int second = take_digits(text, 2);
  if (second < 0 || second > 60)
    return refuse();  // 60: a leap second, which becomes the next minute.
  const std::int64_t micros = take_fraction(text);
  if (micros < 0) return refuse();

  int offset_minutes = 0;
  if (!text.empty() && !take(text, "Zz")) {
    const bool west = text.front() == '-';
    if (!take(text, "+-")) return refuse();
    const int hours = take_digits(text, 2);
    take(text, ":");
    const int minutes = take_digits(text, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return refuse();
    offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
  }
  if (!text.empty()) return refuse();

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return refuse();
  return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second} + Duration{micros} -
         std::chrono::minutes{offset_minutes};
}

}  // namespace decnet
