// set, shopt, help.
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

const std::vector<OptionName>& option_names() {
  static const std::vector<OptionName> names = {
      {"allexport", 'a', &Options::allexport},
      {"braceexpand", 'B', &Options::braceexpand},
      {"emacs", 0, &Options::emacs},
      {"errexit", 'e', &Options::errexit},
      {"errtrace", 'E', &Options::errtrace},
      {"functrace", 'T', &Options::functrace},
      {"hashall", 'h', &Options::hashall},
      {"histexpand", 'H', &Options::histexpand},
      {"history", 0, &Options::history},
      {"ignoreeof", 0, &Options::ignoreeof},
      {"interactive-comments", 0, &Options::interactive_comments},
      {"keyword", 'k', &Options::keyword},
      {"monitor", 'm', &Options::monitor},
      {"noclobber", 'C', &Options::noclobber},
      {"noexec", 'n', &Options::noexec},
      {"noglob", 'f', &Options::noglob},
      {"nolog", 0, &Options::nolog},
      {"notify", 'b', &Options::notify},
      {"nounset", 'u', &Options::nounset},
      {"onecmd", 't', &Options::onecmd},
      {"physical", 'P', &Options::physical},
      {"pipefail", 0, &Options::pipefail},
      {"posix", 0, &Options::posix},
      {"privileged", 'p', &Options::privileged},
      {"verbose", 'v', &Options::verbose},
      {"vi", 0, &Options::vi},
      {"xtrace", 'x', &Options::xtrace}};
  return names;
}

namespace {

// dash's options, in its own order.
void dash_options(const Interpreter& shell, bool table, Output& output) {
  if (table) output.out += "Current option settings\n";
  for (const std::string_view name :
       {"errexit", "noglob", "ignoreeof", "interactive", "monitor", "noexec", "stdin", "xtrace",
        "verbose", "vi", "emacs", "noclobber", "allexport", "notify", "nounset", "privileged",
        "nolog", "debug"}) {
    bool on = name == "interactive" && shell.interactive;
    for (const OptionName& option : option_names()) {
      if (option.name == name) on = shell.options.*option.member;
    }
    output.out += table ? fmt::format("{:<16}{}\n", name, on ? "on" : "off")
                        : fmt::format("set {}o {}\n", on ? "-" : "+", name);
  }
}

int run_set(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() == 1) {
    for (const auto& [name, variable] : shell.variables.all()) {
      if (!variable.set) continue;
      if (variable.is_array) {
        output.out += name + "=(";
        for (const auto& [index, value] : variable.elements)
          output.out +=
              fmt::format("{}[{}]=\"{}\"", output.out.ends_with('(') ? "" : " ", index, value);
        output.out += ")\n";
      } else {
        output.out += name + "=" +
                      (!shell.bash()            ? always_quote(variable.value)
                       : variable.value.empty() ? std::string{}
                                                : shell_quote(variable.value)) +
                      "\n";
      }
    }
    return 0;
  }
  std::size_t i = 1;
  bool positional = false;
  for (; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--" || word == "-") {
      positional = word == "--" || i + 1 < arguments.size();
      ++i;
      break;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    const bool on = word[0] == '-';
    for (const char letter : word.substr(1)) {
      if (letter == 'o') {
        if (i + 1 >= arguments.size() && !shell.bash()) {
          dash_options(shell, on, output);
          return 0;
        }
        if (i + 1 >= arguments.size()) {
          for (const OptionName& option : option_names()) {
            output.out += on ? fmt::format("{:<15}\t{}\n", option.name,
                                           shell.options.*option.member ? "on" : "off")
                             : fmt::format("set {}o {}\n", shell.options.*option.member ? "-" : "+",
                                           option.name);
          }
          return 0;
        }
        const std::string& name = arguments[++i];
        bool found = false;
        for (const OptionName& option : option_names()) {
          if (option.name != name || (!shell.bash() && name == "pipefail")) continue;
          shell.options.*option.member = on;
          found = true;
        }
        if (!found) {
          output.error = shell.bash() ? fmt::format("set: {}: invalid option name\n", name)
                                      : fmt::format("set: Illegal option -o {}\n", name);
          if (!shell.bash()) shell.stop_line();
          return 2;
        }
        continue;
      }
      bool found = false;
      for (const OptionName& option : option_names()) {
        if (option.letter != letter) continue;
        shell.options.*option.member = on;
        found = true;
      }
      if (!found) {
        output.error = shell.bash()
                           ? fmt::format(
                                 "set: -{}: invalid option\n\x01set: usage: set "
                                 "[-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n",
                                 letter)
                           : fmt::format("set: Illegal option -{}\n", letter);
        return 2;
      }
    }
  }
  if (positional || i < arguments.size())
    shell.positional.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  return 0;
}

