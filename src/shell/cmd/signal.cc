// pgrep, pkill, pidof, kill, killall
#include <algorithm>
#include <csignal>

#include "shell/cmd/groups.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kSignals[] = {
    "EXIT", "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "POLL", "PWR",  "SYS"};

int signal_of(std::string_view text) {
  if (const auto number = number_of(text)) return *number <= 64 ? static_cast<int>(*number) : -1;
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (std::size_t at = 0; at < std::size(kSignals); ++at) {
    if (lower(kSignals[at]) == lower(text)) return static_cast<int>(at);
  }
  return -1;
}

std::string command_of(const ProcessRow& row, bool full) {
  if (!full) return row.name;
  return row.arguments.empty() ? "[" + row.name + "]" : join(row.arguments, " ");
}

struct GrepFor {
  bool full = false, exact = false, newest = false, oldest = false, list = false, list_full = false,
       count = false, inverted = false;
  std::string pattern;
  std::vector<std::string> users;
  int signal = SIGTERM;
  std::string between = "\n";
};

std::vector<ProcessRow> found(Io& io, const GrepFor& want, const Regex* regex) {
  std::vector<ProcessRow> rows;
  for (ProcessRow& row : processes_of(io)) {
    if (row.pid == io.process.pid) continue;
    if (!want.users.empty()) {
      const std::string name = user_name(io, row.uid);
      const bool mine = std::find(want.users.begin(), want.users.end(), name) != want.users.end() ||
                        std::find(want.users.begin(), want.users.end(), std::to_string(row.uid)) !=
                            want.users.end();
      if (!mine) continue;
    }
    if (regex != nullptr) {
      const std::string text =
          want.full ? (row.arguments.empty() ? row.name : join(row.arguments, " ")) : row.name;
      if (regex->matches(text) == want.inverted) continue;
    }
    rows.push_back(std::move(row));
  }
  if (!rows.empty() && want.newest) rows.erase(rows.begin(), rows.end() - 1);
  if (!rows.empty() && want.oldest) rows.resize(1);
  return rows;
}

int process_grep(Io& io) {
  static constexpr Long kLongs[] = {
      {"full", 'f'},      {"exact", 'x'},       {"newest", 'n'},
      {"oldest", 'o'},    {"list-name", 'l'},   {"list-full", 'a'},
      {"count", 'c'},     {"ignore-case", 'i'}, {"delimiter", 'd', ':'},
      {"euid", 'u', ':'}, {"inverse", 'v'},     {"signal", 300, ':'},
      {"echo", 'e'}};
  GrepFor want;
  const bool kills = io.name() == "pkill";
  auto& words = io.process.arguments;
  if (kills && words.size() > 1 && words[1].size() > 1 && words[1][0] == '-' &&
      signal_of(words[1].substr(1)) >= 0) {
    want.signal = signal_of(words[1].substr(1));
    words.erase(words.begin() + 1);
  }
  bool fold = false;
  Options reader(io, "acd:efg:G:ilnoP:s:t:u:U:vxw", kLongs, "[options] <pattern>", 2);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return io.status;
    want.full = want.full || id == 'f';
    want.exact = want.exact || id == 'x';
    want.newest = want.newest || id == 'n';
    want.oldest = want.oldest || id == 'o';
    want.list = want.list || id == 'l';
    want.list_full = want.list_full || id == 'a';
    want.count = want.count || id == 'c';
    want.inverted = want.inverted || id == 'v';
    fold = fold || id == 'i';
    if (id == 'd') want.between = reader.value;
    if (id == 'u' || id == 'U') want.users = split(reader.value, ',');
    if (id == 300) want.signal = signal_of(reader.value);
  }
  if (reader.operands.empty() && want.users.empty()) {
    io.err(std::string(io.name()) + ": no matching criteria specified\nTry `" +
           std::string(io.name()) + " --help' for more information.\n");
    return 2;
  }
  std::optional<Regex> regex;
  if (!reader.operands.empty()) {
    std::string pattern = reader.operands[0];
    if (want.exact) pattern = "^(" + pattern + ")$";
    auto compiled = Regex::compile(pattern, {.extended = true, .fold = fold});
    if (!compiled) {
      io.fail(compiled.error(), 0, 2);
      return 2;
    }
    regex = std::move(*compiled);
  }
  const auto rows = found(io, want, regex ? &*regex : nullptr);
  if (kills) {
    int killed = 0;
    for (const ProcessRow& row : rows) {
      const Sys<void> sent = io.process.kill(row.pid, want.signal);
      if (sent) ++killed;
      if (!sent && sent.error() == EPERM)
        io.fail("killing pid " + std::to_string(row.pid) + " failed", sent.error());
    }
    return killed > 0 ? 0 : 1;
  }
  std::vector<std::string> lines;
  for (const ProcessRow& row : rows) {
    lines.push_back(std::to_string(row.pid) + (want.list_full ? " " + command_of(row, true)
                                               : want.list    ? " " + row.name
                                                              : ""));
  }
  if (want.count) {
    io.out(std::to_string(lines.size()) + "\n");
  } else if (!lines.empty()) {
    io.out(join(lines, want.between) + "\n");
  }
  return rows.empty() ? 1 : 0;
}

