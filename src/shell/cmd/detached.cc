// screen, tmux, script: programs that run others in a terminal of their own. Nothing is drawn anew
// here; what runs inside has the visitor's own terminal. What is started detached goes on alone.
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kSessionWordsMax = 1'024;  // Of a command line.
constexpr std::string_view kScreens = "/run/screen";

std::string user_shell(Io& io) {
  const std::string shell = io.variable("SHELL");
  return shell.empty() ? "/bin/sh" : shell;
}

// Runs it without waiting, away from the terminal. Its pid; nothing: it could not be.
std::optional<int> start_alone(Process& process, std::vector<std::string> words) {
  const Sys<std::string> path = find_program(process, words.front());
  const Sys<int> nothing = process.open("/dev/null", 2);
  ChildRequest request;
  request.path = path.value_or(words.front());
  request.arguments = std::move(words);
  request.environment = process.environment;
  request.new_group = true;
  if (nothing) request.descriptors = {{0, *nothing}, {1, *nothing}, {2, *nothing}};
  const Sys<int> child = process.spawn(std::move(request));
  if (nothing) static_cast<void>(process.close(*nothing));
  return child ? std::optional<int>(*child) : std::nullopt;
}

std::string screen_folder(Io& io) {
  return std::string(kScreens) + "/S-" + user_name(io, io.who.uid);
}

// "4711.name" of each that still runs.
std::vector<std::string> screens(Io& io) {
  std::vector<std::string> names;
  const auto entries = io.files.list(screen_folder(io), io.who);
  if (!entries) return names;
  const std::vector<ProcessRow> rows = processes_of(io);
  for (const DirectoryEntry& entry : *entries) {
    const std::string name(entry.name);
    const auto pid = number_of(name.substr(0, name.find('.')));
    const bool alive = std::any_of(rows.begin(), rows.end(), [&](const ProcessRow& row) {
      return pid && row.pid == static_cast<int>(*pid);
    });
    if (alive) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void list_screens(Io& io) {
  const std::vector<std::string> names = screens(io);
  const std::string folder = screen_folder(io);
  if (names.empty()) {
    io.out("No Sockets found in " + folder + ".\n\r\n");
    io.status = 1;
    return;
  }
  io.out(names.size() == 1 ? "There is a screen on:\r\n" : "There are screens on:\r\n");
  for (const std::string& name : names) {
    const Sys<Stat> stat = io.stat(folder + "/" + name);
    io.out("\t" + name + "\t(" +
           date_text(stat ? stat->modified : io.now(), "%m/%d/%Y %I:%M:%S %p") +
           ")\t(Detached)\r\n");
  }
  io.out(names.size() == 1 ? "1 Socket in " + folder + ".\r\n"
                           : std::to_string(names.size()) + " Sockets in " + folder + ".\r\n");
}

struct ScreenRequest {
  std::string session;
  std::vector<std::string> command;
  bool lists = false, resumes = false, detached = false, told = false, sends = false;
};

ScreenRequest screen_request(Io& io) {
  ScreenRequest wanted;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.size() < 2 || word[0] != '-') {
      for (; at < io.argc() && wanted.command.size() < kSessionWordsMax; ++at)
        wanted.command.push_back(io.arg(at));
      break;
    }
    if (word == "-ls" || word == "-list") {
      wanted.lists = true;
      continue;
    }
    if (word == "-wipe" || word == "--help" || word == "--version" || word == "-v" ||
        word == "-h") {
      wanted.lists = word == "-wipe";
      wanted.told = word != "-wipe";
      continue;
    }
    for (std::size_t in = 1; in < word.size(); ++in) {
      const char letter = word[in];
      wanted.detached = wanted.detached || letter == 'm' || letter == 'd';
      wanted.resumes = wanted.resumes || letter == 'r' || letter == 'x' || letter == 'R';
      wanted.sends = wanted.sends || letter == 'X';
      if (std::string_view("SstTchepLo").find(letter) == std::string_view::npos || letter == 'L')
        continue;
      const std::string value = in + 1 < word.size() ? word.substr(in + 1)
                                : at + 1 < io.argc() ? io.arg(++at)
                                                     : "";
      if (letter == 'S') wanted.session = value;
      break;
    }
  }
  return wanted;
}

