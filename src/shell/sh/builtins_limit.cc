// umask, ulimit.
#include <algorithm>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

namespace {

std::string symbolic(std::uint32_t mask) {
  const auto letters = [&](std::uint32_t bits) {
    return fmt::format("{}{}{}", (bits & 4) != 0 ? "" : "r", (bits & 2) != 0 ? "" : "w",
                       (bits & 1) != 0 ? "" : "x");
  };
  return fmt::format("u={},g={},o={}", letters(mask >> 6 & 7), letters(mask >> 3 & 7),
                     letters(mask & 7));
}

// "u=rwx,g-w": what is allowed; the mask is the rest. Else the letter that is no good.
std::optional<char> change_mask(const std::string& text, std::uint32_t& mask) {
  std::uint32_t allowed = ~mask & 0777;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t who = 0;
    for (; at < text.size() && std::string_view("ugoa").find(text[at]) != std::string_view::npos;
         ++at)
      who |= text[at] == 'u' ? 0700 : text[at] == 'g' ? 070 : text[at] == 'o' ? 07 : 0777;
    if (who == 0) who = 0777;
    if (at >= text.size() || std::string_view("=+-").find(text[at]) == std::string_view::npos)
      return at < text.size() ? text[at] : '\0';
    const char with = text[at++];
    std::uint32_t bits = 0;
    for (; at < text.size() && text[at] != ','; ++at) {
      if (std::string_view("rwx").find(text[at]) == std::string_view::npos) return text[at];
      bits |= text[at] == 'r' ? 0444 : text[at] == 'w' ? 0222 : 0111;
    }
    if (at < text.size()) ++at;
    bits &= who;
    allowed = with == '+'   ? allowed | bits
              : with == '-' ? allowed & ~bits
                            : (allowed & ~who) | bits;
  }
  mask = ~allowed & 0777;
  return std::nullopt;
}

int run_umask(Interpreter& shell, Arguments& arguments, Output& output) {
  bool letters = false, command = false;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    letters = letters || arguments[i].find('S') != std::string::npos;
    command = command || arguments[i].find('p') != std::string::npos;
  }
  if (i >= arguments.size()) {
    output.out = letters ? symbolic(shell.process->umask) + "\n"
                         : fmt::format("{:04o}\n", shell.process->umask);
    if (command) output.out = (letters ? "umask -S " : "umask ") + output.out;
    return 0;
  }
  const std::string& text = arguments[i];
  if (std::isdigit(static_cast<unsigned char>(text[0])) == 0) {
    const std::optional<char> wrong = change_mask(text, shell.process->umask);
    if (!wrong) return 0;
    output.error = shell.bash()
                       ? fmt::format("umask: `{}': invalid symbolic mode character\n", *wrong)
                       : fmt::format("umask: Illegal mode: {}\n", text);
    return shell.bash() ? 1 : 2;
  }
  if (text.find_first_not_of("01234567") != std::string::npos) {
    output.error = shell.bash() ? fmt::format("umask: {}: octal number out of range\n", text)
                                : fmt::format("umask: Illegal number: {}\n", text);
    return shell.bash() ? 1 : 2;
  }
  shell.process->umask = static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 8)) & 0777;
  return 0;
}

struct Limit {
  char letter;
  std::string_view text;
  std::string_view unit;
  std::string_view value;
};
constexpr Limit kLimits[] = {{'R', "real-time non-blocking time", "microseconds, -R", "unlimited"},
                             {'c', "core file size", "blocks, -c", "0"},
                             {'d', "data seg size", "kbytes, -d", "unlimited"},
                             {'e', "scheduling priority", "-e", "0"},
                             {'f', "file size", "blocks, -f", "unlimited"},
                             {'i', "pending signals", "-i", "7643"},
                             {'l', "max locked memory", "kbytes, -l", "249136"},
                             {'m', "max memory size", "kbytes, -m", "unlimited"},
                             {'n', "open files", "-n", "1024"},
                             {'p', "pipe size", "512 bytes, -p", "8"},
                             {'q', "POSIX message queues", "bytes, -q", "819200"},
                             {'r', "real-time priority", "-r", "0"},
                             {'s', "stack size", "kbytes, -s", "8192"},
                             {'t', "cpu time", "seconds, -t", "unlimited"},
                             {'u', "max user processes", "-u", "7643"},
                             {'v', "virtual memory", "kbytes, -v", "unlimited"},
                             {'x', "file locks", "-x", "unlimited"}};

int run_ulimit(Interpreter& shell, Arguments& arguments, Output& output) {
  bool all = false;
  std::string asked;  // Letters, in their order.
  std::map<char, std::string> values;
  const auto fail = [&](std::string text) {
    output.error = std::move(text);
    return 1;
  };
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (!word.starts_with('-')) {
      if (word != "unlimited" && word != "hard" && word != "soft" &&
          (word.empty() || word.find_first_not_of("0123456789") != std::string::npos))
        return fail(shell.bash() ? fmt::format("ulimit: {}: invalid number\n", word)
                                 : fmt::format("ulimit: bad number\n"));
      if (asked.empty()) asked = "f";
      values[asked.back()] = word;
      continue;
    }
    for (const char letter : word.substr(1)) {
      if (letter == 'a') {
        all = true;
      } else if (letter != 'S' && letter != 'H') {
        const bool known = std::any_of(std::begin(kLimits), std::end(kLimits),
                                       [&](const Limit& one) { return one.letter == letter; });
        if (!known) {
          output.error = fmt::format(
              "ulimit: -{}: invalid option\n\x01ulimit: usage: ulimit "
              "[-SHabcdefiklmnpqrstuvxPRT] [limit]\n",
              letter);
          return 2;
        }
        asked += letter;
      }
    }
  }
  for (const auto& [letter, value] : values) {
    if (value != "hard" && value != "soft") shell.limits[letter] = value;
  }
  if (!values.empty()) return 0;
  if (asked.empty()) asked = "f";
  const auto row = [&](const Limit& limit) {
    const auto set = shell.limits.find(limit.letter);
    const std::string value = set != shell.limits.end() ? set->second : std::string(limit.value);
    output.out += all || asked.size() > 1 ? fmt::format("{:<20} {:>20}{}\n", limit.text,
                                                        fmt::format("({}) ", limit.unit), value)
                                          : value + "\n";
  };
  for (const Limit& limit : kLimits) {
    if (all) row(limit);
  }
  for (std::size_t i = 0; i < asked.size() && !all; ++i) {
    for (const Limit& limit : kLimits) {
      if (limit.letter == asked[i]) row(limit);
    }
  }
  return 0;
}

}  // namespace

std::vector<Builtin> limit_builtins() {
  return {{"umask", &run_umask}, {"ulimit", &run_ulimit}};
}

}  // namespace decnet::shell::sh