int pidof(Io& io) {
  std::vector<std::string> pids;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& name = io.arg(at);
    if (name.starts_with("-")) continue;
    const auto rows = processes_of(io);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      if (row->pid == io.process.pid || row->arguments.empty()) continue;
      if (row->name == name || row->path == name) pids.push_back(std::to_string(row->pid));
    }
  }
  if (pids.empty()) return 1;
  io.out(join(pids, " ") + "\n");
  return 0;
}

int kill_command(Io& io) {
  int signal = SIGTERM;
  std::size_t at = 1;
  if (io.argc() > 1 && (io.arg(1) == "-l" || io.arg(1) == "-L" || io.arg(1) == "--list")) {
    std::string out;
    for (std::size_t number = 1; number < std::size(kSignals); ++number)
      out += std::string(kSignals[number]) + (number % 16 == 0 ? "\n" : " ");
    io.out(out + "\n");
    return 0;
  }
  if (at < io.argc() && (io.arg(at) == "-s" || io.arg(at) == "--signal")) {
    signal = at + 1 < io.argc() ? signal_of(io.arg(at + 1)) : -1;
    at += 2;
  } else if (at < io.argc() && io.arg(at).size() > 1 && io.arg(at)[0] == '-' &&
             io.arg(at) != "--") {
    signal = signal_of(io.arg(at).substr(1));
    ++at;
  }
  if (signal < 0) {
    io.fail("unknown signal");
    return 1;
  }
  if (at < io.argc() && io.arg(at) == "--") ++at;
  if (at >= io.argc()) {
    io.err(
        "\nUsage:\n kill [options] <pid> [...]\n\n Try 'kill --help' for additional help "
        "text.\n\nFor more details see kill(1).\n");
    return 1;
  }
  for (; at < io.argc(); ++at) {
    const auto pid = signed_number_of(io.arg(at));
    if (!pid) {
      io.fail("failed to parse argument: '" + io.arg(at) + "'");
      continue;
    }
    const Sys<void> sent = io.process.kill(static_cast<int>(*pid), signal);
    if (!sent) io.fail("(" + io.arg(at) + ")", sent.error());
  }
  return io.status;
}

int killall(Io& io) {
  int signal = SIGTERM;
  bool quiet = false;
  std::vector<std::string> names;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-q" || word == "--quiet") {
      quiet = true;
    } else if (word == "-s" && at + 1 < io.argc()) {
      signal = signal_of(io.arg(++at));
    } else if (word.size() > 1 && word[0] == '-' && signal_of(word.substr(1)) >= 0) {
      signal = signal_of(word.substr(1));
    } else if (word[0] != '-') {
      names.push_back(word);
    }
  }
  for (const std::string& name : names) {
    bool any = false;
    for (const ProcessRow& row : processes_of(io)) {
      if (row.name != name) continue;
      any = true;
      const Sys<void> sent = io.process.kill(row.pid, signal);
      if (!sent && !quiet)
        io.err(name + "(" + std::to_string(row.pid) + "): " + std::string(sys_error(sent.error())) +
               "\n");
      if (!sent) io.status = 1;
    }
    if (any) continue;
    if (!quiet) io.err(name + ": no process found\n");
    io.status = 1;
  }
  return io.status;
}

constexpr Command kRows[] = {{"pgrep", &plain<process_grep>},
                             {"pkill", &plain<process_grep>},
                             {"pidof", &plain<pidof>},
                             {"kill", &plain<kill_command>},
                             {"killall", &plain<killall>}};

}  // namespace

std::span<const Command> signal_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
