// Programs that change something about a process and then run what is left of the command line:
// taskset, chrt, setpriv, prlimit, stdbuf, setarch, flock, unshare, nsenter, chroot, runuser.
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kWrapperWordsMax = 4'096;  // Of a command line.

struct Wrapper {
  std::string_view name;
  std::string_view valued;      // Letters and long names whose value is the next word.
  std::size_t operands = 0;     // Before the command.
  std::string_view by_default;  // What runs where no command is given; empty: that is misuse.
  std::string_view refusal;     // Of who is not root; empty: anybody may.
};

constexpr Wrapper kWrappers[] = {
    {"chrt", "TPD", 1, "", ""},
    {"choom", "n p --adjust --pid", 0, "", ""},
    {"stdbuf", "i o e", 0, "", ""},
    {"setarch", "", 1, "/bin/sh", ""},
    {"linux32", "", 0, "/bin/sh", ""},
    {"linux64", "", 0, "/bin/sh", ""},
    {"i386", "", 0, "/bin/sh", ""},
    {"x86_64", "", 0, "/bin/sh", ""},
    {"uclampset", "m M p", 0, "", ""},
    {"setpriv", "--reuid --regid --groups --inh-caps --ambient-caps --bounding-set", 0, "", ""},
    {"unshare", "S G R w --setuid --setgid --root --wd", 0, "sh",
     "unshare: unshare failed: Operation not permitted"},
    {"nsenter", "t S G --target --setuid --setgid", 0, "sh",
     "nsenter: cannot open /proc/1/ns/mnt: Permission denied"},
    {"systemd-inhibit", "", 0, "", ""},
    {"systemd-cat", "t p", 0, "", ""},
    {"dbus-run-session", "", 0, "", ""}};

bool takes_value(const Wrapper& wrapper, const std::string& word) {
  if (word.find('=') != std::string::npos) return false;
  for (const std::string& one : words_of(wrapper.valued)) {
    if (one == word || (one.size() == 1 && word.size() == 2 && word[1] == one[0])) return true;
  }
  return false;
}

// The status of what was run, with the message where it could not be.
Task<int> run_rest(Io& io, std::vector<std::string> words) {
  const std::string name = words.front();
  co_await io.flush();
  const Sys<int> status = co_await run_program(io.process, std::move(words));
  if (status) co_return *status;
  io.fail("failed to execute " + name, status.error());
  co_await io.flush();
  co_return status.error() == ENOENT ? 127 : 126;
}

Task<int> wrap(Process& process) {
  Io io(process);
  const auto* const found = std::find_if(std::begin(kWrappers), std::end(kWrappers),
                                         [&](const Wrapper& row) { return row.name == io.name(); });
  const Wrapper& wrapper = found == std::end(kWrappers) ? kWrappers[0] : *found;
  std::size_t at = 1;
  for (; at < io.argc() && io.arg(at).size() > 1 && io.arg(at)[0] == '-'; ++at) {
    const std::string& word = io.arg(at);
    const bool told = word == "-h" || word == "-V" || word == "--help" || word == "--version";
    const bool wrong =
        word.starts_with("--") && word.size() > 2 && !mentions_option(io.process, io.name(), word);
    if ((told && find_answer(io.process, io.name(), word)) ||
        (wrong && has_answers(io.process, io.name()))) {
      const int status = co_await run_answers(process);
      co_return status;
    }
    if (word == "--") {
      ++at;
      break;
    }
    if (takes_value(wrapper, word)) ++at;
  }
  at += wrapper.operands;
  if (!wrapper.refusal.empty() && process.user.uid != 0) {
    io.err(std::string(wrapper.refusal) + "\n");
    co_await io.flush();
    co_return 1;
  }
  std::vector<std::string> rest;
  for (; at < io.argc() && rest.size() < kWrapperWordsMax; ++at) rest.push_back(io.arg(at));
  if (rest.empty() && wrapper.by_default == "sh") {
    const std::string shell = io.variable("SHELL");
    rest = {shell.empty() ? "/bin/sh" : shell};
  } else if (rest.empty() && !wrapper.by_default.empty()) {
    rest = {std::string(wrapper.by_default)};
  } else if (rest.empty()) {
    const int status = co_await run_answers(process);
    co_return status;
  }
  const int status = co_await run_rest(io, std::move(rest));
  co_return status;
}

