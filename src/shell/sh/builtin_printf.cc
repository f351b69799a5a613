// printf.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

constexpr int kWidthMax = 65'536;  // Of one field; wider ones are cut to it.

struct Spec {
  bool left = false, plus = false, space = false, zero = false, alternate = false;
  int width = 0;
  int precision = -1;

  std::string format(std::string_view length, char kind) const {
    std::string out = "%";
    if (left) out += '-';
    if (plus) out += '+';
    if (space) out += ' ';
    if (zero) out += '0';
    if (alternate) out += '#';
    if (width > 0) out += std::to_string(width);
    if (precision >= 0) out += "." + std::to_string(precision);
    return out.append(length) + kind;
  }
};

template <typename Number>
std::string formatted(const std::string& format, Number number) {
  char small[128];
  const int size = std::snprintf(small, sizeof small, format.c_str(), number);
  if (size < 0) return {};
  if (static_cast<std::size_t>(size) < sizeof small) return small;
  std::string large(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(large.data(), large.size(), format.c_str(), number);
  large.pop_back();
  return large;
}

std::string padded(const Spec& spec, std::string text) {
  if (spec.precision >= 0 && text.size() > static_cast<std::size_t>(spec.precision))
    text.resize(static_cast<std::size_t>(spec.precision));
  const auto width = static_cast<std::size_t>(spec.width);
  if (text.size() >= width) return text;
  const std::string gap(width - text.size(), ' ');
  return spec.left ? text + gap : gap + text;
}

class Printf {
 public:
  Printf(Interpreter& shell, const Arguments& arguments, std::size_t first, Output& output)
      : shell_(shell), arguments_(arguments), next_(first), output_(output) {}

  int run(const std::string& format, std::string& out) {
    do {
      const std::size_t before = next_;
      if (!once(format, out)) break;
      if (next_ == before) break;
    } while (next_ < arguments_.size() && out.size() < kExpansionBytesMax);
    return status_;
  }

 private:
  const std::string& take() {
    static const std::string nothing;
    return next_ < arguments_.size() ? arguments_[next_++] : nothing;
  }

  void complain(const std::string& text, std::string_view end) {
    if (shell_.bash())
      output_.error += fmt::format("printf: {}: invalid number\n", text);
    else
      output_.error +=
          fmt::format("printf: {}: {}\n", text,
                      end == text ? "expected numeric value" : "not completely converted");
    status_ = 1;
  }

  long long number() {
    if (next_ >= arguments_.size()) return 0;
    const std::string& text = take();
    if (text.size() > 1 && (text[0] == '\'' || text[0] == '"'))
      return static_cast<unsigned char>(text[1]);
    char* end = nullptr;
    errno = 0;
    const long long value = std::strtoll(text.c_str(), &end, 0);
    if (*end != '\0' || (text.empty() && !shell_.bash())) {
      complain(text, end);
    } else if (errno == ERANGE) {
      output_.error += fmt::format("printf: {}{}: Numerical result out of range\n",
                                   shell_.bash() ? "warning: " : "", text);
      if (!shell_.bash()) status_ = 1;
    }
    return value;
  }

  long double real() {
    if (next_ >= arguments_.size()) return 0;
    const std::string& text = take();
    if (text.size() > 1 && (text[0] == '\'' || text[0] == '"'))
      return static_cast<unsigned char>(text[1]);
    char* end = nullptr;
    const long double value = std::strtold(text.c_str(), &end);
    if (*end != '\0') complain(text, end);
    return value;
  }

  bool once(const std::string& format, std::string& out) {
    const Escapes kind = shell_.bash() ? Escapes::printf : Escapes::dash_format;
    for (std::size_t at = 0; at < format.size();) {
      if (format[at] == '\\') {
        if (at + 1 < format.size() && format[at + 1] == 'c' && !shell_.bash()) return false;
        append_escape(out, format, at, kind);
      } else if (format[at] != '%') {
        out.push_back(format[at++]);
      } else if (format.compare(at, 2, "%%") == 0) {
        out.push_back('%');
        at += 2;
      } else if (!conversion(format, at, out)) {
        return false;
      }
    }
    return true;
  }

  int count(const std::string& format, std::size_t& at) {
    if (at < format.size() && format[at] == '*') {
      ++at;
      return static_cast<int>(
          std::max<long long>(-kWidthMax, std::min<long long>(number(), kWidthMax)));
    }
    int value = 0;
    for (; at < format.size() && std::isdigit(static_cast<unsigned char>(format[at])) != 0; ++at)
      value = std::min(kWidthMax, value * 10 + (format[at] - '0'));
    return value;
  }

  bool conversion(const std::string& format, std::size_t& at, std::string& out) {
    Spec spec;
    const std::size_t begin = at++;
    for (; at < format.size(); ++at) {
      const char flag = format[at];
      if (flag == '-')
        spec.left = true;
      else if (flag == '+')
        spec.plus = true;
      else if (flag == ' ')
        spec.space = true;
      else if (flag == '0')
        spec.zero = true;
      else if (flag == '#')
        spec.alternate = true;
      else
        break;
    }
    spec.width = count(format, at);
    if (spec.width < 0) {
      spec.left = true;
      spec.width = -spec.width;
    }
    if (at < format.size() && format[at] == '.') {
      ++at;
      spec.precision = count(format, at);
    }
    while (shell_.bash() && at < format.size() &&
           std::string_view("hlLjzt").find(format[at]) != std::string_view::npos)
      ++at;
    const char kind = at < format.size() ? format[at++] : '\0';
    if (kind == '(' && shell_.bash()) return time(format, at, spec, out);
    return one(kind, spec, format.substr(begin, at - begin), out);
  }

  bool one(char kind, const Spec& spec, const std::string& written, std::string& out) {
    switch (kind) {
      case 's':
        out += padded(spec, take());
        return true;
      case 'b':
        return escaped(spec, out);
      case 'q':
      case 'Q':
        if (!shell_.bash()) break;
        out += padded(spec, backslash_quote(take()));
        return true;
      case 'c':
        out += padded(spec, take().substr(0, 1));
        return true;
      case 'n':
        if (!shell_.bash()) break;
        shell_.set(take(), std::to_string(out.size()));
        return true;
      case 'd':
      case 'i':
        out += formatted(spec.format("ll", 'd'), number());
        return true;
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        out += formatted(spec.format("ll", kind), number());
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        out += formatted(spec.format("L", kind), real());
        return true;
      default:
        break;
    }
    if (!shell_.bash()) {
      output_.error += kind == '\0' ? "printf: missing format character\n"
                                    : fmt::format("printf: {}: invalid directive\n", written);
      status_ = 2;
      return false;
    }
    output_.error += kind == '\0' ? fmt::format("printf: `{}': missing format character\n", written)
                                  : fmt::format("printf: `{}': invalid format character\n", kind);
    status_ = 1;
    return false;
  }

  bool escaped(const Spec& spec, std::string& out) {
    const std::string text = take();
    const Escapes kind = shell_.bash() ? Escapes::argument : Escapes::dash;
    std::string made;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] != '\\') {
        made.push_back(text[i++]);
      } else if (!append_escape(made, text, i, kind)) {
        out += padded(spec, made);
        return false;
      }
    }
    out += padded(spec, made);
    return true;
  }

  // %(format)T: seconds since the epoch; -1 or none: now; -2: when the shell began.
  bool time(const std::string& format, std::size_t& at, const Spec& spec, std::string& out) {
    const std::size_t close = format.find(')', at);
    if (close == std::string::npos || close + 1 >= format.size() || format[close + 1] != 'T') {
      output_.error += "printf: `(': invalid format character\n";
      status_ = 1;
      return false;
    }
    std::string wanted = format.substr(at, std::min<std::size_t>(close - at, 1024));
    if (wanted.empty()) wanted = "%X";
    at = close + 2;
    std::int64_t seconds = next_ < arguments_.size() ? number() : -1;
    if (seconds == -1)
      seconds = to_micros(shell_.process->clock().now()) / 1'000'000;
    else if (seconds == -2)
      seconds = to_micros(shell_.started) / 1'000'000;
    const std::time_t when = seconds;
    std::tm parts{};
    ::gmtime_r(&when, &parts);
    char text[4096];
    const std::size_t size = std::strftime(text, sizeof text, wanted.c_str(), &parts);
    out += padded(spec, std::string(text, size));
    return true;
  }

  Interpreter& shell_;
  const Arguments& arguments_;
  std::size_t next_;
  Output& output_;
  int status_ = 0;
};

}  // namespace

int run_printf(Interpreter& shell, Arguments& arguments, Output& output) {
  std::size_t first = 1;
  std::string variable;
  if (arguments.size() > 1 && arguments[1].starts_with("-v") && shell.bash()) {
    variable = arguments[1].substr(2);
    first = 2;
    if (variable.empty() && arguments.size() > 2) {
      variable = arguments[2];
      first = 3;
    }
    if (!is_name(variable.substr(0, variable.find('[')))) {
      output.error = fmt::format("printf: `{}': not a valid identifier\n", variable);
      return 2;
    }
  }
  if (first < arguments.size() && arguments[first] == "--") ++first;
  if (first >= arguments.size()) {
    output.error = shell.bash() ? "\x01printf: usage: printf [-v var] format [arguments]\n"
                                : "printf: usage: printf format [arg ...]\n";
    return 2;
  }
  std::string out;
  Printf run(shell, arguments, first + 1, output);
  int status = run.run(arguments[first], out);
  if (variable.empty()) {
    output.out = std::move(out);
  } else if (!shell.assign_word(variable, std::move(out))) {
    output.error += shell.problem + "\n";
    status = 1;
  }
  return status;
}

}  // namespace decnet::shell::sh
