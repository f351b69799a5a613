// Users and groups, escapes, and the patterns of a shell.
#include <cctype>

#include "shell/cmd/io.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

std::vector<User> users_of(const Io& io) {
  std::vector<User> users;
  const std::string text = io.files.read_file("/etc/passwd", Credentials{}).value_or("");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> parts = split(line, ':');
    if (parts.size() < 7) continue;
    User user;
    user.name = parts[0];
    user.password = parts[1];
    user.uid = static_cast<std::uint32_t>(number_of(parts[2]).value_or(65534));
    user.gid = static_cast<std::uint32_t>(number_of(parts[3]).value_or(65534));
    user.comment = parts[4];
    user.home = parts[5];
    user.shell = parts[6];
    users.push_back(std::move(user));
  }
  return users;
}

std::vector<Group> groups_of(const Io& io) {
  std::vector<Group> groups;
  const std::string text = io.files.read_file("/etc/group", Credentials{}).value_or("");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> parts = split(line, ':');
    if (parts.size() < 4) continue;
    Group group;
    group.name = parts[0];
    group.gid = static_cast<std::uint32_t>(number_of(parts[2]).value_or(65534));
    if (!parts[3].empty()) group.members = split(parts[3], ',');
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string user_name(const Io& io, std::uint32_t uid) {
  for (User& user : users_of(io)) {
    if (user.uid == uid) return std::move(user.name);
  }
  return std::to_string(uid);
}

std::string group_name(const Io& io, std::uint32_t gid) {
  for (Group& group : groups_of(io)) {
    if (group.gid == gid) return std::move(group.name);
  }
  return std::to_string(gid);
}

std::optional<User> find_user(const Io& io, std::string_view name) {
  for (User& user : users_of(io)) {
    if (user.name == name) return std::move(user);
  }
  return {};
}

std::optional<Group> find_group(const Io& io, std::string_view name) {
  for (Group& group : groups_of(io)) {
    if (group.name == name) return std::move(group);
  }
  return {};
}

namespace {

// Reads up to `most` digits of `base`; the count of those read.
std::size_t digits(std::string_view text, std::size_t at, std::size_t most, unsigned base,
                   unsigned& number) {
  std::size_t count = 0;
  number = 0;
  while (count < most && at + count < text.size()) {
    const char byte = text[at + count];
    unsigned digit = 99;
    if (byte >= '0' && byte <= '9') digit = static_cast<unsigned>(byte - '0');
    if (base == 16 && std::isxdigit(static_cast<unsigned char>(byte)) != 0 && digit == 99) {
      digit = static_cast<unsigned>(std::tolower(byte) - 'a' + 10);
    }
    if (digit >= base) break;
    number = number * base + digit;
    ++count;
  }
  return count;
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | ((code >> 18) & 7));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string unescaped(std::string_view text, bool& ended, bool echo_octal) {
  std::string out;
  ended = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at];
      continue;
    }
    const char letter = text[++at];
    constexpr std::string_view kLetters = "abtnvfr";
    unsigned number = 0;
    if (const std::size_t found = kLetters.find(letter); found != std::string_view::npos) {
      out += static_cast<char>(7 + found);
    } else if (letter == 'e') {
      out += '\033';
    } else if (letter == '\\') {
      out += '\\';
    } else if (letter == 'c') {
      ended = true;
      return out;
    } else if (letter == 'x' && digits(text, at + 1, 2, 16, number) > 0) {
      at += digits(text, at + 1, 2, 16, number);
      out += static_cast<char>(number);
    } else if ((letter == 'u' || letter == 'U') &&
               digits(text, at + 1, letter == 'u' ? 4 : 8, 16, number) > 0) {
      at += digits(text, at + 1, letter == 'u' ? 4 : 8, 16, number);
      append_utf8(out, number);
    } else if (letter >= '0' && letter <= '7') {
      const bool zero = echo_octal && letter == '0';
      const std::size_t count = digits(text, zero ? at + 1 : at, 3, 8, number);
      at += zero ? count : count - 1;
      out += static_cast<char>(number);
    } else {
      out += '\\';
      out += letter;
    }
  }
  return out;
}

namespace {

bool in_class(std::string_view name, unsigned char byte) {
  if (name == "alpha") return std::isalpha(byte) != 0;
  if (name == "digit") return std::isdigit(byte) != 0;
  if (name == "alnum") return std::isalnum(byte) != 0;
  if (name == "upper") return std::isupper(byte) != 0;
  if (name == "lower") return std::islower(byte) != 0;
  if (name == "space") return std::isspace(byte) != 0;
  if (name == "punct") return std::ispunct(byte) != 0;
  return name == "xdigit" && std::isxdigit(byte) != 0;
}

// A "[…]" at `at` against one byte; moves `at` behind it. Nothing: it is no bracket.
std::optional<bool> bracket(std::string_view pattern, std::size_t& at, unsigned char byte) {
  std::size_t here = at + 1;
  bool inverted = false;
  bool found = false;
  if (here < pattern.size() && (pattern[here] == '!' || pattern[here] == '^')) {
    inverted = true;
    ++here;
  }
  for (bool first = true; here < pattern.size(); first = false) {
    if (pattern[here] == ']' && !first) {
      at = here + 1;
      return found != inverted;
    }
    if (pattern.substr(here).starts_with("[:")) {
      const std::size_t end = pattern.find(":]", here + 2);
      if (end != std::string_view::npos) {
        found = found || in_class(pattern.substr(here + 2, end - here - 2), byte);
        here = end + 2;
        continue;
      }
    }
    if (pattern[here] == '\\' && here + 1 < pattern.size()) ++here;
    const auto low = static_cast<unsigned char>(pattern[here++]);
    auto high = low;
    if (here + 1 < pattern.size() && pattern[here] == '-' && pattern[here + 1] != ']') {
      high = static_cast<unsigned char>(pattern[here + 1]);
      here += 2;
    }
    found = found || (byte >= low && byte <= high);
  }
  return {};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name, bool fold) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;  // Where to go on after a mismatch.
  std::size_t star_in = 0;
  while (in < name.size() || at < pattern.size()) {
    bool fits = false;
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_in = in;
      continue;
    }
    if (at < pattern.size() && in < name.size()) {
      std::size_t next = at + 1;
      if (pattern[at] == '?') {
        fits = true;
      } else if (pattern[at] == '[') {
        std::size_t behind = at;
        const auto met = bracket(pattern, behind, static_cast<unsigned char>(name[in]));
        fits = met ? *met : name[in] == '[';
        if (met) next = behind;
      } else {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) next = ++at + 1;
        fits = pattern[at] == name[in] ||
               (fold && std::tolower(static_cast<unsigned char>(pattern[at])) ==
                            std::tolower(static_cast<unsigned char>(name[in])));
      }
      if (fits) {
        at = next;
        ++in;
        continue;
      }
    }
    if (star == std::string_view::npos || star_in >= name.size()) return false;
    at = star;
    in = ++star_in;
  }
  return true;
}

}  // namespace decnet::shell::cmd