// taskset: also asks and sets for a process that runs.
Task<int> taskset(Process& process) {
  Io io(process);
  Options options(io, "+acphV", {}, "");
  bool of_pid = false, list = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop || id == 'h' || id == 'V') {
      if (id != kStop)
        io.out(answer_text(io.process, "taskset", id == 'h' ? "--help" : "--version"));
      co_await io.flush();
      co_return io.status;
    }
    of_pid = of_pid || id == 'p';
    list = list || id == 'c';
  }
  const std::vector<std::string>& words = options.operands;
  if (words.size() < (of_pid ? 1U : 2U)) {
    io.err("taskset: bad usage\nTry 'taskset --help' for more information.\n");
    co_await io.flush();
    co_return 1;
  }
  if (!of_pid) {
    std::vector<std::string> rest(words.begin() + 1, words.end());
    const int status = co_await run_rest(io, std::move(rest));
    co_return status;
  }
  const std::string& pid = words.back();
  const auto number = number_of(pid);
  const auto rows = processes_of(io);
  const bool there = std::any_of(rows.begin(), rows.end(), [&](const ProcessRow& row) {
    return number && row.pid == static_cast<int>(*number);
  });
  const int threads = hardware_of(io).threads;
  const std::string all = list ? (threads > 1 ? "0-" + std::to_string(threads - 1) : "0")
                               : text_of("%x", (1U << std::min(threads, 31)) - 1);
  const std::string kind = list ? "affinity list: " : "affinity mask: ";
  if (!number) {
    io.err("taskset: invalid PID argument: '" + pid + "'\n");
    io.status = 1;
  } else if (!there) {
    io.err("taskset: failed to get pid " + pid + "'s affinity: No such process\n");
    io.status = 1;
  } else {
    io.out("pid " + pid + "'s current " + kind + all + "\n");
    if (words.size() > 1) io.out("pid " + pid + "'s new " + kind + words.front() + "\n");
  }
  co_await io.flush();
  co_return io.status;
}

// flock FILE COMMAND, flock FILE -c LINE. Nobody else holds a lock.
Task<int> flock(Process& process) {
  Io io(process);
  std::size_t at = 1;
  for (; at < io.argc() && io.arg(at).size() > 1 && io.arg(at)[0] == '-'; ++at) {
    const std::string& word = io.arg(at);
    if (word == "-w" || word == "-E" || word == "--timeout") ++at;
    if (word == "-h" || word == "--help" || word == "-V" || word == "--version") {
      const int status = co_await run_answers(process);
      co_return status;
    }
  }
  if (at >= io.argc()) {
    const int status = co_await run_answers(process);
    co_return status;
  }
  const std::string file = io.arg(at++);
  if (at >= io.argc()) {  // A descriptor, which needs no command.
    if (!number_of(file)) io.fail("bad file descriptor: '" + file + "'", 0, 64);
    co_await io.flush();
    co_return io.status;
  }
  if (!io.stat(file)) {
    const Sys<void> made = io.files.create(io.absolute(file), 0666 & ~process.umask, io.who);
    if (!made) {
      io.fail("cannot open lock file " + file, made.error(), 66);
      co_await io.flush();
      co_return io.status;
    }
  }
  std::vector<std::string> rest;
  if (io.arg(at) == "-c" && at + 1 < io.argc()) {
    const std::string shell = io.variable("SHELL");
    rest = {shell.empty() ? "/bin/sh" : shell, "-c", io.arg(at + 1)};
  } else {
    for (; at < io.argc() && rest.size() < kWrapperWordsMax; ++at) rest.push_back(io.arg(at));
  }
  const int status = co_await run_rest(io, std::move(rest));
  co_return status;
}

