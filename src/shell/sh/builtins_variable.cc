// export, readonly, unset, declare, local, let, set, shift, getopts, alias.
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

std::string bash_quoted(const std::string& text) {
  const std::string quoted = shell_quote(text);
  if (quoted.starts_with("$'")) return quoted;
  std::string out = "\"";
  for (const char byte : text) {
    if (std::string_view("\"\\$`").find(byte) != std::string_view::npos) out.push_back('\\');
    out.push_back(byte);
  }
  return out + "\"";
}

std::string declaration(const std::string& name, const Variable& variable) {
  std::string flags;
  if (variable.is_array) flags += 'a';
  if (variable.is_map) flags += 'A';
  if (variable.integer) flags += 'i';
  if (variable.letters != 0) flags += variable.letters;
  if (variable.reference) flags += 'n';
  if (variable.read_only) flags += 'r';
  if (variable.exported) flags += 'x';
  std::string out = fmt::format("declare -{} {}", flags.empty() ? "-" : flags, name);
  if (variable.is_array) {
    out += "=(";
    for (const auto& [index, value] : variable.elements)
      out += fmt::format("{}[{}]={}", out.ends_with('(') ? "" : " ", index, bash_quoted(value));
    return out + ")\n";
  }
  if (variable.is_map) {
    out += "=(";
    for (const auto& [key, value] : variable.keys)
      out += fmt::format("[{}]={} ", shell_quote(key), bash_quoted(value));
    return out + ")\n";
  }
  if (variable.set) out += "=" + bash_quoted(variable.value);
  return out + "\n";
}

struct Wanted {
  bool exported = false, read_only = false, integer = false, array = false, map = false,
       reference = false;
  bool print = false, functions = false, global = false, remove = false;
  char letters = 0;
};

Task<int> declare(Interpreter& shell, Arguments& arguments, Wanted wanted, bool local) {
  std::string out;
  int result = 0;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].size() > 1 &&
         (arguments[i][0] == '-' || arguments[i][0] == '+');
       ++i) {
    if (arguments[i] == "--") {
      ++i;
      break;
    }
    for (const char letter : arguments[i].substr(1)) {
      switch (letter) {
        case 'x':
          wanted.exported = true;
          break;
        case 'r':
          wanted.read_only = true;
          break;
        case 'i':
          wanted.integer = true;
          break;
        case 'a':
          wanted.array = true;
          break;
        case 'A':
          wanted.map = true;
          break;
        case 'n':
          (wanted.exported && arguments[0] == "export" ? wanted.remove : wanted.reference) = true;
          break;
        case 'p':
          wanted.print = true;
          break;
        case 'f':
        case 'F':
          wanted.functions = true;
          break;
        case 'g':
          wanted.global = true;
          break;
        case 'u':
        case 'l':
          wanted.letters = letter;
          break;
        case 't':
          break;
        default: {
          const std::string text = fmt::format("{}: -{}: invalid option", arguments[0], letter);
          co_await shell.complain(text);
          co_return 2;
        }
      }
    }
    if (arguments[i][0] == '+') wanted.remove = true;
  }
  if (i >= arguments.size()) {
    if (wanted.functions) {
      for (const auto& [name, body] : *shell.functions)
        out += fmt::format("{} () \n{}\n", name, body->source);
    } else {
      for (const auto& [name, variable] : shell.variables.all()) {
        if ((wanted.exported && !variable.exported) || (wanted.read_only && !variable.read_only))
          continue;
        if (!shell.bash()) {
          out += fmt::format("{} {}{}\n", arguments[0], name,
                             variable.set ? "=" + always_quote(variable.value) : "");
        } else {
          out += declaration(name, variable);
        }
      }
    }
    const bool written = co_await shell.put(out);
    co_return written ? 0 : 1;
  }
  for (; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    std::optional<std::string> value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    bool append = false;
    if (value && name.ends_with('+')) {
      append = true;
      name.pop_back();
    }
    if (wanted.functions) {
      const auto found = shell.functions->find(name);
      if (found == shell.functions->end())
        result = 1;
      else
        out += arguments[1].find('F') != std::string::npos
                   ? name + "\n"
                   : fmt::format("{} () \n{}\n", name, found->second->source);
      continue;
    }
    if (wanted.print) {
      const Variable* variable = shell.variables.find(name);
      if (variable == nullptr) {
        const std::string text = fmt::format("{}: {}: not found", arguments[0], name);
        co_await shell.complain(text);
        result = 1;
      } else {
        out += declaration(name, *variable);
      }
      continue;
    }
    if (!is_name(name)) {
      const std::string text =
          shell.bash() ? fmt::format("{}: `{}': not a valid identifier", arguments[0], arguments[i])
                       : fmt::format("{}: {}: bad variable name", arguments[0], name);
      co_await shell.complain(text);
      result = shell.bash() ? 1 : 2;
      continue;
    }
    if (local && !wanted.global) shell.variables.make_local(name);
    Variable& variable = shell.variables.make(name);
    if (variable.read_only && (value || (wanted.remove && wanted.read_only))) {
      const std::string text = shell.bash()
                                   ? fmt::format("{}: {}: readonly variable", arguments[0], name)
                                   : fmt::format("{}: {}: is read only", arguments[0], name);
      co_await shell.complain(text);
      result = 1;
      continue;
    }
    if (wanted.array || wanted.map) {
      variable.is_array = wanted.array && !variable.is_map;
      variable.is_map = wanted.map;
    }
    if (wanted.integer) variable.integer = !wanted.remove;
    if (wanted.reference) variable.reference = !wanted.remove;
    if (wanted.letters != 0) variable.letters = wanted.letters;
    if (value) {
      if (wanted.reference) {
        variable.value = *value;
        variable.set = true;
      } else {
        shell.assign(name, nullptr, *value, append);
      }
    }
    Variable& again = shell.variables.make(name);
    if (wanted.exported) again.exported = !wanted.remove;
    if (wanted.read_only) again.read_only = true;
  }
  if (!out.empty()) {
    const bool written = co_await shell.put(out);
    if (!written) result = 1;
  }
  co_return result;
}

