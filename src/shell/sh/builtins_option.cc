// set, shopt, ulimit, umask, history, help.
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
                      (shell.bash() ? shell_quote(variable.value) : always_quote(variable.value)) +
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

int run_umask(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() == 1) {
    output.out = fmt::format("{:04o}\n", shell.process->umask);
    return 0;
  }
  if (arguments[1] == "-S") {
    const auto letters = [&](std::uint32_t bits) {
      return fmt::format("{}{}{}", (bits & 4) != 0 ? "" : "r", (bits & 2) != 0 ? "" : "w",
                         (bits & 1) != 0 ? "" : "x");
    };
    const std::uint32_t mask = shell.process->umask;
    output.out = fmt::format("u={},g={},o={}\n", letters(mask >> 6 & 7), letters(mask >> 3 & 7),
                             letters(mask & 7));
    return 0;
  }
  if (arguments[1].find_first_not_of("01234567") != std::string::npos) {
    output.error = shell.bash()
                       ? fmt::format("umask: {}: octal number out of range\n", arguments[1])
                       : fmt::format("umask: Illegal number: {}\n", arguments[1]);
    return 1;
  }
  shell.process->umask =
      static_cast<std::uint32_t>(std::strtoul(arguments[1].c_str(), nullptr, 8)) & 0777;
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
  char wanted = 'f';
  bool all = false, value = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) {
      value = true;
      continue;
    }
    for (const char letter : arguments[i].substr(1)) {
      if (letter == 'a')
        all = true;
      else if (letter != 'S' && letter != 'H')
        wanted = letter;
    }
  }
  if (value) {
    shell.set("\x01ulimit" + std::string(1, wanted), arguments.back());
    return 0;
  }
  for (const Limit& limit : kLimits) {
    const std::string text = shell.lookup("\x01ulimit" + std::string(1, limit.letter))
                                 .value_or(std::string(limit.value));
    if (all)
      output.out +=
          fmt::format("{:<28}{:>20} {}\n", limit.text, fmt::format("({})", limit.unit), text);
    else if (limit.letter == wanted)
      output.out = text + "\n";
  }
  if (output.out.empty()) {
    output.error = fmt::format("ulimit: -{}: invalid option\n", wanted);
    return 2;
  }
  return 0;
}

int run_history(Interpreter& shell, Arguments& arguments, Output& output) {
  if (shell.subshell && arguments.size() > 1)  // What a subshell forgets, its parent still knows.
    shell.history = std::make_shared<History>(*shell.history);
  History& history = *shell.history;
  std::size_t count = history.lines.size();
  if (arguments.size() > 1) {
    if (arguments[1] == "-c") {
      history.lines.clear();
      history.bytes = 0;
      return 0;
    }
    if (arguments[1] == "-d" && arguments.size() > 2) {
      const auto number = static_cast<std::size_t>(std::max(0, std::atoi(arguments[2].c_str())));
      if (number < history.first || number >= history.first + history.lines.size()) {
        output.error = fmt::format("history: {}: history position out of range\n", arguments[2]);
        return 1;
      }
      history.lines.erase(history.lines.begin() +
                          static_cast<std::ptrdiff_t>(number - history.first));
      return 0;
    }
    if (arguments[1] == "-w" || arguments[1] == "-a") {
      std::string text;
      for (const std::string& line : history.lines) text += line + "\n";
      const std::string path = arguments.size() > 2 ? arguments[2] : shell.get("HISTFILE");
      if (!path.empty())
        (void)shell.process->files().write_file(shell.process->absolute(path), text,
                                                shell.process->user, 0600);
      return 0;
    }
    if (arguments[1].starts_with('-')) return 0;
    if (arguments[1].find_first_not_of("0123456789") != std::string::npos) {
      output.error = fmt::format("history: {}: numeric argument required\n", arguments[1]);
      return 1;
    }
    count = std::min<std::size_t>(count, static_cast<std::size_t>(std::atoi(arguments[1].c_str())));
  }
  for (std::size_t i = history.lines.size() - count; i < history.lines.size(); ++i) {
    output.out += fmt::format("{:>5}  {}\n", history.first + i, history.lines[i]);
  }
  return 0;
}

int run_help(Interpreter&, Arguments&, Output& output) {
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
          {"umask", &run_umask},
          {"ulimit", &run_ulimit},
          {"history", &run_history, nullptr, false, true},
          {"help", &run_help, nullptr, false, true}};
}

}  // namespace decnet::shell::sh