// shopt -o: the options of `set -o` by the same words.
struct ShoptWords {
  bool set = false, unset = false, quiet = false, print = false, of_set = false;
};

int shopt_of_set(Interpreter& shell, const std::string& name, const ShoptWords& words,
                 Output& output) {
  for (const OptionName& option : option_names()) {
    if (name != option.name) continue;
    bool& on = shell.options.*option.member;
    if (words.set || words.unset) {
      on = words.set;
      return 0;
    }
    if (words.print)
      output.out += fmt::format("set {} {}\n", on ? "-o" : "+o", name);
    else if (!words.quiet)
      output.out += fmt::format("{:<15}\t{}\n", name, on ? "on" : "off");
    return on ? 0 : 1;
  }
  output.error += fmt::format("shopt: {}: invalid option name\n", name);
  return 1;
}

int run_shopt(Interpreter& shell, Arguments& arguments, Output& output) {
  ShoptWords words;
  auto& [set, unset, quiet, print, of_set] = words;
  int result = 0;
  std::size_t i = 1;
  for (; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    of_set = of_set || arguments[i].find('o') != std::string::npos;
    set = set || arguments[i].find('s') != std::string::npos;
    unset = unset || arguments[i].find('u') != std::string::npos;
    quiet = quiet || arguments[i].find('q') != std::string::npos;
    print = print || arguments[i].find('p') != std::string::npos;
  }
  if (set && unset) {
    output.error = "shopt: cannot set and unset shell options simultaneously\n";
    return 1;
  }
  if (of_set) {
    if (i >= arguments.size()) {
      for (const OptionName& option : option_names())
        (void)shopt_of_set(shell, std::string(option.name), words, output);
    }
    for (; i < arguments.size(); ++i)
      result = shopt_of_set(shell, arguments[i], words, output) != 0 ? 1 : result;
    return result;
  }
  const auto show = [&shell, &output, print = words.print](const std::string& name, bool on) {
    output.out += print ? fmt::format("shopt {} {}\n", on ? "-s" : "-u", name)
                        : fmt::format("{:<15}\t{}\n", name, on ? "on" : "off");
  };
  if (i >= arguments.size()) {
    for (const auto& [name, on] : shell.shopts) {
      if ((set && !on) || (unset && on)) continue;
      show(name, on);
    }
  }
  for (; i < arguments.size(); ++i) {
    const auto found = shell.shopts.find(arguments[i]);
    if (found == shell.shopts.end()) {
      output.error += fmt::format("shopt: {}: invalid shell option name\n", arguments[i]);
      result = 1;
    } else if (set || unset) {
      found->second = set;
    } else {
      if (!quiet) show(arguments[i], found->second);
      if (!found->second) result = 1;
    }
  }
  return result;
}

int run_help(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() > 1 && !arguments.back().starts_with('-')) {
    const std::string& topic = arguments.back();
    const std::string usage = usage_line(topic);
    if (shell.builtin(topic) != nullptr && !usage.empty()) {
      output.out = fmt::format("{}: {}", topic, usage.substr(usage.find("usage: ") + 7));
      return 0;
    }
    if (shell.builtin(topic) != nullptr) {
      output.out = fmt::format("{}: {}\n", topic, topic);
      return 0;
    }
    output.error = fmt::format(
        "help: no help topics match `{}'.  Try `help help' or `man -k {}' or `info {}'.\n", topic,
        topic, topic);
    return 1;
  }
  output.out =
      "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n"
      "These shell commands are defined internally.  Type `help' to see this list.\n"
      "Type `help name' to find out more about the function `name'.\n"
      "Use `info bash' to find out more about the shell in general.\n"
      "Use `man -k' or `info' to find out more about commands not in this list.\n\n"
      "A star (*) next to a name means that the command is disabled.\n\n";
  return 0;
}

}  // namespace

std::vector<Builtin> option_builtins() {
  return {{"set", &run_set, nullptr, true},
          {"shopt", &run_shopt, nullptr, false, true},
          {"help", &run_help, nullptr, false, true}};
}

}  // namespace decnet::shell::sh
