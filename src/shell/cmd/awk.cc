// awk, mawk
#include "shell/cmd/awk_run.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

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
      io.err("mawk: not an option: " + word + "\n");
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
        io.err("mawk: cannot open " + value + "\n");
        io.status = 2;
        return false;
      }
      options.text += *bytes + "\n";
      options.given = true;
    }
  }
  if (!options.given) {
    if (at >= io.argc()) {
      io.err("Usage: mawk [Options] [Program] [file ...]\n");
      io.status = 2;
      return false;
    }
    options.text = io.arg(at++);
  }
  for (; at < io.argc(); ++at) options.operands.push_back(io.arg(at));
  return true;
}

bool is_assignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals != std::string::npos && equals > 0 &&
         word.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == equals;
}

// Runs what system() and print | asked for.
Task<void> run_commands(Io& io, AwkMachine& machine) {
  std::vector<std::string> commands = std::move(machine.commands);
  machine.commands.clear();
  co_await io.flush();
  for (const std::string& command : commands) {
    std::vector<std::string> words = {"/bin/sh", "-c", command};
    const Sys<int> status = co_await run_program(io.process, std::move(words));
    static_cast<void>(status);
  }
}

Task<void> run_pipes(Io& io, AwkMachine& machine) {
  for (const auto& [command, text] : machine.piped) {
    co_await io.flush();
    const Sys<std::pair<int, int>> ends = io.process.pipe();
    if (!ends) break;
    ChildRequest request;
    request.arguments = {"sh", "-c", command};
    request.path = "/bin/sh";
    request.environment = io.process.environment;
    request.descriptors = {{0, ends->first}, {1, 1}, {2, 2}};
    const Sys<int> child = io.process.spawn(std::move(request));
    static_cast<void>(io.process.close(ends->first));
    if (child) co_await io.process.write(ends->second, text);
    static_cast<void>(io.process.close(ends->second));
    if (child) co_await io.process.wait(*child);
  }
}

// One input: lines as they come.
Task<bool> read_input(Io& io, AwkMachine& machine, std::string name) {
  int descriptor = 0;
  if (name != "-") {
    const Sys<int> opened = io.process.open(name, 0);
    if (!opened) {
      io.err(std::string(io.name()) + ": cannot open " + name + " (" +
             std::string(sys_error(opened.error())) + ")\n");
      machine.status = 2;
      co_return false;
    }
    descriptor = *opened;
  }
  std::string held;
  std::size_t at = 0;
  bool over = false;
  machine.set("FILENAME", name == "-" ? "" : name);
  const std::string separator = machine.text_of_variable("RS");
  const char between = separator.empty() ? '\n' : separator[0];
  const bool paragraphs = separator.empty();
  const auto next = [&](std::string& line) {
    const std::size_t end = paragraphs ? held.find("\n\n", at) : held.find(between, at);
    if (end == std::string::npos && (!over || at >= held.size())) return false;
    line = held.substr(at, std::min(end, held.size()) - at);
    if (over && end == std::string::npos && line.ends_with("\n") && paragraphs) line.pop_back();
    at = end == std::string::npos ? held.size() : end + (paragraphs ? 2 : 1);
    while (paragraphs && at < held.size() && held[at] == '\n') ++at;
    return true;
  };
  machine.next_line = next;
  while (!machine.ended) {
    const Sys<std::string> bytes = co_await io.process.read(descriptor, kPipeBytes);
    over = !bytes || bytes->empty() || held.size() > kGatheredBytesMax;
    if (!over) {
      held.erase(0, at);
      at = 0;
      held += *bytes;
    }
    std::string line;
    while (!machine.ended && next(line)) {
      machine.record(io, line);
      if (!machine.commands.empty()) co_await run_commands(io, machine);
    }
    const auto cost = static_cast<std::uint32_t>(machine.take_steps() / 8 + 2);
    co_await io.process.breathe(cost);
    const Sys<void> wrote = co_await io.flush();
    if (!wrote) machine.ended = true;
    if (over) break;
  }
  machine.next_line = nullptr;
  if (descriptor != 0) static_cast<void>(io.process.close(descriptor));
  co_return true;
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
  machine.begin(io);
  if (!machine.commands.empty()) co_await run_commands(io, machine);
  bool read = false;
  for (const std::string& name : options.operands) {
    if (is_assignment(name)) {
      machine.set(name.substr(0, name.find('=')), name.substr(name.find('=') + 1));
      continue;
    }
    read = true;
    if (!machine.ended && machine.has_records()) co_await read_input(io, machine, name);
  }
  const bool standard = !read && !machine.ended && machine.has_records();
  if (standard) co_await read_input(io, machine, "-");
  machine.end(io);
  if (!machine.commands.empty()) co_await run_commands(io, machine);
  co_await run_pipes(io, machine);
  co_await io.flush();
  co_return machine.status;
}

constexpr Command kRows[] = {{"awk", &awk}, {"mawk", &awk}};

}  // namespace

std::span<const Command> awk_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
