// Dates: strftime and what `date -d` reads.
#include <array>
#include <cctype>
#include <ctime>

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::tm parts_of(TimePoint time) {
  const std::time_t whole = static_cast<std::time_t>(seconds(time));
  std::tm parts{};
  gmtime_r(&whole, &parts);
  return parts;
}

struct Reader {
  std::tm parts{};
  std::int64_t offset = 0;  // Seconds to add.
  bool dated = false, timed = false, failed = false;
};

int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t at = 0; at < kMonths.size(); ++at) {
    if (word.size() >= 3 && word.substr(0, 3) == kMonths[at]) return static_cast<int>(at);
  }
  return -1;
}

bool is_day(std::string_view word) {
  constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed",
                                                     "thu", "fri", "sat"};
  for (const std::string_view day : kDays) {
    if (word.starts_with(day)) return true;
  }
  return false;
}

std::int64_t unit_of(std::string_view word) {
  if (word.ends_with("s") && word.size() > 3) word.remove_suffix(1);
  if (word == "sec" || word == "second") return 1;
  if (word == "min" || word == "minute") return 60;
  if (word == "hour") return 3600;
  if (word == "day") return 86400;
  if (word == "week") return 7 * 86400;
  if (word == "month") return -1;
  if (word == "year") return -12;
  return 0;
}

bool read_date(std::string_view word, Reader& reader) {
  int year = 0;
  int month = 0;
  int day = 0;
  int read = 0;
  const std::string text(word);
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &read) == 3 ||
      std::sscanf(text.c_str(), "%4d/%2d/%2d%n", &year, &month, &day, &read) == 3) {
    if (static_cast<std::size_t>(read) != text.size()) return false;
  } else if (text.size() == 8 && number_of(text)) {
    const auto number = static_cast<int>(*number_of(text));
    year = number / 10000;
    month = number / 100 % 100;
    day = number % 100;
  } else {
    return false;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  reader.parts.tm_year = year - 1900;
  reader.parts.tm_mon = month - 1;
  reader.parts.tm_mday = day;
  reader.dated = true;
  return true;
}

bool read_time(std::string_view word, Reader& reader) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::string text(word);
  const int count = std::sscanf(text.c_str(), "%2d:%2d:%2d", &hour, &minute, &second);
  if (count < 2 || hour > 23 || minute > 59 || second > 60) return false;
  reader.parts.tm_hour = hour;
  reader.parts.tm_min = minute;
  reader.parts.tm_sec = second;
  reader.timed = true;
  return true;
}

void read_word(const std::vector<std::string>& words, std::size_t& at, Reader& reader) {
  std::string word = words[at];
  while (!word.empty() && word.back() == ',') word.pop_back();
  if (const std::size_t middle = word.find('t'); middle == 10 && word[4] == '-') {
    if (!read_date(word.substr(0, 10), reader) || !read_time(word.substr(11), reader)) {
      reader.failed = true;
    }
    return;
  }
  if (word == "now" || word == "today" || word == "utc" || word == "gmt" || word == "z" ||
      is_day(word) || word == "+0000") {
    return;
  }
  if (word == "yesterday" || word == "tomorrow") {
    reader.offset += word == "tomorrow" ? 86400 : -86400;
    return;
  }
  if (read_date(word, reader) || read_time(word, reader)) return;
  if (const int month = month_of(word); month >= 0) {
    reader.parts.tm_mon = month;
    reader.dated = true;
    return;
  }
  const auto number = signed_number_of(word == "next" ? "1" : word == "last" ? "-1" : word);
  if (number && *number > -100'000'000 && *number < 100'000'000) {
    const std::int64_t unit = at + 1 < words.size() ? unit_of(words[at + 1]) : 0;
    if (unit != 0) {
      const bool ago = at + 2 < words.size() && words[at + 2] == "ago";
      const std::int64_t amount = ago ? -*number : *number;
      at += ago ? 2 : 1;
      if (unit < 0) {
        reader.parts.tm_mon += static_cast<int>(amount * -unit);
      } else {
        reader.offset += amount * unit;
      }
      return;
    }
    if (*number >= 1 && *number <= 31) {
      reader.parts.tm_mday = static_cast<int>(*number);
      reader.dated = true;
      return;
    }
    if (*number > 1900 && *number < 10000) {
      reader.parts.tm_year = static_cast<int>(*number - 1900);
      return;
    }
  }
  reader.failed = true;
}

}  // namespace

std::string date_text(TimePoint time, std::string_view format) {
  const std::tm parts = parts_of(time);
  std::string all;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 >= format.size()) {
      all += format[at];
      continue;
    }
    std::string flags = "%";
    ++at;
    while (at + 1 < format.size() &&
           std::string_view("-_0^#:").find(format[at]) != std::string_view::npos) {
      flags += format[at++];
    }
    std::string width;
    while (at + 1 < format.size() && std::isdigit(static_cast<unsigned char>(format[at])) != 0) {
      width += format[at++];
    }
    const char letter = format[at];
    const std::int64_t micros = to_micros(time) - seconds(time) * 1'000'000;
    if (letter == 'N') {
      std::string digits = text_of("%06lld000", static_cast<long long>(micros));
      if (!width.empty()) digits.resize(std::min<std::size_t>(number_of(width).value_or(9), 9));
      all += digits;
    } else if (letter == 's') {
      all += std::to_string(seconds(time));
    } else if (letter == 'Z') {
      all += "UTC";
    } else if (letter == 'z') {
      all += flags.find(':') != std::string::npos ? "+00:00" : "+0000";
    } else {
      std::array<char, 256> buffer;
      const std::string one = flags + width.substr(0, 2) + letter;
      const std::size_t size = std::strftime(buffer.data(), buffer.size(), one.c_str(), &parts);
      all.append(buffer.data(), size);
    }
  }
  return all;
}

std::optional<TimePoint> date_of(std::string_view text, TimePoint now) {
  const std::string folded = lower(text);
  std::vector<std::string> words = words_of(folded);
  if (words.size() == 1 && words[0].starts_with("@")) {
    const auto number = signed_number_of(std::string_view(words[0]).substr(1));
    if (!number || *number > 100'000'000'000 || *number < -100'000'000'000) return {};
    return TimePoint{std::chrono::seconds(*number)};
  }
  Reader reader;
  reader.parts = parts_of(now);
  for (std::size_t at = 0; at < words.size() && !reader.failed; ++at) read_word(words, at, reader);
  if (reader.failed) return {};
  if ((reader.dated && !reader.timed) || words.empty()) {
    reader.parts.tm_hour = reader.parts.tm_min = reader.parts.tm_sec = 0;
  }
  const std::int64_t whole = timegm(&reader.parts) + reader.offset;
  const bool exact = !reader.dated && !reader.timed && !words.empty();
  const std::int64_t micros = exact ? to_micros(now) - seconds(now) * 1'000'000 : 0;
  return from_micros(whole * 1'000'000 + micros);
}

}  // namespace decnet::shell::cmd
