// awk, mawk
#include "shell/cmd/awk_run.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kUsage =
    "Usage: mawk [Options] [Program] [file ...]\n\nProgram:\n    The -f option value is the name "
    "of a "
    "file containing program text.\n    If no -f option is given, a \"--\" ends option processing; "
    "the following\n    parameters are the program text.\n\nOptions:\n    -f program-file  Program "
    " "
    "text is read from file instead of from the\n                     command-line.  Multiple -f "
    "options are accepted.\n    -F value         sets the field separator, FS, to value.\n    -v "
    "var=value     assigns value to program variable var.\n    --               unambiguous end of "
    "options.\n\n    Implementation-specific options are prefixed with \"-W\".  They can be\n    "
    "abbreviated:\n\n    -W version       show version information and exit.\n    -W dump          "
    "show assembler-like listing of program and exit.\n    -W help          show this message and "
    "exit.\n    -W interactive   set unbuffered output, line-buffered input.\n    -W exec file     "
    "use file as program as well as last option.\n    -W random=number set initial random seed.\n  "
    "  "
    "-W sprintf=number adjust size of sprintf buffer.\n    -W posix_space   do not consider "
    "\"\\n\" a "
    "space.\n    -W usage         show this message and exit.\n";

struct AwkOptions {
  std::string text;
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> operands;
  bool given = false;
};

bool read_options(Io& io, AwkOptions& options) {
  std::size_t at = 1;
  for (; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "--") {
      ++at;
      break;
    }
    if (word.size() < 2 || word[0] != '-') break;
    const char letter = word[1];
    if (word == "--version" || word == "-V" ||
        (letter == 'W' && word.find("version") != std::string::npos)) {
      io.out(
          "mawk 1.3.4 20200120\nCopyright 2008-2019,2020, Thomas E. Dickey\nCopyright "
          "1991-1996,2014, Michael D. Brennan\n\nrandom-funcs:       srandom/random\nregex-funcs:  "
          "      internal\ncompiled limits:\nsprintf buffer      8192\nmaximum-integer     "
          "2147483647\n");
      return false;
    }
    if (letter != 'F' && letter != 'v' && letter != 'f') {
      io.err(std::string(io.name()) + ": not an option: " + word + "\n");
      io.status = 2;
      return false;
    }
    if (word.size() == 2 && at + 1 >= io.argc()) {
      io.err(std::string(io.name()) + ": option " + word + " lacks argument\n");
      io.status = 2;
      return false;
    }
    const std::string value = word.size() > 2      ? word.substr(2)
                              : at + 1 < io.argc() ? io.arg(++at)
                                                   : "";
    bool ended = false;
    if (letter == 'F')
      options.variables.emplace_back("FS", value == "t" ? "t" : unescaped(value, ended, false));
    if (letter == 'v' && value.find('=') != std::string::npos)
      options.variables.emplace_back(value.substr(0, value.find('=')),
                                     unescaped(value.substr(value.find('=') + 1), ended, false));
    if (letter == 'f') {
      const Sys<std::string> bytes = io.slurp(value);
      if (!bytes) {
        io.err(std::string(io.name()) + ": cannot open " + value + " (" +
               std::string(sys_error(bytes.error())) + ")\n");
        io.status = 2;
        return false;
      }
      options.text += *bytes + "\n";
      options.given = true;
    }
  }
  if (!options.given) {
    if (at >= io.argc()) {
      io.err(kUsage);
      return false;
    }
    options.text = io.arg(at++);
  }
  for (; at < io.argc(); ++at) options.operands.push_back(io.arg(at));
  return true;
}

Task<int> awk(Process& process) {
  Io io(process);
  AwkOptions options;
  const bool ready = read_options(io, options);
  auto program = parse_awk(options.text);
  if (!ready || !program) {
    if (ready) io.err(std::string(io.name()) + ": " + program.error() + "\n");
    co_await io.flush();
    co_return ready ? 2 : io.status;
  }
  AwkMachine machine(std::move(*program));
  for (const auto& [name, value] : options.variables) machine.set(name, value);
  for (const auto& [name, value] : process.environment) {
    AwkValue one;
    one.text = value;
    machine.array("ENVIRON")[name] = one;
  }
  co_await machine.run_all(io, std::move(options.operands));
  co_await io.flush();
  co_return machine.status;
}

constexpr Command kRows[] = {{"awk", &awk}, {"mawk", &awk}};

}  // namespace

std::span<const Command> awk_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
