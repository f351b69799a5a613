// printf.
#include <cerrno>
#include <cstdlib>

#include <fmt/printf.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

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

  long long number() {
    if (next_ >= arguments_.size()) return 0;
    const std::string& text = take();
    if (text.size() > 1 && (text[0] == '\'' || text[0] == '"'))
      return static_cast<unsigned char>(text[1]);
    char* end = nullptr;
    errno = 0;
    const long long value = std::strtoll(text.c_str(), &end, 0);
    const bool unsigned_too = errno == ERANGE && text[0] != '-';
    if (unsigned_too) return static_cast<long long>(std::strtoull(text.c_str(), &end, 0));
    if (text.empty() || *end != '\0') {
      output_.error += shell_.bash()
                           ? fmt::format("printf: {}: invalid number\n", text)
                           : fmt::format("printf: {}: {}\n", text,
                                         end == text.c_str() ? "expected numeric value"
                                                             : "not completely converted");
      if (!(text.empty() && shell_.bash())) status_ = 1;
    }
    return value;
  }

  double real() {
    const std::string& text = take();
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0') {
      output_.error += fmt::format("printf: {}: invalid number\n", text);
      status_ = 1;
    }
    return value;
  }

  bool once(const std::string& format, std::string& out) {
    for (std::size_t at = 0; at < format.size();) {
      if (format[at] == '\\') {
        if (at + 1 < format.size() && format[at + 1] == 'c') return false;
        append_escape(out, format, at, shell_.bash() ? Escapes::printf : Escapes::dash_printf);
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

  bool conversion(const std::string& format, std::size_t& at, std::string& out) {
    std::string spec = "%";
    const std::size_t begin = at++;
    while (at < format.size() &&
           std::string_view("-+ #0").find(format[at]) != std::string_view::npos)
      spec.push_back(format[at++]);
    for (int part = 0; part < 2; ++part) {
      if (part == 1) {
        if (at >= format.size() || format[at] != '.') break;
        spec.push_back(format[at++]);
      }
      if (at < format.size() && format[at] == '*') {
        ++at;
        spec += std::to_string(std::min<long long>(number(), 65'536));
      }
      int digits = 0;
      while (at < format.size() && std::isdigit(static_cast<unsigned char>(format[at])) != 0) {
        if (++digits <= 5) spec.push_back(format[at]);
        ++at;
      }
    }
    while (at < format.size() &&
           std::string_view("hlLjzt").find(format[at]) != std::string_view::npos)
      ++at;
    const char kind = at < format.size() ? format[at++] : '\0';
    const std::string text_spec = spec + "s";
    switch (kind) {
      case 's':
        out += fmt::sprintf(text_spec, take());
        return true;
      case 'b': {
        const std::string text = take();
        std::string made;
        for (std::size_t i = 0; i < text.size();) {
          if (text[i] != '\\') {
            made.push_back(text[i++]);
          } else if (!append_escape(made, text, i, Escapes::echo)) {
            out += fmt::sprintf(text_spec, made);
            return false;
          }
        }
        out += fmt::sprintf(text_spec, made);
        return true;
      }
      case 'q':
        out += fmt::sprintf(text_spec, shell_printf_quote(take()));
        return true;
      case 'c':
        out += fmt::sprintf(text_spec, take().substr(0, 1));
        return true;
      case 'd':
      case 'i':
        out += fmt::sprintf(spec + "d", number());
        return true;
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        out += fmt::sprintf(spec + kind, static_cast<unsigned long long>(number()));
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        out += fmt::sprintf(spec + kind, real());
        return true;
      default:
        output_.error +=
            kind == '\0'
                ? fmt::format("printf: `{}': missing format character\n", format.substr(begin))
                : fmt::format("printf: `{}': invalid format character\n", kind);
        status_ = 1;
        return false;
    }
  }

  static std::string shell_printf_quote(const std::string& text) {
    if (shell_quote(text).starts_with("$'") || text.empty()) return shell_quote(text);
    std::string out;
    for (const char byte : text) {
      if (std::isalnum(static_cast<unsigned char>(byte)) == 0 &&
          static_cast<unsigned char>(byte) < 0x80 &&
          std::string_view("%+-./:=@_").find(byte) == std::string_view::npos) {
        out.push_back('\\');
      }
      out.push_back(byte);
    }
    return out;
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
  if (arguments.size() > 2 && arguments[1] == "-v" && shell.bash()) {
    variable = arguments[2];
    first = 3;
  }
  if (first < arguments.size() && arguments[first] == "--") ++first;
  if (first >= arguments.size()) {
    output.error = shell.bash() ? "printf: usage: printf [-v var] format [arguments]\n"
                                : "printf: usage: printf format [arg ...]\n";
    return 2;
  }
  std::string out;
  Printf run(shell, arguments, first + 1, output);
  const int status = run.run(arguments[first], out);
  if (variable.empty()) {
    output.out = std::move(out);
  } else {
    shell.set(variable, std::move(out));
  }
  return status;
}

}  // namespace decnet::shell::sh
