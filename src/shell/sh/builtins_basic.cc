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
  bool escapes =
      !shell.bash() || (shell.shopts.contains("xpg_echo") && shell.shopts.at("xpg_echo"));
  std::size_t i = 1;
  for (; i < arguments.size(); ++i) {
    const std::string& one = arguments[i];
    if (one.size() < 2 || one[0] != '-' ||
        one.find_first_not_of(shell.flavour == Flavour::dash ? "n" : "neE", 1) != std::string::npos)
      break;
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
      } else if (!append_escape(output.out, text, at,
                                shell.flavour == Flavour::dash ? Escapes::dash : Escapes::echo)) {
        return 0;
      }
    }
  }
  if (newline) output.out.push_back('\n');
  return 0;
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
      output.error = shell.bash()
                         ? fmt::format(
                               "cd: {}: invalid option\n\x01"
                               "cd: usage: cd [-L|[-P [-e]] [-@]] [dir]\n",
                               arguments[i].substr(0, 2))
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
    if (!shell.bash()) return 0;
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
      const std::string candidate =
          process.absolute((end == 0 ? "." : paths.substr(0, end)) + "/" + target);
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
    output.error = shell.bash() ? fmt::format("cd: {}: {}\n", printable(target), sys_error(error))
                                : fmt::format("cd: can't cd to {}\n", target);
    return shell.bash() ? 1 : 2;
  }
  if (physical) whole = process.files().real_path(whole, process.user).value_or(whole);
  shell.set("OLDPWD", shell.lookup("PWD").value_or(process.directory));
  process.directory = whole;
  shell.set("PWD", whole);
  if (show) output.out = whole + "\n";
  return 0;
}

int run_type(Interpreter& shell, Arguments& arguments, Output& output) {
  int status = 0;
  bool word_only = false, path_only = false, forced = false, all = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (shell.bash() && name.size() > 1 && name[0] == '-') {
      word_only = word_only || name.find('t') != std::string::npos;
      path_only = path_only || name.find_first_of("pP") != std::string::npos;
      forced = forced || name.find('P') != std::string::npos;
      all = all || name.find('a') != std::string::npos;
      continue;
    }
    static constexpr std::string_view kWords[] = {
        "if",   "then", "else", "elif", "fi", "case", "esac", "for",      "while",  "until", "do",
        "done", "in",   "{",    "}",    "!",  "[[",   "]]",   "function", "select", "time"};
    const Sys<std::string> found = shell.find_program(name);
    if (const std::string* alias = shell.alias_of(name); alias != nullptr && !path_only) {
      output.out += word_only      ? "alias\n"
                    : shell.bash() ? fmt::format("{} is aliased to `{}'\n", name, *alias)
                                   : fmt::format("{} is an alias for {}\n", name, *alias);
    } else if (!path_only &&
               std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords)) {
      output.out += word_only ? "keyword\n" : fmt::format("{} is a shell keyword\n", name);
    } else if (path_only && !forced &&
               (shell.builtin(name) != nullptr || shell.functions->contains(name))) {
      continue;
    } else if (const auto function = shell.functions->find(name);
               !path_only && function != shell.functions->end()) {
      output.out += word_only      ? "function\n"
                    : shell.bash() ? fmt::format("{} is a function\n{}", name,
                                                 function_text(name, *function->second))
                                   : fmt::format("{} is a shell function\n", name);
    } else if (const Builtin* inner = shell.builtin(name); !path_only && inner != nullptr) {
      output.out += word_only ? "builtin\n"
                              : fmt::format("{} is a {}shell builtin\n", name,
                                            inner->special && !shell.bash() ? "special " : "");
      if (all && found)
        output.out += word_only ? "file\n" : fmt::format("{} is {}\n", name, *found);
    } else if (found && (name.find('/') == std::string::npos ||
                         shell.process->files().access(shell.process->absolute(name), 1,
                                                       shell.process->user))) {
      output.out += word_only   ? "file\n"
                    : path_only ? *found + "\n"
                                : fmt::format("{} is {}\n", name, *found);
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
  std::string letters;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-'; ++i)
    letters += arguments[i].substr(1);
  if (letters.find('r') != std::string::npos) {
    shell.hashed.clear();
    shell.hits.clear();
  }
  if (letters.find('p') != std::string::npos && i + 1 < arguments.size()) {
    for (std::size_t k = i + 1; k < arguments.size(); ++k)
      shell.hashed[arguments[k]] = arguments[i];
    return 0;
  }
  const bool show = letters.find('t') != std::string::npos;
  int status = 0;
  for (std::size_t k = i; k < arguments.size(); ++k) {
    const std::string& name = arguments[k];
    const auto known = shell.hashed.find(name);
    if (show || letters.find('d') != std::string::npos) {
      if (known == shell.hashed.end()) {
        if (!show) continue;
        output.error += fmt::format("hash: {}: not found\n", name);
        status = 1;
      } else if (show) {
        output.out += known->second + "\n";
      } else {
        shell.hashed.erase(known);
      }
      continue;
    }
    const Sys<std::string> found = shell.find_program(name);
    if (shell.builtin(name) != nullptr || shell.functions->contains(name)) continue;
    if (found) {
      shell.hashed[name] = *found;
      shell.hits[name] = 0;
    } else {
      output.error += fmt::format("hash: {}: not found\n", name);
      status = 1;
    }
  }
  if (i >= arguments.size() && letters.empty()) {
    if (shell.bash())
      output.out = shell.hashed.empty() ? "hash: hash table empty\n" : "hits\tcommand\n";
    for (const auto& [name, path] : shell.hashed)
      output.out +=
          shell.bash()
              ? fmt::format("{:>4}\t{}\n", shell.hits.contains(name) ? shell.hits[name] : 0, path)
              : path + "\n";
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
