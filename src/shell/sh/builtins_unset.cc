// unset, shift, let, alias, unalias.
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

namespace {

int run_unset(Interpreter& shell, Arguments& arguments, Output& output) {
  int result = 0;
  bool function = false;
  bool reference = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name == "-f" || name == "-v" || name == "-n" || name == "--") {
      function = name == "-f";
      reference = name == "-n";
      continue;
    }
    if (reference) {
      shell.variables.erase_reference(name);
      continue;
    }
    if (!shell.bash() && !is_name(name)) {
      output.error += fmt::format("unset: {}: bad variable name\n", name);
      return 2;
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
      result = shell.bash() ? 1 : 2;
    } else if (variable != nullptr && !function) {
      shell.variables.unset(name);
    } else if (shell.functions->contains(name)) {
      shell.functions =
          std::make_shared<std::map<std::string, NodePtr, std::less<>>>(*shell.functions);
      shell.functions->erase(name);
    }
  }
  return result;
}

int run_shift(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() > 1 &&
      (arguments[1].empty() ||
       arguments[1].find_first_not_of("0123456789", arguments[1][0] == '-' ? 1 : 0) !=
           std::string::npos)) {
    output.error = shell.bash()
                       ? fmt::format("shift: {}: numeric argument required\n", arguments[1])
                       : fmt::format("shift: Illegal number: {}\n", arguments[1]);
    return shell.bash() ? 1 : 2;
  }
  if (arguments.size() > 2 && shell.bash()) {
    output.error = "shift: too many arguments\n";
    shell.status = 1;
    if (!shell.interactive) shell.flow = Flow::leave;
    return 1;
  }
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
  if (arguments.size() == 1) {
    output.error = "let: expression expected\n";
    return 1;
  }
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
      output.error += shell.bash() ? fmt::format("alias: {}: not found\n", arguments[i])
                                   : fmt::format(
                                         "\x01"
                                         "alias: {} not found\n",
                                         arguments[i]);
      result = 1;
    }
  }
  return result;
}

int run_unalias(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() == 1 && shell.bash()) {
    output.error = usage_line("unalias");
    return 2;
  }
  shell.aliases = std::make_shared<std::map<std::string, std::string, std::less<>>>(*shell.aliases);
  int result = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "-a") {
      shell.aliases->clear();
    } else if (shell.aliases->erase(arguments[i]) == 0) {
      output.error += shell.bash() ? fmt::format("unalias: {}: not found\n", arguments[i])
                                   : fmt::format("\x01unalias: {} not found\n", arguments[i]);
      result = 1;
    }
  }
  return result;
}

}  // namespace

std::vector<Builtin> unset_builtins() {
  return {{"unset", &run_unset, nullptr, true},
          {"shift", &run_shift, nullptr, true},
          {"let", &run_let, nullptr, false, true},
          {"getopts", &run_getopts},
          {"alias", &run_alias},
          {"unalias", &run_unalias}};
}

}  // namespace decnet::shell::sh
