// export, readonly, declare, local.
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
std::string double_quoted_value(const std::string& text) {
  const std::string quoted = shell_quote(text);
  if (quoted.starts_with("$'")) return quoted;
  std::string out = "\"";
  for (const char byte : text) {
    if (std::string_view("\"\\$`").find(byte) != std::string_view::npos) out.push_back('\\');
    out.push_back(byte);
  }
  return out + "\"";
}

std::string attribute_letters(const Variable& variable) {
  std::string flags;
  if (variable.is_array) flags += 'a';
  if (variable.is_map) flags += 'A';
  if (variable.integer) flags += 'i';
  if (variable.reference) flags += 'n';
  if (variable.read_only) flags += 'r';
  if (variable.traced) flags += 't';
  if (variable.exported) flags += 'x';
  if (variable.letters != 0) flags += variable.letters;
  return flags;
}

std::string variable_declaration(const std::string& name, const Variable& variable) {
  const std::string flags = attribute_letters(variable);
  std::string out = fmt::format("declare -{} {}", flags.empty() ? "-" : flags, name);
  if ((variable.is_array || variable.is_map) && !variable.set) return out + "\n";
  if (variable.is_array) {
    out += "=(";
    for (const auto& [index, value] : variable.elements)
      out += fmt::format("{}[{}]={}", out.ends_with('(') ? "" : " ", index,
                         double_quoted_value(value));
    return out + ")\n";
  }
  if (variable.is_map) {
    out += "=(";
    for (const auto& [key, value] : variable.keys)
      out += fmt::format("[{}]={} ", shell_quote(key), double_quoted_value(value));
    return out + ")\n";
  }
  if (variable.set) out += "=" + double_quoted_value(variable.value);
  return out + "\n";
}

namespace {

struct Wanted {
  bool exported = false, read_only = false, integer = false, array = false, map = false,
       reference = false, traced = false;
  bool print = false, functions = false, names = false, global = false, remove = false;
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
          wanted.names = wanted.names || letter == 'F';
          wanted.functions = true;
          break;
        case 'g':
          wanted.global = true;
          break;
        case 'u':
        case 'l':
        case 'c':
          wanted.letters = letter;
          break;
        case 't':
          wanted.traced = true;
          break;
        case 'I':
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
        out += wanted.names ? fmt::format("declare -f {}\n", name) : function_text(name, *body);
    } else {
      for (const auto& [name, variable] : shell.variables.all()) {
        if ((wanted.exported && !variable.exported) || (wanted.read_only && !variable.read_only) ||
            (wanted.array && !variable.is_array) || (wanted.map && !variable.is_map) ||
            (wanted.integer && !variable.integer) ||
            (shell.bash() && !variable.set && !variable.exported && !variable.is_array))
          continue;
        if (name[0] == '\x01') continue;
        if (!shell.bash()) {
          out += fmt::format("{} {}{}\n", arguments[0], name,
                             variable.set ? "=" + always_quote(variable.value) : "");
        } else {
          out += variable_declaration(name, variable);
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
      if (found == shell.functions->end()) {
        if (arguments[0] == "export") {
          const std::string said = fmt::format("export: {}: not a function", name);
          co_await shell.complain(said);
        }
        result = 1;
      } else
        out += arguments[1].find('F') != std::string::npos ? name + "\n"
                                                           : function_text(name, *found->second);
      continue;
    }
    if (wanted.print) {
      const auto& all = shell.variables.all();
      const auto itself = all.find(name);
      const Variable* variable = itself == all.end() ? nullptr : &itself->second;
      if (variable == nullptr) {
        const std::string text = fmt::format("{}: {}: not found", arguments[0], name);
        co_await shell.complain(text);
        result = 1;
      } else {
        out += variable_declaration(name, *variable);
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
    if (const Variable* hidden = shell.variables.find(name);
        local && !wanted.global && hidden != nullptr && hidden->read_only) {
      const std::string text = fmt::format("{}: {}: readonly variable", arguments[0], name);
      co_await shell.complain(text);
      result = 1;
      continue;
    }
    if (local && !wanted.global) shell.variables.make_local(name);
    if (wanted.reference && value && !wanted.remove) {
      const std::string target = value->substr(0, value->find('['));
      const std::string text =
          *value == name    ? fmt::format("{}: {}: nameref variable self references not allowed",
                                          arguments[0], name)
          : is_name(target) ? std::string{}
                            : fmt::format("{}: `{}': invalid variable name for name reference",
                                          arguments[0], *value);
      if (!text.empty()) {
        co_await shell.complain(text);
        result = 1;
        continue;
      }
    }
    Variable& variable = shell.variables.make(name);
    if (variable.read_only && (value || (wanted.remove && wanted.read_only))) {
      const bool itself = arguments[0] == "export" || arguments[0] == "readonly";
      const std::string text =
          shell.bash()
              ? fmt::format("{}{}: readonly variable", itself ? "" : arguments[0] + ": ", name)
              : fmt::format("{}: {}: is read only", arguments[0], name);
      co_await shell.complain(text);
      result = shell.bash() ? 1 : 2;
      continue;
    }
    if ((wanted.array && variable.is_map) || (wanted.map && variable.is_array)) {
      const std::string text =
          fmt::format("{}: {}: cannot convert {} array", arguments[0], name,
                      variable.is_map ? "associative to indexed" : "indexed to associative");
      co_await shell.complain(text);
      result = 1;
      continue;
    }
    if (wanted.array || wanted.map) {
      if (wanted.array && !variable.is_array && variable.set) variable.elements[0] = variable.value;
      variable.is_array = wanted.array && !variable.is_map;
      variable.is_map = wanted.map;
    }
    if (wanted.traced) variable.traced = !wanted.remove;
    if (wanted.integer) variable.integer = !wanted.remove;
    if (wanted.reference) variable.reference = !wanted.remove;
    if (wanted.letters != 0) variable.letters = wanted.letters;
    if (value) {
      if (wanted.reference) {
        variable.value = *value;
        variable.set = true;
      } else {
        if (!shell.assign(name, nullptr, *value, append)) {
          co_await shell.complain(shell.problem);
          result = 1;
        } else if (shell.options.xtrace && shell.bash() &&
                   (arguments[0] == "export" || arguments[0] == "readonly")) {
          co_await shell.trace(name + "=" + trace_quote(*value));
        }
      }
    }
    Variable& again = shell.variables.make(name);
    if (wanted.exported) again.exported = !wanted.remove;
    if (wanted.read_only && !wanted.remove) {
      // An array's elements come behind the builtin: they are still let in.
      const bool later = (wanted.array || wanted.map) && !value;
      (later ? again.seals : again.read_only) = true;
    }
  }
  if (!out.empty()) {
    const bool written = co_await shell.put(out);
    if (!written) result = 1;
  }
  if (!shell.bash() && result == 2) {
    shell.status = 2;
    shell.stop_line();
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
    const std::string said =
        shell.bash() ? "local: can only be used in a function" : "local: not in a function";
    co_await shell.complain(said);
    if (!shell.bash()) {
      shell.status = 2;
      shell.stop_line();
    }
    co_return shell.bash() ? 1 : 2;
  }
  const Wanted wanted;
  const int result = co_await declare(shell, arguments, wanted, true);
  co_return result;
}

}  // namespace

std::vector<Builtin> variable_builtins() {
  return {{"export", nullptr, &run_export, true},
          {"readonly", nullptr, &run_readonly, true},
          {"declare", nullptr, &run_declare, false, true},
          {"typeset", nullptr, &run_declare, false, true},
          {"local", nullptr, &run_local}};
}

}  // namespace decnet::shell::sh
