#include "shell/cmd/text.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>

#include <sys/stat.h>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

std::string text_of(const char* format, ...) {
  std::array<char, 512> small;
  std::va_list list;
  va_start(list, format);
  const int size = std::vsnprintf(small.data(), small.size(), format, list);
  va_end(list);
  if (size < 0) return {};
  if (static_cast<std::size_t>(size) < small.size()) {
    return std::string(small.data(), static_cast<std::size_t>(size));
  }
  std::string large(static_cast<std::size_t>(size), '\0');
  va_start(list, format);
  std::vsnprintf(large.data(), large.size() + 1, format, list);
  va_end(list);
  return large;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t\n\r", at);
    if (start == std::string_view::npos) break;
    const std::size_t end = text.find_first_of(" \t\n\r", start);
    words.emplace_back(text.substr(start, end - start));
    at = end == std::string_view::npos ? text.size() : end;
  }
  return words;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string all;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) all += between;
    all += part;
  }
  return all;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string all(text);
  if (all.size() < width) all.append(width - all.size(), ' ');
  return all;
}

std::string padded_left(std::string_view text, std::size_t width) {
  return (text.size() < width ? std::string(width - text.size(), ' ') : std::string()) +
         std::string(text);
}

std::string lower(std::string_view text) {
  std::string all(text);
  for (char& byte : all) byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  return all;
}

std::string quoted(std::string_view name) {
  bool odd = false;
  for (const char byte : name) {
    odd = odd || static_cast<unsigned char>(byte) < 32 || static_cast<unsigned char>(byte) > 126;
  }
  if (name.find('\'') != std::string_view::npos && !odd &&
      name.find_first_of("\"`$\\!") == std::string_view::npos) {
    return "\"" + std::string(name) + "\"";
  }
  std::string all = "'";
  bool escaping = false;
  for (const char byte : name) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 32 || code > 126) {
      if (!escaping) all += "'$'";
      escaping = true;
      constexpr std::string_view kNames = "abtnvfr";
      if (code >= 7 && code <= 13) {
        all += {'\\', kNames[code - 7U]};
      } else {
        all += text_of("\\%03o", code);
      }
      continue;
    }
    if (escaping) all += "''";
    escaping = false;
    if (byte == '\'') {
      all += "'\\''";
    } else {
      all += byte;
    }
  }
  return all + "'";
}

std::string quoted_if_odd(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:@%]{}";
  if (!name.empty() && name.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(name);
  }
  if (!name.empty() &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                             "XYZ0123456789_-./+,:@%]{}~#") == std::string_view::npos &&
      name.find_first_of("~#") != 0) {
    return std::string(name);
  }
  return quoted(name);
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<std::int64_t> signed_number_of(std::string_view text) {
  if (text.starts_with("+")) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<std::uint64_t> size_of(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::uint64_t> number = number_of(text.substr(0, digits));
  std::string_view suffix = text.substr(digits);
  if (!number) return {};
  if (suffix.empty() || suffix == "c") return number;
  std::uint64_t factor = 512;
  if (suffix != "b" && suffix != "w") {
    const std::uint64_t base = suffix.ends_with("B") && !suffix.ends_with("iB") ? 1000 : 1024;
    constexpr std::string_view kSuffixes = "kmgtpe";
    const std::size_t power = kSuffixes.find(static_cast<char>(std::tolower(suffix.front())));
    const std::string_view after = suffix.substr(1);
    if (power == std::string_view::npos || !(after.empty() || after == "B" || after == "iB")) {
      return {};
    }
    factor = 1;
    for (std::size_t step = 0; step <= power; ++step) factor *= base;
  } else if (suffix == "w") {
    factor = 2;
  }
  if (*number > std::numeric_limits<std::uint64_t>::max() / factor) return {};
  return *number * factor;
}

std::optional<double> seconds_of(std::string_view text) {
  double factor = 1;
  if (text == "inf" || text == "infinity") return 1e12;
  if (!text.empty()) {
    const char unit = text.back();
    factor = unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 1;
    if (unit == 's' || factor > 1) text.remove_suffix(1);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) {
    return {};
  }
  return std::min(number * factor, 1e12);
}

std::string human(std::uint64_t bytes, std::uint64_t base) {
  if (bytes < base) return std::to_string(bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  const auto factor = static_cast<double>(base);
  while (value >= factor && unit < 6) {
    value /= factor;
    ++unit;
  }
  const char letter = (base == 1000 ? "?kMGTPE" : "?KMGTPE")[unit];
  if (const double tenths = std::ceil(value * 10); tenths < 100) {
    return text_of("%.1f%c", tenths / 10, letter);
  }
  const double whole = std::ceil(value);
  if (whole >= factor && unit < 6) {
    return text_of("1.0%c", (base == 1000 ? "?kMGTPE" : "?KMGTPE")[unit + 1]);
  }
  return text_of("%.0f%c", whole, letter);
}

char kind_letter(Kind kind) noexcept {
  return "-dlcbps"[static_cast<std::size_t>(kind)];
}

std::uint32_t kind_bits(Kind kind) noexcept {
  constexpr std::array<std::uint32_t, 7> kBits = {S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR,
                                                  S_IFBLK, S_IFIFO, S_IFSOCK};
  return kBits[static_cast<std::size_t>(kind)];
}

std::string_view kind_name(const Stat& stat) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "regular file",       "directory", "symbolic link", "character special file",
      "block special file", "fifo",      "socket"};
  if (stat.kind == Kind::regular && stat.size == 0) return "regular empty file";
  return kNames[static_cast<std::size_t>(stat.kind)];
}

std::string mode_text(const Stat& stat) {
  std::string text(1, kind_letter(stat.kind));
  for (int shift = 6; shift >= 0; shift -= 3) {
    const std::uint32_t bits = stat.mode >> shift;
    text += (bits & 4) != 0 ? 'r' : '-';
    text += (bits & 2) != 0 ? 'w' : '-';
    text += (bits & 1) != 0 ? 'x' : '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char with, char without) {
    if ((stat.mode & bit) != 0) text[at] = text[at] == 'x' ? with : without;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return text;
}

std::int64_t seconds(TimePoint time) noexcept {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace decnet::shell::cmd
