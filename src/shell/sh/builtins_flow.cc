// break, return, exit, eval, source, exec, command.
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kBinaryHeadBytes = 80;  // In which bash looks for what no text has.

bool number(const std::string& text, int& out) {
  const std::size_t begin = text.starts_with('-') ? 1 : 0;
  if (text.size() <= begin || text.find_first_not_of("0123456789", begin) != std::string::npos ||
      text.size() > 9)
    return false;
  out = std::atoi(text.c_str());
  return true;
}

int run_break(Interpreter& shell, Arguments& arguments, Output& output) {
  int count = 1;
  if (arguments.size() > 1 && (!number(arguments[1], count) || count < 1)) {
    output.error =
        shell.bash()
            ? fmt::format("{}: {}: {}\n", arguments[0], arguments[1],
                          count < 1 ? "loop count out of range" : "numeric argument required")
            : fmt::format("{}: Illegal number: {}\n", arguments[0], arguments[1]);
    if (shell.bash() && count < 1) {  // All loops end.
      shell.flow = shell.loop_depth > 0 ? Flow::stop_loop : Flow::none;
      shell.flow_count = shell.loop_depth;
    } else if (shell.bash()) {
      shell.status = 128;
      shell.stop_line();
      return 128;
    }
    return shell.bash() ? 1 : 2;
  }
  if (shell.loop_depth == 0) {
    if (shell.bash() && !shell.subshell)
      output.error = arguments[0] + ": only meaningful in a `for', `while', or `until' loop\n";
    return 0;
  }
  shell.flow = arguments[0] == "break" ? Flow::stop_loop : Flow::next_round;
  shell.flow_count = std::min(count, shell.loop_depth);
  return 0;
}

int run_return(Interpreter& shell, Arguments& arguments, Output& output) {
  int result = shell.status;
  if (arguments.size() > 1 && !number(arguments[1], result)) {
    output.error = shell.bash()
                       ? fmt::format("return: {}: numeric argument required\n", arguments[1])
                       : fmt::format("return: Illegal number: {}\n", arguments[1]);
    result = 2;
  }
  if (shell.function_depth == 0 && shell.source_depth == 0 && shell.bash()) {
    output.error += "return: can only `return' from a function or sourced script\n";
    return 2;
  }
  shell.flow = Flow::give_back;
  shell.status_before_return = shell.status;
  shell.status = result & 0xff;
  return shell.status;
}

Task<int> run_exit(Interpreter& shell, Arguments& arguments) {
  int result = shell.status;
  if (shell.interactive && !shell.subshell) {
    const std::string text = shell.login && arguments[0] == "exit" ? "logout\n"
                             : arguments[0] == "exit"              ? "exit\n"
                                                                   : "";
    if (shell.bash() && !text.empty()) {
      const Sys<void> written = co_await shell.process->write(2, text);
      (void)written;
    }
  }
  if (arguments[0] == "logout" && !shell.login) {
    co_await shell.complain("logout: not login shell: use `exit'");
    co_return 1;
  }
  if (arguments.size() > 2 && shell.bash() && number(arguments[1], result)) {
    co_await shell.complain("exit: too many arguments");
    shell.status = 1;
    if (!shell.interactive) shell.flow = Flow::leave;
    co_return 1;
  }
  if (arguments.size() > 1 && !number(arguments[1], result)) {
    const std::string text = shell.bash()
                                 ? fmt::format("exit: {}: numeric argument required", arguments[1])
                                 : fmt::format("exit: Illegal number: {}", arguments[1]);
    co_await shell.complain(text);
    result = 2;
  }
  shell.status = result & 0xff;
  shell.flow = Flow::leave;
  co_return shell.status;
}

Task<int> run_eval(Interpreter& shell, Arguments& arguments) {
  std::string text;
  std::size_t first = arguments.size() > 1 && arguments[1] == "--" ? 2 : 1;
  for (std::size_t i = first; i < arguments.size(); ++i)
    text += (i > first ? " " : "") + arguments[i];
  if (shell.nesting >= kCallDepthMax) {
    count(Limit::call_depth);
    (void)shell.process->kill(shell.process->pid, SIGSEGV);
    co_await shell.process->breathe();
  }
  ++shell.nesting;
  ++shell.trace_depth;
  const bool kept_eval = std::exchange(shell.in_eval, true);
  const int result = co_await shell.run_text(std::move(text), shell.end_line);
  shell.in_eval = kept_eval;
  --shell.trace_depth;
  --shell.nesting;
  co_return result;
}

