// echo, printf, pwd, cd, type, hash and the trivial ones.
#include <cerrno>
#include <cstdlib>

#include <fmt/printf.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

int run_true(Interpreter&, Arguments&, Output&) {
  return 0;
}
int run_false(Interpreter&, Arguments&, Output&) {
  return 1;
}

int run_echo(Interpreter& shell, Arguments& arguments, Output& output) {
  bool newline = true;
  bool escapes = !shell.bash() || (shell.shopts.contains("xpg_echo") && shell.shopts.at("xpg_echo"));
  std::size_t i = 1;
  for (; i < arguments.size(); ++i) {
    const std::string& one = arguments[i];
    if (one.size() < 2 || one[0] != '-' || one.find_first_not_of(shell.flavour == Flavour::dash ? "n" : "neE", 1) != std::string::npos) break;
    for (const char letter : one.substr(1)) {
      if (letter == 'n') newline = false;
      if (letter == 'e') escapes = true;
      if (letter == 'E') escapes = false;
    }
    if (shell.flavour == Flavour::dash) {
      ++i;
      break;
    }
  }
  for (std::size_t first = i; i < arguments.size(); ++i) {
    if (i > first) output.out.push_back(' ');
    if (!escapes) {
      output.out += arguments[i];
      continue;
    }
    const std::string& text = arguments[i];
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] != '\\') {
        output.out.push_back(text[at++]);
      } else if (!append_escape(output.out, text, at, Escapes::echo)) {
        return 0;
      }
    }
  }
  if (newline) output.out.push_back('\n');
  return 0;
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

  long long number() {
    if (next_ >= arguments_.size()) return 0;
    const std::string& text = take();
    if (text.size() > 1 && (text[0] == '\'' || text[0] == '"')) return static_cast<unsigned char>(text[1]);
    char* end = nullptr;
    errno = 0;
    const long long value = std::strtoll(text.c_str(), &end, 0);
    const bool unsigned_too = errno == ERANGE && text[0] != '-';
    if (unsigned_too) return static_cast<long long>(std::strtoull(text.c_str(), &end, 0));
    if (text.empty() || *end != '\0') {
      output_.error += shell_.bash() ? fmt::format("printf: {}: invalid number\n", text)
                                     : fmt::format("printf: {}: {}\n", text, end == text.c_str() ? "expected numeric value" : "not completely converted");
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
        append_escape(out, format, at, Escapes::printf);
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
    while (at < format.size() && std::string_view("-+ #0").find(format[at]) != std::string_view::npos) spec.push_back(format[at++]);
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
    while (at < format.size() && std::string_view("hlLjzt").find(format[at]) != std::string_view::npos) ++at;
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
        output_.error += kind == '\0' ? fmt::format("printf: `{}': missing format character\n", format.substr(begin))
                                      : fmt::format("printf: `{}': invalid format character\n", kind);
        status_ = 1;
        return false;
    }
  }

  static std::string shell_printf_quote(const std::string& text) {
    if (shell_quote(text).starts_with("$'") || text.empty()) return shell_quote(text);
    std::string out;
    for (const char byte : text) {
      if (std::isalnum(static_cast<unsigned char>(byte)) == 0 && static_cast<unsigned char>(byte) < 0x80 &&
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

int run_printf(Interpreter& shell, Arguments& arguments, Output& output) {
  std::size_t first = 1;
  std::string variable;
  if (arguments.size() > 2 && arguments[1] == "-v" && shell.bash()) {
    variable = arguments[2];
    first = 3;
  }
  if (first < arguments.size() && arguments[first] == "--") ++first;
  if (first >= arguments.size()) {
    output.error = shell.bash() ? "printf: usage: printf [-v var] format [arguments]\n" : "printf: usage: printf format [arg ...]\n";
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

int run_pwd(Interpreter& shell, Arguments& arguments, Output& output) {
  const bool physical = arguments.size() > 1 && arguments[1] == "-P";
  std::string path = shell.process->directory;
  if (physical) path = shell.process->files().real_path(path, shell.process->user).value_or(path);
  output.out = path + "\n";
  return 0;
}

int run_cd(Interpreter& shell, Arguments& arguments, Output& output) {
  std::size_t i = 1;
  bool physical = false;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-'; ++i) {
    if (arguments[i] == "--") {
      ++i;
      break;
    }
    if (arguments[i].find_first_not_of("LPe@", 1) != std::string::npos) {
      output.error = shell.bash() ? fmt::format("cd: {}: invalid option\n\x01" "cd: usage: cd [-L|[-P [-e]] [-@]] [dir]\n", arguments[i].substr(0, 2))
                                  : fmt::format("cd: Illegal option {}\n", arguments[i].substr(0, 2));
      return 2;
    }
    physical = arguments[i].find('P') != std::string::npos;
  }
  if (arguments.size() > i + 1 && shell.bash()) {
    output.error = "cd: too many arguments\n";
    return 1;
  }
  std::string target = i < arguments.size() ? arguments[i] : shell.get("HOME");
  if (i >= arguments.size() && !shell.lookup("HOME")) {
    output.error = "cd: HOME not set\n";
    return 1;
  }
  bool show = false;
  if (target == "-") {
    if (!shell.lookup("OLDPWD")) {
      output.error = "cd: OLDPWD not set\n";
      return 1;
    }
    target = shell.get("OLDPWD");
    show = true;
  }
  if (target.empty()) return 0;
  Process& process = *shell.process;
  std::string whole = process.absolute(target);
  Sys<Stat> stat = process.files().stat(whole, process.user);
  if (target[0] != '/' && target[0] != '.' && shell.lookup("CDPATH")) {
    std::string paths = shell.get("CDPATH") + ":";
    for (std::size_t end = paths.find(':'); end != std::string::npos; end = paths.find(':')) {
      const std::string candidate = process.absolute((end == 0 ? "." : paths.substr(0, end)) + "/" + target);
      const Sys<Stat> other = process.files().stat(candidate, process.user);
      if (other && other->kind == Kind::directory) {
        show = show || end > 0;
        whole = candidate;
        stat = other;
        break;
      }
      paths.erase(0, end + 1);
    }
  }
  int error = stat ? (stat->kind == Kind::directory ? 0 : ENOTDIR) : stat.error();
  if (error == 0 && !process.files().access(whole, 1, process.user)) error = EACCES;
  if (error != 0) {
    output.error = shell.bash() ? fmt::format("cd: {}: {}\n", target, sys_error(error)) : fmt::format("cd: can't cd to {}\n", target);
    return shell.bash() ? 1 : 2;
  }
  if (physical) whole = process.files().real_path(whole, process.user).value_or(whole);
  shell.set("OLDPWD", process.directory);
  process.directory = whole;
  shell.set("PWD", whole);
  if (show) output.out = whole + "\n";
  return 0;
}

int run_type(Interpreter& shell, Arguments& arguments, Output& output) {
  int status = 0;
  bool word_only = false, path_only = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (shell.bash() && name.size() > 1 && name[0] == '-') {
      word_only = word_only || name.find('t') != std::string::npos;
      path_only = path_only || name.find_first_of("pP") != std::string::npos;
      continue;
    }
    static constexpr std::string_view kWords[] = {"if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do", "done", "in", "{", "}", "!", "[[", "]]", "function", "select", "time"};
    const Sys<std::string> found = shell.find_program(name);
    if (const std::string* alias = shell.alias_of(name); alias != nullptr && !path_only) {
      output.out += word_only ? "alias\n" : shell.bash() ? fmt::format("{} is aliased to `{}'\n", name, *alias) : fmt::format("{} is an alias for {}\n", name, *alias);
    } else if (!path_only && std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords)) {
      output.out += word_only ? "keyword\n" : fmt::format("{} is a shell keyword\n", name);
    } else if (const auto function = shell.functions->find(name); !path_only && function != shell.functions->end()) {
      output.out += word_only ? "function\n" : shell.bash() ? fmt::format("{} is a function\n{} () \n{}\n", name, name, function->second->source) : fmt::format("{} is a shell function\n", name);
    } else if (const Builtin* inner = shell.builtin(name); !path_only && inner != nullptr) {
      output.out += word_only ? "builtin\n" : fmt::format("{} is a {}shell builtin\n", name, inner->special && !shell.bash() ? "special " : "");
    } else if (found && (name.find('/') == std::string::npos || shell.process->files().access(shell.process->absolute(name), 1, shell.process->user))) {
      output.out += word_only ? "file\n" : path_only ? *found + "\n" : fmt::format("{} is {}\n", name, *found);
    } else {
      if (!word_only && !path_only) {
        if (shell.bash()) {
          output.error += fmt::format("type: {}: not found\n", name);
        } else {
          output.out += fmt::format("{}: not found\n", name);
        }
      }
      status = shell.bash() ? 1 : 127;
    }
  }
  return status;
}

int run_hash(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() > 1 && arguments[1] == "-r") {
    shell.hashed.clear();
    return 0;
  }
  int status = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Sys<std::string> found = shell.find_program(arguments[i]);
    if (found) {
      shell.hashed[arguments[i]] = *found;
    } else if (shell.builtin(arguments[i]) == nullptr) {
      output.error += fmt::format("hash: {}: not found\n", arguments[i]);
      status = 1;
    }
  }
  if (arguments.size() == 1 && shell.bash()) {
    if (shell.hashed.empty()) output.out = "hash: hash table empty\n";
    else output.out = "hits\tcommand\n";
    for (const auto& [name, path] : shell.hashed) output.out += fmt::format("   1\t{}\n", path);
  }
  return status;
}

int run_test_word(Interpreter& shell, Arguments& arguments, Output& output) {
  return run_test(shell, arguments, output);
}

}  // namespace

std::vector<Builtin> basic_builtins() {
  return {{":", &run_true, nullptr, true},
          {"true", &run_true},
          {"false", &run_false},
          {"echo", &run_echo},
          {"printf", &run_printf},
          {"pwd", &run_pwd},
          {"cd", &run_cd},
          {"chdir", &run_cd},
          {"type", &run_type},
          {"hash", &run_hash},
          {"test", &run_test_word},
          {"[", &run_test_word}};
}

}  // namespace decnet::shell::sh