// Of another root than / nothing can be run here: what a folder without programs answers.
Task<int> chroot(Process& process) {
  Io io(process);
  std::size_t at = 1;
  while (at < io.argc() && io.arg(at).starts_with("--") && io.arg(at) != "--help" &&
         io.arg(at) != "--version")
    ++at;
  if (at >= io.argc() || io.arg(at).starts_with("-")) {
    const int status = co_await run_answers(process);
    co_return status;
  }
  const std::string folder = io.arg(at++);
  std::vector<std::string> rest;
  for (; at < io.argc() && rest.size() < kWrapperWordsMax; ++at) rest.push_back(io.arg(at));
  const std::string shell = io.variable("SHELL");
  if (rest.empty()) rest = {shell.empty() ? "/bin/sh" : shell, "-i"};
  const Sys<Stat> stat = io.stat(folder);
  const int error = !stat                           ? stat.error()
                    : stat->kind != Kind::directory ? ENOTDIR
                    : process.user.uid != 0         ? EPERM
                                                    : 0;
  if (error != 0) {
    io.fail("cannot change root directory to " + quoted(folder), error, 125);
  } else if (io.absolute(folder) != "/") {
    io.fail("failed to run command " + quoted(rest.front()), ENOENT, 127);
  } else {
    const int status = co_await run_rest(io, std::move(rest));
    co_return status;
  }
  co_await io.flush();
  co_return io.status;
}

// runuser -u USER COMMAND; runuser [-] USER [-c LINE].
Task<int> runuser(Process& process) {
  Io io(process);
  std::string user = "root", line, shell;
  std::vector<std::string> rest;
  bool direct = false, login = false;
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const bool more = at + 1 < io.argc();
    if (word == "-h" || word == "--help" || word == "-V" || word == "--version") {
      const int status = co_await run_answers(process);
      co_return status;
    }
    if (word == "-u" && more) {
      user = io.arg(++at);
      direct = true;
    } else if ((word == "-c" || word == "--command") && more) {
      line = io.arg(++at);
    } else if ((word == "-s" || word == "-g" || word == "-G") && more) {
      if (word == "-s") shell = io.arg(at + 1);
      ++at;
    } else if (word == "-" || word == "-l" || word == "--login") {
      login = true;
    } else if (word == "--" || (word.starts_with("-") && words.empty() && !direct)) {
      continue;
    } else if (words.size() < kWrapperWordsMax) {
      words.push_back(word);
    }
  }
  if (!direct && !words.empty()) {
    user = words.front();
    words.erase(words.begin());
  }
  const auto found = find_user(io, user);
  if (process.user.uid != 0 || !found) {
    io.err(process.user.uid != 0 ? "runuser: may not be used by non-root users\n"
                                 : "runuser: user " + user + " does not exist\n");
    co_await io.flush();
    co_return 1;
  }
  if (shell.empty()) shell = found->shell;
  rest = direct ? words : std::vector<std::string>{shell};
  if (!direct && !line.empty()) rest.insert(rest.end(), {"-c", line});
  if (rest.empty()) rest = {shell};
  Credentials who;
  who.uid = found->uid;
  who.gid = found->gid;
  ChildRequest request;
  const Sys<std::string> path = find_program(process, rest.front());
  request.path = path.value_or(rest.front());
  if (login) rest.front().insert(0, "-");
  request.arguments = rest;
  request.environment = process.environment;
  request.environment["HOME"] = found->home;
  request.environment["USER"] = request.environment["LOGNAME"] = found->name;
  if (login) request.directory = found->home;
  request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
  request.user = who;
  const Sys<int> child = process.spawn(std::move(request));
  if (!child) {
    io.fail("failed to execute " + rest.front(), child.error(),
            child.error() == ENOENT ? 127 : 126);
    co_await io.flush();
    co_return io.status;
  }
  const Sys<Ended> ended = co_await process.wait(*child);
  co_return ended ? ended->status : 1;
}

constexpr Command kRows[] = {{"chrt", &wrap},
                             {"choom", &wrap},
                             {"stdbuf", &wrap},
                             {"setarch", &wrap},
                             {"linux32", &wrap},
                             {"linux64", &wrap},
                             {"i386", &wrap},
                             {"x86_64", &wrap},
                             {"uclampset", &wrap},
                             {"setpriv", &wrap},
                             {"unshare", &wrap},
                             {"nsenter", &wrap},
                             {"systemd-inhibit", &wrap},
                             {"systemd-cat", &wrap},
                             {"dbus-run-session", &wrap},
                             {"taskset", &taskset},
                             {"flock", &flock},
                             {"chroot", &chroot},
                             {"runuser", &runuser}};

}  // namespace

std::span<const Command> wrappers_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
