#include "shell/sh/shell_main.h"

#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "shell/machine.h"
#include "shell/observer.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/typed_line.h"

namespace decnet::shell::sh {
namespace {

Flavour flavour_of(std::string_view name) {
  if (name.starts_with('-')) name.remove_prefix(1);
  return name == "bash" || name == "rbash" ? Flavour::bash
         : name == "ash"                   ? Flavour::ash
                                           : Flavour::dash;
}

std::string host_name(Process& process) {
  std::string name = process.files().read_file("/proc/sys/kernel/hostname", {}).value_or("");
  if (name.empty()) name = process.files().read_file("/etc/hostname", {}).value_or("");
  while (name.ends_with('\n')) name.pop_back();
  const auto& persona = process.machine().facts().persona;
  return !name.empty() ? name : persona ? persona->hostname : "debian";
}

void first_variables(Interpreter& shell) {
  Process& process = *shell.process;
  for (const auto& [name, value] : process.environment) {
    if (!is_name(name)) continue;
    shell.set(name, value);
    shell.variables.make(name).exported = true;
  }
  shell.last_argument = shell.name_zero;
  const auto give = [&](std::string_view name, std::string value, bool exported = false) {
    shell.set(name, std::move(value));
    if (exported) shell.variables.make(name).exported = true;
  };
  const auto offer = [&](std::string_view name, std::string value, bool exported = false) {
    if (!shell.lookup(name)) give(name, std::move(value), exported);
  };
  offer("PATH", shell.bash() ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                             : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  give("IFS", " \t\n");
  give("OPTIND", "1");
  give("PPID", std::to_string(process.parent));
  give("PWD", process.directory, true);
  offer("PS4", "+ ");
  if (!shell.bash()) {
    offer("PS2", "> ");
    offer("PS1", process.user.is_root() ? "# " : "$ ");
    return;
  }
  give("SHLVL", std::to_string(std::atoi(shell.get("SHLVL").c_str()) + 1), true);
  give("BASH", "/bin/bash");
  give("BASH_VERSION", "5.2.15(1)-release");
  give("UID", std::to_string(process.user.uid));
  give("EUID", std::to_string(process.user.uid));
  for (const char* name : {"UID", "EUID", "PPID"}) shell.variables.make(name).read_only = true;
  give("HOSTNAME", host_name(process));
  give("HOSTTYPE", "x86_64");
  give("OSTYPE", "linux-gnu");
  give("MACHTYPE", "x86_64-pc-linux-gnu");
  offer("TERM", "dumb");
  give("OPTERR", "1");
  Variable& versions = shell.variables.make("BASH_VERSINFO");
  versions.is_array = versions.set = true;
  versions.elements = {{0, "5"}, {1, "2"},       {2, "15"},
                       {3, "1"}, {4, "release"}, {5, "x86_64-pc-linux-gnu"}};
  for (const char* name : {"autocd",
                           "cdspell",
                           "checkhash",
                           "checkjobs",
                           "direxpand",
                           "dotglob",
                           "execfail",
                           "extglob",
                           "failglob",
                           "globstar",
                           "gnu_errfmt",
                           "histappend",
                           "histreedit",
                           "histverify",
                           "huponexit",
                           "inherit_errexit",
                           "lastpipe",
                           "localvar_inherit",
                           "mailwarn",
                           "nocaseglob",
                           "nocasematch",
                           "nullglob",
                           "shift_verbose",
                           "xpg_echo",
                           "assoc_expand_once",
                           "cdable_vars",
                           "compat31",
                           "compat32",
                           "compat40",
                           "compat41",
                           "compat42",
                           "compat43",
                           "compat44",
                           "dirspell",
                           "expand_aliases",
                           "extdebug",
                           "lithist",
                           "localvar_unset",
                           "login_shell",
                           "no_empty_cmd_completion",
                           "noexpand_translation",
                           "progcomp_alias",
                           "restricted_shell",
                           "varredir_close"})
    shell.shopts[name] = false;
  for (const char* name :
       {"checkwinsize", "cmdhist", "complete_fullquote", "extquote", "force_fignore",
        "globasciiranges", "globskipdots", "hostcomplete", "interactive_comments",
        "patsub_replacement", "progcomp", "promptvars", "sourcepath"})
    shell.shopts[name] = true;
}

struct Asked {
  std::optional<std::string> command;
  std::optional<std::string> script;
  bool interactive = false, login = false, from_input = false, no_profile = false;
  int status = 0;
};

Asked read_arguments(Interpreter& shell, const std::vector<std::string>& arguments,
                     std::string& error) {
  Asked asked;
  std::size_t i = 1;
  bool command = false;
  for (; i < arguments.size() && arguments[i].size() > 1 &&
         (arguments[i][0] == '-' || arguments[i][0] == '+');
       ++i) {
    const std::string& one = arguments[i];
    if (one == "--") {
      ++i;
      break;
    }
    if (one.starts_with("--")) {
      if (one == "--login")
        asked.login = true;
      else if (one == "--norc" || one == "--noprofile")
        asked.no_profile = true;
      else if (one == "--version")
        asked.status = -1;
      else if (one != "--posix" && one != "--rcfile")
        error = one + ": invalid option";
      continue;
    }
    for (const char letter : one.substr(1)) {
      if (std::string_view(shell.bash() ? "abcefhiklmnoprstuvxBCDEHOPT" : "abcefilmnopsuvxCEIV")
              .find(letter) == std::string_view::npos)
        error = shell.bash() ? fmt::format("{}{}: invalid option", one[0], letter)
                             : fmt::format("0: Illegal option {}{}", one[0], letter);
      if (letter == 'c')
        command = true;
      else if (letter == 'i')
        asked.interactive = true;
      else if (letter == 'l')
        asked.login = true;
      else if (letter == 's')
        asked.from_input = true;
      else if (letter == 'o' || letter == 'O')
        ++i;
      for (const OptionName& option : option_names()) {
        if (option.letter == letter) shell.options.*option.member = one[0] == '-';
        if (letter == 'o' && i < arguments.size() && option.name == arguments[i])
          shell.options.*option.member = one[0] == '-';
      }
    }
  }
  if (command) {
    if (i >= arguments.size())
      error = shell.bash() ? "-c: option requires an argument" : "0: -c requires an argument";
    else
      asked.command = arguments[i++];
    if (i < arguments.size()) shell.name_zero = arguments[i++];
  } else if (i < arguments.size() && !asked.from_input) {
    asked.script = arguments[i++];
  }
  shell.positional.assign(
      arguments.begin() + static_cast<std::ptrdiff_t>(std::min(i, arguments.size())),
      arguments.end());
  return asked;
}

std::string usage(std::string_view name) {
  std::string out = fmt::format(
      "Usage:\t{} [GNU long option] [option] ...\n\t{} [GNU long option] [option] script-file "
      "...\nGNU long options:\n",
      name, name);
  for (const std::string_view one :
       {"debug", "debugger", "dump-po-strings", "dump-strings", "help", "init-file", "login",
        "noediting", "noprofile", "norc", "posix", "pretty-print", "rcfile", "restricted",
        "verbose", "version"})
    out += fmt::format("\t--{}\n", one);
  return out +
         "Shell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n"
         "\t-abefhkmnptuvxBCEHPT or -o option\n";
}

Task<void> source_file(Interpreter& shell, std::string path) {
  const Sys<std::string> text = shell.process->files().read_file(path, shell.process->user);
  if (!text) co_return;
  std::string copy = *text;
  ++shell.source_depth;
  const int result = co_await shell.run_text(std::move(copy));
  (void)result;
  --shell.source_depth;
  if (shell.flow != Flow::leave) shell.flow = Flow::none;
  shell.status = 0;
}

Task<void> start_files(Interpreter& shell, bool login) {
  const std::string home = shell.get("HOME");
  FileSystem& files = shell.process->files();
  if (login) {
    co_await source_file(shell, "/etc/profile");
    for (const char* name : {"/.bash_profile", "/.bash_login", "/.profile"}) {
      if (!files.stat(home + name, shell.process->user)) continue;
      co_await source_file(shell, home + name);
      break;
    }
  } else if (shell.interactive && shell.bash()) {
    co_await source_file(shell, "/etc/bash.bashrc");
    co_await source_file(shell, home + "/.bashrc");
  }
}

// A script by its path; what a pipe gives ("bash <(curl …)"), too.
Task<Sys<std::string>> script_text(Process& process, std::string path) {
  const Sys<Stat> stat = process.files().stat(path, process.user);
  const bool piped = path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/") ||
                     path == "/dev/stdin" || (stat && stat->kind == Kind::fifo);
  if (!piped) co_return process.files().read_file(path, process.user);
  const Sys<int> opened = process.open(path, O_RDONLY);
  if (!opened) co_return sys_fail(opened.error());
  std::string text;
  for (bool more = true; more;) {
    const Sys<std::string> bytes = co_await process.read(*opened, kPipeBytes);
    more = bytes && !bytes->empty() && text.size() < kScriptBytesMax;
    if (more) text += *bytes;
  }
  (void)process.close(*opened);
  co_return text;
}

}  // namespace

Task<int> Interpreter::finish(int result) {
  const auto found = traps.find(0);
  if (found != traps.end() && !found->second.empty()) {
    std::string action = found->second;
    traps.erase(found);
    status = result;
    flow = Flow::none;
    tail = false;
    ++nesting;
    const int ran = co_await run_text(std::move(action));
    (void)ran;
    if (flow == Flow::leave) result = status;
  }
  if (interactive && !subshell) save_history(*this);
  co_return result;
}

Task<int> shell_main(Process& process) {
  Interpreter shell(process, flavour_of(process.name()));
  std::string error;
  shell.name_zero = process.arguments.empty() ? "sh" : process.arguments[0];
  first_variables(shell);
  const Asked asked = read_arguments(shell, process.arguments, error);
  shell.login = asked.login || process.arguments[0].starts_with('-');
  if (asked.status == -1) {
    const bool written = co_await shell.put(
        "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free "
        "Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later "
        "<http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and "
        "redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n");
    co_return written ? 0 : 1;
  }
  if (!error.empty()) {
    std::string text = shell.name_zero + ": " + error + "\n";
    if (shell.bash() && error.ends_with("invalid option")) text += usage(shell.name_zero);
    const Sys<void> written = co_await process.write(2, text);
    (void)written;
    co_return 2;
  }
  const bool top = process.session == process.pid;
  int result = 0;
  if (asked.command) {
    shell.from_command = true;
    shell.execution_text = *asked.command;
    TypedLine event(shell, top ? *asked.command : "");
    if (top) co_await start_files(shell, false);
    shell.tail = true;
    std::string text = *asked.command;
    result = co_await shell.run_text(std::move(text));
    result = co_await shell.finish(result);
    event.finish(result);
    co_return result;
  }
  if (asked.script) {
    const std::string path = process.absolute(*asked.script);
    const Sys<std::string> text = co_await script_text(process, path);
    if (!text || text->starts_with("\x7f"
                                   "ELF")) {
      const std::string what =
          text ? "cannot execute binary file" : std::string(sys_error(text.error()));
      const std::string line =
          shell.bash() ? fmt::format("{}: {}: {}\n", shell.name_zero, *asked.script, what)
                       : fmt::format("{}: 0: cannot open {}: No such file\n", shell.name_zero,
                                     *asked.script);
      const Sys<void> written = co_await process.write(2, line);
      (void)written;
      co_return text ? 126 : shell.bash() ? 127 : 2;
    }
    shell.name_zero = *asked.script;
    if (shell.bash()) shell.sources.push_back(*asked.script);
    std::string copy = *text;
    result = co_await shell.run_text(std::move(copy));
    result = co_await shell.finish(result);
    co_return result;
  }
  shell.interactive =
      asked.interactive || (process.is_terminal(0) && process.is_terminal(2) && !asked.from_input);
  shell.of_interactive = shell.interactive;
  shell.observed = top || shell.interactive;
  if (shell.interactive) begin_interactive(shell);
  if (!asked.no_profile) co_await start_files(shell, shell.login);
  if (shell.interactive) load_history(shell);
  result = co_await run_lines(shell);
  result = co_await shell.finish(result);
  co_return result;
}

}  // namespace decnet::shell::sh
