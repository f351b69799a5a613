// echo, printf, true, false, yes, seq, dd, tee, xargs
#include <algorithm>
#include <cmath>

#include <fcntl.h>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

int echo(Io& io) {
  std::size_t at = 1;
  bool newline = true;
  bool escapes = false;
  for (; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.size() < 2 || word[0] != '-' || word.find_first_not_of("neE", 1) != std::string::npos)
      break;
    for (const char letter : word) {
      newline = newline && letter != 'n';
      escapes = letter == 'e' ? true : letter == 'E' ? false : escapes;
    }
  }
  bool ended = false;
  for (bool first = true; at < io.argc() && !ended; ++at, first = false) {
    if (!first) io.out(' ');
    io.out(escapes ? unescaped(io.arg(at), ended, true) : io.arg(at));
  }
  if (newline && !ended) io.out('\n');
  return 0;
}

int truth(Io&) {
  return 0;
}

int falsehood(Io&) {
  return 1;
}

// One %… of printf with its argument.
std::string converted(Io& io, const std::string& flags, char letter, const std::string& argument,
                      bool& ended) {
  const std::string bounded = flags.size() > 12 ? "%" : flags;
  const auto number = [&]() -> long long {
    if (argument.empty()) return 0;
    if (argument[0] == '\'' || argument[0] == '"')
      return argument.size() > 1 ? static_cast<unsigned char>(argument[1]) : 0;
    char* end = nullptr;
    const long long value = std::strtoll(argument.c_str(), &end, 0);
    if (end == argument.c_str())
      io.fail(quoted(argument) + ": expected a numeric value");
    else if (*end != '\0')
      io.fail(quoted(argument) + ": value not completely converted");
    return value;
  };
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  switch (letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return text_of((bounded + "ll" + letter).c_str(), number());
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return text_of((bounded + letter).c_str(), std::strtod(argument.c_str(), nullptr));
    case 'c':
      return text_of((bounded + "s").c_str(), argument.substr(0, 1).c_str());
    case 's':
      return text_of((bounded + "s").c_str(), argument.c_str());
    case 'b':
      return unescaped(argument, ended, true);
    case 'q':
      return quoted_if_odd(argument);
    default:
      return {};
  }
#pragma GCC diagnostic pop
}

int printf_command(Io& io) {
  std::size_t first = 1;
  if (first < io.argc() && io.arg(first) == "--") ++first;
  if (first >= io.argc()) return io.misused("missing operand");
  const std::string format = io.arg(first);
  std::size_t next = first + 1;
  bool ended = false;
  for (;;) {
    const std::size_t before = next;
    for (std::size_t at = 0; at < format.size() && !ended; ++at) {
      if (format[at] == '\\') {
        std::size_t size = 2;
        while (at + size < format.size() && size < (format[at + 1] == 'x' ? 4U : 4U) &&
               std::isxdigit(static_cast<unsigned char>(format[at + size])) != 0 &&
               (format[at + 1] == 'x' ||
                (format[at + 1] >= '0' && format[at + 1] <= '7' && format[at + size] <= '7')))
          ++size;
        io.out(unescaped(std::string_view(format).substr(at, size), ended, false));
        at += size - 1;
        continue;
      }
      if (format[at] != '%') {
        io.out(format[at]);
        continue;
      }
      std::string flags = "%";
      ++at;
      while (at < format.size() &&
             std::string_view("-+ #0123456789.*").find(format[at]) != std::string_view::npos) {
        if (format[at] == '*') {
          flags +=
              next < io.argc() ? std::to_string(signed_number_of(io.arg(next++)).value_or(0)) : "0";
        } else {
          flags += format[at];
        }
        ++at;
      }
      const char letter = at < format.size() ? format[at] : '\0';
      if (letter == '%') {
        io.out('%');
        continue;
      }
      if (std::string_view("diouxXfFeEgGcsbq").find(letter) == std::string_view::npos) {
        io.fail(flags + (letter == '\0' ? "" : std::string(1, letter)) +
                ": invalid conversion specification");
        return 1;
      }
      io.out(converted(io, flags, letter, next < io.argc() ? io.arg(next) : "", ended));
      if (next < io.argc()) ++next;
    }
    if (ended || next >= io.argc() || next == before || io.pending() > kGatheredBytesMax) break;
  }
  return io.status;
}

