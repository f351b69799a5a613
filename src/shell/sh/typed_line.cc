#include "shell/sh/typed_line.h"

#include <csignal>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "shell/observer.h"
#include "shell/passwords.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {

TypedLine::TypedLine(Interpreter& shell, std::string text) : process_(*shell.process) {
  if (!shell.observed && !shell.from_command) return;
  while (text.ends_with('\n')) text.pop_back();
  if (text.find_first_not_of(" \t\n") == std::string::npos) return;
  text_ = std::move(text);
  if (Terminal* terminal = process_.terminal()) written_before_ = terminal->written();
  if (Observer* observer = process_.observer()) observer->begins(text_);
}

TypedLine::~TypedLine() {
  emit(nullptr);
}

void TypedLine::finish(int status) {
  emit(&status);
}

void TypedLine::emit(const int* status) {
  if (text_.empty()) return;
  Observer* observer = process_.observer();
  const std::string text = std::exchange(text_, {});
  if (observer == nullptr) return;
  event::Event event;
  event.type = event::kCommand;
  event.add("command", text);
  if (status != nullptr) {
    if (Terminal* terminal = process_.terminal()) {
      event.add("output_bytes", terminal->written() - written_before_);
    }
    event.add("exit_status", *status);
  }
  observer->emit(std::move(event));
}

void begin_interactive(Interpreter& shell) {
  Process& process = *shell.process;
  shell.options.monitor = true;
  shell.options.histexpand = shell.bash();
  shell.options.emacs = shell.options.history = shell.bash();
  process.report_stops(true);
  for (const int signal : {SIGTERM, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU}) process.shield(signal);
  process.catch_signal(SIGINT);
  if (process.session != process.pid && process.terminal() != nullptr) {
    process.set_group(0, process.pid);
    process.set_foreground(process.pid);
  }
  if (!shell.bash()) return;
  shell.set("PS1", "\\u@\\h:\\w\\$ ");
  shell.set("PS2", "> ");
  shell.set("HISTFILE", shell.get("HOME") + "/.bash_history");
  shell.set("HISTSIZE", "500");
  shell.set("HISTFILESIZE", "500");
  if (Terminal* terminal = process.terminal()) {
    shell.set("COLUMNS", std::to_string(terminal->columns));
    shell.set("LINES", std::to_string(terminal->rows));
  }
}

void remember(Interpreter& shell, const std::string& typed) {
  if (!shell.bash() || !shell.options.history || shell.get("HISTSIZE") == "0") return;
  shell.remembered = false;
  std::string line = typed;
  while (line.ends_with('\n') && line.find('\n') == line.size() - 1) line.pop_back();
  if (line.find_first_not_of(" \t") == std::string::npos) return;
  const std::string control = shell.get("HISTCONTROL");
  const bool both = control.find("ignoreboth") != std::string::npos;
  if (line[0] == ' ' && (both || control.find("ignorespace") != std::string::npos)) return;
  if (!shell.history->lines.empty() && shell.history->lines.back() == line &&
      (both || control.find("ignoredups") != std::string::npos))
    return;
  shell.history->add(std::move(line));
  shell.remembered = true;
}

void load_history(Interpreter& shell) {
  if (!shell.bash()) return;
  const std::string path = shell.get("HISTFILE");
  std::string text = path.empty()
                         ? std::string{}
                         : shell.process->files().read_file(path, shell.process->user).value_or("");
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    if (end > 0) shell.history->add(text.substr(0, end));
    text.erase(0, end + 1);
  }
  shell.history->added = 0;
}

void save_history(Interpreter& shell) {
  const std::string path = shell.get("HISTFILE");
  if (!shell.bash() || path.empty() || shell.history->added == 0) return;
  std::string text = shell.process->files().read_file(path, shell.process->user).value_or("");
  const std::size_t count = std::min(shell.history->added, shell.history->lines.size());
  for (std::size_t i = shell.history->lines.size() - count; i < shell.history->lines.size(); ++i)
    text += shell.history->lines[i] + "\n";
  (void)shell.process->files().write_file(path, std::move(text), shell.process->user, 0600);
  shell.history->added = 0;
}

std::string Interpreter::prompt(std::string_view text) const {
  if (!bash()) return std::string(text);
  std::string out;
  const std::time_t now = to_micros(process->clock().now()) / 1'000'000;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::string where = process->directory;
  const std::string home = get("HOME");
  if (!home.empty() && home != "/" && (where == home || where.starts_with(home + "/")))
    where = "~" + where.substr(home.size());
  const std::string host = get("HOSTNAME");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    switch (text[++i]) {
      case 'u':
        out += get("USER").empty() ? "root" : get("USER");
        break;
      case 'h':
        out += host.substr(0, host.find('.'));
        break;
      case 'H':
        out += host;
        break;
      case 'w':
        out += where;
        break;
      case 'W':
        out += where == "~" || where == "/" ? where : where.substr(where.rfind('/') + 1);
        break;
      case '$':
        out += process->user.is_root() ? "#" : "\\$";
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'a':
        out += '\a';
        break;
      case 'e':
        out += '\x1b';
        break;
      case '[':
        out += '\x01';
        break;
      case ']':
        out += '\x02';
        break;
      case 's':
        out += "bash";
        break;
      case 'v':
        out += "5.2";
        break;
      case 'V':
        out += "5.2.15";
        break;
      case 'j':
        out += std::to_string(jobs.size());
        break;
      case 't':
        out += fmt::format("{:%H:%M:%S}", parts);
        break;
      case 'A':
        out += fmt::format("{:%H:%M}", parts);
        break;
      case 'd':
        out += fmt::format("{:%a %b %d}", parts);
        break;
      case '!':
      case '#':
        out += std::to_string(history->first + history->lines.size());
        break;
      case '0':
        if (text.substr(i, 3) == "033") {
          out += '\x1b';
          i += 2;
        }
        break;
      default:
        out += '\\';
        out += text[i];
    }
  }
  return out;
}

}  // namespace decnet::shell::sh
