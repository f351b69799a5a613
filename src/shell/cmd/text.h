// Small pieces of text that many programs print alike: numbers, sizes, modes, dates, quoted names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "shell/filesystem.h"

namespace decnet::shell::cmd {

class Io;

std::string text_of(const char* format, ...) __attribute__((format(printf, 1, 2)));

std::vector<std::string> split(std::string_view text, char at);  // Keeps empty parts.
std::vector<std::string> words_of(std::string_view text);        // At blanks; no empty ones.
std::vector<std::string_view> lines_of(std::string_view text);   // The last one may lack its end.
// Views of a text that is gone at once.
template <class Text>
requires std::is_same_v<Text, std::string> std::vector<std::string_view> lines_of(Text&& text)
= delete;
std::string join(const std::vector<std::string>& parts, std::string_view between);
std::string padded(std::string_view text, std::size_t width);       // Blanks behind it …
std::string padded_left(std::string_view text, std::size_t width);  // … and before it.
std::string lower(std::string_view text);

std::string quoted(std::string_view name);         // 'x', as coreutils names things in messages.
std::string quoted_if_odd(std::string_view name);  // Bare where a shell would take it bare.

// Decimal digits only. Nothing where there is anything else or it does not fit.
std::optional<std::uint64_t> number_of(std::string_view text);
std::optional<std::int64_t> signed_number_of(std::string_view text);
// "10", "10k", "10kB", "1M", "2b": what coreutils understand.
std::optional<std::uint64_t> size_of(std::string_view text);
std::optional<double> seconds_of(std::string_view text);  // "1.5", "2m", "1h", "3d", "inf"

// As ls -h and df -h: "4.0K", "120M"; rounds up. Powers of 1000 with `base` 1000.
std::string human(std::uint64_t bytes, std::uint64_t base = 1024);

std::string mode_text(const Stat& stat);                // "drwxr-xr-x"
char kind_letter(Kind kind) noexcept;                   // d l c b p s -
std::uint32_t kind_bits(Kind kind) noexcept;            // S_IFMT bits
std::string_view kind_name(const Stat& stat) noexcept;  // "regular empty file", "directory"

std::string date_text(TimePoint time, std::string_view format);  // strftime, UTC, with %N and %s
// What `date -d` and `touch -d` understand; relative to now.
std::optional<TimePoint> date_of(std::string_view text, TimePoint now);
std::int64_t seconds(TimePoint time) noexcept;

// Of /etc/passwd and /etc/group, as this file system has them.
struct User {
  std::string name, password, comment, home, shell;
  std::uint32_t uid = 0, gid = 0;
};
struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
};
std::vector<User> users_of(const Io& io);
std::vector<Group> groups_of(const Io& io);
std::string user_name(const Io& io, std::uint32_t uid);  // Or the number.
std::string group_name(const Io& io, std::uint32_t gid);
std::optional<User> find_user(const Io& io, std::string_view name);
std::optional<Group> find_group(const Io& io, std::string_view name);

// "\n", "\t", "\101", "\x41" … as echo -e and printf know them; true in `ended` where "\c" came.
std::string unescaped(std::string_view text, bool& ended, bool echo_octal);
bool glob_matches(std::string_view pattern, std::string_view name, bool fold = false);

}  // namespace decnet::shell::cmd
