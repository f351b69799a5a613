// trap, times.
#include <cctype>

#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

namespace {

bool number(const std::string& text) {
  return !text.empty() && text.size() <= 9 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

int trap_number(const Interpreter& shell, std::string name) {
  for (char& byte : name) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  if (name == "SIGEXIT") return 0;
  if (name == "EXIT" || name == "0") return 0;
  if (!shell.bash() &&
      (name == "ERR" || name == "DEBUG" || name == "RETURN" || name.starts_with("SIG")))
    return -9;
  if (name == "ERR") return -1;
  if (name == "DEBUG") return -2;
  if (name == "RETURN") return -3;
  const int found = signal_number(name);
  return found < 0 ? -9 : found;
}

int run_trap(Interpreter& shell, Arguments& arguments, Output& output) {
  if (arguments.size() > 1 && arguments[1] == "-l") {
    for (int i = 1; i < 32; ++i)
      output.out += fmt::format("{:>2}) SIG{}{}", i, signal_name(i), i % 5 == 0 ? "\n" : "\t");
    output.out += "\n";
    return 0;
  }
  if (arguments.size() == 1 || arguments[1] == "-p") {
    const auto& all = shell.traps.empty() && shell.subshell ? shell.shown_traps : shell.traps;
    std::vector<int> order;  // EXIT, signals, then DEBUG, ERR and RETURN.
    for (const auto& [number_of, action] : all) {
      if (number_of >= 0) order.push_back(number_of);
    }
    for (const int last : {-2, -1, -3}) {
      if (all.contains(last)) order.push_back(last);
    }
    if (arguments.size() > 2) {
      order.clear();
      for (std::size_t k = 2; k < arguments.size(); ++k) {
        const int one = trap_number(shell, arguments[k]);
        if (all.contains(one)) order.push_back(one);
      }
    }
    for (const int number_of : order) {
      const std::string name =
          number_of == 0    ? "EXIT"
          : number_of == -1 ? "ERR"
          : number_of == -2 ? "DEBUG"
          : number_of == -3 ? "RETURN"
                            : (shell.bash() ? "SIG" : "") + std::string(signal_name(number_of));
      output.out += fmt::format("trap -- {} {}\n", always_quote(all.at(number_of)), name);
    }
    return 0;
  }
  std::size_t i = arguments[1] == "--" ? 2 : 1;
  if (i >= arguments.size()) return 0;
  std::string action = arguments[i];
  const bool reset = action == "-" || (number(action) && trap_number(shell, action) != -9);
  if (action == "-" || !reset) ++i;
  if (i >= arguments.size() && shell.bash() && !reset) {
    output.error = usage_line("trap");
    return 2;
  }
  shell.shown_traps.clear();
  int result = 0;
  for (; i < arguments.size(); ++i) {
    const int signal = trap_number(shell, arguments[i]);
    if (signal == -9) {
      output.error += shell.bash()
                          ? fmt::format("trap: {}: invalid signal specification\n", arguments[i])
                          : fmt::format("\x01trap: {}: bad trap\n", arguments[i]);
      result = 1;
    } else if (reset) {
      shell.traps.erase(signal);
      if (signal > 0) shell.process->ignore(signal, false);
    } else {
      shell.traps[signal] = action;
      if (signal <= 0) continue;
      if (action.empty())
        shell.process->ignore(signal, true);
      else
        shell.process->catch_signal(signal);
    }
  }
  return result;
}

int run_times(Interpreter& shell, Arguments&, Output& output) {
  const double seconds = static_cast<double>(shell.process->cpu_time().count()) / 1e6;
  output.out = shell.bash() ? fmt::format("0m{:.3f}s 0m{:.3f}s\n0m{:.3f}s 0m{:.3f}s\n", seconds,
                                          seconds / 3, 0.0, 0.0)
                            : fmt::format("0m{:.6f}s 0m{:.6f}s\n0m{:.6f}s 0m{:.6f}s\n", seconds,
                                          seconds / 3, 0.0, 0.0);
  return 0;
}

}  // namespace

std::vector<Builtin> trap_builtins() {
  return {{"trap", &run_trap, nullptr, true}, {"times", &run_times, nullptr, true}};
}

}  // namespace decnet::shell::sh