Task<int> run_source(Interpreter& shell, Arguments& arguments) {
  if (arguments.size() < 2) {
    {
      const std::string said = arguments[0] + ": filename argument required";
      co_await shell.complain(said);
      const std::string usage = usage_line(arguments[0]).substr(1);
      const Sys<void> written = co_await shell.process->write(2, usage);
      (void)written;
    }
    co_return 2;
  }
  std::string path = arguments[1];
  Process& process = *shell.process;
  if (path.find('/') == std::string::npos) {
    std::string paths = shell.get("PATH") + ":";
    for (std::size_t end = paths.find(':'); end != std::string::npos; end = paths.find(':')) {
      const std::string candidate = paths.substr(0, end) + "/" + path;
      if (end > 0 && process.files().access(process.absolute(candidate), 4, process.user)) {
        path = candidate;
        break;
      }
      paths.erase(0, end + 1);
    }
  }
  const Sys<Stat> stat = process.files().stat(process.absolute(path), process.user);
  Sys<std::string> text = process.files().read_file(process.absolute(path), process.user);
  if (process.absolute(path).starts_with("/dev/fd/") ||
      (stat && stat->kind != Kind::regular && stat->kind != Kind::directory)) {
    text = std::string{};
    const Sys<int> opened = process.open(path, O_RDONLY);
    for (bool more = opened.has_value(); more;) {
      const Sys<std::string> bytes = co_await process.read(*opened, kPipeBytes);
      more = bytes && !bytes->empty() && text->size() < kScriptBytesMax;
      if (more) *text += *bytes;
    }
    if (opened) (void)process.close(*opened);
  }
  if (text && text->substr(0, kBinaryHeadBytes).find('\0') != std::string::npos) {
    const std::string said = path + ": cannot execute binary file";
    co_await shell.complain(said);
    co_return 126;
  }
  if (!text) {
    const std::string what =
        shell.bash()
            ? fmt::format("{}{}: {}", text.error() == EISDIR ? arguments[0] + ": " : "",
                          arguments[1],
                          text.error() == EISDIR ? "is a directory" : sys_error(text.error()))
        : arguments[1].find('/') == std::string::npos
            ? fmt::format("{}: {}: not found", arguments[0], arguments[1])
            : fmt::format("{}: cannot open {}: No such file", arguments[0], arguments[1]);
    co_await shell.complain(what);
    if (!shell.bash()) shell.stop_line();
    co_return shell.bash() ? 1 : 2;
  }
  if (shell.nesting >= kCallDepthMax) {
    count(Limit::call_depth);
    co_return 1;
  }
  std::vector<std::string> outer = shell.positional;
  if (arguments.size() > 2 && shell.bash())
    shell.positional.assign(arguments.begin() + 2, arguments.end());
  ++shell.nesting;
  ++shell.source_depth;
  ++shell.trace_depth;
  const int line = shell.line;
  const bool kept_eval = std::exchange(shell.in_eval, false);
  shell.sources.push_back(path);
  shell.call_names.emplace_back("source");
  shell.call_lines.push_back(line);
  int result = co_await shell.run_text(std::move(*text));
  co_await shell.run_trap(-3);
  shell.sources.pop_back();
  shell.call_names.pop_back();
  shell.call_lines.pop_back();
  shell.in_eval = kept_eval;
  --shell.trace_depth;
  shell.line = line;
  --shell.source_depth;
  --shell.nesting;
  if (arguments.size() > 2 && shell.bash()) shell.positional = std::move(outer);
  if (shell.flow == Flow::give_back) {
    shell.flow = Flow::none;
    result = shell.status;
  }
  co_return result;
}