Task<int> screen(Process& process) {
  Io io(process);
  ScreenRequest wanted = screen_request(io);
  if (wanted.told) {
    const int status = co_await run_answers(process);
    co_return status;
  }
  if (wanted.lists) {
    list_screens(io);
    co_await io.flush();
    co_return io.status;
  }
  if (wanted.resumes && !process.is_terminal(0)) {
    io.out("Must be connected to a terminal.\r\n");
    co_await io.flush();
    co_return 1;
  }
  if (wanted.sends || wanted.resumes) {
    const std::string which = wanted.command.empty() ? wanted.session : wanted.command.front();
    io.out(wanted.sends    ? "No screen session found.\r\n"
           : which.empty() ? "There is no screen to be resumed.\r\n"
                           : "There is no screen to be resumed matching " + which + ".\r\n");
    co_await io.flush();
    co_return 1;
  }
  if (wanted.command.empty()) wanted.command = {user_shell(io)};
  if (wanted.detached) {
    const std::string name = wanted.session.empty()
                                 ? (process.is_terminal(0) ? "pts-0." : "") + hostname_of(io)
                                 : wanted.session;
    const bool shell = wanted.command.front() == user_shell(io) && wanted.command.size() == 1;
    if (shell) wanted.command = {"sleep", "infinity"};
    const std::optional<int> pid = start_alone(process, wanted.command);
    if (pid) {
      const std::string folder = screen_folder(io);
      const Credentials root;
      static_cast<void>(io.files.make_directory(std::string(kScreens), 0777, root));
      static_cast<void>(io.files.make_directory(folder, 0700, io.who));
      const std::string socket = folder + "/" + std::to_string(*pid) + "." + name;
      static_cast<void>(io.files.make_node(socket, Kind::socket, 0600, 0, io.who));
    }
    co_return 0;
  }
  if (!process.is_terminal(0)) {
    io.out("Must be connected to a terminal.\r\n");
    co_await io.flush();
    co_return 1;
  }
  const unsigned rows = process.terminal() != nullptr ? process.terminal()->rows : 24;
  io.out(
      text_of("\033[?1049h\033[!p\033[?3;4l\033[4l\033>\033[4l\033[?1h\033=\033[0m\033(B"
              "\033[1;%ur\033[H\033[2J\033[H\033[2J",
              rows));
  co_await io.flush();
  process.environment["TERM"] = "screen";
  process.environment["STY"] = std::to_string(process.pid) + "." + hostname_of(io);
  const Sys<int> status = co_await run_program(process, std::move(wanted.command));
  static_cast<void>(status);
  io.out(text_of("\033[%u;1H\033[?1l\033>\033[?1049l[screen is terminating]\n", rows));
  co_await io.flush();
  co_return 0;
}

Task<int> tmux(Process& process) {
  Io io(process);
  std::vector<std::string> words;
  std::string verb;
  bool detached = false;
  for (std::size_t at = 1; at < io.argc() && words.size() < kSessionWordsMax; ++at) {
    const std::string& word = io.arg(at);
    if (word == "-V" || word == "-h" || word == "--help" || word == "--version") {
      const int status = co_await run_answers(process);
      co_return status;
    }
    if (word.size() > 1 && word[0] == '-' && words.empty()) {
      detached = detached || word.find('d') != std::string::npos;
      if (std::string_view("sStnLfcxyF").find(word.back()) != std::string_view::npos) ++at;
    } else if (verb.empty()) {
      verb = word;
    } else {
      words.push_back(word);
    }
  }
  const std::string socket = "/tmp/tmux-" + std::to_string(io.who.uid) + "/default";
  const bool starts = verb.empty() || verb == "new" || verb == "new-session";
  if (!starts) {
    const bool attaches =
        verb == "a" || verb == "at" || verb == "attach" || verb == "attach-session";
    io.err(attaches ? "no sessions\n"
                    : "error connecting to " + socket + " (No such file or directory)\n");
    co_await io.flush();
    co_return 1;
  }
  std::vector<std::string> command = {user_shell(io)};
  if (!words.empty()) command = {"/bin/sh", "-c", join(words, " ")};
  if (detached) {
    if (words.empty()) command = {"sleep", "infinity"};
    static_cast<void>(start_alone(process, std::move(command)));
    co_return 0;
  }
  if (!process.is_terminal(0)) {
    io.err("open terminal failed: not a terminal\n");
    co_await io.flush();
    co_return 1;
  }
  io.out("\033[?1049h\033[22;0;0t\033[?1h\033=\033[H\033[2J");
  co_await io.flush();
  process.environment["TERM"] = "tmux-256color";
  process.environment["TMUX"] = socket + "," + std::to_string(process.pid) + ",0";
  const Sys<int> status = co_await run_program(process, std::move(command));
  static_cast<void>(status);
  io.out("\033[?1l\033>\033[?1049l\033[23;0;0t[exited]\n");
  co_await io.flush();
  co_return 0;
}