Task<int> run_export(Interpreter& shell, Arguments& arguments) {
  Wanted wanted;
  wanted.exported = true;
  return declare(shell, arguments, wanted, false);
}
Task<int> run_readonly(Interpreter& shell, Arguments& arguments) {
  Wanted wanted;
  wanted.read_only = true;
  return declare(shell, arguments, wanted, false);
}
Task<int> run_declare(Interpreter& shell, Arguments& arguments) {
  return declare(shell, arguments, Wanted{}, shell.function_depth > 0);
}
Task<int> run_local(Interpreter& shell, Arguments& arguments) {
  if (shell.function_depth == 0) {
    {
      const std::string said =
          shell.bash() ? "local: can only be used in a function" : "local: not in a function";
      co_await shell.complain(said);
    }
    co_return 1;
  }
  const Wanted wanted;
  const int result = co_await declare(shell, arguments, wanted, true);
  co_return result;
}

int run_unset(Interpreter& shell, Arguments& arguments, Output& output) {
  int result = 0;
  bool function = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name == "-f" || name == "-v") {
      function = name == "-f";
      continue;
    }
    if (const std::size_t bracket = name.find('[');
        bracket != std::string::npos && name.ends_with(']')) {
      const std::string key = name.substr(bracket + 1, name.size() - bracket - 2);
      name.resize(bracket);
      Variable& variable = shell.variables.make(name);
      if (variable.is_map)
        variable.keys.erase(key);
      else
        variable.elements.erase(shell.calculate(key).value_or(0));
      continue;
    }
    const Variable* variable = shell.variables.find(name);
    if (variable != nullptr && variable->read_only && !function) {
      output.error += shell.bash()
                          ? fmt::format("unset: {}: cannot unset: readonly variable\n", name)
                          : fmt::format("unset: {}: is read only\n", name);
      result = 1;
    } else if (variable != nullptr && !function) {
      shell.variables.erase(name);
    } else if (shell.functions->contains(name)) {
      shell.functions =
          std::make_shared<std::map<std::string, NodePtr, std::less<>>>(*shell.functions);
      shell.functions->erase(name);
    }
  }
  return result;
}

int run_shift(Interpreter& shell, Arguments& arguments, Output& output) {
  const int count = arguments.size() > 1 ? std::atoi(arguments[1].c_str()) : 1;
  if (count < 0 || static_cast<std::size_t>(count) > shell.positional.size()) {
    if (!shell.bash())
      output.error = "shift: can't shift that many\n";
    else if (count < 0)
      output.error = fmt::format("shift: {}: shift count out of range\n", arguments[1]);
    if (!shell.bash()) shell.status = 2, shell.stop_line();
    return shell.bash() ? 1 : 2;
  }
  shell.positional.erase(shell.positional.begin(), shell.positional.begin() + count);
  return 0;
}

int run_let(Interpreter& shell, Arguments& arguments, Output& output) {
  std::int64_t value = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto result = shell.calculate(arguments[i]);
    if (!result) {
      output.error = "let: " + result.error() + "\n";
      return 1;
    }
    value = *result;
  }
  return value == 0 ? 1 : 0;
}

int run_alias(Interpreter& shell, Arguments& arguments, Output& output) {
  int result = 0;
  const auto show = [&](const std::string& name, const std::string& value) {
    output.out += (shell.bash() ? "alias " : "") + name + "=" + always_quote(value) + "\n";
  };
  if (arguments.size() == 1 || (arguments.size() == 2 && arguments[1] == "-p")) {
    for (const auto& [name, value] : *shell.aliases) show(name, value);
    return 0;
  }
  shell.aliases = std::make_shared<std::map<std::string, std::string, std::less<>>>(*shell.aliases);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    if (equals != std::string::npos && equals > 0) {
      (*shell.aliases)[arguments[i].substr(0, equals)] = arguments[i].substr(equals + 1);
    } else if (const std::string* value = shell.alias_of(arguments[i])) {
      show(arguments[i], *value);
    } else {
      output.error +=
          fmt::format("alias: {}{}not found\n", arguments[i], shell.bash() ? ": " : " ");
      result = 1;
    }
  }
  return result;
}

int run_unalias(Interpreter& shell, Arguments& arguments, Output& output) {
  shell.aliases = std::make_shared<std::map<std::string, std::string, std::less<>>>(*shell.aliases);
  int result = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "-a") {
      shell.aliases->clear();
    } else if (shell.aliases->erase(arguments[i]) == 0) {
      output.error +=
          fmt::format("unalias: {}{}not found\n", arguments[i], shell.bash() ? ": " : " ");
      result = 1;
    }
  }
  return result;
}

}  // namespace

std::vector<Builtin> variable_builtins() {
  return {{"export", nullptr, &run_export, true},
          {"readonly", nullptr, &run_readonly, true},
          {"declare", nullptr, &run_declare, false, true},
          {"typeset", nullptr, &run_declare, false, true},
          {"local", nullptr, &run_local},
          {"unset", &run_unset, nullptr, true},
          {"shift", &run_shift, nullptr, true},
          {"let", &run_let, nullptr, false, true},
          {"getopts", &run_getopts},
          {"alias", &run_alias},
          {"unalias", &run_unalias}};
}

}  // namespace decnet::shell::sh