Task<int> yes(Process& process) {
  std::string line;
  for (std::size_t at = 1; at < process.arguments.size(); ++at)
    line += (at > 1 ? " " : "") + process.arguments[at];
  if (line.empty()) line = "y";
  line += '\n';
  std::string block;
  while (block.size() < 8192) block += line;
  for (;;) {
    const Sys<void> wrote = co_await process.write(1, block);
    if (!wrote) co_return 1;
    co_await process.breathe(8);
  }
}

bool is_decimal(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(value);
}

Task<int> seq(Process& process) {
  Io io(process);
  std::string between = "\n";
  bool equal = false;
  std::string format;
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-w" || word == "--equal-width")
      equal = true;
    else if (word == "-s" && at + 1 < io.argc())
      between = io.arg(++at);
    else if (word.starts_with("-s") && word.size() > 2)
      between = word.substr(2);
    else if (word.starts_with("--separator="))
      between = word.substr(12);
    else if (word == "-f" && at + 1 < io.argc())
      format = io.arg(++at);
    else
      words.push_back(word);
  }
  double numbers[3] = {1, 1, 1};
  bool bad = words.empty() || words.size() > 3;
  if (words.empty()) io.misused("missing operand");
  if (words.size() > 3) io.misused("extra operand " + quoted(words[3]));
  std::size_t digits = 0;
  std::size_t widest = 0;
  for (std::size_t at = 0; at < words.size() && !bad; ++at) {
    double value = 0;
    if (!is_decimal(words[at], value)) {
      io.misused("invalid floating point argument: " + quoted(words[at]));
      bad = true;
      break;
    }
    const std::size_t where = words.size() == 1 ? 2 : words.size() == 2 ? at * 2 : at;
    numbers[where] = value;
    const std::size_t dot = words[at].find('.');
    if (where != 2 && dot != std::string::npos)
      digits = std::max(digits, words[at].size() - dot - 1);
    widest = std::max(widest, words[at].size());
  }
  if (!bad && numbers[1] == 0) {
    io.misused("invalid Zero increment value: " + quoted(words[1]));
    bad = true;
  }
  if (bad) {
    co_await io.flush();
    co_return 1;
  }
  std::string out;
  const auto precision = static_cast<int>(std::min<std::size_t>(digits, 20));
  bool any = false;
  for (std::uint64_t turn = 0;; ++turn) {
    const double value = numbers[0] + static_cast<double>(turn) * numbers[1];
    const double slack = std::abs(numbers[1]) * 1e-9;
    if (numbers[1] > 0 ? value > numbers[2] + slack : value < numbers[2] - slack) break;
    if (any) out += between;
    out += equal ? text_of("%0*.*f", static_cast<int>(std::min<std::size_t>(widest, 64)), precision,
                           value)
                 : text_of("%.*f", precision, value);
    any = true;
    if (out.size() < 16384) continue;
    co_await process.breathe(40);
    const Sys<void> wrote = co_await process.write(1, out);
    if (!wrote) co_return 1;
    out.clear();
  }
  if (any) out += '\n';
  const Sys<void> wrote = co_await process.write(1, out);
  co_return wrote ? 0 : 1;
}

constexpr Command kRows[] = {{"echo", &plain<echo>},  {"printf", &plain<printf_command>},
                             {"true", &plain<truth>}, {"false", &plain<falsehood>},
                             {"yes", &yes},           {"seq", &seq}};

}  // namespace

std::span<const Command> echo_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