// What the first line of a typescript tells of the terminal.
std::string terminal_of(Io& io) {
  const Terminal* terminal = io.process.is_terminal(0) ? io.process.terminal() : nullptr;
  if (terminal == nullptr) return "<not executed on terminal>";
  return "TERM=\"" + io.variable("TERM") + "\" TTY=\"" + terminal->path() + "\" COLUMNS=\"" +
         std::to_string(terminal->columns) + "\" LINES=\"" + std::to_string(terminal->rows) + "\"";
}

// script: the way to a terminal that many notes tell of. What is shown is written to no file here
// but for its first and last line.
Task<int> script(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {
      {"command", 'c', ':'}, {"quiet", 'q'},       {"append", 'a'},
      {"return", 'e'},       {"flush", 'f'},       {"force", 300},
      {"log-out", 'O', ':'}, {"log-in", 'I', ':'}, {"timing", 't', '?'}};
  Options options(io, "+aB:c:eE:fI:m:o:O:qt::T:Vh", kLongs, "");
  std::string line, file;
  bool quiet = false, returns = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop || id == 'h' || id == 'V') {
      if (id != kStop)
        io.out(answer_text(io.process, "script", id == 'h' ? "--help" : "--version"));
      co_await io.flush();
      co_return io.status;
    }
    if (id == 'c') line = options.value;
    if (id == 'O') file = options.value;
    quiet = quiet || id == 'q';
    returns = returns || id == 'e';
  }
  for (std::size_t at = 0; at < options.operands.size(); ++at) {
    const std::string& word = options.operands[at];
    if (word == "-c" && at + 1 < options.operands.size())
      line = options.operands[++at];
    else if (file.empty() && word != "-q")
      file = word;
    quiet = quiet || word == "-q";
  }
  if (file.empty()) file = "typescript";
  const std::string begins = "Script started on " + date_text(io.now(), "%Y-%m-%d %H:%M:%S+00:00") +
                             " [" + (line.empty() ? "" : "COMMAND=\"" + line + "\" ") +
                             terminal_of(io) + "]\n";
  const bool real = io.absolute(file) != "/dev/null";
  if (real) {
    const Sys<void> wrote =
        io.files.write_file(io.absolute(file), begins, io.who, 0666 & ~process.umask);
    if (!wrote) {
      io.fail("cannot open " + file, wrote.error());
      co_await io.flush();
      co_return 1;
    }
  }
  if (!quiet) io.out("Script started, output log file is '" + file + "'.\n");
  co_await io.flush();
  std::vector<std::string> command = {user_shell(io)};
  command.push_back(line.empty() ? "-i" : "-c");
  if (!line.empty()) command.push_back(line);
  const Sys<int> status = co_await run_program(process, std::move(command));
  if (real) {
    const std::string ends = "\nScript done on " + date_text(io.now(), "%Y-%m-%d %H:%M:%S+00:00") +
                             " [COMMAND_EXIT_CODE=\"" + std::to_string(status ? *status : 1) +
                             "\"]\n";
    static_cast<void>(
        io.files.write_file(io.absolute(file), begins + ends, io.who, 0666 & ~process.umask));
  }
  if (!quiet) io.out("Script done.\n");
  co_await io.flush();
  co_return returns&& status ? *status : 0;
}

constexpr Command kRows[] = {{"screen", &screen}, {"tmux", &tmux}, {"script", &script}};

}  // namespace

std::span<const Command> detached_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