Task<int> run_exec(Interpreter& shell, Arguments& arguments) {
  std::size_t i = 1;
  std::string zero;
  while (i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-') {
    if (arguments[i] == "-a" && i + 1 < arguments.size()) zero = arguments[++i];
    if (arguments[i++] == "--") break;
  }
  if (i >= arguments.size()) co_return 0;
  const std::string name = arguments[i];
  const Sys<std::string> found = shell.find_program(name);
  ChildRequest request;
  request.arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  if (!zero.empty()) request.arguments[0] = zero;
  request.environment = shell.environment();
  request.descriptors = shell.child_descriptors();
  int error = found ? 0 : found.error();
  if (found) {
    request.path = *found;
    shell.process->set_foreground(shell.process->group);
    const Sys<int> ended = co_await shell.process->execute(std::move(request));
    if (ended) {
      shell.traps.clear();
      shell.observed = false;
      shell.interactive = false;
      shell.status = *ended;
      shell.flow = Flow::leave;
      co_return *ended;
    }
    error = ended.error();
  }
  const std::string text =
      error == ENOENT && shell.bash() && name.find('/') != std::string::npos
          ? shell.process->absolute(name) + ": No such file or directory"
      : error == ENOENT
          ? (shell.bash() ? fmt::format("exec: {}: {}", name,
                                        name.find('/') != std::string::npos
                                            ? "cannot execute: No such file or directory"
                                            : "not found")
                          : fmt::format("exec: {}: not found", name))
          : fmt::format("exec: {}: {}", name,
                        shell.bash() ? "cannot execute: " + std::string(sys_error(error))
                                     : std::string(sys_error(error)));
  co_await shell.complain(text);
  shell.status = error == ENOENT ? 127 : 126;
  const bool stays = shell.shopts.contains("execfail") && shell.shopts.at("execfail");
  if (!shell.interactive && !stays) shell.flow = Flow::leave;
  co_return shell.status;
}

Task<int> run_command(Interpreter& shell, Arguments& arguments) {
  std::size_t i = 1;
  bool show = false, verbose = false;
  for (; i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-'; ++i) {
    show = show || arguments[i].find('v') != std::string::npos;
    verbose = verbose || arguments[i].find('V') != std::string::npos;
    if (arguments[i] == "--") {
      ++i;
      break;
    }
  }
  if (i >= arguments.size()) co_return 0;
  Arguments rest(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  if (!show && !verbose) {
    const int result = co_await shell.call(std::move(rest), false);
    co_return result;
  }
  std::string out;
  int result = 0;
  bool any = false;  // bash is content with one that it knows.
  if (!shell.bash()) rest.resize(1);
  for (const std::string& name : rest) {
    const Sys<std::string> found = shell.find_program(name);
    if (verbose) {
      Output text;
      Arguments type = {"type", name};
      result = shell.builtin("type")->plain(shell, type, text);
      out += text.out;
      if (!text.error.empty()) {
        const std::string said = "command" + text.error.substr(4, text.error.find('\n') - 4);
        co_await shell.complain(said);
      }
    } else if (const std::string* alias = shell.alias_of(name)) {
      out += fmt::format("alias {}={}\n", name, always_quote(*alias));
      result = 0;
    } else if (shell.functions->contains(name) || shell.builtin(name) != nullptr || name == "if" ||
               name == "for" || name == "while" || name == "case") {
      out += name + "\n";
      any = true;
    } else if (found && shell.process->files().access(shell.process->absolute(*found), 1,
                                                      shell.process->user)) {
      out += *found + "\n";
    } else {
      result = shell.bash() ? 1 : 127;
    }
  }
  const bool written = out.empty() || co_await shell.put(out);
  if (any && shell.bash()) result = 0;
  co_return written ? result : 1;
}

Task<int> run_builtin_word(Interpreter& shell, Arguments& arguments) {
  if (arguments.size() < 2) co_return 0;
  if (shell.builtin(arguments[1]) == nullptr) {
    const std::string text = fmt::format("builtin: {}: not a shell builtin", arguments[1]);
    co_await shell.complain(text);
    co_return 1;
  }
  Arguments rest(arguments.begin() + 1, arguments.end());
  const int result = co_await shell.call(std::move(rest), false);
  co_return result;
}

}  // namespace

std::vector<Builtin> flow_builtins() {
  return {{"break", &run_break, nullptr, true},
          {"continue", &run_break, nullptr, true},
          {"return", &run_return, nullptr, true},
          {"exit", nullptr, &run_exit, true},
          {"logout", nullptr, &run_exit, false, true},
          {"eval", nullptr, &run_eval, true},
          {".", nullptr, &run_source, true},
          {"source", nullptr, &run_source, true, true},
          {"exec", nullptr, &run_exec, true},
          {"command", nullptr, &run_command},
          {"builtin", nullptr, &run_builtin_word, false, true}};
}

}  // namespace decnet::shell::sh
